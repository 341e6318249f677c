"""The buyer's end: get the file that was paid for, from whoever has it, and open it, or say who owes it."""

from collections.abc import Sequence

from zkdata.capsule.capsule_file import CapsuleFile
from zkdata.capsule.cid import cid_of
from zkdata.capsule.delivery import BuyerKey
from zkdata.capsule.record import Record, Schema
from zkdata.capsule.seal import open_capsule
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, NotAvailable
from zkdata.settlement.carried import carried_file
from zkdata.settlement.keeper import check_file
from zkdata.settlement.panel import ZERO_WORD
from zkdata.settlement.pending import PendingClaim
from zkdata.settlement.stores import Store, fetch_first


def fetch_delivered(claim: PendingClaim, stores: Sequence[Store], cid: str | None = None) -> CapsuleFile:
    """The capsule file of a claim, from the first of these stores that has it.

    The keepers signed for its digest; where nobody was asked, `cid` is the one that the owner told. NotAvailable where
    no store has it: `keepers` signed that they keep the file of `digest`, and the transaction `admission` carries
    their signatures. ArtifactMismatch, with the same evidence, where they signed for the file of something else.
    """
    if claim.digest != ZERO_WORD:
        cid = cid_of(claim.digest)
    elif cid is None:
        text = "no keeper signed for a file of this claim; ask its owner for the CID, and give it"
        raise NotAvailable(text, claim=claim.id, keepers=[])
    try:
        data = fetch_first(stores, cid)
    except NotAvailable as fault:
        owed = _owed(claim)
        text = f"{fault.message}. {_signed(owed['keepers'])}"
        raise NotAvailable(text, cid=cid, tried=fault.tried, **owed) from None
    try:
        check_file(data, claim.aside.content)
    except (ArtifactMalformed, ArtifactMismatch) as fault:
        owed = _owed(claim)
        text = f"what lies under {cid} is not the capsule that was proven ({fault.message}). {_signed(owed['keepers'])}"
        raise ArtifactMismatch(text, cid=cid, **owed) from None
    return CapsuleFile.from_json(data.decode())


def open_delivered(
    claim: PendingClaim, stores: Sequence[Store], buyer: BuyerKey, schema: Schema, cid: str | None = None
) -> list[Record]:
    """The records that were paid for, from the claim itself where it carries the ciphertext, else from a store.

    NotReleased, before anything is fetched, while the release secret is not shown; for the rest see `carried_file`,
    `fetch_delivered` and `open_capsule`.
    """
    delivery = claim.delivery()
    file = carried_file(claim, buyer, schema) if claim.digest == ZERO_WORD else None
    return open_capsule(file or fetch_delivered(claim, stores, cid), delivery, buyer, schema)


def _owed(claim: PendingClaim) -> dict[str, object]:
    """Who signed for the file, for what, and where his signature stands."""
    keepers = [each for each in claim.approvers if each in claim.panel.keepers]
    return {
        "claim": claim.id,
        "content": claim.aside.content,
        "digest": "0x" + claim.digest.hex(),
        "keepers": keepers,
        "admission": claim.admission,
    }


def _signed(keepers: object) -> str:
    if not isinstance(keepers, list) or not keepers:
        return "No keeper signed for it; ask the owner"
    return (
        f"{', '.join(keepers)} signed to keep this very file: ask each of them, and show the evidence to whoever judges"
    )
