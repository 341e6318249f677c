"""A keeper's word that he keeps a file: what he signs, as a file that travels to whoever has the claim admitted."""

import os
from dataclasses import dataclass
from typing import Self

from zkdata.capsule.atomic_file import read_bounded, write_public
from zkdata.capsule.canonical_json import from_text, members, to_text
from zkdata.errors import ArtifactMalformed, ParametersInvalid
from zkdata.settlement.chain import checksummed
from zkdata.settlement.signatures import SIGNATURE_BYTES

FORMAT = "zkdata.attestation"
VERSION = "1"
MAX_BYTES = 1024
"""One takes about 340."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A keeper's word that he keeps the file of this digest. Whether he gave it, and for which claim, the signature
    says: `PendingClaim.admit` checks it."""

    keeper: str
    digest: bytes
    """SHA-256 of the file, which its CID holds."""
    signature: bytes

    def to_json(self) -> str:
        """The one spelling of this attestation."""
        body = {"digest": _hex(self.digest), "keeper": self.keeper, "signature": _hex(self.signature)}
        return to_text({**body, "format": FORMAT, "version": VERSION})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read the one spelling; ArtifactMalformed for anything else."""
        keys = ("digest", "format", "keeper", "signature", "version")
        document = members(from_text(text, "attestation"), keys, "attestation")
        if (document["format"], document["version"]) != (FORMAT, VERSION):
            text = f"not an attestation of version {VERSION}; read it with the release that wrote it"
            raise ArtifactMalformed(text, what="format")
        keeper = document["keeper"]
        if not isinstance(keeper, str) or not _is_address(keeper):
            raise ArtifactMalformed("the keeper of an attestation is an address, spelled as by EIP-55", what="keeper")
        digest = _bytes(document["digest"], 32, "digest")
        return cls(keeper, digest, _bytes(document["signature"], SIGNATURE_BYTES, "signature"))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it in one step, replacing an older one."""
        write_public(path, self.to_json().encode())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a saved one; ArtifactMalformed if it is anything else."""
        return cls.from_json(read_bounded(path, MAX_BYTES, "attestation").decode("utf-8", errors="replace"))


def _is_address(text: str) -> bool:
    try:
        return checksummed(text) == text
    except ParametersInvalid:
        return False


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


def _bytes(value: object, length: int, what: str) -> bytes:
    if isinstance(value, str) and len(value) == 2 + 2 * length and value.startswith("0x"):
        try:
            data = bytes.fromhex(value[2:])
        except ValueError:
            data = b""
        if _hex(data) == value:
            return data
    raise ArtifactMalformed(f"the {what} of an attestation is 0x and {2 * length} small hex digits", what=what)
