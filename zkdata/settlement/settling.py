"""A kept claim on its way to its payment: whatever was done already is read from the chain, and the rest is done.

So this can be run again after any crash, by anybody with the file of the claim and the wallet's outbox.
"""

import random
import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from zkdata.errors import ChainMismatch, ReleaseExpired, TransactionFailed
from zkdata.settlement.attestation import Kept
from zkdata.settlement.claim_file import KeptClaim
from zkdata.settlement.escrow import Escrow
from zkdata.settlement.node import BLOCK_SECONDS
from zkdata.settlement.panel import ZERO_ADDRESS
from zkdata.settlement.pending import PendingClaim

WAIT_SECONDS = 120.0


class Stage(IntEnum):
    """How far a claim has come."""

    PROVEN = 0
    CLAIMED = 1
    ADMITTED = 2
    """Only the secret counts. Where nobody is asked, a claim is admitted as soon as it is taken."""
    PAID = 3
    EXPIRED = 4

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Settled:
    """How far a kept claim has come, and what the chain says of it."""

    stage: Stage
    claim: PendingClaim | None
    payment: str = ""
    """The transaction that paid."""


def stage_of(claim: PendingClaim) -> Stage:
    """How far a claim has come by the chain's latest block."""
    if claim.payment:
        return Stage.PAID
    if claim.is_over:
        return Stage.EXPIRED
    return Stage.ADMITTED if claim.aside.admitted else Stage.CLAIMED


def progress(escrow: Escrow, kept: KeptClaim) -> Settled:
    """How far a kept claim has come. Nothing is sent."""
    identity = escrow.chain.node.identity
    if (kept.chain, kept.escrow) != (identity, escrow.address):
        raise ChainMismatch(
            f"this claim is one on {kept.escrow} of chain {kept.chain}; name a node of that chain, and that escrow",
            expected=kept.chain,
            got=identity,
        )
    claim = escrow.taken(kept.request, kept.proof)
    return Settled(Stage.PROVEN, None) if claim is None else Settled(stage_of(claim), claim, claim.payment)


def settle(
    escrow: Escrow,
    kept: KeptClaim,
    *,
    sender: str,
    attestations: Iterable[Kept] = (),
    answer: bytes | None = None,
    until: Stage = Stage.PAID,
) -> Settled:
    """Do what is left: claim, admit with what the panel says, release; return once it is final, or waits for the panel.

    The answer is a gate's. ReleaseExpired if it is too late for a payment.
    """
    escrow.chain.resume(sender)
    attestations = tuple(attestations)
    started, patience = time.monotonic(), WAIT_SECONDS + 3 * BLOCK_SECONDS * escrow.chain.node.confirmations
    while time.monotonic() - started < patience:
        now = progress(escrow, kept)
        if now.stage is Stage.EXPIRED:
            raise ReleaseExpired("this claim expired, and its money went back; claim another slot", claim=_id(now))
        if now.stage >= until and _is_final(escrow, now):
            return now
        if now.claim is None:
            escrow.claim(escrow.posting(kept.request), kept.proof, kept.terms, sender=sender)
        elif now.stage is Stage.CLAIMED and until > Stage.CLAIMED:
            if len(attestations) < now.claim.panel.needed or (answer is None and now.claim.panel.gate != ZERO_ADDRESS):
                return now
            now.claim.admit(attestations, answer or b"", sender=sender)
        elif now.stage is Stage.ADMITTED and until > Stage.ADMITTED and now.claim.is_final:
            now.claim.release(kept.secret, sender=sender)
        else:
            # Blocks have to come, or an undone one to come back. Jitter, so that many do not ask at once.
            time.sleep(random.uniform(0.05, 0.25))  # noqa: S311 - no secret
    raise TransactionFailed(
        f"not final within {patience:.0f} s; nothing is lost: run it again when the chain goes on", claim=_id(now)
    )


def _is_final(escrow: Escrow, now: Settled) -> bool:
    if now.stage is Stage.PAID:
        return escrow.chain.is_final(now.payment)
    return now.stage is Stage.CLAIMED or (now.claim is not None and now.claim.is_final)


def _id(now: Settled) -> str:
    return "" if now.claim is None else now.claim.id
