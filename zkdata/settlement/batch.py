"""Many claims on one request in one transaction: which of them were taken, and why others were not."""

from collections.abc import Sequence
from dataclasses import dataclass

from zkdata.errors import ZkDataError
from zkdata.proof.proof import Proof
from zkdata.proof.terms import Terms
from zkdata.settlement.contract import MOST_GAS, SEND_GAS, Contract
from zkdata.settlement.pending import TAKEN, PendingClaim
from zkdata.settlement.posting import Posting
from zkdata.settlement.receipt import Receipt

GAS_OF_A_CLAIM = 400_000
Offer = tuple[Proof, Terms]
"""A proof, and whom it pays."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A claim of a batch that was not taken."""

    nullifier: int
    error: ZkDataError
    """What `claim` would have been refused with."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of the claims of a batch."""

    taken: tuple[PendingClaim, ...]
    skipped: tuple[Skipped, ...]
    receipt: Receipt


def batch_gas(offers: Sequence[Offer]) -> int:
    """A limit for so many claims."""
    return min(SEND_GAS + GAS_OF_A_CLAIM * len(offers), MOST_GAS)


def batch_from(escrow: Contract, posting: Posting, receipt: Receipt) -> Batch:
    """What the events `Claimed`, `Sold` and `Skipped` say."""
    taken = [PendingClaim.from_event(escrow, posting, each) for each in receipt.events if each.name in TAKEN]
    skipped = [
        Skipped(each.arguments["nullifier"], escrow.chain.revert(bytes(each.arguments["reason"]), "a claim of a batch"))
        for each in receipt.events
        if each.name == "Skipped"
    ]
    return Batch(tuple(taken), tuple(skipped), receipt)
