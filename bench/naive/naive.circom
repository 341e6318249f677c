pragma circom 2.2.3;

include "lib/poseidon.circom";
include "lib/ranges.circom";
include "signature.circom";

/**
 * @title   BinaryPath
 * @notice  Root of a binary tree from a leaf, an index bit and a sibling a level. 242 rows a level.
 * @param   depth     levels
 * @input   leaf      the leaf
 * @input   index     which child the current node is, from the leaf up
 * @input   siblings  the other child
 * @output  root      the root
 * @assumes nothing
 * @ensures leaf is a leaf of the tree with this root
 */
template BinaryPath(depth) {
    signal input leaf;
    signal input index[depth];
    signal input siblings[depth];
    signal output root;

    signal current[depth + 1];
    signal right[depth];
    signal left[depth];
    current[0] <== leaf;
    for (var level = 0; level < depth; level++) {
        right[level] <== Boolean()(index[level]);
        left[level] <== current[level] + right[level] * (siblings[level] - current[level]);
        current[level + 1] <== Hash(2, 2)([left[level], current[level] + siblings[level] - left[level]]);
    }
    root <== current[depth];
}

/**
 * @title   Between
 * @notice  min <= in <= max the usual way: the bits of in, and of both differences.
 * @param   n    bits
 * @input   min  an integer below 2^n
 * @input   max  an integer below 2^n
 * @input   in   any field element
 * @output  none
 * @assumes nothing beyond min and max
 * @ensures min <= in <= max, in below 2^n
 */
template Between(n) {
    signal input min;
    signal input max;
    signal input in;

    _ <== Ranged(n)(in);
    AtMost(n)(min, in);
    AtMost(n)(in, max);
}

/**
 * @title   Naive
 * @notice  What one would write first, to compare with `Capsule`: a signature a record, comparators a value, a binary tree. It
 *          proves less: no encryption, no key for a buyer, no slot, as-of time, schema or stretch of enrolment.
 * @param   N  records
 * @param   K  values of a record, 48 bits each
 * @input   scope .. max         public: what the claim is for, the registry's root, window and bounds
 * @input   ownerKey .. siblings what stays with the owner
 * @output  nullifier            once for owner, device and scope
 * @assumes window and bounds are below 2^48
 * @ensures every record is signed by one device under root, inside window and bounds, and times increase
 */
template Naive(N, K) {
    signal input scope;
    signal input root;
    signal input timeMin;
    signal input timeMax;
    signal input min[K];
    signal input max[K];

    signal input ownerKey;
    signal input T[2];
    signal input times[N];
    signal input values[N][K];
    signal input R8[N][2];
    signal input S[N];
    signal input index[21];
    signal input siblings[21];
    signal output nullifier;

    component record[N];
    signal key[N][2];
    signal message[N];
    for (var i = 0; i < N; i++) {
        Between(48)(timeMin, timeMax, times[i]);
        if (i > 0) {
            AtMost(48)(times[i - 1] + 1, times[i]);
        }
        for (var k = 0; k < K; k++) {
            Between(48)(min[k], max[k], values[i][k]);
        }
        record[i] = Hash(K + 1, 1);
        record[i].in[0] <== times[i];
        for (var k = 0; k < K; k++) {
            record[i].in[k + 1] <== values[i][k];
        }
        message[i] <== record[i].out;
        key[i] <== Signature()(T, R8[i], S[i], message[i]);
    }

    signal owner <== Hash(2, 3)([ownerKey, key[0][0]]);
    signal leaf <== Hash(2, 4)([key[0][0], owner]);
    signal found <== BinaryPath(21)(leaf, index, siblings);
    root === found;
    nullifier <== Hash(3, 5)([ownerKey, key[0][0], scope]);
}
