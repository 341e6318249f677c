pragma circom 2.2.3;

include "lib/poseidon.circom";
include "lib/ranges.circom";
include "babyjubjub.circom";

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
 * @title   Signature
 * @notice  EdDSA-Poseidon as circomlib defines it: S * Base8 = R8 + 8 h A with h = Poseidon_0(R8.x, R8.y, A.x, A.y, message).
 *          The key is given as T with A = 8 T, which puts it into the prime subgroup.
 * @param   none
 * @input   T        an eighth of the device key
 * @input   R8       first part of the signature
 * @input   S        second part, below 2^252
 * @input   message  what is signed
 * @output  A        the device key
 * @assumes nothing
 * @ensures A is in the prime subgroup and not the neutral element, R8 is in it too, and (R8, S) signs message under A.
 *          S and S + l are not told apart: the statement is that a signature exists, and S goes nowhere else
 */
template Signature() {
    signal input T[2];
    signal input R8[2];
    signal input S;
    signal input message;
    signal output A[2];

    OnCurve()(T);
    OnCurve()(R8);

    signal T2[2] <== Double()(T);
    signal T4[2] <== Double()(T2);
    A <== Double()(T4);
    // Hint, bound by the row below. The only point of the prime subgroup with x = 0 is the neutral element.
    signal inverse <-- 1 / A[0];
    A[0] * inverse === 1;

    // h as an integer: h + r would be another multiple of A, and a signature nobody made.
    signal h <== Hash(5, 0)([R8[0], R8[1], A[0], A[1], message]);
    signal {binary} hBits[254] <== CanonicalBits()(h);

    // 8 h A = 2 h Q with Q = 4 A; the ladder gives (2 h + 1) Q, so Q stands on both sides.
    signal A2[2] <== Double()(A);
    signal Q[2] <== Double()(A2);
    signal ladder[2] <== DoublePlusOneTimes()(hBits, Q);
    signal right[2] <== Add()(ladder, R8);

    signal {binary} sBits[252] <== Bits(252)(S);
    signal base[2] <== BaseTimes(BASE8_WINDOWS())(sBits);
    signal left[2] <== Add()(base, Q);

    left[0] === right[0];
    left[1] === right[1];
}
