pragma circom 2.2.3;

include "integers.circom";

// The only file that grants tags: a tag on an output stands next to the rows that make it true, and nowhere else in
// this tree may an output carry one. Two tags are in use:
//
//     {binary}   0 or 1
//     {maxbit}   an integer in [0, 2^maxbit)
//
// Integers are small against r (about 2^253.6); where a difference is taken, the head says why it cannot wrap around.

/**
 * @title   Boolean
 * @notice  Proves that a signal is 0 or 1.
 * @param   none
 * @input   in   any field element
 * @output  out  in, tagged
 * @assumes nothing
 * @ensures out = in, and it is 0 or 1
 */
template Boolean() {
    signal input in;
    signal output {binary} out;

    in * (in - 1) === 0;
    out <== in;
}

/**
 * @title   Bits
 * @notice  The n bits of a small integer, lowest first. One row a bit.
 * @param   n    bits, at most 253, so that the sum stays below r and the bits are unique
 * @input   in   any field element
 * @output  out  its bits
 * @assumes nothing
 * @ensures in < 2^n, and out are its bits
 */
template Bits(n) {
    assert(n > 0 && n <= 253);
    signal input in;
    signal output {binary} out[n];

    var sum = 0;
    for (var i = 0; i < n; i++) {
        // Hint, bound by the boolean row below and by the sum after the loop.
        out[i] <-- (in >> i) & 1;
        out[i] * (out[i] - 1) === 0;
        sum += out[i] * 2 ** i;
    }
    sum === in;
}

/**
 * @title   CanonicalBits
 * @notice  The 254 bits of any field element, as the one integer in [0, r): in + r also fits 254 bits and is refused.
 *          254 rows for the bits and one for every set bit of r - 1.
 * @param   none
 * @input   in   any field element
 * @output  out  its bits, lowest first
 * @assumes nothing
 * @ensures the bits, read as an integer, are below r and equal in
 */
template CanonicalBits() {
    signal input in;
    signal output {binary} out[254];

    // tight[i] is 1 while every set bit of r - 1 from i upwards is also set in out. Under a tight prefix a bit that is 0
    // in r - 1 must be 0; otherwise the integer would exceed r - 1 right there, and nowhere else can it begin to.
    signal tight[255];
    tight[254] <== 1;

    var sum = 0;
    for (var i = 253; i >= 0; i--) {
        // Hint, bound by the boolean row of its branch below and by the sum after the loop.
        out[i] <-- (in >> i) & 1;
        if (((-1 >> i) & 1) == 1) {
            out[i] * (out[i] - 1) === 0;
            tight[i] <== tight[i + 1] * out[i];
        } else {
            // Boolean when the prefix is not tight, zero when it is.
            out[i] * (1 - tight[i + 1] - out[i]) === 0;
            tight[i] <== tight[i + 1];
        }
        sum += out[i] * 2 ** i;
    }
    sum === in;
}

/**
 * @title   Ranged
 * @notice  Proves that a signal is an integer below 2^n. One row a bit.
 * @param   n    bits, at most 253
 * @input   in   any field element
 * @output  out  in, tagged
 * @assumes nothing
 * @ensures out = in, and it is below 2^n
 */
template Ranged(n) {
    assert(n > 0 && n <= 253);
    signal input in;
    signal output {maxbit} out;
    signal bits[n];

    var sum = 0;
    for (var i = 0; i < n; i++) {
        // Hint, bound by the boolean row below and by the sum after the loop.
        bits[i] <-- (in >> i) & 1;
        bits[i] * (bits[i] - 1) === 0;
        sum += bits[i] * 2 ** i;
    }
    sum === in;

    out.maxbit = n;
    out <== in;
}

/**
 * @title   AtMost
 * @notice  Proves low <= high by high - low < 2^n. One row a bit.
 * @param   n     bits of the widest honest difference, at most 252
 * @input   low   an integer
 * @input   high  an integer
 * @output  none
 * @assumes both are integers below 2^252 (canonical representatives): then a negative difference is above 2^252 in the
 *          field and cannot be taken for one below 2^n
 * @ensures low <= high < low + 2^n
 */
template AtMost(n) {
    assert(n > 0 && n <= 252);
    signal input low;
    signal input high;
    signal bits[n];

    var sum = 0;
    for (var i = 0; i < n; i++) {
        // Hint, bound by the boolean row below and by the sum after the loop.
        bits[i] <-- ((high - low) >> i) & 1;
        bits[i] * (bits[i] - 1) === 0;
        sum += bits[i] * 2 ** i;
    }
    sum === high - low;
}

/**
 * @title   UpTo
 * @notice  Proves that a signal is in [0, limit] for a constant limit. One row a bit of the limit.
 * @param   limit  the constant, 1 <= limit < 2^252
 * @input   in     any field element
 * @output  out    in, tagged
 * @assumes nothing
 * @ensures out = in, and it is at most limit
 */
template UpTo(limit) {
    var width = WIDTH(limit);
    assert(width > 0 && width <= 252);
    signal input in;
    signal output {maxbit} out;

    // Parts of halves: weight_i = ceil(floor(limit / 2^i) / 2). They sum to limit, so no choice of parts exceeds it, and
    // going down from the largest every integer in [0, limit] is reached.
    signal taken[width];
    var left = in;
    var sum = 0;
    for (var i = 0; i < width; i++) {
        var weight = (limit >> (i + 1)) + ((limit >> i) & 1);
        // Hint, bound by the boolean row below and by the sum after the loop.
        taken[i] <-- left > (limit >> (i + 1)) ? 1 : 0;
        taken[i] * (taken[i] - 1) === 0;
        left -= weight * taken[i];
        sum += weight * taken[i];
    }
    sum === in;

    out.maxbit = width;
    out <== in;
}

/**
 * @title   Within
 * @notice  Proves that n signals are in [min, max], one row a bit and signal; both ends are proven once, 3 W rows.
 * @param   W    bits of the ends, at most 250
 * @param   n    how many signals share the ends
 * @input   min  any field element
 * @input   max  any field element
 * @input   in   any field elements
 * @output  out  in, tagged
 * @assumes nothing
 * @ensures min, max < 2^W, min <= max, and every out = in with min <= in <= max, so in < 2^W
 */
template Within(W, n) {
    assert(W > 0 && W <= 250 && n > 0);
    signal input min;
    signal input max;
    signal input in[n];
    signal output {maxbit} out[n];

    signal {maxbit} low <== Ranged(W)(min);
    signal {maxbit} high <== Ranged(W)(max);
    // No wrap-around: a negative difference of two integers below 2^W is above r - 2^W.
    signal {binary} span[W] <== Bits(W)(high - low);

    // The parts of UpTo for a limit R = max - min that is a signal: weight_i = floor(R / 2^(i+1)) + bit i of R, linear in
    // the bits of R, non-negative, of sum R < 2^W.
    var half[W];
    var weight[W];
    for (var i = 0; i < W; i++) {
        half[i] = 0;
        for (var j = i + 1; j < W; j++) {
            half[i] += span[j] * 2 ** (j - i - 1);
        }
        weight[i] = half[i] + span[i];
    }

    out.maxbit = W;
    signal part[n][W];
    for (var v = 0; v < n; v++) {
        var left = in[v] - low;
        var sum = 0;
        for (var i = 0; i < W; i++) {
            // Hint, bound to 0 or the weight by the row below and by the sum after the loop.
            part[v][i] <-- left > half[i] ? weight[i] : 0;
            part[v][i] * (part[v][i] - weight[i]) === 0;
            left -= part[v][i];
            sum += part[v][i];
        }
        sum === in[v] - low;
        out[v] <== in[v];
    }
}
