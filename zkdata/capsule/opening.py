"""The owner's half of a capsule: everything that was sealed, the key, and the device's signature."""

import os
from dataclasses import dataclass
from typing import Self

from ..errors import ArtifactMalformed, KeyUnsafe, RecordInvalid
from .canonical_json import decimal, decimals, items, members
from .device import DevicePublic, Signature
from .hashing import FIELD_ORDER
from .record import TIME_BITS, Record, Schema
from .secret_file import read_secret, write_secret
from .words import DELTA_BITS, MAX_RECORDS, Places

SEQUENCE_BITS = 64
_KIND = "opening"
_VERSION = "2"
_KEYS = {"base", "count", "deltas", "device", "key", "schema", "sequence", "signature", "values"}
_SIGNATURE = ("r8x", "r8y", "s")


@dataclass(frozen=True, slots=True, repr=False)
class Opening:
    """All that a capsule's owner knows and its file does not say. Secret, every part of it."""

    schema: Schema
    key: int
    """The capsule key: it opens the file."""
    sequence: int
    """The device's own number of this capsule, 64 bits."""
    signature: Signature
    device: DevicePublic
    count: int
    """Records that are there; the places from here on are padding."""
    places: Places

    def __post_init__(self) -> None:
        if not 0 <= self.key < FIELD_ORDER:
            raise KeyUnsafe("a capsule key is a field element; this one is not")
        check_sequence(self.sequence)
        if not 1 <= self.count <= len(self.places.values):
            raise ArtifactMalformed("opening: count is 1 to the number of places", what="count")
        if not self.places.padded_from(self.count):
            raise ArtifactMalformed("opening: an unused place repeats the last record with delta 0", what="padding")

    def __repr__(self) -> str:
        return f"Opening(schema={self.schema.name!r}, count={self.count}, hidden)"

    @property
    def base(self) -> int:
        """Time of the first record."""
        return self.places.base

    @property
    def deltas(self) -> tuple[int, ...]:
        """Places 1 to N-1: time less the time before, less one."""
        return self.places.deltas

    @property
    def values(self) -> tuple[tuple[int, ...], ...]:
        """Places 0 to N-1: the K limbs of each."""
        return self.places.values

    @property
    def last(self) -> int:
        """Time of the last record."""
        return self.places.times[self.count - 1]

    @property
    def records(self) -> tuple[Record, ...]:
        """The records, as they were sealed."""
        pairs = list(zip(self.places.times, self.places.values, strict=True))[: self.count]
        return tuple(self.schema.decode(time, values) for time, values in pairs)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the opening for its owner's eyes alone; never over an existing file."""
        write_secret(
            path,
            _KIND,
            {
                "base": str(self.base),
                "count": str(self.count),
                "deltas": [str(delta) for delta in self.deltas],
                "device": {"x": str(self.device.x), "y": str(self.device.y)},
                "key": str(self.key),
                "schema": self.schema.document,
                "sequence": str(self.sequence),
                "signature": {name: str(getattr(self.signature, name)) for name in _SIGNATURE},
                "values": [[str(value) for value in row] for row in self.values],
            },
            _VERSION,
        )

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a saved opening; KeyUnsafe if others can read the file, ArtifactMalformed if it makes no sense."""
        body = read_secret(path, _KIND, _KEYS, _VERSION)
        device = members(body["device"], ("x", "y"), "device")
        signature = members(body["signature"], _SIGNATURE, "signature")
        deltas = decimals(body["deltas"], 2**DELTA_BITS, "deltas")
        schema = Schema.from_document(body["schema"])
        rows = items(body["values"], "values", len(deltas) + 1)
        limits = (2**schema.bits, schema.limbs)
        values = tuple(decimals(row, limits[0], f"values[{index}]", limits[1]) for index, row in enumerate(rows))
        return cls(
            schema=schema,
            key=decimal(body["key"], FIELD_ORDER, "key"),
            sequence=decimal(body["sequence"], 2**SEQUENCE_BITS, "sequence"),
            signature=Signature(*(decimal(signature[name], FIELD_ORDER, name) for name in _SIGNATURE)),
            device=DevicePublic(*(decimal(device[name], FIELD_ORDER, name) for name in ("x", "y"))),
            count=decimal(body["count"], MAX_RECORDS + 1, "count"),
            places=Places(decimal(body["base"], 2**TIME_BITS, "base"), deltas, values),
        )


def check_sequence(sequence: object) -> None:
    """RecordInvalid unless `sequence` is a whole number of 64 bits."""
    if not isinstance(sequence, int) or isinstance(sequence, bool) or not 0 <= sequence < 2**SEQUENCE_BITS:
        message = f"a sequence number is whole and has {SEQUENCE_BITS} bits; leave it out to take the clock's"
        raise RecordInvalid(message, rule="sequence")
