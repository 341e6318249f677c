"""How records become field elements: limbs of fixed width, packed linearly from the lowest bit up."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import ArtifactMalformed, ResourceLimit
from .record import TIME_BITS, VALUE_BITS

DELTA_BITS = 30
"""Milliseconds between two records, less one; so a gap is at most 2^30 ms, about 12.4 days."""

WORD_BITS = 253
"""Any 253-bit number is below the field's order, so a word has one reading."""

MAX_RECORDS = 2**16 - 1


@dataclass(frozen=True, slots=True)
class Layout:
    """The shape of a capsule, records x fields, and where its limbs lie."""

    records: int
    fields: int

    def __post_init__(self) -> None:
        if not 1 <= self.records <= MAX_RECORDS:
            raise ResourceLimit(f"a shape holds 1 to {MAX_RECORDS} records, not {self.records}", limit=MAX_RECORDS)
        if self.fields < 1 or self.places_per_word < 1:
            message = f"a word of {WORD_BITS} bits holds 1 to {MAX_LAYOUT_FIELDS} fields, not {self.fields}"
            raise ResourceLimit(message, limit=MAX_LAYOUT_FIELDS)

    @property
    def place_bits(self) -> int:
        """Bits of one place: a delta and its values."""
        return DELTA_BITS + VALUE_BITS * self.fields

    @property
    def places_per_word(self) -> int:
        """P, the largest with 18 + P * place_bits <= 253: the first word holds a 48-bit base for a 30-bit delta."""
        return (WORD_BITS - (TIME_BITS - DELTA_BITS)) // self.place_bits

    @property
    def word_count(self) -> int:
        """T = ceil(N / P)."""
        return -(-self.records // self.places_per_word)

    def _widths(self, place: int) -> list[int]:
        return [TIME_BITS if place == 0 else DELTA_BITS] + [VALUE_BITS] * self.fields

    def pack(self, places: "Places") -> list[int]:
        """The T words of N places."""
        if len(places.values) != self.records or any(len(values) != self.fields for values in places.values):
            raise ArtifactMalformed(f"places that are not {self.records} x {self.fields}", records=self.records)
        words = []
        for first in range(0, self.records, self.places_per_word):
            word = shift = 0
            for place in range(first, min(first + self.places_per_word, self.records)):
                moment = places.deltas[place - 1] if place else places.base
                for limb, width in zip((moment, *places.values[place]), self._widths(place), strict=True):
                    word |= limb << shift
                    shift += width
            words.append(word)
        return words

    def unpack(self, words: Sequence[int]) -> "Places":
        """The N places of T words; ArtifactMalformed if a bit lies outside of every limb."""
        if len(words) != self.word_count:
            raise ArtifactMalformed(f"{len(words)} words; this shape has {self.word_count}", expected=self.word_count)
        moments: list[int] = []
        rows: list[tuple[int, ...]] = []
        for number, word in enumerate(words):
            rest = word
            first = number * self.places_per_word
            for place in range(first, min(first + self.places_per_word, self.records)):
                limbs = []
                for width in self._widths(place):
                    limbs.append(rest % 2**width)
                    rest >>= width
                moments.append(limbs[0])
                rows.append(tuple(limbs[1:]))
            if rest != 0:
                raise ArtifactMalformed(f"word {number} has bits outside of its limbs", word=number)
        return Places(moments[0], tuple(moments[1:]), tuple(rows))


MAX_LAYOUT_FIELDS = (WORD_BITS - TIME_BITS) // VALUE_BITS
"""A place is never split over two words, which bounds the fields of a shape."""


@dataclass(frozen=True, slots=True, repr=False)
class Places:
    """Every limb of a capsule in the clear: one place for each record the shape holds, used or not."""

    base: int
    """Time of place 0, 48 bits."""
    deltas: tuple[int, ...]
    """Places 1 to N-1: time less the time before, less one; 30 bits, 0 in an unused place."""
    values: tuple[tuple[int, ...], ...]
    """Places 0 to N-1: 48-bit offsets; an unused place repeats the last record's."""

    def __post_init__(self) -> None:
        if not self.values or len(self.deltas) != len(self.values) - 1:
            raise ArtifactMalformed("one delta fewer than places, and at least one place", places=len(self.values))
        limbs = [("base", self.base, TIME_BITS)]
        limbs += [(f"delta {index + 1}", delta, DELTA_BITS) for index, delta in enumerate(self.deltas)]
        limbs += [(f"value {i}.{j}", v, VALUE_BITS) for i, row in enumerate(self.values) for j, v in enumerate(row)]
        for name, limb, width in limbs:
            if not 0 <= limb < 2**width:
                raise ArtifactMalformed(f"{name} does not fit {width} bits", limb=name, width=width)

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
        """Whether every place from `count` on is unused: the last record's values, and delta 0."""
        last = self.values[count - 1]
        return all(values == last for values in self.values[count:]) and not any(self.deltas[count - 1 :])
