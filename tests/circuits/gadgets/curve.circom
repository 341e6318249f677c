pragma circom 2.2.3;

include "lib/ranges.circom";
include "lib/signature.circom";

// The curve's gadgets and the signature, each on inputs of its own.
template Curve() {
    signal input p[2];
    signal input q[2];
    OnCurve()(p);
    signal output doubled[2] <== Double()(p);
    signal output added[2] <== Add()(p, q);
    signal input scalar;
    signal output baseTimes[2] <== BaseTimes(BASE8_WINDOWS())(Bits(252)(scalar));
    signal input h;
    signal output ladder[2] <== DoublePlusOneTimes()(CanonicalBits()(h), q);

    signal input T[2];
    signal input R8[2];
    signal input S;
    signal input message;
    signal output A[2] <== Signature()(T, R8, S, message);
}

component main = Curve();
