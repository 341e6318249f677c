"""What a setup left for everybody to check: circuit, phase 1, every contribution, keys and verifier, signed.

`digest` is of the ceremony alone, without the verifier's code, because the code carries the digest.
"""

import hashlib
import os
from dataclasses import dataclass, replace
from typing import Any, Self

from ..capsule.atomic_file import read_text, write_public
from ..capsule.canonical_json import decimal, decimals, from_text, hex_bytes, items, members, to_text
from ..errors import ArtifactMalformed
from .contribution import MOST, Contribution
from .contributor import KEY_BYTES, SIGNATURE_BYTES, ContributorKey, check_signature
from .points import G1, G2

FORMAT = "zkdata.setup"
VERSION = "1"
MAX_BYTES = 2**22
MOST_POWER = 28
_CEREMONY = ("circuit", "compiler", "contributions", "phase1", "r1cs", "rows", "transcript", "vkey", "zkey")
_PHASE_ONE = ("alpha", "beta", "contributions", "name", "power", "ptau")


@dataclass(frozen=True, slots=True)
class Powers:
    """The phase 1 that a key was made from."""

    name: str
    """Of the ceremony, as `phase_one.PINNED` has it."""
    ptau: str
    """SHA-256 of the file."""
    power: int
    contributions: int
    alpha: G1
    beta: G2


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupManifest:
    """One finished setup of one circuit."""

    circuit: str
    r1cs: str
    rows: int
    compiler: str
    phase_one: Powers
    transcript: str
    """Section 10 of the .zkey, in hex: everything that contributors left in the key."""
    contributions: tuple[Contribution, ...]
    """Those that somebody signed for, in their order; the transcript has a beacon besides, where there was one."""
    zkey: str
    vkey: str
    """SHA-256 of the keys."""
    code: str = ""
    """Keccak-256 of the code that deploys the verifier."""
    signer: str = ""
    signature: str = ""

    @property
    def ceremony(self) -> dict[str, Any]:
        """What the digest is of."""
        powers = self.phase_one
        return {
            "circuit": self.circuit,
            "compiler": self.compiler,
            "contributions": [each.document() for each in self.contributions],
            "phase1": {
                "alpha": [str(number) for number in powers.alpha],
                "beta": [[str(part) for part in number] for number in powers.beta],
                "contributions": str(powers.contributions),
                "name": powers.name,
                "power": str(powers.power),
                "ptau": powers.ptau,
            },
            "r1cs": self.r1cs,
            "rows": str(self.rows),
            "transcript": self.transcript,
            "vkey": self.vkey,
            "zkey": self.zkey,
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the ceremony: what the verifier's contract answers when it is asked for its setup."""
        return hashlib.sha256(to_text(self.ceremony).encode()).hexdigest()

    def signed(self, code: str, key: ContributorKey) -> Self:
        """The same with the hash of the verifier's code, under this key."""
        whole = replace(self, code=code, signer=key.public)
        return replace(whole, signature=key.sign("setup", whole._text()))

    def check(self) -> None:
        """Return if manifest and contributions are signed with the keys that they name. SignatureRejected."""
        check_signature(self.signer, "setup", self._text(), self.signature)
        for each in self.contributions:
            each.check()

    def is_of(self, vkey: str) -> bool:
        """Whether this is the text of the setup's verification key."""
        return hashlib.sha256(vkey.encode()).hexdigest() == self.vkey

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it, for everybody to read."""
        text = to_text({**self._body(), "signature": self.signature})
        write_public(path, text.encode() + b"\n")

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a saved one and check its signatures. ArtifactMalformed, SignatureRejected."""
        return cls.from_json(read_text(path, MAX_BYTES, "the setup manifest").removesuffix("\n"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The same of a text."""
        keys = ("ceremony", "code", "format", "signature", "signer", "version")
        document = members(from_text(text, "the setup manifest"), keys, "the setup manifest")
        if (document["format"], document["version"]) != (FORMAT, VERSION):
            message = f"this is not a setup manifest of format {FORMAT}, version {VERSION}; get one that is"
            raise ArtifactMalformed(message, what="setup manifest")
        found = cls(
            **_ceremony(members(document["ceremony"], _CEREMONY, "ceremony")),
            code=hex_bytes(document["code"], 32, "code"),
            signer=hex_bytes(document["signer"], KEY_BYTES, "signer"),
            signature=hex_bytes(document["signature"], SIGNATURE_BYTES, "signature"),
        )
        found.check()
        return found

    def _body(self) -> dict[str, Any]:
        about = {"format": FORMAT, "version": VERSION}
        return {"ceremony": self.ceremony, "code": self.code, "signer": self.signer, **about}

    def _text(self) -> str:
        return to_text(self._body())


def _ceremony(found: dict[str, Any]) -> dict[str, Any]:
    powers = members(found["phase1"], _PHASE_ONE, "phase1")
    listed = items(found["contributions"], "contributions")
    if len(listed) > MOST:
        raise ArtifactMalformed(f"a setup has at most {MOST} contributions", what="contributions")
    for name, text in {**{name: found[name] for name in ("circuit", "compiler")}, "name": powers["name"]}.items():
        if not isinstance(text, str) or not text.isprintable():
            raise ArtifactMalformed(f"{name} must be a name", what=name)
    x, y = items(powers["beta"], "phase1.beta", 2)
    transcript = found["transcript"]
    if not isinstance(transcript, str) or len(transcript) % 2:
        raise ArtifactMalformed("transcript must be bytes in hex", what="transcript")
    return {
        "circuit": found["circuit"],
        "r1cs": hex_bytes(found["r1cs"], 32, "r1cs"),
        "rows": decimal(found["rows"], 2**32, "rows"),
        "compiler": found["compiler"],
        "phase_one": Powers(
            powers["name"],
            hex_bytes(powers["ptau"], 32, "phase1.ptau"),
            decimal(powers["power"], MOST_POWER + 1, "phase1.power"),
            decimal(powers["contributions"], 2**32, "phase1.contributions"),
            _pair(powers["alpha"], "phase1.alpha"),
            (_pair(x, "phase1.beta"), _pair(y, "phase1.beta")),
        ),
        "transcript": hex_bytes(transcript, len(transcript) // 2, "transcript"),
        "contributions": tuple(Contribution.of_document(each) for each in listed),
        "zkey": hex_bytes(found["zkey"], 32, "zkey"),
        "vkey": hex_bytes(found["vkey"], 32, "vkey"),
    }


def _pair(value: object, what: str) -> tuple[int, int]:
    first, second = decimals(value, 2**256, what, 2)
    return first, second
