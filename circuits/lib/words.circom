pragma circom 2.2.3;

// Widths of the limbs, and how many places fit a word (statements page, "Words"). 253 bits always fit the field, and 18 of
// them are what the base time takes more than a delta.
function TIME_BITS() { return 48; }
function DELTA_BITS() { return 30; }
function VALUE_BITS() { return 48; }
function PLACES_PER_WORD(K) { return (253 - (TIME_BITS() - DELTA_BITS())) \ (DELTA_BITS() + VALUE_BITS() * K); }
function WORD_COUNT(N, K) { return (N + PLACES_PER_WORD(K) - 1) \ PLACES_PER_WORD(K); }

/**
 * @title   Words
 * @notice  Packs times and values into words. No rows: sums of limbs.
 * @param   N       places
 * @param   K       fields, at most 4
 * @input   base    time of place 0
 * @input   deltas  of places 1 to N - 1
 * @input   values  of every place
 * @output  out     the words; places beyond N are the constant 0
 * @assumes nothing beyond the tags, whose widths are checked here
 * @ensures out determines every limb: no two packings share a word, for all limbs are proven and 253 bits stay below r
 */
template Words(N, K) {
    assert(N > 1 && K > 0 && PLACES_PER_WORD(K) > 0);
    var P = PLACES_PER_WORD(K);
    var T = WORD_COUNT(N, K);

    signal input {maxbit} base;
    signal input {maxbit} deltas[N - 1];
    signal input {maxbit} values[N][K];
    signal output out[T];

    assert(base.maxbit <= TIME_BITS());
    assert(deltas.maxbit <= DELTA_BITS());
    assert(values.maxbit <= VALUE_BITS());

    for (var w = 0; w < T; w++) {
        var word = 0;
        var shift = 0;
        for (var place = w * P; place < w * P + P && place < N; place++) {
            if (place == 0) {
                word += base;
                shift += TIME_BITS();
            } else {
                word += deltas[place - 1] * 2 ** shift;
                shift += DELTA_BITS();
            }
            for (var k = 0; k < K; k++) {
                word += values[place][k] * 2 ** shift;
                shift += VALUE_BITS();
            }
        }
        assert(shift <= 253);
        out[w] <== word;
    }
}
