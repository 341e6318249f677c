pragma circom 2.2.3;

include "../lib/ranges.circom";
include "../lib/sealed.circom";
include "../lib/words.circom";

/**
 * @title   Range
 * @notice  Every value of a capsule's records is inside its bounds. docs/reference/statements.md defines every value,
 *          docs/explanation/soundness.md says what each group of rows binds.
 * @param   N        places of the shape, at least 2
 * @param   K        limbs of a place's values
 * @param   W        bits of a limb
 * @input   context  public: for whom and what for, in the verifier's words
 * @input   content, schema, count, min, max  public: the capsule, what its limbs mean, its records, the bounds of each limb
 * @input   key .. values                     what stays with the owner
 * @output  none
 * @assumes the verifier refuses values >= r
 * @ensures content is a capsule of this schema with count records, and min[k] <= values[i][k] <= max[k] < 2^W for each
 */
template Range(N, K, W) {
    signal input context;
    signal input content;
    signal input schema;
    signal input count;
    signal input min[K];
    signal input max[K];

    signal input key;
    signal input slotLength;
    signal input base;
    signal input deltas[N - 1];
    signal input values[N][K];

    signal {maxbit} baseLimb <== Ranged(TIME_BITS())(base);
    signal {maxbit} deltaLimbs[N - 1] <== RangedAll(DELTA_BITS(), N - 1)(deltas);
    signal {maxbit} valueLimbs[N][K] <== WithinTable(W, N, K)(min, max, values);
    _ <== UpTo(N - 1)(count - 1);

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
