"""Mutants that no attack can tell from the original, each with a proof: the rows that are left imply the one changed.

A signal is an integer from 0 to r - 1. A fact is that a sum of signals is, modulo r, below a bound. Where only one
multiple of r brings the sum below it, the fact is one of integers, and narrows each of its signals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from tests.reference.field import R

Interval = tuple[int, int]


@dataclass(frozen=True)
class Fact:
    """0 <= sum of factor * signal < below, modulo r, and the rows that say so."""

    rows: str
    below: int
    factors: Mapping[str, int]

    def narrowed(self, known: Mapping[str, Interval]) -> dict[str, Interval]:
        """Its signals, where it is a fact of integers."""
        ends = {name: sorted(factor * end for end in known[name]) for name, factor in self.factors.items()}
        low, high = (sum(pair[side] for pair in ends.values()) for side in (0, 1))
        turns = range(ceil(Fraction(low - self.below + 1, R)), floor(Fraction(high, R)) + 1)
        if len(turns) != 1:
            return {}
        least, most = turns[0] * R, turns[0] * R + self.below - 1
        found = {}
        for name, factor in self.factors.items():
            rest = sorted(Fraction(end, factor) for end in (least - high + ends[name][1], most - low + ends[name][0]))
            found[name] = (max(known[name][0], ceil(rest[0])), min(known[name][1], floor(rest[1])))
        return found


@dataclass(frozen=True)
class Redundant:
    """A range that a mutant widens, and the facts that are left of the circuit."""

    signal: str
    below: int
    facts: Sequence[Fact]

    def is_proved(self) -> bool:
        """Whether the facts narrow the signal to the range."""
        known = dict.fromkeys([self.signal, *(name for fact in self.facts for name in fact.factors)], (0, R - 1))
        before = None
        while known != before:
            before = dict(known)
            for fact in self.facts:
                known |= fact.narrowed(known)
        return known[self.signal][1] < self.below


EXPLAINED: dict[str, Redundant] = {
    "statements/timestamp.circom:Timestamp:38 widen Ranged(TIME_BITS() #0": Redundant(
        "timeMin",
        2**48,
        (
            Fact("Ranged, widened", 2**49, {"timeMin": 1}),
            Fact("Ranged", 2**48, {"timeMax": 1}),
            Fact("Elapsed: deltas of 30 bits, and one for each of 2^16 places", 2**47, {"elapsed": 1}),
            Fact("Window", 2**48, {"base": 1, "timeMin": -1}),
            Fact("Window", 2**48, {"timeMax": 1, "base": -1, "elapsed": -1}),
        ),
    ),
}
"""By name of the mutant."""
