"""What the escrow owes to whom, by the page that describes it, and nothing of how a contract keeps it."""

from collections import Counter
from collections.abc import Hashable, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from tests.settlement.machines.attempts import Refusal
from tests.settlement.machines.escrow_books import DAY, ESCROW, MOST_UNITS, SHORTEST, Offer, Request, Sale, Slot, Wish


@dataclass
class EscrowModel:
    """All accounts, requests, slots and roots, and the time."""

    time: int
    balances: Counter[tuple[str, str]] = field(default_factory=Counter)
    credits: Counter[tuple[str, str]] = field(default_factory=Counter)
    requests: dict[int, Request] = field(default_factory=dict)
    slots: dict[tuple[Hashable, Slot], tuple[Sale, ...]] = field(default_factory=dict)
    ends: dict[int, int | None] = field(default_factory=dict)
    """Every root ever published, with the first second in which it is refused; None for the current one."""
    blocked: set[tuple[str, str]] = field(default_factory=set)
    events: list[tuple[Any, ...]] = field(default_factory=list)

    def copied(self) -> "EscrowModel":
        """A state to come back to."""
        other = copy(self)
        other.balances, other.credits, other.events = self.balances.copy(), self.credits.copy(), list(self.events)
        other.requests = {number: copy(each) for number, each in self.requests.items()}
        other.slots = {place: tuple(map(copy, sales)) for place, sales in self.slots.items()}
        other.ends, other.blocked = dict(self.ends), set(self.blocked)
        return other

    # Requests

    def post_unasked(self, wish: Wish) -> Refusal | None:
        """What the client refuses to post."""
        if wish.budget < wish.per_record + wish.share:
            return Refusal.of("ParametersInvalid", parameter="budget")
        if wish.deadline < self.time + SHORTEST:
            return Refusal.of("ParametersInvalid", parameter="deadline")
        return None

    def post_refused(self, wish: Wish, time: int) -> Refusal | None:
        """What the contract refuses to post in a block of this time."""
        if wish.deadline < time + SHORTEST:
            return Refusal.of("ParametersInvalid", parameter="deadline")
        return self._cannot_pay(wish.token, wish.buyer, wish.budget)

    def post(self, wish: Wish, posting: Any) -> Request:
        """Lock the budget."""
        number, unit = len(self.requests) + 1, wish.counted_in
        scope = ("market", wish.market) if wish.market else ("request", number)
        units = wish.budget // unit
        self.requests[number] = Request(wish, posting, unit, units, wish.deadline, scope)
        self._move(wish.token, wish.buyer, ESCROW, wish.budget)
        self.events.append(("Posted", number, wish.buyer, units))
        return self.requests[number]

    def unknown(self, number: int, posting: Any) -> Refusal | None:
        """A request that is gone, or was never like this."""
        request = self.requests.get(number)
        if request is None or request.closed or request.posting != posting:
            return Refusal.of("RequestUnknown", id=number)
        return None

    def expired(self, number: int, time: int) -> Refusal | None:
        """A request past its deadline."""
        deadline = self.requests[number].deadline
        return Refusal.of("RequestExpired", deadline=deadline) if time > deadline else None

    def top_up_refused(self, number: int, posting: Any, units: int, payer: str, time: int) -> Refusal | None:
        """What the contract refuses to add."""
        if refused := self.unknown(number, posting) or self.expired(number, time):
            return refused
        request = self.requests[number]
        if units == 0 or request.left + units > MOST_UNITS:
            return Refusal.of("ParametersInvalid", parameter="units")
        return self._cannot_pay(request.wish.token, payer, units * request.unit)

    def top_up(self, number: int, units: int, payer: str) -> None:
        """More money, which is the buyer's now."""
        request = self.requests[number]
        request.left += units
        self._move(request.wish.token, payer, ESCROW, units * request.unit)
        self.events.append(("ToppedUp", number, units))

    def cancel_refused(self, number: int, posting: Any, sender: str, time: int) -> Refusal | None:
        """Notice is given by the buyer, and only to end earlier."""
        if refused := self.unknown(number, posting):
            return refused
        request = self.requests[number]
        if sender != request.wish.buyer:
            return Refusal.of("ParametersInvalid", parameter="buyer")
        if time + DAY >= request.deadline:
            return Refusal.of("ParametersInvalid", parameter="deadline")
        return None

    def cancel(self, number: int, posting: Any) -> None:
        """A day from now."""
        request = self.requests[number]
        request.deadline, request.posting = self.time + DAY, posting
        self.events.append(("Cancelled", number, request.deadline))

    def close_refused(self, number: int, posting: Any, time: int) -> Refusal | None:
        """Not before the deadline has passed."""
        if refused := self.unknown(number, posting):
            return refused
        deadline = self.requests[number].deadline
        return Refusal.of("RequestOpen", deadline=deadline) if time <= deadline else None

    def close(self, number: int) -> None:
        """The buyer has back what is left."""
        request = self.requests[number]
        amount, request.left, request.closed = request.left * request.unit, 0, True
        self.events.append(("Closed", number, amount))
        self._pay(request.wish.token, request.wish.buyer, amount)

    # Claims

    def spent(self, number: int, slot: Slot) -> bool:
        """Whether a slot takes no claim on this request."""
        sales = self.slots.get((self.requests[number].scope, slot), ())
        return bool(sales) and (sales[-1].phase != "refused" or sales[-1].request == number)

    def claim_refused(self, number: int, posting: Any, offer: Offer, time: int) -> Refusal | None:
        """Why the contract takes no such claim, its proof aside."""
        return self.unknown(number, posting) or self.expired(number, time) or self.fault(number, offer, time)

    def fault(self, number: int, offer: Offer, time: int) -> Refusal | None:
        """Why a claim of a batch is skipped."""
        request = self.requests[number]
        units = self._paid_units(request, offer)
        share = request.wish.share // request.unit
        checks = (
            (self.spent(number, offer.slot), Refusal.of("AlreadyClaimed", nullifier=offer.nullifier)),
            (offer.count == 0, Refusal("NothingProven", {})),
            (units + share > request.left, Refusal.of("RequestExhausted", left=request.left, needed=units + share)),
            (offer.as_of > time * 1000, Refusal.of("AsOfInFuture", asOf=offer.as_of, blockTime=time * 1000)),
            (offer.recipient == ESCROW, Refusal.of("TermsInvalid", part="recipient")),
            (offer.relayer == ESCROW, Refusal.of("TermsInvalid", part="relayer")),
            (offer.fee > units * request.unit, Refusal.of("TermsInvalid", part="fee")),
            (not self.accepted(offer.root, time), Refusal.of("RootNotAccepted", root=offer.root)),
        )
        return next((refusal for broken, refusal in checks if broken), None)

    def claim(self, number: int, offer: Offer, sender: str) -> Sale:
        """Set the money aside; where the fact is bought and nobody is asked, pay it."""
        request = self.requests[number]
        units, share = self._paid_units(request, offer), request.wish.share // request.unit
        request.left -= units + share
        earlier = self.slots.get((request.scope, offer.slot), ())
        waits = not self.pays_at_once(number)
        sale = Sale(
            request=number,
            offer=offer,
            relayer=offer.relayer or sender,
            amount=units * request.unit,
            share=request.wish.share,
            expiry=self.time + request.wish.window if waits else 0,
            refused_by=earlier[-1].request if earlier and waits else 0,
            phase="admitted" if request.nobody else "claimed",
        )
        self.slots[request.scope, offer.slot] = (*earlier, sale)
        if waits:
            self.events.append(("Claimed", number, offer.nullifier, offer.count, sale.relayer, offer.fee, sale.expiry))
        if sale.refused_by:
            self.events.append(("ClaimedAgain", sale.refused_by))
        return sale

    def pays_at_once(self, number: int) -> bool:
        """The fact alone, and nobody is asked."""
        return self.requests[number].wish.fact and self.requests[number].nobody

    def skip(self, number: int, offer: Offer) -> None:
        """One of a batch that was not taken."""
        self.events.append(("Skipped", number, offer.nullifier))

    # Money that is set aside

    def sale_of(self, aside: Any) -> Sale | None:
        """The claim that waits under this name."""
        last = (sales[-1] for sales in self.slots.values())
        waiting = (each for each in last if each.phase in ("claimed", "admitted") and each.aside == aside)
        return next(waiting, None)

    def waiting(self, aside: Any) -> Sale:
        """The same, where the model took what is done with it."""
        sale = self.sale_of(aside)
        assert sale is not None, "the model takes a move only where money waits"
        return sale

    def admit_refused(self, aside: Any, nullifier: int, time: int) -> Refusal | None:
        """Signatures aside."""
        sale = self.sale_of(aside)
        if sale is None or sale.phase != "claimed":
            return Refusal.of("NotReleased", nullifier=nullifier)
        return Refusal.of("ReleaseExpired", expiry=sale.expiry) if time > sale.expiry else None

    def admit(self, sale: Sale, approvers: Sequence[str]) -> None:
        """Whole units for each; the rest stays with the request."""
        request = self.requests[sale.request]
        units = sale.share // request.unit
        rest = units % len(approvers) * request.unit
        sale.share, sale.approvers = sale.share - rest, tuple(approvers)
        sale.phase, sale.expiry = "admitted", self.time + request.wish.window
        self.events.append(("Admitted", sale.request, sale.offer.nullifier, sale.approvers))
        self._return(sale, rest)
        if request.wish.fact:
            self.pay_out(sale, 0)

    def release_unasked(self, aside: Any, claim: str, right: bool) -> Refusal | None:
        """Why the client shows no secret: it is kept for the first half of the window."""
        if not aside.admitted:
            return Refusal.of("NotReleased", claim=claim)
        if not right or aside.release_hash == 0:
            return Refusal.of("ReleaseSecretWrong", claim=claim)
        too_late = 2 * (aside.expiry - self.time) <= aside.window
        return Refusal.of("ReleaseExpired", expiry=aside.expiry) if too_late else None

    def release_refused(self, aside: Any, nullifier: int, time: int) -> Refusal | None:
        """Secret and approvers aside."""
        sale = self.sale_of(aside)
        if sale is None or sale.phase != "admitted":
            return Refusal.of("NotReleased", nullifier=nullifier)
        return Refusal.of("ReleaseExpired", expiry=sale.expiry) if time > sale.expiry else None

    def pay_out(self, sale: Sale, secret: int) -> None:
        """Recipient and relayer are paid, approvers credited."""
        sale.phase = "paid"
        token = self.requests[sale.request].wish.token
        offer = sale.offer
        if self.pays_at_once(sale.request):
            self.events.append(("Sold", sale.request, offer.nullifier, offer.count, sale.relayer, offer.fee))
        else:
            self.events.append(("Released", sale.request, offer.nullifier, secret))
        for each in sale.approvers:
            self._credit(token, each, sale.share // len(sale.approvers))
        self._pay(token, sale.offer.recipient, sale.amount - sale.offer.fee)
        self._pay(token, sale.relayer, sale.offer.fee)

    def expire_refused(self, aside: Any, nullifier: int, time: int) -> Refusal | None:
        """Not while it waits."""
        sale = self.sale_of(aside)
        if sale is None:
            return Refusal.of("NotReleased", nullifier=nullifier)
        return Refusal.of("ReleaseOpen", expiry=sale.expiry) if time <= sale.expiry else None

    def expire(self, sale: Sale) -> None:
        """All of it goes back; a slot is free once more, for another request, if nobody had agreed."""
        sale.phase = "lost" if sale.phase == "admitted" or sale.refused_by else "refused"
        self.events.append(("Expired", sale.request, sale.offer.nullifier, sale.amount + sale.share))
        self._return(sale, sale.amount + sale.share)

    def withdraw_refused(self, token: str, account: str, to: str) -> Refusal | None:
        """Nothing there, or an account that the token does not pay."""
        amount = self.credits[token, account]
        if amount == 0:
            return Refusal.of("NothingCredited", token=token, account=account)
        refused = to == ESCROW or (token, to) in self.blocked
        return Refusal.of("TokenRefused", token=token, asked=amount, moved=0) if refused else None

    def withdraw(self, token: str, account: str, to: str) -> None:
        """The whole credit."""
        amount = self.credits.pop((token, account))
        self._move(token, ESCROW, to, amount)
        self.events.append(("Withdrawn", token, account, to, amount))

    # Roots

    def accepted(self, root: int, time: int) -> bool:
        """Whether a claim about this root is taken."""
        return root in self.ends and (self.ends[root] is None or time < self.ends[root])

    def publish(self, root: int, window: int, revokes: bool) -> None:
        """Another root; a revocation brings the ends of all earlier ones down to its own."""
        end = self.time + window
        for old, due in self.ends.items():
            if due is None or (revokes and due > end):
                self.ends[old] = end
        self.ends[root] = None

    # Tokens

    def _paid_units(self, request: Request, offer: Offer) -> int:
        return min(offer.count, request.wish.cap) * (request.wish.per_record // request.unit)

    def _cannot_pay(self, token: str, payer: str, amount: int) -> Refusal | None:
        poor = self.balances[token, payer] < amount
        return Refusal.of("TokenRefused", token=token, asked=amount, moved=0) if poor else None

    def _move(self, token: str, payer: str, to: str, amount: int) -> None:
        self.balances[token, payer] -= amount
        self.balances[token, to] += amount

    def _pay(self, token: str, to: str, amount: int) -> None:
        if (token, to) in self.blocked:
            self._credit(token, to, amount)
        else:
            self._move(token, ESCROW, to, amount)

    def _credit(self, token: str, account: str, amount: int) -> None:
        if amount:
            self.credits[token, account] += amount
            self.events.append(("Credited", token, account, amount))

    def _return(self, sale: Sale, amount: int) -> None:
        request = self.requests[sale.request]
        if request.closed:
            self._credit(request.wish.token, request.wish.buyer, amount)
        else:
            request.left += amount // request.unit
