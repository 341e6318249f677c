pragma circom 2.2.3;

include "lib/delivery.circom";
include "lib/signature.circom";

// The curve's gadgets, the signature and the delivery, each on inputs of its own.
template Curve() {
    signal input p[2];
    signal input q[2];
    signal output doubled[2] <== Double()(p);
    signal output added[2] <== Add()(p, q);
    signal output edwards[2] <== ToEdwards()(p);
    signal input point[2];
    signal output eightfold[2] <== EightTimes()(point);
    signal input signed[9];
    signal output ladder[2] <== Ladder(9, 1)(p, signed);
    signal input scalar;
    signal output multiple[2] <== BaseMultiple(SUBGROUP_ORDER(), SIGNATURE_WINDOWS())(scalar);
    signal input digits[82];
    signal output digitsMultiple[2] <== DigitsMultiple(DELIVERY_WINDOWS())(digits);

    signal input T[2];
    signal input R8[2];
    signal input S;
    signal input message;
    signal output A[2] <== Signature()(T, R8, S, message);

    signal input buyerKey;
    signal input buyerKeyV;
    signal input ephemeralSecret;
    signal input key;
    signal input content;
    signal input releaseSecret;
    signal output ephemeral;
    signal output wrap;
    (ephemeral, wrap) <== Delivery()(buyerKey, buyerKeyV, ephemeralSecret, key, content, releaseSecret);
}

component main = Curve();
