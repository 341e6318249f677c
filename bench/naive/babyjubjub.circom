pragma circom 2.2.3;

// BabyJubJub (ERC-2494) in twisted Edwards form: a x^2 + y^2 = 1 + d x^2 y^2, neutral element (0, 1), order 8 l with l prime.
// a is a square and d is not, so the addition law is complete: for points on the curve no denominator below is 0, there
// is no exceptional case, and every quotient is the only one. All points here are on the curve or derived from such.
function EDWARDS_A() { return 168700; }
function EDWARDS_D() { return 168696; }

// The standard generator of the subgroup of order l.
function BASE8() {
    return [
        5299619240641551281634865583518297030282874472190772894086521144482721001553,
        16950150798460657717958625567821834550301663161624707787222815936182638968203
    ];
}

function EDWARDS_ADD(p, q) {
    var cross = EDWARDS_D() * p[0] * p[1] * q[0] * q[1];
    return [
        (p[0] * q[1] + p[1] * q[0]) / (1 + cross),
        (p[1] * q[1] - EDWARDS_A() * p[0] * q[0]) / (1 - cross)
    ];
}

// Window w holds digit * 8^w * Base8 for the eight digits. 84 windows: 252 bits, and l is below 2^251.
function BASE8_WINDOWS() {
    var table[84][8][2];
    var unit[2] = BASE8();
    for (var w = 0; w < 84; w++) {
        table[w][0] = [0, 1];
        for (var digit = 1; digit < 8; digit++) {
            table[w][digit] = EDWARDS_ADD(table[w][digit - 1], unit);
        }
        unit = EDWARDS_ADD(table[w][7], unit);
    }
    return table;
}

/**
 * @title   OnCurve
 * @notice  Proves that a point is on the curve. Three rows.
 * @param   none
 * @input   p  two field elements
 * @output  none
 * @assumes nothing
 * @ensures p is on the curve, in whatever subgroup
 */
template OnCurve() {
    signal input p[2];

    signal xx <== p[0] * p[0];
    signal yy <== p[1] * p[1];
    EDWARDS_D() * xx * yy === EDWARDS_A() * xx + yy - 1;
}

/**
 * @title   Add
 * @notice  The complete sum of two points. Six rows.
 * @param   none
 * @input   p    a point
 * @input   q    a point
 * @output  out  p + q
 * @assumes p and q are on the curve
 * @ensures out = p + q, on the curve
 */
template Add() {
    signal input p[2];
    signal input q[2];
    signal output out[2];

    signal xy <== p[0] * q[1];
    signal yx <== p[1] * q[0];
    signal cross <== xy * yx;
    // (p.y - a p.x)(q.x + q.y) = (p.y q.y - a p.x q.x) + yx - a xy
    signal mixed <== (p[1] - EDWARDS_A() * p[0]) * (q[0] + q[1]);

    // Hints, each bound by the row below it; the denominators are not 0 (head of this file).
    out[0] <-- (xy + yx) / (1 + EDWARDS_D() * cross);
    out[0] * (1 + EDWARDS_D() * cross) === xy + yx;
    out[1] <-- (mixed - yx + EDWARDS_A() * xy) / (1 - EDWARDS_D() * cross);
    out[1] * (1 - EDWARDS_D() * cross) === mixed - yx + EDWARDS_A() * xy;
}

/**
 * @title   Double
 * @notice  Twice a point. Five rows.
 * @param   none
 * @input   p    a point
 * @output  out  2 p
 * @assumes p is on the curve, so that a x^2 + y^2 = 1 + d x^2 y^2 is not 0, nor is 2 - a x^2 - y^2 = 1 - d x^2 y^2
 * @ensures out = 2 p, on the curve
 */
template Double() {
    signal input p[2];
    signal output out[2];

    signal xx <== p[0] * p[0];
    signal yy <== p[1] * p[1];
    signal xy <== p[0] * p[1];
    var sum = EDWARDS_A() * xx + yy;

    // Hints, each bound by the row below it.
    out[0] <-- 2 * xy / sum;
    out[0] * sum === 2 * xy;
    out[1] <-- (yy - EDWARDS_A() * xx) / (2 - sum);
    out[1] * (2 - sum) === yy - EDWARDS_A() * xx;
}

/**
 * @title   BaseTimes
 * @notice  A scalar times the generator, in 84 windows of three bits: 3 rows a window for its point, 6 to add it.
 * @param   table  BASE8_WINDOWS(), a parameter so that it is worked out once, by the compiler
 * @input   bits   of the scalar, lowest first; it need not be below l
 * @output  out    scalar * Base8
 * @assumes nothing
 * @ensures out = scalar * Base8, in the prime subgroup
 */
template BaseTimes(table) {
    signal input {binary} bits[252];
    signal output out[2];

    signal both[84];
    signal point[84][2];
    signal sum[84][2];
    for (var w = 0; w < 84; w++) {
        both[w] <== bits[3 * w] * bits[3 * w + 1];
        for (var c = 0; c < 2; c++) {
            // A table of eight as a polynomial of degree 1 in each bit: the half with bit 2 clear, then the change.
            var half[2];
            for (var top = 0; top < 2; top++) {
                var t0 = table[w][4 * top][c];
                var t1 = table[w][4 * top + 1][c];
                var t2 = table[w][4 * top + 2][c];
                var t3 = table[w][4 * top + 3][c];
                half[top] = t0 + (t1 - t0) * bits[3 * w] + (t2 - t0) * bits[3 * w + 1] + (t3 - t2 - t1 + t0) * both[w];
            }
            point[w][c] <== half[0] + bits[3 * w + 2] * (half[1] - half[0]);
        }
        if (w == 0) {
            sum[w] <== point[w];
        } else {
            sum[w] <== Add()(sum[w - 1], point[w]);
        }
    }
    out <== sum[83];
}

/**
 * @title   DoublePlusOneTimes
 * @notice  (2 h + 1) Q for the 254 bits b_i of h. With signs s_i = 2 b_i - 1,
 *              2 h + 1 = 2^254 + sum of s_i 2^i,
 *          so the bits are the signs and no digit is 0: start at Q, then 127 times 4 P + (2 s_{i+1} + s_i) Q, which is one of
 *          +-Q, +-3Q. 20 rows for two bits.
 * @param   none
 * @input   bits  of h, lowest first
 * @input   q     a point
 * @output  out   (2 h + 1) q
 * @assumes q is on the curve
 * @ensures out = (2 h + 1) q, on the curve
 */
template DoublePlusOneTimes() {
    signal input {binary} bits[254];
    signal input q[2];
    signal output out[2];

    signal twice[2] <== Double()(q);
    signal thrice[2] <== Add()(twice, q);

    signal alike[127];
    signal half[127];
    signal digit[127][2];
    signal doubled[127][2];
    signal fourfold[127][2];
    signal sum[128][2];
    sum[127] <== q;
    for (var w = 126; w >= 0; w--) {
        // high low  digit        The negative of (x, y) is (-x, y).
        //   1    1    3
        //   1    0    1
        //   0    1   -1
        //   0    0   -3
        var high = bits[2 * w + 1];
        var low = bits[2 * w];
        half[w] <== low * (thrice[0] - q[0]);
        digit[w][0] <== half[w] + high * (thrice[0] + q[0]) - thrice[0];
        // 1 where the two bits are equal.
        alike[w] <== 1 - high - low + 2 * high * low;
        digit[w][1] <== q[1] + alike[w] * (thrice[1] - q[1]);

        doubled[w] <== Double()(sum[w + 1]);
        fourfold[w] <== Double()(doubled[w]);
        sum[w] <== Add()(fourfold[w], digit[w]);
    }
    out <== sum[0];
}
