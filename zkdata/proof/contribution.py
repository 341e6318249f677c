"""What a contributor says of a contribution, signed: this is mine, and these are the constants I made it upon."""

import hashlib
import os
from dataclasses import dataclass
from typing import Any, Self

from ..capsule.atomic_file import read_text, write_public
from ..capsule.canonical_json import decimal, from_text, hex_bytes, members, to_text
from ..errors import ArtifactMalformed
from .contributor import KEY_BYTES, SIGNATURE_BYTES, ContributorKey, check_signature
from .points import KeyPoints

FORMAT = "zkdata.contribution"
VERSION = "1"
HASH_BYTES = 64
"""Of Blake2b, as snarkjs shows it."""

MAX_NAME = 64
MAX_BYTES = 2**12
MOST = 2**10
"""Contributions to one key."""

_MEMBERS = ("constants", "contributor", "hash", "name", "number", "signature")


@dataclass(frozen=True, slots=True)
class Contribution:
    """One contribution to phase 2, in its contributor's name."""

    number: int
    """From 1."""
    name: str
    hash: str
    """Of the contribution, and through it of the circuit's first key and of everybody before: as snarkjs shows it."""
    constants: str
    """Of the key: see `constants_digest`."""
    contributor: str
    """His public key."""
    signature: str

    @classmethod
    def signed(cls, number: int, name: str, shown: str, constants: str, key: ContributorKey) -> Self:
        """The contributor's word, under his own key."""
        check_name(name)
        body = _body(number, name, shown, constants, key.public)
        return cls(number, name, shown, constants, key.public, key.sign("contribution", to_text(body)))

    def check(self) -> None:
        """Return if it is signed with its key; SignatureRejected otherwise."""
        body = _body(self.number, self.name, self.hash, self.constants, self.contributor)
        check_signature(self.contributor, "contribution", to_text(body), self.signature)

    def document(self) -> dict[str, Any]:
        """As a part of another document."""
        return _body(self.number, self.name, self.hash, self.constants, self.contributor) | {
            "signature": self.signature
        }

    @classmethod
    def of_document(cls, value: object) -> Self:
        """Read such a part; ArtifactMalformed. The signature is not checked here."""
        found = members(value, _MEMBERS, "a contribution")
        check_name(found["name"])
        return cls(
            decimal(found["number"], MOST, "number"),
            found["name"],
            hex_bytes(found["hash"], HASH_BYTES, "hash"),
            hex_bytes(found["constants"], 32, "constants"),
            hex_bytes(found["contributor"], KEY_BYTES, "contributor"),
            hex_bytes(found["signature"], SIGNATURE_BYTES, "signature"),
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it, for everybody to read."""
        text = to_text({**self.document(), "format": FORMAT, "version": VERSION})
        write_public(path, text.encode() + b"\n")

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a saved one and check its signature. ArtifactMalformed, SignatureRejected."""
        text = read_text(path, MAX_BYTES, "the contribution").removesuffix("\n")
        document = members(from_text(text, "the contribution"), (*_MEMBERS, "format", "version"), "the contribution")
        if (document.pop("format"), document.pop("version")) != (FORMAT, VERSION):
            raise ArtifactMalformed(
                f"{path} is no contribution of version {VERSION}; name another file", path=str(path)
            )
        found = cls.of_document(document)
        found.check()
        return found


def check_name(name: object) -> None:
    """ArtifactMalformed unless this can name a contributor: 1 to 64 printable characters of ASCII, none of them at the
    ends a space. Two names that look the same are the same."""
    plain = isinstance(name, str) and name.isascii() and name.isprintable() and name.strip() == name
    if not plain or not 1 <= len(str(name)) <= MAX_NAME:
        raise ArtifactMalformed(f"a contributor's name is 1 to {MAX_NAME} printable letters of ASCII", what="name")


def constants_digest(points: KeyPoints) -> str:
    """SHA-256 of what no contribution changes in a key: alpha, beta, gamma and IC.

    Who signs it has seen the key's IC, so that nobody can exchange it later for one that he can forge with.
    """
    alpha, beta, gamma, _, combination = points
    parts = [alpha, *beta, *gamma, *combination]
    return hashlib.sha256(to_text([[str(x), str(y)] for x, y in parts]).encode()).hexdigest()


def _body(number: int, name: str, shown: str, constants: str, contributor: str) -> dict[str, Any]:
    return {"constants": constants, "contributor": contributor, "hash": shown, "name": name, "number": str(number)}
