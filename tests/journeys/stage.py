"""The stage of the journey: a chain on which a request is posted, and a proven claim for it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.journey_fixtures import MINUTE, READINGS, Journey, built_circuit, new_journey, records, shared_prover
from zkdata.capsule.device import DeviceKey
from zkdata.capsule.hashing import FIELD_ORDER
from zkdata.capsule.schemas import TEMPERATURE
from zkdata.capsule.seal import HOUR, seal
from zkdata.capsule.tree import Enrolment, Registry
from zkdata.errors import ZkDataError
from zkdata.proof.claim import Claim
from zkdata.proof.proof import Proof
from zkdata.proof.prover import Prover
from zkdata.proof.request import Request
from zkdata.proof.signals import running_hash
from zkdata.proof.terms import Terms
from zkdata.proof.verifier import Verifier
from zkdata.settlement.chain import Chain
from zkdata.settlement.escrow import Escrow
from zkdata.settlement.posting import Posting
from zkdata.settlement.registry import DeviceRegistry
from zkdata.settlement.signed_enrolment import Revocation, SignedEnrolment
from zkdata.settlement.token import Token

TOKEN = 10**18
BUDGET = 500 * TOKEN
PRICE = TOKEN
FEE = TOKEN
DAY = 86_400
WINDOW = 2 * DAY


@dataclass(frozen=True)
class Stage:
    """Everything after `post`, before any claim."""

    chain: Chain
    token: Token
    registry: DeviceRegistry
    escrow: Escrow
    verifier: Verifier
    prover: Prover
    journey: Journey
    posting: Posting
    claim: Claim
    proof: Proof
    buyer: str
    recipient: str
    relayer: str
    thief: str
    registrar: str

    @property
    def terms(self) -> Terms:
        return self.claim.terms

    def balances(self) -> dict[str, int]:
        """Whole tokens."""
        accounts = {
            "buyer": self.buyer,
            "escrow": self.escrow.address,
            "recipient": self.recipient,
            "relayer": self.relayer,
            "thief": self.thief,
        }
        return {name: self.token.balance(account) // TOKEN for name, account in accounts.items()}

    def enrol(self, *enrolled: tuple[DeviceKey, Enrolment], revoke: Sequence[Revocation] = ()) -> Registry:
        """More devices of the registrar's, and fewer: everybody whom he has enrolled by then."""
        return publish(self.chain, self.registry, self.registrar, *enrolled, revoke=revoke)

    def tampered(self, index: int, value: int) -> Proof:
        """The proof with another value, and with M made again for it, as a forger would."""
        values = list(self.proof.values)
        values[index] = value
        return replace(self.proof, values=tuple(values), m=running_hash(values))

    def post(self, request: Request, **changes: Any) -> Posting:
        """500 tokens of the buyer's for a request, or other money terms."""
        terms: dict[str, Any] = {
            "token": self.token,
            "budget": BUDGET,
            "price_per_record": PRICE,
            "deadline": self.chain.now() + 7 * DAY,
            "release_window": WINDOW,
            "buyer": self.buyer,
            "registry": self.registry,
            "registrar": self.registrar,
            **changes,
        }
        self.token.mint(self.buyer, terms["budget"], sender=self.buyer)
        return self.escrow.post(request, **terms)

    def proven(self, posting: Posting, **changes: Any) -> tuple[Claim, Proof]:
        """The journey's claim on another posting, and its proof."""
        claim = self.journey.with_(request=posting.request, **changes).claim()
        return claim, shared_prover(claim.circuit).prove(claim)


def set_up(chain: Chain) -> Stage:
    """Deploy, post, seal and prove."""
    buyer, recipient, relayer, thief, registrar = chain.accounts[1:6]
    verifier, prover = Verifier(built_circuit()), shared_prover()
    token, registry = Token.deploy_for_trial(chain), DeviceRegistry.deploy(chain)
    escrow = Escrow.deploy(chain, verifier)
    registry.open(sender=registrar)
    journey = _recent(chain).with_(terms=Terms(recipient, relayer, FEE))
    others = [journey.by_another() for _ in range(3)]
    enrolled = [(each.device, each.enrolment) for each in (*others, journey)]
    journey = journey.with_(registry=publish(chain, registry, registrar, *enrolled))
    token.mint(buyer, BUDGET, sender=buyer)
    posting = escrow.post(
        journey.request,
        token=token,
        budget=BUDGET,
        price_per_record=PRICE,
        deadline=chain.now() + 7 * DAY,
        release_window=WINDOW,
        buyer=buyer,
        registry=registry,
        registrar=registrar,
    )
    journey = journey.with_(request=posting.request)
    claim = journey.claim()
    return Stage(
        chain=chain,
        token=token,
        registry=registry,
        escrow=escrow,
        verifier=verifier,
        prover=prover,
        journey=journey,
        posting=posting,
        claim=claim,
        proof=prover.prove(claim),
        buyer=buyer,
        recipient=recipient,
        relayer=relayer,
        thief=thief,
        registrar=registrar,
    )


def publish(
    chain: Chain,
    registry: DeviceRegistry,
    registrar: str,
    *enrolled: tuple[DeviceKey, Enrolment],
    revoke: Sequence[Revocation] = (),
) -> Registry:
    """Have each device agree to its enrolment, publish, and make the registrar's registry again from the log."""
    place, expiry = registry.place(registrar), chain.now() + DAY
    signed = [SignedEnrolment.sign(each, place, expiry, device) for device, each in enrolled]
    registry.publish(registry.rebuild(registrar), enrol=signed, revoke=revoke, sender=registrar)
    return registry.rebuild(registrar).registry


@contextmanager
def restored(stage: Stage) -> Iterator[Stage]:
    """Whatever is done on the chain inside the block is undone afterwards."""
    request = stage.chain.web3.provider.make_request
    snapshot = request("evm_snapshot", [])["result"]  # type: ignore[arg-type]
    yield stage
    assert "error" not in request("evm_revert", [snapshot])  # type: ignore[arg-type]


def refused_twice(
    stage: Stage,
    proof: Proof,
    terms: Terms,
    expected: type[ZkDataError],
    by_contract: type[ZkDataError] | None = None,
) -> list[ZkDataError]:
    """Refused by the client, and by the contract when it is asked without the client; no block is made of either."""
    before = stage.chain.web3.eth.block_number
    raised = []
    for ask, error in ((stage.escrow.claim, expected), (stage.escrow.check, by_contract or expected)):
        with pytest.raises(error) as refused:
            ask(stage.posting, proof, terms, sender=stage.thief)
        assert type(refused.value) is error
        raised.append(refused.value)
    assert stage.chain.web3.eth.block_number == before
    return raised


def plus_order(proof: Proof, index: int) -> Proof:
    """The proof with another number for the same field element."""
    values = tuple(value + FIELD_ORDER if place == index else value for place, value in enumerate(proof.values))
    return replace(proof, values=values)


def _recent(chain: Chain) -> Journey:
    """The shared readings, moved to the hour before the chain's own clock."""
    start = (chain.now() * 1000 // HOUR - 1) * HOUR
    journey = new_journey()
    capsule = seal(TEMPERATURE, records(READINGS, start + MINUTE), journey.device)
    enrolled = journey.enrolled(valid_from=start - HOUR, valid_until=start + 24 * HOUR)
    asking = enrolled.asking(time_min=start, time_max=start + HOUR - 1, mode=1)
    return asking.with_(capsule=capsule, as_of=chain.now() * 1000)
