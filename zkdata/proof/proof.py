"""A proof with everything that its verification needs, and its file."""

import os
from dataclasses import dataclass
from typing import Self

from ..capsule.atomic_file import read_bounded, write_public
from ..capsule.canonical_json import decimal, decimals, from_text, items, members, to_text
from ..capsule.hashing import FIELD_ORDER
from ..errors import ArtifactMalformed, ArtifactMismatch, ProofMalformed
from .circuit import Circuit
from .points import Points

BASE_FIELD_ORDER = 21888242871839275222246405745257275088696311157297823662689037894645226208583
"""q: coordinates of points are integers in [0, q)."""

FORMAT = "zkdata.proof"
VERSION = "2"
MAX_BYTES = 8 * 2**20
_KEYS = ("circuit", "format", "m", "points", "values", "version", "words")


@dataclass(frozen=True, slots=True)
class Proof:
    """Three points, the public values, and of a claim M, and the ciphertext words where it carries them.

    x and y are not part of it: they are recomputed. Nothing here is known to be true before `Verifier.verify`.
    """

    circuit: str
    points: Points
    """A, B, C; the real part of a coordinate of B first."""
    m: int | None
    """None where the values are the public inputs themselves."""
    values: tuple[int, ...]
    words: tuple[int, ...] = ()

    def value(self, name: str) -> int:
        """The public value of this name, such as `context`, `nullifier` or `max[0]`."""
        names = Circuit.named(self.circuit).values
        if name not in names or len(self.values) != len(names):
            raise ArtifactMismatch(f"a proof of {self.circuit} has no value {name!r}", circuit=self.circuit, name=name)
        return self.values[names.index(name)]

    @property
    def calldata(self) -> tuple[int, ...]:
        """The eight coordinates in the order of the pairing precompile: the imaginary part of B's first."""
        (ax, ay), ((bx0, bx1), (by0, by1)), (cx, cy) = self.points
        return (ax, ay, bx1, bx0, by1, by0, cx, cy)

    def to_json(self) -> str:
        """The one spelling of this proof."""
        a, (bx, by), c = self.points
        points = {"a": _texts(a), "b": [_texts(bx), _texts(by)], "c": _texts(c)}
        return to_text(
            {
                "circuit": self.circuit,
                "format": FORMAT,
                "m": None if self.m is None else str(self.m),
                "points": points,
                "values": _texts(self.values),
                "version": VERSION,
                "words": _texts(self.words),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read the one spelling; ProofMalformed for anything else. Only the verifier looks at curves."""
        try:
            return cls._read(text)
        except ArtifactMalformed as fault:
            raise ProofMalformed(f"proof file: {fault.message}", **fault.evidence) from None

    @classmethod
    def _read(cls, text: str) -> Self:
        if len(text) > MAX_BYTES:
            raise ArtifactMalformed(f"it takes at most {MAX_BYTES} bytes; this is something else")
        document = members(from_text(text, "the document"), _KEYS, "the document")
        if (document["format"], document["version"]) != (FORMAT, VERSION):
            raise ArtifactMalformed(f"not a proof of version {VERSION}; read it with the release that wrote it")
        if not isinstance(document["circuit"], str):
            raise ArtifactMalformed("circuit must be a name")
        points = members(document["points"], ("a", "b", "c"), "points")
        x, y = (_pair(part, "points.b") for part in items(points["b"], "points.b", 2))
        return cls(
            circuit=document["circuit"],
            points=(_pair(points["a"], "points.a"), (x, y), _pair(points["c"], "points.c")),
            m=None if document["m"] is None else decimal(document["m"], FIELD_ORDER, "m"),
            values=decimals(document["values"], FIELD_ORDER, "values"),
            words=decimals(document["words"], FIELD_ORDER, "words"),
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the proof in one step, replacing an older one."""
        write_public(path, self.to_json().encode())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a saved proof; ProofMalformed if it is anything else."""
        try:
            data = read_bounded(path, MAX_BYTES, "the proof")
        except ArtifactMalformed as fault:
            raise ProofMalformed(fault.message, **fault.evidence) from None
        return cls.from_json(data.decode("utf-8", errors="replace"))


def _texts(numbers: tuple[int, ...]) -> list[str]:
    return [str(number) for number in numbers]


def _pair(value: object, what: str) -> tuple[int, int]:
    first, second = decimals(value, BASE_FIELD_ORDER, what, 2)
    return first, second
