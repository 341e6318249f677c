"""However a slot's records are sealed and claimed, they are paid once; what is another slot or device is paid as well.

The model knows nothing of nullifiers: it pays the first capsule of each (device, slot) and no other.
"""

from dataclasses import dataclass, field

import pytest

from tests.journey_fixtures import BOUNDS, DEVICE_CLASS, MINUTE, shared_prover
from tests.journeys.stage import Stage
from zkdata.capsule.delivery import BuyerKey
from zkdata.capsule.device import DeviceKey
from zkdata.capsule.owner import OwnerKey
from zkdata.capsule.record import Record
from zkdata.capsule.schemas import TEMPERATURE
from zkdata.capsule.seal import HOUR, Capsule, seal, seal_recording
from zkdata.capsule.tree import Enrolment
from zkdata.errors import AlreadyClaimed
from zkdata.proof.claim import Claim
from zkdata.proof.request import Mode, Request
from zkdata.proof.terms import Terms


@dataclass
class Market:
    """Two devices of one owner before a request for three slots, and what the model says was paid."""

    stage: Stage
    devices: tuple[DeviceKey, ...] = field(default_factory=lambda: (DeviceKey.generate(), DeviceKey.generate()))
    owner: OwnerKey = field(default_factory=OwnerKey.generate)
    paid: dict[tuple[int, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        chain = self.stage.chain
        self.start = (chain.now() * 1000 // HOUR - 3) * HOUR
        self.enrolments = [
            Enrolment(each.public, self.owner.commitment(each.public), DEVICE_CLASS, self.start, self.start + 24 * HOUR)
            for each in self.devices
        ]
        self.registry = self.stage.enrol(*zip(self.devices, self.enrolments, strict=True))
        request = Request.about(
            TEMPERATURE,
            BOUNDS,
            device_class=DEVICE_CLASS,
            slot_length=HOUR,
            time_min=self.start,
            time_max=self.start + 3 * HOUR - 1,
            buyer_key=BuyerKey.generate().public,
            mode=Mode.CALLDATA,
        )
        self.posting = self.stage.post(request)

    def records(self, slot: int, first: int, count: int) -> list[Record]:
        """`count` of the readings that were taken each minute of a slot."""
        begin = self.start + slot * HOUR
        return [Record(begin + (first + i) * MINUTE, [(first + i) % 8]) for i in range(count)]

    def claim(self, capsule: Capsule, device: int, recipient: str | None = None) -> bool:
        """Prove and claim, release at once; whether it was paid, which has to be what the model says."""
        claim = Claim(
            capsule,
            self.posting.request,
            Terms(recipient or self.stage.recipient),
            owner=self.owner,
            registry=self.registry,
            enrolment=self.enrolments[device],
            as_of=self.stage.chain.now() * 1000,
        )
        proof = shared_prover(claim.circuit).prove(claim)
        key = (device, capsule.slot)
        try:
            pending = self.stage.escrow.claim(self.posting, proof, claim.terms, sender=self.stage.relayer)
        except AlreadyClaimed:
            assert key in self.paid
            return False
        assert key not in self.paid
        pending.release(claim.release_secret, sender=self.stage.relayer)
        self.paid[key] = len(capsule.records)
        return True


@pytest.fixture
def market(stage: Stage) -> Market:
    return Market(stage)


def test_each_slot_of_a_device_is_paid_once(market: Market) -> None:
    """Sealed again, overlapping, shifted, split, for another wallet: refused. Two devices and two slots: paid."""
    stage, (one, two) = market.stage, market.devices
    before = stage.balances()["recipient"]
    first = seal(TEMPERATURE, market.records(0, 0, 6), one)
    assert market.claim(first, 0)
    assert not market.claim(first, 0)
    assert not market.claim(seal(TEMPERATURE, market.records(0, 0, 6), one), 0), "the same records, sealed again"
    assert not market.claim(seal(TEMPERATURE, market.records(0, 3, 6), one), 0), "overlapping"
    assert not market.claim(seal(TEMPERATURE, market.records(0, 1, 6), one), 0), "shifted by one record"
    assert not market.claim(first, 0, recipient=stage.thief), "for another wallet"

    assert market.claim(seal(TEMPERATURE, market.records(1, 0, 1), one), 0), "another slot, its first record"
    assert not market.claim(seal(TEMPERATURE, market.records(1, 1, 9), one), 0), "the rest of that slot"

    assert market.claim(seal(TEMPERATURE, market.records(0, 0, 6), two), 1), "the same records by another device"

    cut = seal_recording(TEMPERATURE, [*market.records(1, 50, 10), *market.records(2, 0, 4)], two)
    assert [len(capsule.records) for capsule in cut] == [10, 4]
    assert [market.claim(capsule, 1) for capsule in cut] == [True, True], "a recording over two slots"

    assert market.paid == {(0, first.slot): 6, (0, first.slot + 1): 1, (1, first.slot): 6} | {
        (1, first.slot + 1): 10,
        (1, first.slot + 2): 4,
    }
    assert stage.balances()["recipient"] - before == sum(market.paid.values())
    assert stage.balances()["thief"] == 0
