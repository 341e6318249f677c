pragma circom 2.2.3;

include "cipher.circom";
include "poseidon.circom";
include "ranges.circom";
include "tags.circom";
include "tree.circom";
include "words.circom";

/**
 * @title   Elapsed
 * @notice  The time from the first record of a capsule to its last. No rows but those of count.
 * @param   N       places
 * @input   deltas  of places 1 to N - 1, unused ones too
 * @input   count   records
 * @output  out     sum of deltas + count - 1
 * @assumes nothing beyond the tag, whose width is checked here
 * @ensures 1 <= count <= N; no record is more than out after the first, and out is below 2^30 N + N
 */
template Elapsed(N) {
    signal input {maxbit} deltas[N - 1];
    signal input count;
    signal output out;

    assert(deltas.maxbit <= DELTA_BITS());
    _ <== UpTo(N - 1)(count - 1);
    var sum = 0;
    for (var i = 0; i < N - 1; i++) {
        sum += deltas[i];
    }
    out <== sum + count - 1;
}

/**
 * @title   Sealed
 * @notice  The content of a capsule: header, ciphertext and key commitment.
 * @param   N           places
 * @param   K           limbs of a place's values
 * @param   W           bits of a limb
 * @input   key         capsule key
 * @input   schema      schema id
 * @input   slotLength  slot length
 * @input   count       records
 * @input   base        time of place 0
 * @input   deltas      of places 1 to N - 1
 * @input   values      of every place
 * @output  ciphertext  the words of the file
 * @output  content     what the device signs, the buyer fetches, and every statement is about
 * @assumes 1 <= count < 2^16, so that form has one reading
 * @ensures content binds header, key and every limb: hashes under tags of their own, and words that determine their limbs
 */
template Sealed(N, K, W) {
    signal input key;
    signal input schema;
    signal input slotLength;
    signal input count;
    signal input {maxbit} base;
    signal input {maxbit} deltas[N - 1];
    signal input {maxbit} values[N][K];
    signal output ciphertext[WORD_COUNT(N, K, W)];
    signal output content;

    signal form <== N * 2 ** 48 + K * 2 ** 32 + W * 2 ** 16 + count;
    signal words[WORD_COUNT(N, K, W)] <== Words(N, K, W)(base, deltas, values);
    ciphertext <== Encrypt(WORD_COUNT(N, K, W))(key, [schema, slotLength, form], words);
    signal treeRoot <== CiphertextTree(WORD_COUNT(N, K, W))(ciphertext);
    signal keyCommitment <== Hash(1, TAG_KEY())([key]);
    content <== Hash(5, TAG_CONTENT())([treeRoot, keyCommitment, schema, slotLength, form]);
}
