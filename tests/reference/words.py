"""How the places of a capsule fill field elements, by docs/reference/statements.md."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .field import R

TIME_BITS, DELTA_BITS, WORD_BITS = 48, 30, 253


@dataclass(frozen=True, slots=True)
class Layout:
    """A shape of N places with K limbs of W bits each, and how places fill words."""

    records: int
    fields: int
    bits: int = 48

    @property
    def places_per_word(self) -> int:
        """P, the largest with 18 + P * (30 + K W) <= 253, every word could hold the base time; 0 if there is none."""
        return (WORD_BITS - (TIME_BITS - DELTA_BITS)) // (DELTA_BITS + self.bits * self.fields)

    @property
    def words_per_place(self) -> int:
        """1 where whole places fill a word; more where a place takes words of its own."""
        if self.places_per_word:
            return 1
        words, used = 1, TIME_BITS
        for _ in range(self.fields):
            if used + self.bits > WORD_BITS:
                words, used = words + 1, 0
            used += self.bits
        return words

    @property
    def word_count(self) -> int:
        """T."""
        return -(-self.records * self.words_per_place // max(self.places_per_word, 1))

    def form(self, count: int) -> int:
        """The shape and the number of records as one number of the header."""
        return self.records * 2**48 + self.fields * 2**32 + self.bits * 2**16 + count

    def slots(self) -> list[list[tuple[int, int, int]]]:
        """(place, limb, width) of each word from its lowest bit up; limb 0 is the time, limb i > 0 the value i - 1."""
        words: list[list[tuple[int, int, int]]] = []
        for place in range(self.records):
            new_word = self.places_per_word == 0 or place % self.places_per_word == 0
            for limb in range(self.fields + 1):
                width = self.bits if limb else DELTA_BITS if place else TIME_BITS
                full = words and sum(used for *_, used in words[-1]) + width > WORD_BITS
                if (new_word and limb == 0) or full:
                    words.append([])
                words[-1].append((place, limb, width))
        return words

    def pack(self, base: int, deltas: Sequence[int], values: Sequence[Sequence[int]]) -> list[int]:
        """Words from place 0's base time, the N - 1 deltas after it, and N rows of K limbs.

        Linear as in the circuit, and nothing is refused: a test needs the word that an overlarge limb spills into.
        """
        limbs = [(time, *row) for time, row in zip((base, *deltas), values, strict=True)]
        return [sum(limbs[place][limb] << shift for place, limb, shift in _shifts(word)) % R for word in self.slots()]

    def unpack(self, words: Sequence[int]) -> tuple[int, list[int], list[list[int]]]:
        """Base time, deltas and rows of limbs; a word with anything above its limbs is refused."""
        places: list[list[int]] = [[] for _ in range(self.records)]
        for word, slots in zip(words, self.slots(), strict=True):
            rest = word
            for place, _, width in slots:
                places[place].append(rest % 2**width)
                rest >>= width
            if rest:
                raise ValueError("a word holds more than its limbs")
        return places[0][0], [place[0] for place in places[1:]], [place[1:] for place in places]


def _shifts(word: Sequence[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    shift = 0
    for place, limb, width in word:
        yield place, limb, shift
        shift += width


def place_times(base: int, deltas: Sequence[int]) -> list[int]:
    """time_i = time_{i-1} + delta_i + 1, for every place."""
    times = [base]
    for delta in deltas:
        times.append(times[-1] + delta + 1)
    return times
