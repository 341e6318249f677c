"""Deliberately unsound twins of our circuits, the positive control of every soundness test.

A twin is the committed source with rows taken out, and nothing else: its signals are the honest ones, so a witness of
the twin can be laid under the rows of the honest circuit by name. A test that does not see the twin accept a lie, and
the honest rows refuse it, shows nothing.
"""

import re
from dataclasses import dataclass

from zkdata.catalogue import CIRCUITS


@dataclass(frozen=True, slots=True)
class Hole:
    """What is taken out of one template; `instead` takes its place."""

    file: str
    template: str
    row: str
    instead: str = ""

    def dig(self, sources: dict[str, str]) -> None:
        """Change the source; the row must be there exactly once, or the twin would not be one."""
        text = sources.get(self.file) or (CIRCUITS / self.file).read_text()
        start = text.index(f"template {self.template}(")
        end = text.index("\n}", start)
        body = text[start:end]
        if body.count(self.row) != 1:
            raise AssertionError(f"{self.template} has {body.count(self.row)} rows {self.row!r}")
        sources[self.file] = text[:start] + body.replace(self.row, self.instead) + text[end:]


def twin(holes: list[Hole]) -> dict[str, str]:
    """The changed files, by path below circuits/."""
    sources: dict[str, str] = {}
    for hole in holes:
        hole.dig(sources)
    return sources


_RANGES, _CAPSULE = "lib/ranges.circom", "statements/capsule.circom"

UNRANGED = [
    Hole(_RANGES, "Boolean", "in * (in - 1) === 0;"),
    Hole(_RANGES, "Bits", "sum === in;"),
    Hole(_RANGES, "Ranged", "sum === in;"),
    Hole(_RANGES, "AtMost", "sum === high - low;"),
    Hole(_RANGES, "UpTo", "sum === in;"),
    Hole(_RANGES, "Within", "sum === in[v] - low;"),
]
"""No range is tied to the signal that it is about."""

UNTIED = [
    Hole("lib/tree.circom", "RegistryPath", "product[level][7] === 0;"),
    Hole("lib/signature.circom", "Signature", "A[0] * inverse === 1;"),
    Hole("lib/signature.circom", "Signature", "left[0] === right[0];"),
    Hole("lib/signature.circom", "Signature", "left[1] === right[1];"),
    Hole("lib/babyjubjub.circom", "OnCurve", "EDWARDS_D() * xx * yy === EDWARDS_A() * xx + yy - 1;"),
]
"""No leaf has to be on its path, no signature has to hold, no point has to be on the curve."""


def _forged(name: str) -> Hole:
    source = (CIRCUITS / _CAPSULE).read_text()
    found = re.search(rf"signal {name} <== (.+);", source)
    assert found is not None
    forged = f"forged{name[0].upper()}{name[1:]}"
    instead = f"signal input {forged};\n signal true{forged} <== {found[1]};\n signal {name} <-- {forged};"
    return Hole(_CAPSULE, "Capsule", found[0], instead)


UNBOUND = [
    Hole(_CAPSULE, "Capsule", "M === compress.M;"),
    Hole(_CAPSULE, "Capsule", "y === compress.y;"),
    *(_forged(name) for name in ("nullifier", "content", "releaseHash", "headerHash", "last", "owner")),
]
"""M and y are not those of the values, and the values named are what the prover says: inputs forgedNullifier, ..."""

ALIASED = [
    Hole(
        _RANGES,
        "CanonicalBits",
        "out[i] <-- (in >> i) & 1;",
        """
        // The bits of in + r, in two halves, wherever they fit.
        var half = 2 ** 128;
        var low = (in & (half - 1)) + (-1 & (half - 1)) + 1;
        var high = (in >> 128) + (-1 >> 128) + (low >> 128);
        var alias = i < 128 ? (low >> i) & 1 : (high >> (i - 128)) & 1;
        out[i] <-- high < 2 ** 126 ? alias : (in >> i) & 1;
        """,
    ),
    Hole(_RANGES, "CanonicalBits", "out[i] * (1 - tight[i + 1] - out[i]) === 0;", "out[i] * (out[i] - 1) === 0;"),
]
"""254 bits of a field element may be those of the element plus r."""
