pragma circom 2.2.3;

include "lib/ranges.circom";

// Every gadget of ranges.circom once, on inputs of its own, so that one compilation serves all its tests.
template Ranges() {
    signal input boolean;
    _ <== Boolean()(boolean);
    signal input bits;
    signal {binary} seven[7] <== Bits(7)(bits);
    _ <== seven;
    signal input ranged;
    _ <== Ranged(7)(ranged);
    signal input low;
    signal input high;
    AtMost(7)(low, high);
    signal input start;
    signal input end;
    signal input first;
    signal input elapsed;
    _ <== Window(7)(start, end, first, elapsed);
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
    signal input table[2][2];
    signal {maxbit} ranged2[2][2] <== RangedTable(7, 2, 2)(table);
    _ <== ranged2;
    signal input least[2];
    signal input most[2];
    signal {maxbit} bounded[2][2] <== WithinTable(7, 2, 2)(least, most, table);
    _ <== bounded;
}

component main = Ranges();
