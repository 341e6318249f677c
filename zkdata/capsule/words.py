"""How records become field elements: limbs of fixed width, packed linearly from the lowest bit up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..errors import ArtifactMalformed, ResourceLimit
from .fields import DIGEST_BITS, LIMB_BITS, VALUE_BITS
from .record import TIME_BITS

DELTA_BITS = 30
"""Milliseconds between two records, less one; so a gap is at most 2^30 ms, about 12.4 days."""

WORD_BITS = 253
"""Any 253-bit number is below the field's order, so a word has one reading."""

MAX_RECORDS = 2**16 - 1
MAX_LIMBS = 16
"""Eight fields of two limbs each."""


@dataclass(frozen=True)
class Layout:
    """The shape of a capsule, N records of K limbs of W bits, and where the limbs lie."""

    records: int
    fields: int
    """K."""
    bits: int = VALUE_BITS
    """W."""

    def __post_init__(self) -> None:
        if not 1 <= self.records <= MAX_RECORDS:
            raise ResourceLimit(f"a shape holds 1 to {MAX_RECORDS} records, not {self.records}", limit=MAX_RECORDS)
        if not 1 <= self.fields <= MAX_LIMBS:
            raise ResourceLimit(f"a record has 1 to {MAX_LIMBS} limbs, not {self.fields}", limit=MAX_LIMBS)
        if self.bits not in LIMB_BITS:
            raise ResourceLimit(f"a limb has {LIMB_BITS[0]} or {LIMB_BITS[1]} bits, not {self.bits}", limit=DIGEST_BITS)

    @property
    def place_bits(self) -> int:
        """Bits of one place: a delta and its limbs."""
        return DELTA_BITS + self.bits * self.fields

    @cached_property
    def places_per_word(self) -> int:
        """P, the largest with 18 + P * place_bits <= 253, as the first word holds a 48-bit base for a 30-bit delta.

        0 where a place takes words of its own.
        """
        return (WORD_BITS - (TIME_BITS - DELTA_BITS)) // self.place_bits

    @cached_property
    def words_per_place(self) -> int:
        """Words that a place takes where one does not hold it; 1 elsewhere."""
        return len(self._cut(TIME_BITS))

    @cached_property
    def word_count(self) -> int:
        """T = ceil(N / P), or N * (words of a place)."""
        if self.places_per_word:
            return -(-self.records // self.places_per_word)
        return self.records * self.words_per_place

    def form(self, count: int) -> int:
        """Shape and number of records as one number: N, K, W and n, 16 bits each, N highest."""
        return self.records << 48 | self.fields << 32 | self.bits << 16 | count

    def _cut(self, time_bits: int) -> list[list[int]]:
        """Widths of a place's limbs, word by word: a limb that would pass bit 253 begins the next word."""
        words = [[time_bits]]
        for _ in range(self.fields):
            if sum(words[-1]) + self.bits > WORD_BITS:
                words.append([])
            words[-1].append(self.bits)
        return words

    def pack(self, places: "Places") -> list[int]:
        """The T words of N places."""
        if len(places.values) != self.records or any(len(values) != self.fields for values in places.values):
            raise ArtifactMalformed(f"places that are not {self.records} x {self.fields}", records=self.records)
        if max(map(max, places.values)) >> self.bits:
            raise ArtifactMalformed(f"a limb that does not fit {self.bits} bits", width=self.bits)
        return self._in_words(places) if self.places_per_word else self._over_words(places)

    def _in_words(self, places: "Places") -> list[int]:
        """Each place is one number of place_bits; only the base is wider than a delta."""
        numbers = []
        for delta, row in zip((0, *places.deltas), places.values, strict=True):
            number = 0
            for limb in reversed(row):
                number = number << self.bits | limb
            numbers.append(number << DELTA_BITS | delta)
        numbers[0] = numbers[0] << (TIME_BITS - DELTA_BITS) | places.base
        if self.places_per_word == 1:
            return numbers
        words = []
        for first in range(0, self.records, self.places_per_word):
            word = shift = 0
            for number in numbers[first : first + self.places_per_word]:
                word |= number << shift
                shift += self.place_bits if first or shift else self.place_bits + TIME_BITS - DELTA_BITS
            words.append(word)
        return words

    def _over_words(self, places: "Places") -> list[int]:
        """Each place begins a word and takes `words_per_place` of them."""
        words = []
        for place, (moment, row) in enumerate(zip((places.base, *places.deltas), places.values, strict=True)):
            limbs = iter((moment, *row))
            for widths in self._cut(DELTA_BITS if place else TIME_BITS):
                word = shift = 0
                for width in widths:
                    word |= next(limbs) << shift
                    shift += width
                words.append(word)
        return words

    def unpack(self, words: Sequence[int]) -> "Places":
        """The N places of T words; ArtifactMalformed if a bit lies outside of every limb."""
        if len(words) != self.word_count:
            raise ArtifactMalformed(f"{len(words)} words; this shape has {self.word_count}", expected=self.word_count)
        limbs: list[int] = []
        for number, widths in enumerate(self._widths()):
            rest = words[number]
            for width in widths:
                limbs.append(rest & ((1 << width) - 1))
                rest >>= width
            if rest:
                raise ArtifactMalformed(f"word {number} has bits outside of its limbs", word=number)
        step = 1 + self.fields
        rows = tuple(tuple(limbs[first + 1 : first + step]) for first in range(0, len(limbs), step))
        return Places(limbs[0], tuple(limbs[step::step]), rows)

    def _widths(self) -> Iterator[list[int]]:
        """Widths of the limbs of each word."""
        delta, base = self._cut(DELTA_BITS), self._cut(TIME_BITS)
        if not self.places_per_word:
            yield from base
            for _ in range(self.records - 1):
                yield from delta
            return
        for first in range(0, self.records, self.places_per_word):
            held = min(self.places_per_word, self.records - first)
            yield (base[0] if first == 0 else delta[0]) + delta[0] * (held - 1)


@dataclass(frozen=True, slots=True, repr=False)
class Places:
    """Every limb of a capsule in the clear: one place for each record the shape holds, used or not."""

    base: int
    """Time of place 0, 48 bits."""
    deltas: tuple[int, ...]
    """Places 1 to N-1: time less the time before, less one; 30 bits, 0 in an unused place."""
    values: tuple[tuple[int, ...], ...]
    """Places 0 to N-1: the limbs of each; an unused place repeats the last record's."""

    def __post_init__(self) -> None:
        if not self.values or len(self.deltas) != len(self.values) - 1:
            raise ArtifactMalformed("one delta fewer than places, and at least one place", places=len(self.values))
        if not all(self.values):
            raise ArtifactMalformed("a place without a limb", places=len(self.values))
        _fit("base", TIME_BITS, (self.base,))
        _fit("delta", DELTA_BITS, self.deltas)
        for place, row in enumerate(self.values):
            if min(row) < 0 or max(row) >> DIGEST_BITS:
                _fit(f"place {place}, limb", DIGEST_BITS, row)

    def __repr__(self) -> str:
        return f"Places({len(self.values)} hidden)"

    @property
    def times(self) -> tuple[int, ...]:
        """The time of every place; an unused place counts one millisecond on from the place before."""
        times = [self.base]
        for delta in self.deltas:
            times.append(times[-1] + delta + 1)
        return tuple(times)

    def padded_from(self, count: int) -> bool:
        """Whether every place from `count` on is unused: the last record's limbs, and delta 0."""
        last = self.values[count - 1]
        return all(values == last for values in self.values[count:]) and not any(self.deltas[count - 1 :])


def _fit(name: str, width: int, limbs: Sequence[int]) -> None:
    for index, limb in enumerate(limbs):
        if not 0 <= limb < 2**width:
            raise ArtifactMalformed(f"{name} {index} does not fit {width} bits", limb=name, width=width)
