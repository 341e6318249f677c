"""An aggregator brings the claims of two owners in one transaction; each owner is paid by his own terms."""

from dataclasses import replace

import pytest

from tests.journey_fixtures import BOUNDS, DEVICE_CLASS, MINUTE, shared_prover
from tests.journeys.stage import TOKEN, Stage
from zkdata.capsule.delivery import BuyerKey
from zkdata.capsule.device import DeviceKey
from zkdata.capsule.owner import OwnerKey
from zkdata.capsule.record import Record
from zkdata.capsule.schemas import TEMPERATURE
from zkdata.capsule.seal import HOUR, open_capsule, seal
from zkdata.capsule.tree import Enrolment
from zkdata.errors import AlreadyClaimed, ProofMalformed, ProofRejected, RequestExhausted, TermsMismatch
from zkdata.proof import signals
from zkdata.proof.claim import Claim
from zkdata.proof.proof import Proof
from zkdata.proof.request import Mode, Request
from zkdata.proof.signals import running_hash
from zkdata.proof.terms import Terms
from zkdata.settlement.posting import Posting

pytestmark = pytest.mark.xdist_group("journey")


class Owners:
    """Two owners with a device each, and what they were asked for."""

    def __init__(self, stage: Stage, **money: int) -> None:
        self.stage, self.buyer = stage, BuyerKey.generate()
        self.start = (stage.chain.now() * 1000 // HOUR - 1) * HOUR
        self.devices = [DeviceKey.generate(), DeviceKey.generate()]
        self.keys = [OwnerKey.generate(), OwnerKey.generate()]
        until = self.start + 24 * HOUR
        self.enrolments = [
            Enrolment(device.public, owner.commitment(device.public), DEVICE_CLASS, self.start, until)
            for device, owner in zip(self.devices, self.keys, strict=True)
        ]
        self.registry = stage.enrol(*zip(self.devices, self.enrolments, strict=True))
        request = Request.about(
            TEMPERATURE,
            BOUNDS,
            device_class=DEVICE_CLASS,
            slot_length=HOUR,
            time_min=self.start,
            time_max=self.start + HOUR - 1,
            buyer_key=self.buyer.public,
            mode=Mode.CALLDATA,
        )
        self.posting: Posting = stage.post(request, **money)

    def offer(self, place: int, count: int, recipient: str) -> tuple[Claim, Proof]:
        """What one of them proves, payable to his own account, a token of it to the aggregator."""
        readings = [Record(self.start + i * MINUTE, [i]) for i in range(count)]
        claim = Claim(
            seal(TEMPERATURE, readings, self.devices[place]),
            self.posting.request,
            Terms(recipient, self.stage.relayer, TOKEN),
            owner=self.keys[place],
            registry=self.registry,
            enrolment=self.enrolments[place],
            as_of=self.stage.chain.now() * 1000,
        )
        return claim, shared_prover(claim.circuit).prove(claim)


def test_two_owners_in_one_transaction(stage: Stage) -> None:
    """Both are taken with one pairing check, both are released, and the buyer opens both."""
    owners = Owners(stage)
    (first, one), (second, two) = owners.offer(0, 3, stage.recipient), owners.offer(1, 5, stage.registrar)
    offers = [(one, first.terms), (two, second.terms)]
    batch = stage.escrow.claim_many(owners.posting, offers, sender=stage.relayer)
    assert [each.count for each in batch.taken] == [3, 5] and batch.skipped == ()
    assert stage.escrow.left(owners.posting) == 492 * TOKEN
    with pytest.raises(AlreadyClaimed):
        stage.escrow.claim(owners.posting, one, first.terms, sender=stage.thief)
    paid = {account: stage.token.balance(account) for account in (stage.recipient, stage.registrar, stage.relayer)}
    for pending, claim in zip(batch.taken, (first, second), strict=True):
        pending.release(claim.release_secret, sender=stage.relayer)
        opened = open_capsule(claim.capsule.file, pending.delivery(), owners.buyer, TEMPERATURE)
        assert tuple(opened) == claim.capsule.records
    gained = {account: stage.token.balance(account) - had for account, had in paid.items()}
    assert gained == {stage.recipient: 2 * TOKEN, stage.registrar: 4 * TOKEN, stage.relayer: 2 * TOKEN}


def test_what_is_skipped_says_why(stage: Stage) -> None:
    """A spent slot and an exhausted budget are skipped by their own errors; the rest of the batch is taken."""
    owners = Owners(stage, budget=4 * TOKEN)
    (first, one), (second, two) = owners.offer(0, 3, stage.recipient), owners.offer(1, 5, stage.registrar)
    offers = [(one, first.terms), (one, first.terms), (two, second.terms)]
    batch = stage.escrow.claim_many(owners.posting, offers, sender=stage.relayer)
    assert [each.nullifier for each in batch.taken] == [one.value("nullifier")]
    spent, exhausted = batch.skipped
    assert type(spent.error) is AlreadyClaimed and spent.error.evidence == {"nullifier": one.value("nullifier")}
    assert type(exhausted.error) is RequestExhausted and exhausted.error.evidence == {"left": 1, "needed": 5}
    assert exhausted.nullifier == two.value("nullifier")


def test_one_false_proof_stops_the_batch(stage: Stage) -> None:
    """A batch with a false proof, with other terms, or of nothing is refused whole, and no block is made of it."""
    owners = Owners(stage)
    (first, one), (second, two) = owners.offer(0, 3, stage.recipient), owners.offer(1, 5, stage.registrar)
    values = list(two.values)
    values[signals.COUNT] += 1
    greedy = replace(two, values=tuple(values), m=running_hash(values))
    before = stage.chain.web3.eth.block_number
    for error, offers in (
        (ProofRejected, [(one, first.terms), (greedy, second.terms)]),
        (TermsMismatch, [(one, second.terms), (two, second.terms)]),
        (ProofMalformed, []),
    ):
        with pytest.raises(error):
            stage.escrow.claim_many(owners.posting, offers, sender=stage.relayer)  # type: ignore[arg-type]
    assert stage.chain.web3.eth.block_number == before
