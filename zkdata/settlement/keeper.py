"""A keeper: fetches the ciphertext of a claim, keeps it, and signs that it is there."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from zkdata.capsule.atomic_file import write_public
from zkdata.capsule.capsule_file import CID_PREFIX, MAX_BYTES, CapsuleFile
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, NotAdmitted
from zkdata.settlement.pending import Kept, PendingClaim
from zkdata.settlement.signatures import Signer

Fetch = Callable[[str], bytes]
"""The bytes under a CID: from IPFS, a gateway, a folder."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Somebody who keeps ciphertext that he cannot read, in a folder, by its CID."""

    signer: Signer
    folder: Path = field(repr=False)

    @property
    def address(self) -> str:
        """What a panel names."""
        return self.signer.address

    def attest(self, claim: PendingClaim, cid: str, fetch: Fetch) -> Kept:
        """Fetch the file, recompute its CID and its content, keep it, and only then sign.

        NotAdmitted where this keeper is not asked, ArtifactMalformed for no capsule file, ArtifactMismatch for another.
        """
        if self.address not in claim.panel.keepers:
            raise NotAdmitted(f"{self.address} is no keeper of this request; nothing was fetched", by="keepers")
        data = fetch(cid)
        digest = check_file(data, claim.aside.content)
        if cid_of(digest) != cid:
            raise ArtifactMismatch("what was fetched is not what this CID names; fetch it elsewhere", cid=cid)
        write_public(self.folder / cid, data)
        return Kept(self.address, digest, self.signer.sign(claim.kept_message(digest)))

    def fetch(self, cid: str) -> bytes:
        """The file that is kept under this CID; ArtifactMismatch if none is."""
        path = self.folder / cid
        if path.name != cid or not path.is_file():
            raise ArtifactMismatch("no file of this CID is kept here; ask another keeper", cid=cid)
        return path.read_bytes()


def check_file(data: bytes, content: int) -> bytes:
    """The SHA-256 of these bytes, if they are the one spelling of the capsule file with this content."""
    if len(data) > MAX_BYTES:
        raise ArtifactMalformed(f"a capsule file takes at most {MAX_BYTES} bytes; this is something else")
    file = CapsuleFile.from_json(data.decode("utf-8", errors="replace"))
    if file.content != content:
        raise ArtifactMismatch("this is the file of another capsule; fetch the one that was proven", content=content)
    return hashlib.sha256(data).digest()


def cid_of(digest: bytes) -> str:
    """The CID of a file by its SHA-256: where a buyer looks, by what `Admitted` printed."""
    return "b" + base64.b32encode(CID_PREFIX + digest).decode().rstrip("=").lower()
