pragma circom 2.2.3;

include "../lib/delivery.circom";
include "../lib/enrolled.circom";
include "../lib/poseidon.circom";
include "../lib/ranges.circom";
include "../lib/sealed.circom";
include "../lib/signals.circom";
include "../lib/tags.circom";
include "../lib/words.circom";

/**
 * @title   Capsule
 * @notice  The claim: the owner of an enrolled device holds a capsule of `count` records, signed by that device, all of them
 *          inside the window and the bounds asked for, and wraps its key for the buyer. docs/reference/statements.md defines
 *          every value, docs/explanation/soundness.md says what each group of rows binds.
 * @param   N      places of the shape, at least 2
 * @param   K      limbs of a place's values
 * @param   W      bits of a limb
 * @param   DEPTH  levels of the device registry
 * @input   M, x, y                 public: the compressed values
 * @input   mode .. max             the values that a request or the claim gives
 * @input   key .. ephemeralSecret  what stays with the owner
 * @output  none
 * @assumes the verifier recomputes x and y from the values and, in mode 1, the words, refuses elements >= r, and checks that
 *          slotLength, timeMin, timeMax and asOf are below 2^48; the registrar enrols with from and until below 2^48 and a
 *          device once
 * @ensures what the table of the statements page says of v_0 .. v_{V-1}
 */
template Capsule(N, K, W, DEPTH) {
    var T_WORDS = WORD_COUNT(N, K, W);
    var V = 17 + 2 * K;

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
    signal input buyerKey;
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
    signal input buyerKeyV;
    signal input ephemeralSecret;

    // Every limb of every word, padding included, is a proven range.
    signal {maxbit} deltaLimbs[N - 1] <== RangedAll(DELTA_BITS(), N - 1)(deltas);
    signal {maxbit} valueLimbs[N][K] <== WithinTable(W, N, K)(min, max, values);

    signal elapsed <== Elapsed(N)(deltaLimbs, count);
    signal {maxbit} baseLimb <== Window(TIME_BITS())(timeMin, timeMax, base, elapsed);

    // As-of time.
    signal last <== base + elapsed;
    AtMost(TIME_BITS())(last, asOf);

    // Slot: slot * slotLength <= base and last < (slot + 1) * slotLength; the products are below 2^80 and 2^81.
    _ <== Ranged(32)(slot);
    signal slotStart <== slot * slotLength;
    AtMost(TIME_BITS())(slotStart, base);
    AtMost(TIME_BITS())(last + 1, slotStart + slotLength);

    component sealed = Sealed(N, K, W);
    sealed.key <== key;
    sealed.schema <== schema;
    sealed.slotLength <== slotLength;
    sealed.count <== count;
    sealed.base <== baseLimb;
    sealed.deltas <== deltaLimbs;
    sealed.values <== valueLimbs;
    signal content <== sealed.content;

    component enrolled = Enrolled(DEPTH);
    enrolled.content <== content;
    enrolled.sequence <== sequence;
    enrolled.T <== T;
    enrolled.R8 <== R8;
    enrolled.S <== S;
    enrolled.ownerKey <== ownerKey;
    enrolled.deviceClass <== deviceClass;
    enrolled.enrolledFrom <== enrolledFrom;
    enrolled.enrolledUntil <== enrolledUntil;
    enrolled.path <== path;
    enrolled.first <== base;
    enrolled.last <== last;

    signal nullifier <== Hash(4, TAG_NULLIFIER())([ownerKey, enrolled.device, scope, slot]);
    signal releaseHash <== Hash(1, TAG_RELEASE())([releaseSecret]);
    component delivery = Delivery();
    delivery.buyerKey <== buyerKey;
    delivery.buyerKeyV <== buyerKeyV;
    delivery.ephemeralSecret <== ephemeralSecret;
    delivery.key <== key;
    delivery.content <== content;
    delivery.releaseSecret <== releaseSecret;

    // The public values, in the order of the catalogue.
    component compress = Compress(V, T_WORDS, 1);
    compress.mode <== Boolean()(mode);
    compress.x <== x;
    compress.words <== sealed.ciphertext;
    compress.values[0] <== mode;
    compress.values[1] <== scope;
    compress.values[2] <== slotLength;
    compress.values[3] <== timeMin;
    compress.values[4] <== timeMax;
    compress.values[5] <== asOf;
    compress.values[6] <== schema;
    compress.values[7] <== deviceClass;
    compress.values[8] <== enrolled.root;
    compress.values[9] <== count;
    compress.values[10] <== content;
    compress.values[11] <== nullifier;
    compress.values[12] <== terms;
    compress.values[13] <== releaseHash;
    compress.values[14] <== buyerKey;
    compress.values[15] <== delivery.ephemeral;
    compress.values[16] <== delivery.wrap;
    for (var k = 0; k < K; k++) {
        compress.values[17 + k] <== min[k];
        compress.values[17 + K + k] <== max[k];
    }
    M === compress.M;
    y === compress.y;
}
