"""A circuit of any number of rows, written at once: 3, squared again and again, the last square public."""

import itertools
import struct
from pathlib import Path

from tests.circuits.r1cs_file import container, field_bytes, section, wtns
from tests.reference.field import R


def write_squarings(folder: Path, rows: int) -> tuple[Path, Path]:
    """The .r1cs and a .wtns of `rows` squarings."""
    wires = rows + 2
    one = field_bytes(1)
    path = [2, *range(3, rows + 2), 1]
    sides = {wire: struct.pack("<II", 1, wire) + one for wire in path}
    body = b"".join(sides[a] + sides[a] + sides[b] for a, b in itertools.pairwise(path))
    head = struct.pack("<I", 32) + field_bytes(R) + struct.pack("<IIIIQI", wires, 1, 0, 1, wires, rows)
    (folder / "squarings.r1cs").write_bytes(container(b"r1cs", 1, section(1, head), section(2, body)))
    values = [1, 0, 3]
    for _ in range(rows):
        values.append(values[-1] * values[-1] % R)
    values[1] = values.pop()
    (folder / "squarings.wtns").write_bytes(wtns(values))
    return folder / "squarings.r1cs", folder / "squarings.wtns"
