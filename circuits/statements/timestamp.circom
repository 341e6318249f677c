pragma circom 2.2.3;

include "../lib/ranges.circom";
include "../lib/sealed.circom";
include "../lib/words.circom";

/**
 * @title   Timestamp
 * @notice  The records of a capsule lie in a window. docs/reference/statements.md defines every value,
 *          docs/explanation/soundness.md says what each group of rows binds.
 * @param   N        places of the shape, at least 2
 * @param   K        limbs of a place's values
 * @param   W        bits of a limb
 * @input   context  public: for whom and what for, in the verifier's words
 * @input   content, count, timeMin, timeMax  public: the capsule, its records, the window
 * @input   key .. values                     what stays with the owner
 * @output  none
 * @assumes the verifier refuses values >= r
 * @ensures content is a capsule of count records, none before timeMin and none after timeMax
 */
template Timestamp(N, K, W) {
    signal input context;
    signal input content;
    signal input count;
    signal input timeMin;
    signal input timeMax;

    signal input key;
    signal input schema;
    signal input slotLength;
    signal input base;
    signal input deltas[N - 1];
    signal input values[N][K];

    signal {maxbit} deltaLimbs[N - 1] <== RangedAll(DELTA_BITS(), N - 1)(deltas);
    signal {maxbit} valueLimbs[N][K] <== RangedTable(W, N, K)(values);

    _ <== Ranged(TIME_BITS())(timeMin);
    _ <== Ranged(TIME_BITS())(timeMax);
    signal elapsed <== Elapsed(N)(deltaLimbs, count);
    signal {maxbit} baseLimb <== Window(TIME_BITS())(timeMin, timeMax, base, elapsed);

    component sealed = Sealed(N, K, W);
    sealed.key <== key;
    sealed.schema <== schema;
    sealed.slotLength <== slotLength;
    sealed.count <== count;
    sealed.base <== baseLimb;
    sealed.deltas <== deltaLimbs;
    sealed.values <== valueLimbs;
    _ <== sealed.ciphertext;
    content === sealed.content;

    // A public value that stands in no row could be exchanged in a finished proof.
    signal bound <== context * context;
}
