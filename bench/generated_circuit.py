"""An .r1cs of any size, shaped like a compiled program: each row defines a wire from a few that came before it."""

import random
import struct
from array import array
from pathlib import Path

from tests.circuits.r1cs_file import field_bytes, section
from tests.reference.field import R

PUBLIC = 3
WINDOW = 64
"""How far back a row looks for its inputs."""

SHAPES = 1024
"""Rows repeat after so many in coefficients and distances, never in wires."""


def rows_of(power: int) -> int:
    """Rows that, with public signals and constant, fill a domain of 2^power."""
    return 2**power - PUBLIC - 1


def write(path: Path, rows: int) -> None:
    """Rows a * b = c with 1 to 5 terms in a and b, 3 on average, and one in c; no witness is asked for."""
    draw = random.Random(rows)  # noqa: S311, the same file every time
    shapes = [(_terms(draw), _terms(draw)) for _ in range(SHAPES)]
    first = 1 + PUBLIC + WINDOW
    body = bytearray()
    for row in range(rows):
        wire = first + row
        for terms in shapes[row % SHAPES]:
            body += struct.pack("<I", len(terms))
            for distance, coefficient in terms:
                body += struct.pack("<I", wire - distance) + coefficient
        body += struct.pack("<II", 1, wire) + ONE
    wires = first + rows
    head = struct.pack("<I", 32) + field_bytes(R)
    head += struct.pack("<IIIIQI", wires, 0, PUBLIC, WINDOW, wires, rows)
    parts = (section(1, head), section(2, body), section(3, array("Q", range(wires)).tobytes()))
    path.write_bytes(b"r1cs" + struct.pack("<II", 1, len(parts)) + b"".join(parts))


ONE = field_bytes(1)


def _terms(draw: random.Random) -> list[tuple[int, bytes]]:
    distances = sorted(draw.sample(range(1, WINDOW + 1), draw.randint(1, 5)), reverse=True)
    return [(distance, _coefficient(draw)) for distance in distances]


def _coefficient(draw: random.Random) -> bytes:
    """Half are 1 or -1, a quarter powers of two, a quarter fill the field, as a round constant does."""
    kind = draw.randrange(4)
    if kind < 2:
        return field_bytes((1, R - 1)[kind])
    return field_bytes(2 ** draw.randrange(253) if kind == 2 else draw.randrange(1, R))
