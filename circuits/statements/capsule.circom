pragma circom 2.2.3;

include "../lib/cipher.circom";
include "../lib/poseidon.circom";
include "../lib/ranges.circom";
include "../lib/signals.circom";
include "../lib/signature.circom";
include "../lib/tags.circom";
include "../lib/tree.circom";
include "../lib/words.circom";

/**
 * @title   Capsule
 * @notice  The claim: the owner of an enrolled device holds a capsule of `count` records, signed by that device, all of them
 *          inside the window and the bounds asked for. docs/reference/statements.md defines every value,
 *          docs/explanation/soundness.md says what each group of rows binds.
 * @param   N      places of the shape, at least 2
 * @param   K      fields of the shape
 * @param   DEPTH  levels of the device registry
 * @input   M, x, y                           public: the compressed values
 * @input   mode .. max                       the values that a request or the claim gives
 * @input   key .. releaseSecret              what stays with the owner
 * @output  none
 * @assumes the verifier recomputes x and y from the values and, in mode 1, the words, refuses elements >= r, and checks that
 *          timeMin, timeMax and asOf are below 2^48; the registrar enrols with from and until below 2^48 and a device once
 * @ensures what the table of the statements page says of v_0 .. v_{V-1}
 */
template Capsule(N, K, DEPTH) {
    var T_WORDS = WORD_COUNT(N, K);
    var V = 14 + 2 * K;

    signal input M;
    signal input x;
    signal input y;

    signal input mode;
    signal input scope;
    signal input slotLength;
    signal input timeMin;
    signal input timeMax;
    signal input asOf;
    signal input schema;
    signal input deviceClass;
    signal input terms;
    signal input min[K];
    signal input max[K];

    signal input key;
    signal input sequence;
    signal input ownerKey;
    signal input slot;
    signal input base;
    signal input deltas[N - 1];
    signal input values[N][K];
    signal input count;
    signal input T[2];
    signal input S;
    signal input R8[2];
    signal input enrolledFrom;
    signal input enrolledUntil;
    signal input path[DEPTH][8];
    signal input releaseSecret;

    // Every limb of every word, padding included, is a proven range.
    component words = Words(N, K);
    words.base <== Ranged(TIME_BITS())(base);
    var elapsed = 0;
    for (var i = 0; i < N - 1; i++) {
        words.deltas[i] <== Ranged(DELTA_BITS())(deltas[i]);
        elapsed += deltas[i];
    }
    component within[K];
    for (var k = 0; k < K; k++) {
        within[k] = Within(VALUE_BITS(), N);
        within[k].min <== min[k];
        within[k].max <== max[k];
        for (var i = 0; i < N; i++) {
            within[k].in[i] <== values[i][k];
        }
        for (var i = 0; i < N; i++) {
            words.values[i][k] <== within[k].out[i];
        }
    }

    // 1 <= count <= N. The last time is below 2^48 + 2^30 N + N, far from r.
    _ <== UpTo(N - 1)(count - 1);
    signal last <== base + elapsed + count - 1;

    // Window and as-of time.
    AtMost(TIME_BITS())(timeMin, base);
    AtMost(TIME_BITS())(last, timeMax);
    AtMost(TIME_BITS())(last, asOf);

    // Slot: slot * slotLength <= base and last < (slot + 1) * slotLength; the products are below 2^80 and 2^81.
    signal {maxbit} slotNumber <== Ranged(32)(slot);
    signal {maxbit} length <== Ranged(TIME_BITS())(slotLength);
    signal slotStart <== slotNumber * length;
    AtMost(TIME_BITS())(slotStart, base);
    AtMost(TIME_BITS())(last + 1, slotStart + length);

    // Capsule: header, ciphertext, content.
    signal headerHash <== Hash(4, TAG_HEADER())([schema, slotLength, N * 65536 + K, count]);
    signal ciphertext[T_WORDS] <== Encrypt(T_WORDS)(key, headerHash, words.out);
    signal treeRoot <== CiphertextTree(T_WORDS)(ciphertext);
    signal keyCommitment <== Hash(1, TAG_KEY())([key]);
    signal content <== Hash(3, TAG_CONTENT())([treeRoot, keyCommitment, headerHash]);

    // Device: its signature over the content; the anchor is 0 in version 1.
    signal message <== Hash(3, TAG_MESSAGE())([content, sequence, 0]);
    signal A[2] <== Signature()(T, R8, S, message);

    // Registry: enrolled under this owner, in this class, at the time of every record.
    signal owner <== Hash(2, TAG_OWNER())([ownerKey, A[0]]);
    signal leaf <== Hash(5, TAG_LEAF())([A[0], owner, deviceClass, enrolledFrom, enrolledUntil]);
    signal root <== RegistryPath(DEPTH)(leaf, path);
    AtMost(TIME_BITS())(enrolledFrom, base);
    AtMost(TIME_BITS())(last + 1, enrolledUntil);

    signal nullifier <== Hash(4, TAG_NULLIFIER())([ownerKey, A[0], scope, slot]);
    signal releaseHash <== Hash(1, TAG_RELEASE())([releaseSecret]);

    // The public values, in the order of the catalogue.
    component compress = Compress(V, T_WORDS, 1);
    compress.mode <== Boolean()(mode);
    compress.x <== x;
    compress.words <== ciphertext;
    compress.values[0] <== mode;
    compress.values[1] <== scope;
    compress.values[2] <== slotLength;
    compress.values[3] <== timeMin;
    compress.values[4] <== timeMax;
    compress.values[5] <== asOf;
    compress.values[6] <== schema;
    compress.values[7] <== deviceClass;
    compress.values[8] <== root;
    compress.values[9] <== count;
    compress.values[10] <== content;
    compress.values[11] <== nullifier;
    compress.values[12] <== terms;
    compress.values[13] <== releaseHash;
    for (var k = 0; k < K; k++) {
        compress.values[14 + k] <== min[k];
        compress.values[14 + K + k] <== max[k];
    }
    M === compress.M;
    y === compress.y;
}
