"""Claims as hypothesis draws them: whose, of how many records, for whom; and the lies told about them."""

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st

from tests.contracts import trapdoor
from tests.settlement.machines.attempts import Refusal
from tests.settlement.machines.escrow_books import ESCROW, Offer
from tests.settlement.machines.trapdoor_prover import proof_of, proof_that
from tests.settlement.machines.world import DEVICES, HOURS, World, owner_of
from zkdata.capsule.tree import Enrolment
from zkdata.proof import signals
from zkdata.proof.claim import Claim
from zkdata.proof.proof import Proof
from zkdata.proof.terms import Terms
from zkdata.settlement.posting import Posting

LIES = ("terms", "signal", "false", "nothing")
"""Terms, or a value, that are not those proven or asked for; a false proof; and no record."""

ANYBODY = "0x" + "00" * 19 + "05"
"""Whom lied terms name."""


@dataclass(frozen=True)
class Sketch:
    """A claim before there is a request for it."""

    device: int
    hour: int
    count: int
    recipient: int | str
    relayer: int | str | None
    fee: str
    root: int
    """How many publications ago it was the current one; -1 for one that was never published."""
    as_of: int
    """Milliseconds from the latest block."""


sketches = st.builds(
    Sketch,
    device=st.integers(0, len(DEVICES) - 1),
    hour=st.integers(0, HOURS - 1),
    count=st.integers(1, 6),
    recipient=st.sampled_from((2, 2, 3, 3, 6, 7, ESCROW)),
    relayer=st.sampled_from((None, None, None, 4, 4, 5, ESCROW)),
    fee=st.sampled_from(("none", "some", "some", "all", "above")),
    root=st.sampled_from((0, 0, 0, 0, 1, 2, 4, -1)),
    as_of=st.sampled_from((-5000, -5000, -5000, -5000, 0, 1, 1000, 1001, 60_000)),
)
sound_sketches = st.builds(
    Sketch,
    device=st.integers(0, len(DEVICES) - 1),
    hour=st.integers(0, HOURS - 1),
    count=st.integers(1, 6),
    recipient=st.integers(2, 3),
    relayer=st.sampled_from((None, 4)),
    fee=st.sampled_from(("none", "some")),
    root=st.just(0),
    as_of=st.just(0),
)


@dataclass(frozen=True)
class Made:
    """A claim that can be sent."""

    statement: Claim
    proof: Proof
    terms: Terms
    offer: Offer
    lie: str = ""
    by_client: Refusal | None = None
    """What the client says to the lie, before it asks the chain."""


def made(world: World, posting: Posting, sketch: Sketch, roots: list[int], time: int) -> Made:
    """An honest claim."""
    slot = sketch.device, sketch.hour
    owner, key = owner_of(sketch.device), DEVICES[sketch.device].public
    capsule = world.capsule(slot, sketch.count)
    recipient, relayer = (_who(world, name) for name in (sketch.recipient, sketch.relayer))
    earned = posting.prices.earned(sketch.count)
    fee = {"none": 0, "some": earned // 3, "all": earned, "above": earned + 1}[sketch.fee]
    root = roots[max(0, len(roots) - 1 - sketch.root)] if sketch.root >= 0 else 99
    terms = Terms(world.account(recipient or ""), world.account(relayer) if relayer else "0x" + "00" * 20, fee)
    place: Any = SimpleNamespace(root=root)
    statement = Claim(
        capsule,
        posting.request,
        terms,
        owner=owner,
        registry=place,
        enrolment=Enrolment(key, owner.commitment(key), posting.request.device_class, 0, 1),
        as_of=time * 1000 + sketch.as_of,
    )
    proof = proof_of(statement)
    nullifier = proof.values[signals.NULLIFIER]
    offer = Offer(slot, nullifier, sketch.count, recipient or "", relayer, fee, root, statement.as_of)
    return Made(statement, proof, terms, offer)


def lied(honest: Made, lie: str) -> Made:
    """The same claim with one lie, and the client's word for it."""
    proof, terms, offer = honest.proof, honest.terms, honest.offer
    values, words = list(proof.values), proof.words
    if lie == "terms":
        other = Terms(ANYBODY, terms.relayer, terms.fee)
        number = honest.statement.request.number
        due = Refusal.of("TermsMismatch", expected=terms.digest_on(number), got=other.digest_on(number))
        return replace(honest, terms=other, offer=replace(offer, recipient=ANYBODY), lie=lie, by_client=due)
    if lie == "false":
        false = replace(proof, points=trapdoor.proof_points((1, 2, 3)))
        return replace(honest, proof=false, lie=lie, by_client=Refusal("ProofRejected"))
    if lie == "nothing":
        values[signals.COUNT] = 0
        due, offer = Refusal("NothingProven", {}), replace(offer, count=0)
    else:
        asked = values[signals.DEVICE_CLASS]
        values[signals.DEVICE_CLASS] = asked + 1
        due = Refusal.of("SignalMismatch", index=signals.DEVICE_CLASS, expected=asked, got=asked + 1)
    return replace(honest, proof=proof_that(tuple(values), words), offer=offer, lie=lie, by_client=due)


def by_contract(claim: Made) -> Refusal | None:
    """What the contract says to the lie by itself, after it has looked at slot and money."""
    return Refusal("ProofRejected", {}) if claim.lie in ("terms", "signal", "false") else None


def _who(world: World, name: int | str | None) -> str | None:
    return world.accounts[name] if isinstance(name, int) else name
