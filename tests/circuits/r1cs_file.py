"""Writes .r1cs and .wtns files by hand, so that a test can hold any circuit and any witness it likes."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tests.reference.field import R

Combination: TypeAlias = Mapping[int, int]
Row: TypeAlias = tuple[Combination, Combination, Combination]


@dataclass(frozen=True, slots=True)
class Circuit:
    """Rows a * b = c over wires: 0 is the constant 1, then public outputs, public inputs, private inputs, the rest."""

    wires: int
    rows: Sequence[Row]
    public_outputs: int = 0
    public_inputs: int = 0
    private_inputs: int = 0


def field_bytes(value: int) -> bytes:
    """32 bytes, lowest first; a value that does not fit is the caller's intention or an OverflowError."""
    return value.to_bytes(32, "little")


def section(number: int, body: bytes) -> bytes:
    """A numbered section with its size."""
    return struct.pack("<IQ", number, len(body)) + body


def container(magic: bytes, version: int, *sections: bytes) -> bytes:
    """A whole file."""
    return magic + struct.pack("<II", version, len(sections)) + b"".join(sections)


def header(circuit: Circuit, prime: int = R) -> bytes:
    """Section 1 of an .r1cs, without its number and size."""
    roles = (circuit.wires, circuit.public_outputs, circuit.public_inputs, circuit.private_inputs)
    counts = struct.pack("<IIIIQI", *roles, circuit.wires, len(circuit.rows))
    return struct.pack("<I", 32) + field_bytes(prime) + counts


def constraints(circuit: Circuit) -> bytes:
    """Section 2 of an .r1cs, without its number and size."""
    body = bytearray()
    for row in circuit.rows:
        for combination in row:
            body += struct.pack("<I", len(combination))
            for wire, coefficient in sorted(combination.items()):
                body += struct.pack("<I", wire) + field_bytes(coefficient)
    return bytes(body)


def r1cs(circuit: Circuit) -> bytes:
    """The circuit as circom would write it."""
    labels = struct.pack(f"<{circuit.wires}Q", *range(circuit.wires))
    return container(b"r1cs", 1, section(1, header(circuit)), section(2, constraints(circuit)), section(3, labels))


def wtns(values: Sequence[int], prime: int = R) -> bytes:
    """The witness as circom's generator would write it; values are not checked."""
    head = struct.pack("<I", 32) + field_bytes(prime) + struct.pack("<I", len(values))
    return container(b"wtns", 2, section(1, head), section(2, b"".join(map(field_bytes, values))))


def sections(data: bytes) -> dict[int, bytes]:
    """The bodies of a container's sections by number, in their order."""
    (count,) = struct.unpack_from("<I", data, 8)
    found, place = {}, 12
    for _ in range(count):
        number, size = struct.unpack_from("<IQ", data, place)
        found[number] = data[place + 12 : place + 12 + size]
        place += 12 + size
    return found


def with_sections(data: bytes, changed: Mapping[int, bytes]) -> bytes:
    """The same container with some bodies replaced."""
    bodies = {**sections(data), **changed}
    return (
        data[:8] + struct.pack("<I", len(bodies)) + b"".join(section(number, body) for number, body in bodies.items())
    )
