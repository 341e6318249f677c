"""A claim whose money is set aside, until the release secret is shown or the window passes."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any

from zkdata.capsule.delivery import Delivery
from zkdata.capsule.hashing import FIELD_ORDER, hashed
from zkdata.errors import NotReleased, ReleaseExpired, ReleaseSecretWrong
from zkdata.settlement.chain import Contract, Event, Receipt


@dataclass(frozen=True, slots=True)
class SetAside:
    """`IDataEscrow.SetAside`, in the order of its fields: the escrow keeps only its hash."""

    id: int
    buyer: str
    token: str
    content: int
    recipient: str
    relayer: str
    """Who is paid the fee: the relayer of the terms, else whoever sent the claim."""
    fee: int
    amount: int
    release_hash: int
    expiry: int
    """Last second, since 1970, in which a release is paid."""


@dataclass(frozen=True, slots=True)
class PendingClaim:
    """One claim at one escrow."""

    escrow: Contract
    id: str
    """The claim id: a hash over chain, escrow, request, nullifier, content, release hash and expiry."""
    nullifier: int
    count: int
    """Records that were claimed."""
    ephemeral: int
    wrap: int
    """The capsule key under a mask, which the buyer lifts once the release secret is shown."""
    aside: SetAside
    receipt: Receipt | None = None
    """Of the claim, where it was made here."""

    @staticmethod
    def from_event(escrow: Contract, claimed: Event, receipt: Receipt | None = None) -> "PendingClaim":
        """What the event `Claimed` says."""
        given: Mapping[str, Any] = claimed.arguments
        return PendingClaim(
            escrow=escrow,
            id="0x" + bytes(given["claimId"]).hex(),
            nullifier=given["nullifier"],
            count=given["count"],
            ephemeral=given["ephemeral"],
            wrap=given["wrap"],
            aside=SetAside(*given["aside"].values()),
            receipt=receipt,
        )

    def release(self, secret: int, *, sender: str) -> Receipt:
        """Show the release secret, which makes the payment. A wrong or late one is refused before anyone sees it."""
        if not 0 <= secret < FIELD_ORDER or hashed("release", [secret]) != self.aside.release_hash:
            raise ReleaseSecretWrong(
                "this is not the release secret of this claim: show the one it was proven with", claim=self.id
            )
        now = self.escrow.chain.now()
        if now > self.aside.expiry:
            raise ReleaseExpired(
                f"the release window ended at {self.aside.expiry}, it is {now} now; keep the secret to yourself",
                expiry=self.aside.expiry,
            )
        return self.escrow.send("release", self.nullifier, astuple(self.aside), secret, sender=sender)

    def check(self, secret: int, *, sender: str) -> None:
        """Ask the contract alone whether it would pay on this secret. Nothing is sent; the node sees the secret."""
        self.escrow.call("release", self.nullifier, astuple(self.aside), secret, sender=sender)

    def delivery(self) -> Delivery:
        """What the buyer opens the capsule with: the claim's event and the secret in its release's."""
        shown = self.escrow.logged("Released", nullifier=self.nullifier)
        if not shown:
            raise NotReleased(
                "the release secret of this claim is not on the chain; ask again once it was released", claim=self.id
            )
        return Delivery(self.aside.content, self.ephemeral, self.wrap, shown[0].arguments["secret"])

    def expire(self, *, sender: str) -> Receipt:
        """After the window, return what was set aside to the request. The slot stays spent."""
        return self.escrow.send("expire", self.nullifier, astuple(self.aside), sender=sender)
