"""A claim whose money is set aside, until the release secret is shown or the window passes."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, replace
from typing import Any

from zkdata.capsule.delivery import Delivery
from zkdata.capsule.hashing import FIELD_ORDER, hashed
from zkdata.errors import NotAdmitted, NotReleased, ReleaseExpired, ReleaseSecretWrong
from zkdata.settlement.attestation import Kept
from zkdata.settlement.contract import Contract
from zkdata.settlement.panel import ZERO_WORD, Panel
from zkdata.settlement.posting import Posting
from zkdata.settlement.receipt import Event, Receipt
from zkdata.settlement.signatures import Message, short_form, signer_of

DOMAIN = "zkdata escrow"
TAKEN = ("Claimed", "Sold")
"""Either of these events tells a claim that was taken."""
SOLD: Mapping[str, Any] = {"releaseHash": 0, "claimId": ZERO_WORD, "expiry": 0, "ephemeral": 0, "wrap": 0}
"""What the event `Sold` leaves out: a fact that was paid with its claim has nothing to wait for and nothing to open."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """`IDataEscrow.SetAside`, in the order of its fields: the escrow keeps only its hash."""

    scope: int
    id: int
    content: int
    nullifier: int
    release_hash: int
    """0 where the fact is bought: there is no secret to wait for."""
    expiry: int
    """Last second, since 1970, of the wait that is on: to be admitted, or to be released."""
    claim_id: bytes
    window: int
    panel: bytes
    buyer: str
    token: str
    unit: int
    recipient: str
    relayer: str
    """Who is paid the fee: the relayer of the terms, else whoever sent the claim."""
    fee: int
    amount: int
    share: int
    """What the approvers get together, evenly."""
    refused_by: int
    """Another request of the market in which a claim on this slot expired before it was admitted; 0 for none."""
    approvers: bytes
    admitted: bool
    """Whether only the secret counts."""


@dataclass(frozen=True, slots=True)
class PendingClaim:
    """One claim at one escrow, as it was last told: by `Claimed`, or by `Admitted`."""

    escrow: Contract
    count: int
    """Records that were claimed; more than the request's cap are paid for the cap."""
    ephemeral: int
    wrap: int
    """The capsule key under a mask, which the buyer lifts once the release secret is shown."""
    panel: Panel
    """Who has to agree."""
    aside: SetAside
    approvers: tuple[str, ...] = ()
    """Who agreed, in the order of the contract."""
    digest: bytes = ZERO_WORD
    """SHA-256 of the capsule file that the keepers keep."""
    admission: str = ""
    """The transaction that brought their signatures; empty before it."""
    receipt: Receipt | None = None
    """Of the claim or its admission, where it was made here."""

    @staticmethod
    def from_event(
        escrow: Contract, posting: Posting, claimed: Event, receipt: Receipt | None = None
    ) -> "PendingClaim":
        """What the event `Claimed` says, or `Sold`, and the request what it leaves out."""
        given: Mapping[str, Any] = claimed.arguments if claimed.name == "Claimed" else {**claimed.arguments, **SOLD}
        aside = SetAside(
            admitted=posting.panel.nobody,
            id=posting.id,
            buyer=posting.buyer,
            token=posting.token,
            unit=posting.prices.unit,
            scope=posting.request.scope,
            nullifier=given["nullifier"],
            refused_by=_refused_by(escrow, posting, given),
            content=given["content"],
            recipient=given["recipient"],
            relayer=given["relayer"],
            fee=given["fee"],
            amount=posting.prices.earned(given["count"]),
            share=posting.prices.amount(posting.prices.share),
            approvers=ZERO_WORD,
            panel=posting.panel.hash,
            release_hash=given["releaseHash"],
            claim_id=bytes(given["claimId"]),
            window=posting.release_window,
            expiry=given["expiry"],
        )
        return PendingClaim(
            escrow, given["count"], given["ephemeral"], given["wrap"], posting.panel, aside, receipt=receipt
        )

    @property
    def id(self) -> str:
        """A hash over scope, request, content, nullifier, release hash and expiry; zero for a fact, paid at once."""
        return "0x" + self.aside.claim_id.hex()

    @property
    def nullifier(self) -> int:
        """Of the slot."""
        return self.aside.nullifier

    @property
    def payment(self) -> str:
        """The transaction that paid it; empty before."""
        if self._is_sold:
            found = self.escrow.logged("Sold", id=self.aside.id, nullifier=self.nullifier)
        else:
            found = self._logged("Released")
        return found[-1].transaction if found else ""

    @property
    def is_over(self) -> bool:
        """Whether it expired, and its money went back."""
        return not self._is_sold and bool(self._logged("Expired"))

    @property
    def is_final(self) -> bool:
        """Whether what a release depends on has the confirmations that the chain was asked for."""
        found = self._logged("Claimed" if self.panel.nobody else "Admitted")
        return bool(found) and self.escrow.chain.is_final(found[-1].transaction)

    def current(self) -> "PendingClaim":
        """The same claim as the chain tells it now: admitted, if it was since."""
        found = self._logged("Admitted")
        return self._admitted(found[0], self.receipt) if found else self

    def kept_message(self, digest: bytes) -> Message:
        """What a keeper of the file with this digest signs."""
        values = {"claimId": self.aside.claim_id, "content": self.aside.content, "digest": digest}
        return Message("Kept", DOMAIN, self.escrow.chain.chain_id, self.escrow.address, values)

    def admit(self, kept: Iterable[Kept] = (), answer: bytes = b"", *, sender: str) -> "PendingClaim":
        """Bring what the panel asks for: keepers' attestations, and the gate's answer. After this the secret counts.

        Attestations are checked here. Where the fact is bought, this pays.
        """
        words = {each.keeper: each for each in kept}
        for each in words.values():
            self._check_kept(each)
        digests = {each.digest for each in words.values()}
        if len(digests) > 1 or len(words) < self.panel.needed:
            raise NotAdmitted(
                f"{self.panel.needed} keepers have to sign for one and the same file; ask them again", by="keepers"
            )
        places = [place for place, keeper in enumerate(self.panel.keepers) if keeper in words]
        signed = [(place, *short_form(words[self.panel.keepers[place]].signature)) for place in places]
        digest = digests.pop() if digests else ZERO_WORD
        given = (astuple(self.aside), self.panel.parameters, digest, signed, answer)
        receipt = self.escrow.send("admit", *given, sender=sender, once=f"admit {self.id}")
        return self._admitted(receipt.event("Admitted"), receipt)

    def release(self, secret: int, *, sender: str) -> Receipt:
        """Show the release secret, which makes the payment. A wrong one, or one for which less than half of the release
        window would be left, or of a claim that is not final, is refused before anyone sees it."""
        self._check_admitted()
        if not 0 <= secret < FIELD_ORDER or hashed("release", [secret]) != self.aside.release_hash:
            raise ReleaseSecretWrong(
                "this is not the release secret of this claim: show the one it was proven with", claim=self.id
            )
        self._check_final()
        now, once = self.escrow.chain.now(), f"release {self.id}"
        # What was begun may be known to others: then late is better than never.
        if not self.escrow.chain.began(sender, once) and 2 * (self.aside.expiry - now) <= self.aside.window:
            raise ReleaseExpired(
                f"it is {now} now and the release window ends at {self.aside.expiry}: with half of it or less left, "
                "whoever keeps the release out of the chain learns the secret and pays nothing; keep it to yourself",
                expiry=self.aside.expiry,
            )
        given = (astuple(self.aside), [*self.approvers], secret)
        return self.escrow.send("release", *given, sender=sender, once=once)

    def check(self, secret: int, *, sender: str) -> None:
        """Ask the contract alone whether it would pay on this secret. Nothing is sent; the node sees the secret."""
        self.escrow.call("release", astuple(self.aside), [*self.approvers], secret, sender=sender)

    def delivery(self) -> Delivery:
        """What the buyer opens the capsule with: the claim's event and the secret in its release's."""
        if self.aside.release_hash == 0:
            raise NotReleased("the fact was bought, and not the data: there is no key to open it with", claim=self.id)
        shown = self._logged("Released")
        if not shown:
            raise NotReleased(
                "the release secret of this claim is not on the chain; ask again once it was released", claim=self.id
            )
        return Delivery(self.aside.content, self.ephemeral, self.wrap, shown[0].arguments["secret"])

    def expire(self, *, sender: str) -> Receipt:
        """After the wait, return what was set aside to the request, or to the buyer's credit once it is closed."""
        return self.escrow.send("expire", astuple(self.aside), sender=sender)

    def _admitted(self, admitted: Event, receipt: Receipt | None) -> "PendingClaim":
        given = admitted.arguments
        aside = SetAside(*given["aside"].values())
        return replace(
            self,
            aside=aside,
            approvers=tuple(given["approvers"]),
            digest=bytes(given["digest"]),
            admission=admitted.transaction,
            receipt=receipt,
        )

    def _check_admitted(self) -> None:
        if not self.aside.admitted:
            raise NotReleased(
                "those whom the request names have not agreed yet, so a release pays nothing; keep the secret to "
                "yourself, and admit the claim first",
                claim=self.id,
            )

    def _check_final(self) -> None:
        """What was undone by a reorganisation could be spent otherwise, once the secret is known."""
        if not self.is_final:
            latch = "Claimed" if self.panel.nobody else "Admitted"
            raise NotReleased(
                f"the block with {latch} is not final yet, or was undone; keep the secret to yourself, and try again "
                "after some blocks",
                claim=self.id,
            )

    @property
    def _is_sold(self) -> bool:
        return self.aside.claim_id == ZERO_WORD

    def _logged(self, name: str) -> tuple[Event, ...]:
        return self.escrow.logged(name, claimId=self.aside.claim_id)

    def _check_kept(self, kept: Kept) -> None:
        signed = signer_of(self.kept_message(kept.digest), kept.signature)
        if signed != kept.keeper or kept.keeper not in self.panel.keepers:
            raise NotAdmitted(f"this is no attestation of {kept.keeper} for this claim; ask for it again", by="keepers")


def _refused_by(escrow: Contract, posting: Posting, claimed: Mapping[str, Any]) -> int:
    """`ClaimedAgain` says it, beside `Claimed`, and only where a claim on the slot expired in another request."""
    if posting.market == ZERO_WORD:
        return 0
    again = escrow.logged("ClaimedAgain", claimId=claimed["claimId"])
    return int(again[0].arguments["refusedBy"]) if again else 0
