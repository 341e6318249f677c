pragma circom 2.2.3;

// Widths of the limbs, and how many places fit a word (statements page, "Words"). 253 bits always fit the field, and 18 of
// them are what the base time takes more than a delta.
function TIME_BITS() { return 48; }
function DELTA_BITS() { return 30; }
function WORD_BITS() { return 253; }

// Places of a word; 0 where a place takes several words.
function PLACES_PER_WORD(K, W) { return (WORD_BITS() - (TIME_BITS() - DELTA_BITS())) \ (DELTA_BITS() + W * K); }

// Words of a place that does not fit one: a limb that would pass the end of a word begins the next.
function WORDS_PER_PLACE(K, W) {
    var words = 1;
    var shift = TIME_BITS();
    for (var k = 0; k < K; k++) {
        if (shift + W > WORD_BITS()) {
            words++;
            shift = 0;
        }
        shift += W;
    }
    return words;
}

function WORD_COUNT(N, K, W) {
    var P = PLACES_PER_WORD(K, W);
    return P > 0 ? (N + P - 1) \ P : N * WORDS_PER_PLACE(K, W);
}

/**
 * @title   Words
 * @notice  Packs times and values into words. No rows: sums of limbs.
 * @param   N       places
 * @param   K       limbs of a place's values
 * @param   W       bits of a limb
 * @input   base    time of place 0
 * @input   deltas  of places 1 to N - 1
 * @input   values  of every place
 * @output  out     the words; places beyond N are the constant 0
 * @assumes nothing beyond the tags, whose widths are checked here
 * @ensures out determines every limb: no two packings share a word, for all limbs are proven and 253 bits stay below r
 */
template Words(N, K, W) {
    assert(N > 1 && K > 0 && W > 0 && W <= 128);
    var T = WORD_COUNT(N, K, W);
    var together = PLACES_PER_WORD(K, W) > 0 ? PLACES_PER_WORD(K, W) : 1; // places that begin in one word

    signal input {maxbit} base;
    signal input {maxbit} deltas[N - 1];
    signal input {maxbit} values[N][K];
    signal output out[T];

    assert(base.maxbit <= TIME_BITS());
    assert(deltas.maxbit <= DELTA_BITS());
    assert(values.maxbit <= W);

    var word = 0;
    var shift = 0;
    var index = 0;
    for (var place = 0; place < N; place++) {
        if (place > 0 && place % together == 0) {
            out[index] <== word;
            index++;
            word = 0;
            shift = 0;
        }
        if (place == 0) {
            word += base;
            shift += TIME_BITS();
        } else {
            word += deltas[place - 1] * 2 ** shift;
            shift += DELTA_BITS();
        }
        for (var k = 0; k < K; k++) {
            if (shift + W > WORD_BITS()) {
                out[index] <== word;
                index++;
                word = 0;
                shift = 0;
            }
            word += values[place][k] * 2 ** shift;
            shift += W;
            assert(shift <= WORD_BITS());
        }
    }
    out[index] <== word;
    assert(index == T - 1);
}
