pragma circom 2.2.3;

include "fixed_base.circom";
include "montgomery.circom";
include "poseidon.circom";
include "ranges.circom";

// Order of the prime subgroup of BabyJubJub; its cofactor is 8.
function SUBGROUP_ORDER() { return 2736030358979909402780800718157159386076813972158567259200215660948447373041; }

/**
 * @title   Signature
 * @notice  EdDSA-Poseidon as circomlib defines it: S * Base8 = R8 + 8 h A with h = Poseidon_0(R8.x, R8.y, A.x, A.y, message).
 *          The key is given as T with A = 8 T, in Montgomery coordinates.
 * @param   none
 * @input   T        an eighth of the device key, Montgomery
 * @input   R8       first part of the signature, Edwards
 * @input   S        second part, below l; no row ties it to the multiple of Base8
 * @input   message  what is signed
 * @output  A        the device key, Edwards
 * @assumes nothing
 * @ensures A is in the prime subgroup and not the neutral element, R8 is in it too, and for some S (R8, S) signs message
 *          under A: the statement is that a signature exists
 */
template Signature() {
    signal input T[2];
    signal input R8[2];
    signal input S;
    signal input message;
    signal output A[2];

    signal key[2] <== EightTimes()(T);
    A <== ToEdwards()(key);
    signal h <== Hash(5, 0)([R8[0], R8[1], A[0], A[1], message]);

    // 8 h A = 2 h Q with Q = 4 A. The ladder of the 254 bits of e gives (2 (2^254 + e) + 1) Q, and 2 e + 2^255 + 1 = 2 h + 23 l
    // for e = h + shift. h is canonical where e, an integer of 254 bits, is in [shift, shift + r): its high 82 bits are
    // proven to lie strictly inside, which refuses one honest h in 2^80.
    signal twice[2] <== Double()(key);
    signal Q[2] <== Double()(twice);
    var half = 2 ** 172;
    var shift = (23 * SUBGROUP_ORDER() - 1) / 2 - 2 ** 254;
    var shiftHigh = shift >> 172;
    var shiftLow = shift & (half - 1);
    // r - 1 + shift passes r, so its high part is summed by halves.
    var carry = (-1 & (half - 1)) + shiftLow >= half ? 1 : 0;
    var topHigh = (-1 >> 172) + shiftHigh + carry;

    var hintLow = (h & (half - 1)) + shiftLow;
    var hintCarry = hintLow >= half ? 1 : 0;
    // Hint, bound by the range below and by the sum of the high signs.
    signal high <-- (h >> 172) + shiftHigh + hintCarry;
    _ <== UpTo(topHigh - shiftHigh - 2)(high - shiftHigh - 1);
    signal low <== h + shift - half * high;

    signal signed[254];
    var sumLow = 0;
    var sumHigh = 0;
    for (var i = 0; i < 254; i++) {
        var limb = i < 172 ? low >> i : high >> (i - 172);
        // Hint, bound by the ladder to +-(v of Q) and by the two sums below to the bits of low and high.
        signed[i] <-- (limb & 1) == 1 ? Q[1] : -Q[1];
        if (i < 172) {
            sumLow += 2 ** i * signed[i];
        } else {
            sumHigh += 2 ** (i - 172) * signed[i];
        }
    }
    // Odd numbers of 172 and 82 bits with their signs, exact: both sides are far below r.
    (2 * low + 1 - half) * Q[1] === sumLow;
    (2 * high + 1 - 2 ** 82) * Q[1] === sumHigh;
    // Five closed steps: 2^(254 + 1 - 5) = 2^250 is below l.
    signal hA[2] <== Ladder(254, 5)(Q, signed);

    // R8 = S * Base8 - 8 h A: a difference of points of the prime subgroup, so R8 needs no check of its own.
    signal base[2] <== BaseMultiple(SUBGROUP_ORDER(), SIGNATURE_WINDOWS())(S);
    NotZero()(base[0] - hA[0]);
    signal nonce[2] <== Add()(base, [hA[0], -hA[1]]);
    signal found[2] <== ToEdwards()(nonce);
    R8 === found;
}
