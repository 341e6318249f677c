pragma circom 2.2.3;

include "lib/ranges.circom";
include "lib/words.circom";

// Each predicate of the statements by itself, with the rows that statements use for it.
template InRange() {
    signal input limb;
    signal input min;
    signal input max;
    _ <== Within(48, 1)(min, max, [limb]);
}

template InWindow() {
    signal input first;
    signal input elapsed;
    signal input min;
    signal input max;
    _ <== Ranged(TIME_BITS())(min);
    _ <== Ranged(TIME_BITS())(max);
    _ <== Window(TIME_BITS())(min, max, first, elapsed);
}

template KnownBy() {
    signal input last;
    signal input asOf;
    AtMost(TIME_BITS())(last, asOf);
}

template InSlot() {
    signal input first;
    signal input last;
    signal input slot;
    signal input slotLength;
    _ <== Ranged(32)(slot);
    signal start <== slot * slotLength;
    AtMost(TIME_BITS())(start, first);
    AtMost(TIME_BITS())(last + 1, start + slotLength);
}

template EnrolledIn() {
    signal input first;
    signal input last;
    signal input from;
    signal input until;
    AtMost(TIME_BITS())(from, first);
    AtMost(TIME_BITS())(last + 1, until);
}

template HasCount() {
    signal input count;
    _ <== UpTo(15)(count - 1);
}

template Predicates() {
    signal input range[3];
    signal input window[4];
    signal input known[2];
    signal input slot[4];
    signal input enrolment[4];
    signal input count;

    component inRange = InRange();
    (inRange.limb, inRange.min, inRange.max) <== (range[0], range[1], range[2]);
    component inWindow = InWindow();
    (inWindow.first, inWindow.elapsed, inWindow.min, inWindow.max) <== (window[0], window[1], window[2], window[3]);
    component knownBy = KnownBy();
    (knownBy.last, knownBy.asOf) <== (known[0], known[1]);
    component inSlot = InSlot();
    (inSlot.first, inSlot.last, inSlot.slot, inSlot.slotLength) <== (slot[0], slot[1], slot[2], slot[3]);
    component enrolledIn = EnrolledIn();
    (enrolledIn.first, enrolledIn.last, enrolledIn.from, enrolledIn.until) <==
        (enrolment[0], enrolment[1], enrolment[2], enrolment[3]);
    component hasCount = HasCount();
    hasCount.count <== count;
}

// Forty cases at once, so that one run of the witness generator serves them all.
template Forty() {
    signal input range[40][3];
    signal input window[40][4];
    signal input known[40][2];
    signal input slot[40][4];
    signal input enrolment[40][4];
    signal input count[40];

    component each[40];
    for (var i = 0; i < 40; i++) {
        each[i] = Predicates();
        each[i].range <== range[i];
        each[i].window <== window[i];
        each[i].known <== known[i];
        each[i].slot <== slot[i];
        each[i].enrolment <== enrolment[i];
        each[i].count <== count[i];
    }
}

component main = Forty();
