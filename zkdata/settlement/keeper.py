"""A keeper: fetches the ciphertext of a claim, keeps it, and signs that it is there."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from zkdata.capsule.capsule_file import MAX_BYTES, CapsuleFile
from zkdata.capsule.cid import check_cid
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, NotAdmitted
from zkdata.settlement.attestation import Kept
from zkdata.settlement.pending import PendingClaim
from zkdata.settlement.signatures import Signer
from zkdata.settlement.stores import Store

Fetch = Callable[[str], bytes]
"""The bytes under a CID: `fetch` of a store, for one."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Somebody who keeps ciphertext that he cannot read, in a store of his own."""

    signer: Signer
    store: Store = field(repr=False)

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
        self.store.put(check_cid(data, cid))
        return Kept(self.address, digest, self.signer.sign(claim.kept_message(digest)))

    def fetch(self, cid: str) -> bytes:
        """The file that is kept under this CID; NotAvailable if none is."""
        return self.store.fetch(cid)


def check_file(data: bytes, content: int) -> bytes:
    """The SHA-256 of these bytes, if they are the one spelling of the capsule file with this content."""
    if len(data) > MAX_BYTES:
        raise ArtifactMalformed(f"a capsule file takes at most {MAX_BYTES} bytes; this is something else")
    file = CapsuleFile.from_json(data.decode("utf-8", errors="replace"))
    if file.content != content:
        raise ArtifactMismatch("this is the file of another capsule; fetch the one that was proven", content=content)
    return hashlib.sha256(data).digest()
