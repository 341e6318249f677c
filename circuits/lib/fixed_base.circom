pragma circom 2.2.3;

include "montgomery.circom";
include "window_constants.circom";

// Column of a row of SIGNATURE_WINDOWS.
function DIGIT_COLUMN() { return 0; }
function T_COLUMN() { return 4; }
function U_COLUMN() { return 6; }
function SQUARE_COLUMN() { return 9; }
function V_COLUMN() { return 12; }

// The t and the v of every window for a scalar below l, as hints. The odd one of S and S + l is written in digits +-d_i of
// the windows, lowest first: the digit is the one with n + 8 = digit modulo 16, and (n - digit) / 8 is odd again. n may
// pass below 0; 2^252 is a multiple of 16 above every n.
function SCALAR_WINDOWS(S, l, table) {
    var found[84][2];
    var n = (S & 1) == 1 ? S : S + l;
    for (var w = 0; w < 84; w++) {
        // The last window takes what is left, of size 7 at most.
        var wanted = w == 83 ? n : n + 8;
        wanted = (wanted + 2 ** 252) & 15;
        for (var i = 0; i < 4; i++) {
            var digit = table[w][DIGIT_COLUMN() + i];
            var t = i < 2 ? i : table[w][T_COLUMN() + i - 2];
            if (digit == wanted) {
                found[w][0] = t;
                found[w][1] = table[w][V_COLUMN() + i];
                n = (n - digit) / 8;
            } else if (16 - digit == wanted) {
                found[w][0] = t;
                found[w][1] = -table[w][V_COLUMN() + i];
                n = (n + digit) / 8;
            }
        }
    }
    return found;
}

/**
 * @title   BaseMultiple
 * @notice  Some multiple of the generator, in 84 windows of odd digits: three rows for a window's point, three to add it.
 *          A point of window w is given by t: u and v^2 are its parabolas, and the sign of v is free.
 * @param   l      order of the prime subgroup
 * @param   table  SIGNATURE_WINDOWS(), a parameter so that it is worked out once, by the compiler
 * @input   S      the multiple below l: where the windows are taken from; no row ties it to them
 * @output  out    a multiple of Base8
 * @assumes nothing
 * @ensures out is in the prime subgroup. Partial sums are odd multiples below 15/7 * 8^w and the next is an even one of at
 *          most 15 * 8^w, so they are equal only modulo l, which needs the last window (2.143 * 8^83 + 7 * 8^83 > l): there
 *          a row excludes it
 */
template BaseMultiple(l, table) {
    signal input S;
    signal output out[2];

    _ <== S;
    var found[84][2] = SCALAR_WINDOWS(S, l, table);
    signal t[84];
    signal tt[84];
    signal point[84][2];
    signal sum[84][2];
    for (var w = 0; w < 84; w++) {
        var t2 = table[w][T_COLUMN()];
        var t3 = table[w][T_COLUMN() + 1];
        // Hint, bound by the row of the four parameters, the second below.
        t[w] <-- found[w][0];
        tt[w] <== t[w] * t[w];
        (tt[w] - t[w]) * (tt[w] - (t2 + t3) * t[w] + t2 * t3) === 0;
        point[w][0] <== table[w][U_COLUMN()] + table[w][U_COLUMN() + 1] * t[w] + table[w][U_COLUMN() + 2] * tt[w];
        // Hint, bound by the row below up to its sign, which is free.
        point[w][1] <-- found[w][1];
        point[w][1] * point[w][1] ===
            table[w][SQUARE_COLUMN()] + table[w][SQUARE_COLUMN() + 1] * t[w] + table[w][SQUARE_COLUMN() + 2] * tt[w];
        if (w == 0) {
            sum[w] <== point[w];
        } else {
            if (w == 83) {
                NotZero()(point[w][0] - sum[w - 1][0]);
            }
            sum[w] <== Add()(sum[w - 1], point[w]);
        }
    }
    out <== sum[83];
}

/**
 * @title   DigitsMultiple
 * @notice  (3 * 2^246 + sum of digit_j 8^j) Base8 for 82 odd digits. Seven rows a digit: u and v / digit are cubics in its
 *          square.
 * @param   table  DELIVERY_WINDOWS(), a parameter so that it is worked out once, by the compiler
 * @input   digits  lowest first
 * @output  out     the multiple
 * @assumes every digit is odd and from -7 to 7
 * @ensures out is this multiple, in the prime subgroup: the partial sum is between 2 * 2^246 and 4 * 2^246, the next point at
 *          most 7 * 2^243, and both together are below l, so they never meet
 */
template DigitsMultiple(table) {
    signal input digits[82];
    signal output out[2];

    signal square[82];
    signal fourth[82];
    signal point[82][2];
    signal sum[83][2];
    sum[0] <== DELIVERY_START();
    for (var j = 0; j < 82; j++) {
        square[j] <== digits[j] * digits[j];
        fourth[j] <== square[j] * square[j];
        var quadratic = table[j][0] + table[j][1] * square[j] + table[j][2] * fourth[j];
        point[j][0] <== table[j][3] * square[j] * fourth[j] + quadratic;
        // The sixth power is what the cubic of u adds to its quadratic.
        var sixth = (point[j][0] - quadratic) / table[j][3];
        point[j][1] <== digits[j] * (table[j][4] + table[j][5] * square[j] + table[j][6] * fourth[j] + table[j][7] * sixth);
        sum[j + 1] <== Add()(sum[j], point[j]);
    }
    out <== sum[82];
}
