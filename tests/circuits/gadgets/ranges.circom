pragma circom 2.2.3;

include "lib/ranges.circom";

// Every gadget of ranges.circom once, on inputs of its own, so that one compilation serves all its tests.
template Ranges() {
    signal input boolean;
    _ <== Boolean()(boolean);
    signal input bits;
    signal {binary} seven[7] <== Bits(7)(bits);
    _ <== seven;
    signal input canonical;
    signal {binary} all[254] <== CanonicalBits()(canonical);
    _ <== all;
    signal input ranged;
    _ <== Ranged(7)(ranged);
    signal input low;
    signal input high;
    AtMost(7)(low, high);
    signal input upTo1;
    _ <== UpTo(1)(upTo1);
    signal input upTo4;
    _ <== UpTo(4)(upTo4);
    signal input upTo100;
    _ <== UpTo(100)(upTo100);
    signal input min;
    signal input max;
    signal input within[3];
    signal {maxbit} proven[3] <== Within(7, 3)(min, max, within);
    _ <== proven;
}

component main = Ranges();
