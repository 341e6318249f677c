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


_RANGES, _SIGNATURE, _CAPSULE = "lib/ranges.circom", "lib/signature.circom", "statements/capsule.circom"

UNRANGED = [
    Hole(_RANGES, "Boolean", "in * (in - 1) === 0;"),
    Hole(_RANGES, "Bits", "sum === in;"),
    Hole(_RANGES, "Ranged", "sum === in;"),
    Hole(_RANGES, "AtMost", "sum === high - low;"),
    Hole(_RANGES, "UpTo", "sum === in;"),
    Hole(_RANGES, "Parts", "sum === in[v];"),
]
"""No range is tied to the signal that it is about."""

UNTIED = [
    Hole("lib/tree.circom", "RegistryPath", "product[level][7] === 0;"),
    Hole(_SIGNATURE, "Signature", "R8 === found;"),
    Hole("lib/montgomery.circom", "OnCurve", "p[1] * p[1] === cubic + p[0];"),
    Hole("lib/montgomery.circom", "Tangent", "slope * (2 * p[1]) === 3 * uu + 2 * MONTGOMERY_A() * p[0] + 1;"),
    Hole("lib/montgomery.circom", "NotZero", "in * inverse === 1;"),
]
"""No leaf has to be on its path, no signature has to hold, no point has to be on the curve or to have a tangent."""


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
    *(_forged(name) for name in ("nullifier", "content", "releaseHash", "last")),
    Hole(
        "lib/enrolled.circom",
        "Enrolled",
        "signal owner <== Hash(2, TAG_OWNER())([ownerKey, device]);",
        "signal input forgedOwner;\n signal trueOwner <== Hash(2, TAG_OWNER())([ownerKey, device]);\n"
        " signal owner <-- forgedOwner;",
    ),
    Hole(
        _CAPSULE,
        "Capsule",
        "enrolled.content <== content;",
        "enrolled.content <== content;\n signal input forgedOwner;\n enrolled.forgedOwner <== forgedOwner;",
    ),
    *(
        Hole(_CAPSULE, "Capsule", row, f"signal input {name};\n {target} <-- {name};")
        for row, target, name in (
            ("compress.values[15] <== delivery.ephemeral;", "compress.values[15]", "forgedEphemeral"),
            ("compress.values[16] <== delivery.wrap;", "compress.values[16]", "forgedWrap"),
            ("delivery.releaseSecret <== releaseSecret;", "delivery.releaseSecret", "forgedMaskSecret"),
        )
    ),
]
"""M and y are not those of the values, and the values named are what the prover says: inputs forgedNullifier, ..."""

UNSEALED = [
    Hole("statements/timestamp.circom", "Timestamp", "content === sealed.content;"),
    Hole("statements/range.circom", "Range", "content === sealed.content;"),
    Hole("statements/device.circom", "Device", "root === enrolled.root;"),
]
"""A stand-alone statement is about any content, and any registry."""

ALIASED = [
    Hole(_RANGES, "UpTo", "sum === in;"),
    Hole(
        _SIGNATURE,
        "Signature",
        "signal high <-- (h >> 172) + shiftHigh + hintCarry;",
        """
        // The high part of h + r + shift, wherever it fits 82 bits.
        var aliasLow = hintLow + (-1 & (half - 1)) + 1;
        var aliasHigh = (h >> 172) + shiftHigh + (-1 >> 172) + (aliasLow >> 172);
        signal high <-- aliasHigh < 2 ** 82 ? aliasHigh : (h >> 172) + shiftHigh + hintCarry;
        """,
    ),
]
"""The challenge of a signature may be h + r."""
