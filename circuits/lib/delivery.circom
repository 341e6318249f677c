pragma circom 2.2.3;

include "fixed_base.circom";
include "montgomery.circom";
include "poseidon.circom";
include "tags.circom";

/**
 * @title   Delivery
 * @notice  Wraps the capsule key for the buyer alone: wrap = key + H_mask(u of k (8 P), u of k Base8, content, m).
 * @param   none
 * @input   buyerKey         u of the buyer's point P
 * @input   buyerKeyV        v of P or of -P, which share every u below
 * @input   ephemeralSecret  k = 3 * 2^246 + sum of 246 signs: odd, between 2^247 and 2^248
 * @input   key              capsule key
 * @input   content          content of the capsule
 * @input   releaseSecret    m
 * @output  ephemeral        u of k Base8
 * @output  wrap             the wrapped key
 * @assumes nothing
 * @ensures P is on the curve and not of small order, ephemeral and mask are made with one k, and wrap with them: who knows
 *          the secret of P, and m, gets the key. k and m are the prover's free choice, and nobody else's business
 */
template Delivery() {
    signal input buyerKey;
    signal input buyerKeyV;
    signal input ephemeralSecret;
    signal input key;
    signal input content;
    signal input releaseSecret;
    signal output ephemeral;
    signal output wrap;

    signal P[2] <== EightTimes()([buyerKey, buyerKeyV]);

    var bits = (ephemeralSecret - 2 ** 247 - 1) / 2;
    signal signed[246];
    signal digits[82];
    var sum = 3 * 2 ** 246;
    for (var j = 0; j < 82; j++) {
        var chosen = 0;
        var threeSigned = 0;
        for (var i = 3 * j; i < 3 * j + 3; i++) {
            var bit = (bits >> i) & 1;
            // Hint, bound by the ladder to +-(v of 8 P), and by the digit's row below to the secret.
            signed[i] <-- bit == 1 ? P[1] : -P[1];
            chosen += (2 * bit - 1) * 2 ** (i - 3 * j);
            threeSigned += 2 ** (i - 3 * j) * signed[i];
        }
        // Hint, bound by the row below: three signs are one odd digit, for the v of 8 P is not 0.
        digits[j] <-- chosen;
        digits[j] * P[1] === threeSigned;
        sum += digits[j] * 8 ** j;
    }
    ephemeralSecret === sum;

    // k stays below 2^248 < l - 1, so no step needs closing.
    signal shared[2] <== Ladder(246, 0)(P, signed);
    signal multiple[2] <== DigitsMultiple(DELIVERY_WINDOWS())(digits);
    _ <== shared[1];
    _ <== multiple[1];

    ephemeral <== multiple[0];
    signal mask <== Hash(4, TAG_MASK())([shared[0], ephemeral, content, releaseSecret]);
    wrap <== key + mask;
}
