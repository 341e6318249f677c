"""The parts of a .zkey that a ceremony writes, to be taken apart and put together wrongly."""

import struct
from dataclasses import dataclass, replace
from typing import Self

from tests.circuits.r1cs_file import container, section, sections

G1_BYTES, G2_BYTES, HASH_BYTES = 64, 128, 64
DELTA_1 = slice(0, G1_BYTES)
S = slice(64, 128)
SX = slice(128, 192)
SPX = slice(192, 320)
TRANSCRIPT = slice(320, 384)
HEADER_ALPHA = slice(2 * 36 + 12, 2 * 36 + 12 + G1_BYTES)
HEADER_GAMMA = slice(HEADER_ALPHA.stop + 64 + 128, HEADER_ALPHA.stop + 64 + 128 + G2_BYTES)
HEADER_DELTA_1 = slice(HEADER_GAMMA.stop, HEADER_GAMMA.stop + G1_BYTES)
HEADER_DELTA_2 = slice(HEADER_DELTA_1.stop, HEADER_DELTA_1.stop + G2_BYTES)
"""Within section 2; the others within a record."""


@dataclass(frozen=True)
class CeremonyKey:
    """A .zkey as its sections, the last of them as circuit hash and records."""

    bodies: dict[int, bytes]
    circuit_hash: bytes
    records: tuple[bytes, ...]

    @classmethod
    def of(cls, zkey: bytes) -> Self:
        """Take one apart."""
        bodies = sections(zkey)
        rest = bodies[10]
        (count,) = struct.unpack_from("<I", rest, HASH_BYTES)
        records, place = [], HASH_BYTES + 4
        for _ in range(count):
            (size,) = struct.unpack_from("<I", rest, place + 388)
            records.append(rest[place : place + 392 + size])
            place += 392 + size
        assert place == len(rest)
        return cls(bodies, rest[:HASH_BYTES], tuple(records))

    def changed(self, number: int, body: bytes) -> Self:
        """The same with another body of a section."""
        return replace(self, bodies={**self.bodies, number: body})

    def with_records(self, *records: bytes) -> Self:
        """The same with other records."""
        return replace(self, records=records)

    @property
    def last_section(self) -> bytes:
        """Section 10."""
        return self.circuit_hash + struct.pack("<I", len(self.records)) + b"".join(self.records)

    def file(self) -> bytes:
        """Put together again."""
        bodies = {**self.bodies, 10: self.last_section}
        return container(b"zkey", 1, *(section(number, body) for number, body in bodies.items()))


def patched(data: bytes, place: slice, other: bytes) -> bytes:
    """`other` in place of some bytes."""
    return data[: place.start] + other + data[place.stop :]
