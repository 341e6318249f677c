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
 * @title   RangedAll
 * @notice  Ranged, for a list. One row a bit and signal.
 * @param   W    bits, at most 253
 * @param   n    signals
 * @input   in   any field elements
 * @output  out  in, tagged
 * @assumes nothing
 * @ensures every out = in, and it is below 2^W
 */
template RangedAll(W, n) {
    signal input in[n];
    signal output {maxbit} out[n];

    for (var i = 0; i < n; i++) {
        _ <== Ranged(W)(in[i]);
    }
    out.maxbit = W;
    out <== in;
}

/**
 * @title   RangedTable
 * @notice  Ranged, for a table of n rows and K columns. One row a bit and signal.
 * @param   W    bits, at most 253
 * @param   n    rows of the table
 * @param   K    columns of the table
 * @input   in   any field elements
 * @output  out  in, tagged
 * @assumes nothing
 * @ensures every out = in, and it is below 2^W
 */
template RangedTable(W, n, K) {
    signal input in[n][K];
    signal output {maxbit} out[n][K];

    for (var i = 0; i < n; i++) {
        _ <== RangedAll(W, K)(in[i]);
    }
    out.maxbit = W;
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
 * @title   Window
 * @notice  Proves that a stretch from `first` to `first + elapsed` lies in [min, max], both ends included. Two rows a bit.
 * @param   n        bits of min and max, at most 250
 * @input   min      an integer
 * @input   max      an integer
 * @input   first    any field element
 * @input   elapsed  an integer
 * @output  out      first, tagged
 * @assumes min and max are below 2^n and elapsed is below 2^250: then max - first - elapsed and first - min below 2^n are
 *          sums of small integers, without wrap-around
 * @ensures out = first, min <= first and first + elapsed <= max, so out is below 2^n
 */
template Window(n) {
    signal input min;
    signal input max;
    signal input first;
    signal input elapsed;
    signal output {maxbit} out;

    AtMost(n)(min, first);
    AtMost(n)(first + elapsed, max);

    out.maxbit = n;
    out <== first;
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
 * @title   Parts
 * @notice  Proves that n signals are in [0, limit] for a limit that is given by its bits. One row a bit and signal.
 * @param   W      bits of the limit, at most 250
 * @param   n      how many signals share the limit
 * @input   limit  bits of the limit, lowest first
 * @input   in     any field elements
 * @output  out    in, tagged
 * @assumes nothing beyond the tag
 * @ensures every out = in, and it is at most the limit
 */
template Parts(W, n) {
    assert(W > 0 && W <= 250 && n > 0);
    signal input {binary} limit[W];
    signal input in[n];
    signal output {maxbit} out[n];

    // The parts of UpTo for a limit R that is a signal: weight_i = floor(R / 2^(i+1)) + bit i of R, linear in the bits of R,
    // non-negative, of sum R < 2^W.
    signal half[W];
    signal weight[W];
    for (var i = W - 1; i >= 0; i--) {
        half[i] <== i == W - 1 ? 0 : 2 * half[i + 1] + limit[i + 1];
        weight[i] <== half[i] + limit[i];
    }

    out.maxbit = W;
    signal part[n][W];
    for (var v = 0; v < n; v++) {
        var left = in[v];
        var sum = 0;
        for (var i = 0; i < W; i++) {
            // Hint, bound to 0 or the weight by the row below and by the sum after the loop.
            part[v][i] <-- left > half[i] ? weight[i] : 0;
            part[v][i] * (part[v][i] - weight[i]) === 0;
            left -= part[v][i];
            sum += part[v][i];
        }
        sum === in[v];
        out[v] <== in[v];
    }
}

/**
 * @title   Within
 * @notice  Proves that n signals are in [min, max], W rows each; the ends are proven once, in 2 W rows.
 * @param   W    bits of the ends, at most 250
 * @param   n    how many signals share the ends
 * @input   min  any field element
 * @input   max  any field element
 * @input   in   any field elements
 * @output  out  in, tagged
 * @assumes nothing
 * @ensures 0 <= min <= max < 2^W, and every out = in with min <= in <= max
 */
template Within(W, n) {
    signal input min;
    signal input max;
    signal input in[n];
    signal output {maxbit} out[n];

    // With R = max - min of W bits, min at most 2^W - 1 - R and in - min at most R, all three are integers far below r and
    // max = min + R is at most 2^W - 1.
    signal {binary} span[W] <== Bits(W)(max - min);
    signal {binary} rest[W];
    signal offset[n];
    for (var i = 0; i < W; i++) {
        rest[i] <== 1 - span[i];
    }
    for (var v = 0; v < n; v++) {
        offset[v] <== in[v] - min;
    }
    _ <== Parts(W, 1)(rest, [min]);
    _ <== Parts(W, n)(span, offset);

    out.maxbit = W;
    out <== in;
}

/**
 * @title   WithinTable
 * @notice  Within, for each column of a table with ends of its own: W rows a signal and 2 W a column.
 * @param   W    bits of the ends, at most 250
 * @param   n    rows of the table
 * @param   K    columns of the table
 * @input   min  of each column
 * @input   max  of each column
 * @input   in   any field elements
 * @output  out  in, tagged
 * @assumes nothing
 * @ensures as Within, for each column
 */
template WithinTable(W, n, K) {
    signal input min[K];
    signal input max[K];
    signal input in[n][K];
    signal output {maxbit} out[n][K];

    component column[K];
    for (var k = 0; k < K; k++) {
        column[k] = Within(W, n);
        column[k].min <== min[k];
        column[k].max <== max[k];
        for (var i = 0; i < n; i++) {
            column[k].in[i] <== in[i][k];
        }
        for (var i = 0; i < n; i++) {
            _ <== column[k].out[i];
        }
    }
    out.maxbit = W;
    out <== in;
}
