"""What every statement about records is about: the records of one capsule as its circuit takes them, and its key.

Nothing here checks whether anything is true: a test builds lies with `dataclasses.replace` or the `example_` functions.
"""

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .field import R
from .schema import DIGEST_BITS, PHOTO, TEMPERATURE, encode
from .sealing import Header, capsule_key, content, encrypt, records_digest
from .words import Layout

HOUR = 3_600_000
FIRST_SLOT = 483_000

Inputs = dict[str, Any]
"""Integers or nested lists of integers by the circuit's signal name."""

Reading = tuple[int, Sequence[int]]
"""Time in ms, and scaled values of 48 bits or limbs of 128."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """Every number of one capsule; what follows from them is computed."""

    layout: Layout
    schema: int
    slot_length: int
    base: int
    deltas: tuple[int, ...]
    values: tuple[tuple[int, ...], ...]
    count: int
    key: int

    @property
    def header(self) -> Header:
        """What the file says about itself."""
        return Header(self.schema, self.slot_length, self.layout.form(self.count))

    @property
    def plain_words(self) -> list[int]:
        """The T words before encryption."""
        return self.layout.pack(self.base, self.deltas, self.values)

    @property
    def words(self) -> list[int]:
        """The T ciphertext words."""
        return encrypt(self.plain_words, self.key, self.header)

    @property
    def content(self) -> int:
        """The capsule's content."""
        return content(self.words, self.key, self.header)

    @property
    def last(self) -> int:
        """base + sum of deltas + n - 1."""
        return self.base + sum(self.deltas) + self.count - 1

    @property
    def sealed_inputs(self) -> Inputs:
        """The circuit's inputs that every statement about records takes."""
        return {
            "schema": self.schema,
            "slotLength": self.slot_length,
            "count": self.count,
            "key": self.key,
            "base": self.base,
            "deltas": list(self.deltas),
            "values": [list(row) for row in self.values],
        }


def example_records(count: int, fields: int, seed: int, bits: int = 48) -> list[tuple[int, tuple[int, ...]]]:
    """Readings a minute or so apart inside one hour: scaled values from -10.00 to 40.00, or limbs of 128 bits."""
    draw = random.Random(seed)
    start = FIRST_SLOT * HOUR + 1000
    least, above = (0, 2**DIGEST_BITS) if bits == DIGEST_BITS else (-1000, 4000)
    return [
        (start + 60_000 * i + draw.randrange(59_000), tuple(draw.randrange(least, above) for _ in range(fields)))
        for i in range(count)
    ]


def example_bounds(layout: Layout) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Minimum and maximum of each limb that every example's records are in."""
    least, most = (0, 2**DIGEST_BITS - 1) if layout.bits == DIGEST_BITS else (encode(-1000), encode(4000))
    return (least,) * layout.fields, (most,) * layout.fields


def sealed_fields(
    records: Sequence[Reading] | None, seed: int, shape: Sequence[int], changes: Mapping[str, Any]
) -> Inputs:
    """Fields of `Sealed`, reproducible from `seed`, with `changes` made before the key is drawn."""
    layout = Layout(*shape)
    records = records or example_records(layout.records, layout.fields, seed, layout.bits)
    draw = random.Random(f"key of {seed}")
    times = [time for time, _ in records]
    padding = layout.records - len(records)
    wide = layout.bits == DIGEST_BITS
    rows = [tuple(row) if wide else tuple(encode(value) for value in row) for _, row in records]
    data: Inputs = {
        "layout": layout,
        "schema": PHOTO if wide else TEMPERATURE,
        "slot_length": HOUR,
        "base": times[0],
        "deltas": (*(b - a - 1 for a, b in itertools.pairwise(times)), *[0] * padding),
        "values": (*rows, *[rows[-1]] * padding),
        "count": len(records),
    } | dict(changes)
    header = Header(data["schema"], data["slot_length"], data["layout"].form(data["count"]))
    digest = records_digest(header, data["base"], data["deltas"], data["values"])
    data.setdefault("key", capsule_key(draw.randrange(R), data.get("sequence", 1), digest, draw.randrange(R)))
    return data
