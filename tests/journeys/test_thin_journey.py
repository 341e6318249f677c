"""Records, capsule, witness, proof, claim, payment: the whole way on the embedded chain, and what is refused on it."""

from collections.abc import Callable

import pytest

from tests.journey_fixtures import MINUTE, READINGS, records
from tests.journeys.stage import FEE, PRICE, TOKEN, Stage, plus_order, refused_twice
from zkdata.capsule.capsule_file import CapsuleFile
from zkdata.capsule.delivery import BuyerKey, Delivery
from zkdata.capsule.hashing import FIELD_ORDER
from zkdata.capsule.schemas import TEMPERATURE
from zkdata.capsule.seal import open_capsule, seal
from zkdata.errors import (
    AlreadyClaimed,
    ArtifactMismatch,
    NotReleased,
    ProofRejected,
    ReleaseSecretWrong,
    SignalNotCanonical,
    StatementFalse,
    TermsMismatch,
)
from zkdata.proof import reference, signals
from zkdata.proof.terms import Terms
from zkdata.proof.witness_graph import WitnessGraph

pytestmark = pytest.mark.xdist_group("journey")


def test_records_become_a_payment(stage: Stage) -> None:
    """500 tokens deposited, 12 records proven: 11 to the recipient bound in the proof, 1 to the relayer, 488 held."""
    assert stage.balances() == {"buyer": 0, "escrow": 500, "recipient": 0, "relayer": 0, "thief": 0}
    stage.verifier.verify(stage.proof)
    reference.verify(stage.proof.circuit, str(stage.verifier.vkey), stage.proof.to_json())
    pending = stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
    assert (pending.count, pending.aside.amount, pending.aside.fee) == (12, 12 * PRICE, FEE)
    assert stage.escrow.left(stage.posting) == 488 * TOKEN
    assert stage.balances()["recipient"] == 0
    pending.release(stage.claim.release_secret, sender=stage.thief)
    assert stage.balances() == {"buyer": 0, "escrow": 488, "recipient": 11, "relayer": 1, "thief": 0}


def test_the_buyer_opens_what_was_paid_for(stage: Stage) -> None:
    """Before the release nobody can; after it the buyer reads exactly the proven records, and nobody else does."""
    capsule, buyer, secret = stage.claim.capsule, stage.journey.buyer, stage.claim.release_secret
    file = CapsuleFile.from_json(capsule.file.to_json())
    claimed = stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
    with pytest.raises(NotReleased):
        claimed.delivery()
    guess = Delivery(capsule.content, claimed.ephemeral, claimed.wrap, (secret + 1) % FIELD_ORDER)
    with pytest.raises(ArtifactMismatch):
        open_capsule(file, guess, buyer, TEMPERATURE)
    claimed.release(secret, sender=stage.recipient)
    known = stage.escrow.pending(stage.proof.values[signals.NULLIFIER])
    assert known is not None
    delivery = known.delivery()
    assert tuple(open_capsule(file, delivery, buyer, TEMPERATURE)) == capsule.records
    with pytest.raises(ArtifactMismatch):
        open_capsule(file, delivery, BuyerKey.generate(), TEMPERATURE)
    other = seal(TEMPERATURE, capsule.records, stage.journey.device).file
    with pytest.raises(ArtifactMismatch):
        open_capsule(other, delivery, buyer, TEMPERATURE)


def test_a_reading_out_of_range(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """StatementFalse names record, field, value and bound, before a witness is computed."""
    monkeypatch.setattr(WitnessGraph, "calculate", None)
    start = stage.claim.capsule.records[0].time
    warm = (*READINGS[:5], "9.35", *READINGS[6:])
    journey = stage.journey.with_(capsule=seal(TEMPERATURE, records(warm, start), stage.journey.device))
    with pytest.raises(StatementFalse) as false:
        stage.prover.prove(journey.claim())
    evidence = {name: str(value) for name, value in false.value.evidence.items()}
    assert evidence == {"record": "5", "field": "temperature", "value": "9.35", "bound": "8.00"}


def test_the_circuit_does_not_prove_a_reading_out_of_range(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """An owner who takes the check out finds that the circuit has it too."""
    start = stage.claim.capsule.records[0].time
    warm = (*READINGS[:5], "9.35", *READINGS[6:])
    journey = stage.journey.with_(capsule=seal(TEMPERATURE, records(warm, start), stage.journey.device))
    monkeypatch.setattr(type(stage.claim), "check", lambda _: None)
    with pytest.raises(StatementFalse):
        stage.prover.prove(journey.claim())


def test_a_changed_signal(stage: Stage) -> None:
    """16 records instead of the 12 that were proven, M made again to fit: both verifiers and the contract reject it."""
    greedy = stage.tampered(signals.COUNT, 16)
    refused_twice(stage, greedy, stage.terms, ProofRejected)
    with pytest.raises(ProofRejected):
        stage.verifier.verify(greedy)
    with pytest.raises(ProofRejected):
        reference.verify(stage.proof.circuit, str(stage.verifier.vkey), greedy.to_json())


REDIRECTIONS: dict[str, Callable[[Stage], Terms]] = {
    "recipient": lambda stage: Terms(stage.thief, stage.relayer, FEE),
    "relayer": lambda stage: Terms(stage.recipient, stage.thief, FEE),
    "fee": lambda stage: Terms(stage.recipient, stage.relayer, FEE + 1),
}


@pytest.mark.parametrize("redirected", REDIRECTIONS.values(), ids=REDIRECTIONS)
def test_a_redirected_payment(stage: Stage, redirected: Callable[[Stage], Terms]) -> None:
    """Whoever submits a proof cannot change who is paid or how much."""
    terms = redirected(stage)
    here, _ = refused_twice(stage, stage.proof, terms, TermsMismatch, ProofRejected)
    assert here.evidence == {"expected": stage.terms.digest, "got": terms.digest}


def test_an_aliased_nullifier(stage: Stage) -> None:
    """nf + r is the same field element and another number: it is refused, so it cannot be spent beside nf."""
    alias = plus_order(stage.proof, signals.NULLIFIER)
    for error in refused_twice(stage, alias, stage.terms, SignalNotCanonical):
        assert error.evidence["index"] == signals.NULLIFIER


def test_a_replayed_claim(stage: Stage) -> None:
    """One device is paid once for one slot: not for the same proof again, nor for the slot sealed and proven anew."""
    stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
    with pytest.raises(AlreadyClaimed) as replayed:
        stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.thief)
    assert replayed.value.nullifier == stage.proof.values[signals.NULLIFIER]
    start = stage.claim.capsule.records[0].time
    again = stage.journey.with_(
        capsule=seal(TEMPERATURE, records(("5", "6"), start + 20 * MINUTE), stage.journey.device)
    )
    proof = stage.prover.prove(again.claim())
    assert proof.value("content") != stage.proof.value("content")
    with pytest.raises(AlreadyClaimed):
        stage.escrow.claim(stage.posting, proof, stage.terms, sender=stage.relayer)


def test_a_wrong_release_secret(stage: Stage) -> None:
    """Only the secret that the proof binds releases the money, and an alias of it does not."""
    pending = stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
    secret = stage.claim.release_secret
    for wrong in ((secret + 1) % FIELD_ORDER, secret + FIELD_ORDER, 0):
        with pytest.raises(ReleaseSecretWrong):
            pending.release(wrong, sender=stage.recipient)
        with pytest.raises(ReleaseSecretWrong):
            pending.check(wrong, sender=stage.recipient)
    assert stage.balances()["recipient"] == 0
