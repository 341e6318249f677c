"""Judges hand-made witnesses: rows of an .r1cs, names of its wires from the .sym, and witnesses put together by name.

A witness generator that refuses a lie shows nothing, for a cheat writes his own. What counts is whether the rows refuse
the values, so that is all that is asked here.
"""

import re
import struct
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter, mul

from tests.reference.field import R, inverse

Combination = dict[int, int]
"""Coefficient by wire."""

Sum = Callable[[Sequence[int]], int]
"""A combination as a function of the witness, up to multiples of r."""

_ANONYMOUS = re.compile(r"^(\w+?)_\d+_(\d+)((?:\[\d+\])*)$")


@dataclass(frozen=True)
class Rows:
    """The rows A * B = C of a circuit, over wires of which wire 0 is the constant 1."""

    wire_count: int
    public_count: int
    private_count: int
    rows: tuple[tuple[Combination, Combination, Combination], ...]

    @classmethod
    def read(cls, data: bytes) -> "Rows":
        """Parse an .r1cs, version 1."""
        assert data[:8] == b"r1cs\x01\x00\x00\x00"
        sections, position = {}, 12
        for _ in range(struct.unpack_from("<I", data, 8)[0]):
            kind, size = struct.unpack_from("<IQ", data, position)
            sections[kind] = position + 12
            position += 12 + size
        wires, outputs, public, private, _, count = struct.unpack_from("<IIIIQI", data, sections[1] + 36)
        assert int.from_bytes(data[sections[1] + 4 : sections[1] + 36], "little") == R
        position, rows = sections[2], []
        for _ in range(count):
            row: list[Combination] = []
            for _ in range(3):
                (terms,) = struct.unpack_from("<I", data, position)
                position += 4
                combination = {}
                for _ in range(terms):
                    wire = int.from_bytes(data[position : position + 4], "little")
                    combination[wire] = int.from_bytes(data[position + 4 : position + 36], "little")
                    position += 36
                row.append(combination)
            rows.append((row[0], row[1], row[2]))
        return cls(wires, outputs + public, private, tuple(rows))

    @property
    def input_wires(self) -> range:
        """Public outputs and inputs, then private inputs."""
        return range(1, 1 + self.public_count + self.private_count)

    @cached_property
    def _rows_of_wire(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for index, row in enumerate(self.rows):
            for wire in set().union(*row):
                found[wire].append(index)
        return found

    @cached_property
    def _sums(self) -> list[tuple[Sum, Sum, Sum]]:
        return [(_sum(a), _sum(b), _sum(c)) for a, b, c in self.rows]

    def violated(self, witness: Sequence[int]) -> list[int]:
        """Indices of the rows that the witness does not satisfy; wire 0 has to be 1."""
        assert len(witness) == self.wire_count and witness[0] == 1
        return [i for i, (a, b, c) in enumerate(self._sums) if (a(witness) * b(witness) - c(witness)) % R]

    def accepted_changes(self, witness: Sequence[int], deltas: Sequence[int]) -> list[tuple[int, int]]:
        """Every (wire, delta) for which adding delta to that one wire leaves all rows satisfied."""
        left = [a(witness) % R for a, _, _ in self._sums]
        right = [b(witness) % R for _, b, _ in self._sums]
        accepted = []
        for wire in range(1, self.wire_count):
            touched = [
                (self.rows[i][0].get(wire, 0), self.rows[i][1].get(wire, 0), self.rows[i][2].get(wire, 0), i)
                for i in self._rows_of_wire[wire]
            ]
            for delta in deltas:
                # (A + a d)(B + b d) - (C + c d) with A B = C
                if all((a * right[i] + b * left[i] + a * b * delta - c) * delta % R == 0 for a, b, c, i in touched):
                    accepted.append((wire, delta))
        return accepted

    def undetermined(self, witness: Sequence[int]) -> set[int]:
        """Wires that can move, to first order, while the inputs stay: the kernel of the Jacobian is looked for by
        elimination, a row at a time, and what is left without a pivot is free."""
        inputs = {0, *self.input_wires}
        columns: dict[int, set[int]] = defaultdict(set)
        jacobian: list[Combination] = []
        for index, (a, b, c) in enumerate(self.rows):
            left, right = (side(witness) for side in self._sums[index][:2])
            row = {}
            for wire in set().union(a, b, c) - inputs:
                slope = (a.get(wire, 0) * right + b.get(wire, 0) * left - c.get(wire, 0)) % R
                if slope:
                    row[wire] = slope
                    columns[wire].add(index)
            jacobian.append(row)
        free = set(range(self.wire_count)) - inputs
        ready = [index for index, row in enumerate(jacobian) if len(row) == 1]
        while ready:
            row = jacobian[ready.pop()]
            if len(row) != 1:
                continue
            (wire,) = row
            free.discard(wire)
            for index in columns.pop(wire):
                del jacobian[index][wire]
                if len(jacobian[index]) == 1:
                    ready.append(index)
        return free - _pivots([row for row in jacobian if row])


@dataclass(frozen=True)
class Wires:
    """The signals of a circuit in the compiler's order, each with its wire, or -1 where the compiler took it out."""

    wire_of: dict[str, int]

    @classmethod
    def read(cls, text: str) -> "Wires":
        """Parse a .sym. Anonymous components carry a place in the source in their name; it becomes an ordinal here, in
        the order of the source, so that a twin's names match where its source is longer or shorter."""
        signals = [(name.split("."), int(wire)) for _, wire, _, name in (line.split(",") for line in text.splitlines())]
        places: dict[tuple[str, str], set[int]] = defaultdict(set)
        for parts, _ in signals:
            for depth, part in enumerate(parts):
                if match := _ANONYMOUS.match(part):
                    places[".".join(parts[:depth]), match[1]].add(int(match[2]))
        ordinals = {key: {place: i for i, place in enumerate(sorted(found), 1)} for key, found in places.items()}
        wire_of = {}
        for parts, wire in signals:
            path = []
            for depth, part in enumerate(parts):
                match = _ANONYMOUS.match(part)
                known = ordinals[".".join(parts[:depth]), match[1]] if match else {}
                path.append(f"{match[1]}#{known[int(match[2])]}{match[3]}" if match else part)
            wire_of[".".join(path)] = wire
        return cls(wire_of)

    def names(self) -> Iterator[tuple[str, int]]:
        """(name, wire) of the signals that are wires."""
        return ((name, wire) for name, wire in self.wire_of.items() if wire >= 0)

    def carry(self, witness: Sequence[int], source: "Wires", wire_count: int) -> list[int]:
        """The witness of a twin as one of this circuit: every wire takes the value of the signal of its name. The twin
        must be compiled with every signal kept."""
        carried = [1] + [0] * (wire_count - 1)
        for name, wire in self.names():
            carried[wire] = witness[source.wire_of[name]]
        return carried


def _sum(combination: Combination) -> Sum:
    wires, coefficients = tuple(combination), tuple(combination.values())
    if len(wires) < 2:  # itemgetter of one index returns no tuple
        return lambda witness: sum(coefficients[i] * witness[wires[i]] for i in range(len(wires)))
    pick = itemgetter(*wires)
    return lambda witness: sum(map(mul, coefficients, pick(witness)))


def _pivots(rows: list[Combination]) -> set[int]:
    """Pivot columns of a sparse matrix by elimination, shortest row first."""
    pivots: dict[int, Combination] = {}
    for row in sorted(rows, key=len):
        current = dict(row)
        while current:
            wire = next((w for w in current if w in pivots), None)
            if wire is None:
                wire = next(iter(current))
                scale = inverse(current[wire])
                pivots[wire] = {w: v * scale % R for w, v in current.items()}
                break
            factor = current[wire]
            for w, v in pivots[wire].items():
                changed = (current.get(w, 0) - factor * v) % R
                if changed:
                    current[w] = changed
                else:
                    current.pop(w, None)
    return set(pivots)
