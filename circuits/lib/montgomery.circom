pragma circom 2.2.3;

// BabyJubJub (ERC-2494) in Montgomery form: v^2 = u^3 + 168698 u^2 + u, order 8 l with l prime. The map from the twisted
// Edwards form is u = (1 + y) / (1 - y), v = u / x. (0, 0) is the only point with v = 0, and -1 is no point's u.
// A sum is a slope: where two points share their u, its row says nothing (equal points) or nothing true (opposite ones).
// So each head says why equal points cannot come up; opposite points cost a prover his proof, and nobody else.
function MONTGOMERY_A() { return 168698; }

/**
 * @title   OnCurve
 * @notice  Proves that a point is on the curve. Three rows.
 * @param   none
 * @input   p   two field elements, u and v
 * @output  uu  the square of u, for the tangent
 * @assumes nothing
 * @ensures p is on the curve, in whatever subgroup
 */
template OnCurve() {
    signal input p[2];
    signal output uu;

    uu <== p[0] * p[0];
    signal cubic <== uu * (p[0] + MONTGOMERY_A());
    p[1] * p[1] === cubic + p[0];
}

/**
 * @title   Tangent
 * @notice  Twice a point, given the square of its u. Three rows.
 * @param   none
 * @input   p    a point
 * @input   uu   the square of its u
 * @output  out  2 p
 * @assumes p is on the curve
 * @ensures out = 2 p, on the curve; there is no slope at (0, 0), whose double is neutral: 1 would be 0
 */
template Tangent() {
    signal input p[2];
    signal input uu;
    signal output out[2];

    // Hint, bound by the row below.
    signal slope <-- (3 * uu + 2 * MONTGOMERY_A() * p[0] + 1) / (2 * p[1]);
    slope * (2 * p[1]) === 3 * uu + 2 * MONTGOMERY_A() * p[0] + 1;
    out[0] <== slope * slope - MONTGOMERY_A() - 2 * p[0];
    out[1] <== slope * (p[0] - out[0]) - p[1];
}

/**
 * @title   Double
 * @notice  Twice a point. Four rows.
 * @param   none
 * @input   p    a point
 * @output  out  2 p
 * @assumes p is on the curve
 * @ensures as Tangent
 */
template Double() {
    signal input p[2];
    signal output out[2];

    signal uu <== p[0] * p[0];
    out <== Tangent()(p, uu);
}

/**
 * @title   EightTimes
 * @notice  Proves that a point is on the curve, and multiplies it by the cofactor. 14 rows.
 * @param   none
 * @input   p    two field elements
 * @output  out  8 p
 * @assumes nothing
 * @ensures p is on the curve; out = 8 p is in the prime subgroup and not neutral: a point of order 2, 4 or 8 comes to (0, 0)
 *          on the way, which has no tangent
 */
template EightTimes() {
    signal input p[2];
    signal output out[2];

    signal uu <== OnCurve()(p);
    signal twice[2] <== Tangent()(p, uu);
    signal fourfold[2] <== Double()(twice);
    out <== Double()(fourfold);
}

/**
 * @title   Add
 * @notice  The sum of two different points. Three rows.
 * @param   none
 * @input   p    a point
 * @input   q    another point
 * @output  out  p + q
 * @assumes p and q are on the curve and not equal
 * @ensures out = p + q, on the curve
 */
template Add() {
    signal input p[2];
    signal input q[2];
    signal output out[2];

    // Hint, bound by the row below where the two u differ.
    signal slope <-- (q[1] - p[1]) / (q[0] - p[0]);
    slope * (q[0] - p[0]) === q[1] - p[1];
    out[0] <== slope * slope - MONTGOMERY_A() - p[0] - q[0];
    out[1] <== slope * (p[0] - out[0]) - p[1];
}

/**
 * @title   NotZero
 * @notice  Proves that a signal is not 0. One row.
 * @param   none
 * @input   in  any field element
 * @output  none
 * @assumes nothing
 * @ensures in is not 0
 */
template NotZero() {
    signal input in;

    // Hint, bound by the row below.
    signal inverse <-- 1 / in;
    in * inverse === 1;
}

/**
 * @title   ToEdwards
 * @notice  The twisted Edwards coordinates of a point. Two rows.
 * @param   none
 * @input   p    a point
 * @output  out  x and y
 * @assumes p is on the curve and not (0, 0)
 * @ensures out is the same point; v is not 0 and u is not -1 there, so both quotients are the only ones
 */
template ToEdwards() {
    signal input p[2];
    signal output out[2];

    // Hints, each bound by the row below it.
    out[0] <-- p[0] / p[1];
    out[0] * p[1] === p[0];
    out[1] <-- (p[0] - 1) / (p[0] + 1);
    out[1] * (p[0] + 1) === p[0] - 1;
}

/**
 * @title   Ladder
 * @notice  (3 * 2^n + sum of s_i 2^i) Q for signs s_i = +-1, which come as the v of s_i Q. Starts at 3 Q and takes 2 P + s_i Q
 *          as (P + s_i Q) + P: 6 rows a sign and 7 for 3 Q.
 * @param   n       signs
 * @param   closed  the last steps, in which P = s_i Q is excluded by a row each
 * @input   q       Q
 * @input   signed  the v of s_i Q, lowest i first
 * @output  out     the multiple of Q
 * @assumes Q is in the prime subgroup and not neutral, and 2^(n + 1 - closed) < l - 1: P = m Q in step i has
 *          3 <= m < 2^(n + 1 - i), so it is not +-Q before the closed steps
 * @ensures signed are +-(v of Q), and out is this multiple of Q, on the curve
 */
template Ladder(n, closed) {
    signal input q[2];
    signal input signed[n];
    signal output out[2];

    signal twice[2] <== Double()(q);
    signal start[2] <== Add()(twice, q);

    signal once[n];
    signal first[n];
    signal second[n];
    signal sum[n + 1][2];
    sum[n] <== start;
    for (var i = n - 1; i >= 0; i--) {
        (signed[i] - q[1]) * (signed[i] + q[1]) === 0;
        if (i < closed) {
            NotZero()(q[0] - sum[i + 1][0]);
        }
        // Hint, bound by the row below: the slope through P and s_i Q.
        first[i] <-- (signed[i] - sum[i + 1][1]) / (q[0] - sum[i + 1][0]);
        first[i] * (q[0] - sum[i + 1][0]) === signed[i] - sum[i + 1][1];
        once[i] <== first[i] * first[i] - MONTGOMERY_A() - sum[i + 1][0] - q[0];
        // Hint, bound by the row below: the slope through P and P + s_i Q, whose v is first * (P.u - once) - P.v.
        second[i] <-- 2 * sum[i + 1][1] / (sum[i + 1][0] - once[i]) - first[i];
        (first[i] + second[i]) * (sum[i + 1][0] - once[i]) === 2 * sum[i + 1][1];
        sum[i][0] <== second[i] * second[i] - MONTGOMERY_A() - once[i] - sum[i + 1][0];
        sum[i][1] <== second[i] * (sum[i + 1][0] - sum[i][0]) - sum[i + 1][1];
    }
    out <== sum[0];
}
