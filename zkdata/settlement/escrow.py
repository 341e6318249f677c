"""The escrow: post locks the buyer's money, claim sets the price of proven records aside, release pays it out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from zkdata.capsule.delivery import check_buyer_key
from zkdata.errors import (
    ArtifactMismatch,
    ParametersInvalid,
    ProofMalformed,
    RequestExpired,
    RequestUnknown,
    VerifierUnknown,
)
from zkdata.proof import signals
from zkdata.proof.proof import Proof
from zkdata.proof.request import Request
from zkdata.proof.terms import Terms
from zkdata.proof.verifier import Verifier
from zkdata.settlement.batch import Batch, Offer, batch_from, batch_gas
from zkdata.settlement.chain import Chain
from zkdata.settlement.claim_input import claim_input, refuse_other
from zkdata.settlement.contract import Contract
from zkdata.settlement.contracts import committed
from zkdata.settlement.judges import Judge, limb_bits
from zkdata.settlement.panel import ZERO_WORD, Panel
from zkdata.settlement.pending import TAKEN, PendingClaim
from zkdata.settlement.posting import Asked, Posting
from zkdata.settlement.prices import NO_CAP, Prices
from zkdata.settlement.receipt import Entry, Event, Receipt
from zkdata.settlement.registry import DeviceRegistry
from zkdata.settlement.token import Token

ESCROW = "DataEscrow"
CLAIM_EVENTS = ("Claimed", "Sold", "Skipped", "Admitted", "Released", "Expired")
OPEN_FOR = 7 * 86_400
"""Seconds that a request is open for, unless its deadline says otherwise."""

RELEASE_WINDOW = 2 * 86_400
"""Seconds that a claim may wait to be admitted, and then for its release, unless another is given."""


class Escrow:
    """An escrow on one chain, with verifiers whose keys are known here. Claims are verified before they are sent."""

    def __init__(self, contract: Contract, judges: Sequence[Judge]) -> None:
        self._contract = contract
        self._judges = tuple(judges)

    @classmethod
    def deploy(cls, chain: Chain, *verifiers: Verifier, sender: str | None = None) -> "Escrow":
        """Deploy a verifier contract for each of these keys, and an escrow that lists them."""
        if not verifiers:
            raise VerifierUnknown("an escrow begins with a verifier; deploy it with one at least")
        judges = [Judge.deploy(chain, each, sender=sender) for each in verifiers]
        return cls(chain.deploy(committed(ESCROW), [each.address for each in judges], sender=sender), judges)

    @classmethod
    def attach(cls, chain: Chain, address: str, verifiers: Mapping[str, Verifier]) -> "Escrow":
        """An escrow that is there already, and the keys of verifiers by their addresses; refused unless the escrow was
        created by our code, and every verifier is, to the byte, what we would deploy and is listed. Without any key
        it can be read, and nothing be posted or claimed."""
        escrow = chain.at(committed(ESCROW), address)
        listed = escrow.logged("Listed")
        if not listed or not escrow.creation_code(listed[0]).startswith(escrow.compiled.bytecode):
            raise ArtifactMismatch(
                "the contract at this address is not the escrow of this zkdata; do not pay into it",
                escrow=escrow.address,
            )
        judges = [Judge.at(chain, each, verifier) for each, verifier in verifiers.items()]
        for each in judges:
            if not any(escrow.call("listed", each.address)):
                raise VerifierUnknown("this escrow does not list this verifier; list it", verifier=each.address)
        return cls(escrow, judges)

    @property
    def address(self) -> str:
        """Where the escrow lives."""
        return self._contract.address

    @property
    def chain(self) -> Chain:
        """Where it lives, and how it is reached."""
        return self._contract.chain

    @property
    def verifier_addresses(self) -> tuple[str, ...]:
        """Where the verifiers live whose keys are known here."""
        return tuple(each.address for each in self._judges)

    @property
    def verifiers(self) -> Mapping[str, Verifier]:
        """The keys that are known here, by the addresses of their contracts."""
        return {each.address: each.verifier for each in self._judges}

    @property
    def deployments(self) -> tuple[Receipt | None, ...]:
        """Receipts of the verifiers, then of the escrow, where they were deployed here."""
        return (*(each.contract.deployed for each in self._judges), self._contract.deployed)

    def list_verifier(self, verifier: Verifier, *, sender: str) -> "Escrow":
        """Deploy the verifier contract of one more key and list it: the same escrow, with this key known as well."""
        judge = Judge.deploy(self._contract.chain, verifier, sender=sender)
        self.list_contract(judge.address, sender=sender)
        return Escrow(self._contract, (*self._judges, judge))

    def list_contract(self, address: str, *, sender: str) -> Receipt:
        """Let requests name a verifier or a gate that is deployed. Anyone may; it says nothing of what it does."""
        return self._contract.send("list", address, sender=sender)

    def fitting(self, request: Request) -> tuple[str, ...]:
        """Verifiers known here that a request may name: those whose circuits have the limbs that it bounds."""
        found = tuple(each.address for each in self._judges if each.fits(request))
        if not found:
            raise VerifierUnknown("no verifier known here has the limbs that this request bounds; list one that has")
        return found

    def post(
        self,
        request: Request,
        *,
        token: Token,
        budget: int,
        price_per_record: int,
        buyer: str,
        registry: DeviceRegistry,
        registrar: str,
        share: int = 0,
        record_cap: int = NO_CAP,
        unit: int | None = None,
        panel: Panel | None = None,
        market: bytes = ZERO_WORD,
        about: bytes = ZERO_WORD,
        deadline: int | None = None,
        release_window: int = RELEASE_WINDOW,
    ) -> Posting:
        """Approve exactly the budget, lock it, and return the request with its scope. Two transactions of the buyer.

        Amounts are in the token's smallest part, and multiples of `unit`; see `Prices.of` for the one that is taken
        where it is left out. `deadline` is the last second since 1970 in which a claim is taken, a week from now if
        left out. The request names every verifier known here whose circuits have the limbs that it bounds.
        """
        check_buyer_key(request.buyer_key)
        panel = Panel() if panel is None else panel
        now = self._contract.chain.now()
        asked = Asked(
            request=request,
            buyer=buyer,
            token=token.address,
            prices=Prices.of(
                per_record=price_per_record, budget=budget, share=share, record_cap=record_cap, unit=unit, panel=panel
            ),
            deadline=now + OPEN_FOR if deadline is None else deadline,
            release_window=release_window,
            registry=registry.address,
            registrar=registrar,
            verifiers=self.fitting(request),
            panel=panel,
            market=market,
            about=about,
        )
        return self.post_asked(asked, asked.prices.units(budget), sender=buyer)

    def post_asked(self, asked: Asked, budget: int, *, sender: str, once: str | None = None) -> Posting:
        """Post a request that was put together by hand; `budget` in its units, which the sender pays.

        A wallet posts it under the name `once` a single time: again, it is the same request.
        """
        chain = self._contract.chain
        if not chain.began(sender, once):
            self._check_known(asked)
            asked.check(budget, chain.now())
            token = Token.at(chain, asked.token)
            token.approve(self.address, asked.prices.amount(budget), sender=sender)
        given = (asked.parameters, asked.panel.parameters, asked.about, budget)
        receipt = self._contract.send("post", *given, sender=sender, once=once)
        return self._posting(receipt.event("Posted").arguments)

    def posting(self, request_id: int) -> Posting:
        """A request as it stands, read from the chain."""
        found = self._contract.logged("Posted", id=request_id)
        if not found:
            raise RequestUnknown(
                f"no request {request_id} was posted here; look at the escrow's address", id=request_id
            )
        posting = self._posting(found[0].arguments)
        cancelled = self._contract.logged("Cancelled", id=request_id)
        return replace(posting, deadline=cancelled[-1].arguments["deadline"]) if cancelled else posting

    def left(self, posting: Posting) -> int:
        """What is left of a request's budget: neither set aside nor paid nor returned."""
        return posting.prices.amount(int(self._contract.call("left", posting.id)))

    def spent(self, posting: Posting, nullifier: int) -> bool:
        """Whether the slot behind this nullifier takes no claim on this request."""
        return bool(self._contract.call("spent", posting.request.scope, nullifier, posting.id))

    def top_up(self, posting: Posting, amount: int, *, sender: str) -> Receipt:
        """Add to what is left of an open request, a multiple of its unit. Anyone may; the money is the buyer's then."""
        count, now = posting.prices.units(amount, "units"), self._contract.chain.now()
        if count == 0:
            raise ParametersInvalid("top_up: nothing is added; name an amount", parameter="units")
        if now > posting.deadline:
            raise RequestExpired(f"the deadline was {posting.deadline}, it is {now} now", deadline=posting.deadline)
        Token.at(self._contract.chain, posting.token).approve(self.address, amount, sender=sender)
        return self._contract.send("topUp", posting.id, posting.parameters, count, sender=sender)

    def cancel(self, posting: Posting, *, sender: str) -> Posting:
        """Give notice, as the buyer: the request is now the one that is returned, open for a day more."""
        receipt = self._contract.send("cancel", posting.id, posting.parameters, sender=sender)
        return replace(posting, deadline=receipt.event("Cancelled").arguments["deadline"])

    def check_circuit(self, posting: Posting, circuit: str) -> None:
        """VerifierUnknown unless the request takes claims of this circuit and its key is known here."""
        self._judge(posting, circuit)

    def check(self, posting: Posting, proof: Proof, terms: Terms, *, sender: str) -> None:
        """Ask the contract alone whether it would take this claim. Nothing is sent, and nothing is verified here."""
        place, _ = self._judge(posting, proof.circuit)
        self._contract.call("claim", posting.id, posting.parameters, place, claim_input(proof, terms), sender=sender)

    def claim(self, posting: Posting, proof: Proof, terms: Terms, *, sender: str) -> PendingClaim:
        """Verify here, ask the contract, then send. The money is set aside for whom the terms name; anyone may send.

        A wallet sends a claim once: again, it waits for the one that it sent.
        """
        place = self._verified(posting, proof, terms)
        given = (posting.id, posting.parameters, place, claim_input(proof, terms))
        receipt = self._contract.send("claim", *given, sender=sender, once=self._name(posting, proof, terms))
        return PendingClaim.from_event(self._contract, posting, receipt.event(*TAKEN), receipt)

    def claim_many(self, posting: Posting, offers: Sequence[Offer], *, sender: str) -> Batch:
        """Many claims under one verifier, with one pairing check. All have to prove; one that `claim` would refuse for
        another reason, spent or exhausted for example, is skipped, and the batch says why."""
        places = {self._verified(posting, proof, terms) for proof, terms in offers}
        if len(places) != 1:
            raise ProofMalformed("a batch is of one circuit, and of one claim at least; send a batch for each circuit")
        inputs = [claim_input(proof, terms) for proof, terms in offers]
        receipt = self._contract.send(
            "claimMany", posting.id, posting.parameters, places.pop(), inputs, sender=sender, gas=batch_gas(offers)
        )
        return batch_from(self._contract, posting, receipt)

    def pending(self, nullifier: int) -> PendingClaim | None:
        """The last claim of this nullifier, read from the chain: what an owner who was interrupted goes on with."""
        found = [each for name in TAKEN for each in self._contract.logged(name, nullifier=nullifier)]
        return self._told(found[-1]) if found else None

    def taken(self, number: int, proof: Proof) -> PendingClaim | None:
        """The claim that was made on request `number` with this proof, or another of the same secret."""
        due = {
            "content": proof.values[signals.CONTENT],
            "count": proof.values[signals.COUNT],
            "nullifier": proof.values[signals.NULLIFIER],
        }
        for name in TAKEN:
            for each in self._contract.logged(name, id=number, nullifier=due["nullifier"]):
                secret = each.arguments.get("releaseHash", 0)
                same = {key: each.arguments[key] for key in due} == due
                if same and secret in (0, proof.values[signals.RELEASE_HASH]):
                    return self._told(each)
        return None

    def claims(self, posting: Posting) -> tuple[PendingClaim, ...]:
        """Every claim that was taken on a request, in the order of the chain: what its buyer has bought so far."""
        found = self._contract.history(*TAKEN, id=posting.id)
        return tuple(PendingClaim.from_event(self._contract, posting, each.event).current() for each in found)

    def claim_of(self, claim_id: bytes) -> PendingClaim | None:
        """The claim of this id, read from the chain: what a keeper or a buyer was told of."""
        found = self._contract.logged("Claimed", claimId=claim_id)
        return self._told(found[0]) if found else None

    def happened(self, number: int, since: int = 0) -> tuple[tuple[Entry, ...], int]:
        """What happened to claims on a request from this block on, as far as it is final; and where to go on next."""
        node = self.chain.node
        final = node.height() - node.confirmations
        if final < since:
            return (), since
        return self._contract.history(*CLAIM_EVENTS, since=since, until=final, id=number), final + 1

    def close(self, posting: Posting, *, sender: str) -> Receipt:
        """After the deadline, return to the buyer what is not set aside."""
        return self._contract.send("close", posting.id, posting.parameters, sender=sender)

    def credit(self, token: Token, account: str) -> int:
        """What waits for an account's `withdraw`: an approver's shares, or what a token refused to pay."""
        return int(self._contract.call("credits", token.address, account))

    def withdraw(self, token: Token, to: str, *, sender: str) -> Receipt:
        """Take the sender's whole credit."""
        return self._contract.send("withdraw", token.address, to, sender=sender)

    def _name(self, posting: Posting, proof: Proof, terms: Terms) -> str:
        text = f"{self.address} {posting.id} {terms.digest} {proof.to_json()}"
        return f"claim {sha256(text.encode()).hexdigest()}"

    def _told(self, claimed: Event) -> PendingClaim:
        posting = self.posting(claimed.arguments["id"])
        return PendingClaim.from_event(self._contract, posting, claimed).current()

    def _posting(self, posted: Any) -> Posting:
        chain = self._contract.chain
        bits = limb_bits(chain, posted["request"]["verifiers"][0])
        return Posting.from_event(posted, chain.chain_id, self.address, bits)

    def _judge(self, posting: Posting, circuit: str) -> tuple[int, Judge]:
        """The verifier of this circuit, and its place in the request."""
        for place, address in enumerate(posting.verifiers):
            for judge in self._judges:
                if judge.address == address and judge.verifier.circuit.name == circuit:
                    return place, judge
        raise VerifierUnknown(
            f"the request names no verifier of {circuit} whose key is known here; prove for a circuit of one",
            circuit=circuit,
        )

    def _check_known(self, asked: Asked) -> None:
        """Strangers' money waits for proofs of no key that was not looked at here."""
        if self.chain.local:
            return
        for address in asked.verifiers:
            if address not in self.verifier_addresses:
                message = f"the key of the verifier at {address} is not known here; fetch it with its setup manifest"
                raise VerifierUnknown(message, verifier=address)

    def _verified(self, posting: Posting, proof: Proof, terms: Terms) -> int:
        place, judge = self._judge(posting, proof.circuit)
        refuse_other(posting.request, proof, terms)
        judge.verifier.verify(proof)
        return place
