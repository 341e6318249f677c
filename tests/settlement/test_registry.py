"""The registry on real chains: enrol, publish, revoke, enrol anew; what the contract refuses comes by name."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.reference import sealing
from tests.settlement.registry_stage import (
    DAY,
    HARDWARE,
    HOUR,
    NEXT_OWNER,
    OWNER,
    REVOCATION,
    RegistryStage,
    device,
)
from zkdata.capsule.hardware_key import P256_ORDER, SoftwareP256Key
from zkdata.capsule.hashing import hashed
from zkdata.errors import (
    ArtifactMismatch,
    AttestationMissing,
    AttestationRejected,
    ChainMismatch,
    DeviceHeld,
    EnrolmentExpired,
    EnrolmentReplayed,
    HardwareKeyKnown,
    HardwareKeyUnknown,
    PlaceEmpty,
    RegistrarKnown,
    RegistrarUnknown,
    RevocationInvalid,
    RootMoved,
    RootsFull,
    RootUsed,
    SignatureRejected,
    WindowsInvalid,
)
from zkdata.settlement.chain import Chain
from zkdata.settlement.registry import DeviceRegistry
from zkdata.settlement.signed_enrolment import Revocation, SignedEnrolment

pytestmark = pytest.mark.xdist_group("settlement")


@pytest.fixture
def stage(chain: Chain) -> RegistryStage:
    """A registry of its own on each chain."""
    return RegistryStage(chain)


def test_the_journey_of_a_device(stage: RegistryStage) -> None:
    """Enrolled, joined by others, revoked when sold, enrolled by its next owner: roots are accepted as long as due."""
    first = stage.publish(stage.signed(1))
    second = stage.publish(stage.signed(2), stage.signed(3))
    assert [stage.registry.accepts(stage.registrar, root) for root in (first.root, second.root, 0, 7)] == [
        True,
        True,
        False,
        False,
    ]
    assert not stage.registry.accepts(stage.stranger, second.root)
    third = stage.publish(revoke=(Revocation(0),))
    bound = (stage.chain.now() + REVOCATION) * 1000
    stage.chain.advance(REVOCATION - 1)
    assert stage.registry.accepts(stage.registrar, second.root) and stage.registry.accepts(stage.registrar, first.root)
    stage.chain.advance(1)
    assert not stage.registry.accepts(stage.registrar, second.root)
    assert third.windows.accepted(stage.chain.now()) == (third.root,)
    with pytest.raises(DeviceHeld):
        stage.publish(stage.signed(1, NEXT_OWNER, start=bound - 1))
    last = stage.publish(stage.signed(1, NEXT_OWNER, start=bound))
    assert [place and place.device for place in last.places] == [None, *(device(each).public for each in (2, 3, 1))]
    assert last.publications == 4 and stage.registry.state(stage.registrar) == last.state


def test_the_rebuilt_tree_is_the_references(stage: RegistryStage) -> None:
    """Root and path of every device, over more than one node of a level, removed places included."""
    stage.publish(*(stage.signed(number) for number in range(1, 10)))
    ledger = stage.publish(stage.signed(10), revoke=(Revocation(8), Revocation(2)))
    leaves = [1 if place is None else place.leaf for place in ledger.places]
    assert leaves[8] == leaves[2] == 1 and len(leaves) == 10
    for index in (0, 7, 9):
        root, path = sealing.registry_path(leaves, index)
        assert (ledger.root, ledger.registry.path(leaves[index])) == (root, path)
    assert ledger.registry.root == ledger.tree.root == ledger.root
    with pytest.raises(ArtifactMismatch):
        ledger.registry.path(1)


def test_sold_from_a_date(stage: RegistryStage) -> None:
    """An earlier end keeps the old owner's records claimable: his leaf stays in the tree, with the new end."""
    before = stage.publish(stage.signed(1)).places[0]
    assert before is not None
    sold = (stage.chain.now() + DAY) * 1000
    stage.publish(revoke=(Revocation(0, sold),))
    ledger = stage.publish(stage.signed(1, NEXT_OWNER, start=sold, expiry=stage.chain.now() + DAY + HOUR))
    after = ledger.places[0]
    assert after is not None and (after.valid_from, after.valid_until) == (before.valid_from, sold)
    assert ledger.registry.path(after.leaf)[0][:2] == [after.leaf, ledger.tree.leaf(1)]
    with pytest.raises(RevocationInvalid):
        stage.publish(revoke=(Revocation(0, sold),))


def test_what_a_registrar_may_not_do(stage: RegistryStage) -> None:
    """The contract's refusals come as errors of their names, with its evidence."""
    with pytest.raises(RegistrarKnown):
        stage.registry.open(sender=stage.registrar)
    with pytest.raises(WindowsInvalid):
        stage.registry.open(sender=stage.stranger, addition_window=HOUR - 1)
    with pytest.raises(RegistrarUnknown):
        stage.registry.state(stage.stranger)
    signed = stage.signed(1)
    old = stage.ledger()
    ledger = stage.publish(signed)
    with pytest.raises(RootMoved):
        stage.registry.publish(old, enrol=[stage.signed(2)], sender=stage.registrar)
    with pytest.raises(RootUsed):
        stage.registry.publish(ledger, sender=stage.registrar)
    with pytest.raises(DeviceHeld) as held:
        stage.publish(stage.signed(1, NEXT_OWNER, expiry=stage.chain.now() + 2 * DAY))
    assert held.value.free == signed.enrolment.valid_until
    with pytest.raises(EnrolmentReplayed):
        stage.publish(signed)
    with pytest.raises(EnrolmentExpired):
        stage.publish(stage.signed(2, expiry=stage.chain.now() - 1))
    with pytest.raises(PlaceEmpty):
        stage.publish(revoke=(Revocation(1),))
    with pytest.raises(RegistrarUnknown):
        stage.registry.publish(ledger, sender=stage.stranger)


def test_a_signature_for_another_place_is_not_sent(stage: RegistryStage) -> None:
    """The device's signature is verified before anything is sent: for this registrar, this registry, this owner."""
    signed = stage.signed(1)
    others = [
        SignedEnrolment(stage.signed(1, NEXT_OWNER).enrolment, signed.expiry, signed.signature),
        SignedEnrolment(stage.signed(2).enrolment, signed.expiry, signed.signature),
        SignedEnrolment(signed.enrolment, signed.expiry + 1, signed.signature),
    ]
    for other in others:
        with pytest.raises(SignatureRejected):
            stage.publish(other)
    elsewhere = DeviceRegistry.deploy(stage.chain)
    elsewhere.open(sender=stage.registrar)
    with pytest.raises(SignatureRejected):
        elsewhere.publish(elsewhere.rebuild(stage.registrar), enrol=[signed], sender=stage.registrar)
    with pytest.raises(ArtifactMismatch):
        SignedEnrolment.sign(signed.enrolment, stage.registry.place(stage.registrar), signed.expiry, device(2))


def test_a_signature_names_its_place(stage: RegistryStage) -> None:
    """On another chain, in another registry or by another registrar it is no signature, the hardware key's neither."""
    signed, place = stage.signed(1, hardware=HARDWARE), stage.registry.place(stage.registrar)
    signed.verify(place)
    for other in (
        replace(place, chain_id=place.chain_id + 1),
        replace(place, registry=stage.stranger),
        replace(place, registrar=stage.stranger),
    ):
        agreed = device(1).enrol(*other.numbers, signed.enrolment.owner_commitment, signed.expiry)
        with pytest.raises(SignatureRejected):
            signed.verify(other)
        with pytest.raises(SignatureRejected):
            replace(signed, signature=agreed).verify(other)


def test_the_program_of_the_page_runs() -> None:
    """What the page tells a registrar to type is what enrols a device."""
    page = (Path(__file__).parents[2] / "docs" / "reference" / "registry.md").read_text()
    names: dict[str, Any] = {}
    exec(re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0], names)  # noqa: S102
    assert names["ledger"].places == [names["enrolment"]]


def test_hardware_keys(chain: Chain) -> None:
    """A listed key's word is taken, in Solidity and by the precompile, with either s; and asked for where it is due."""
    stage = RegistryStage(chain, attested=True)
    with pytest.raises(AttestationMissing):
        stage.publish(stage.signed(1))
    attested = stage.signed(1, hardware=HARDWARE)
    with pytest.raises(HardwareKeyUnknown):
        stage.publish(attested)
    stage.registry.list_key(HARDWARE.public, sender=stage.registrar)
    with pytest.raises(HardwareKeyKnown):
        stage.registry.list_key(HARDWARE.public, sender=stage.registrar)
    with pytest.raises(HardwareKeyUnknown):
        stage.publish(stage.signed(1, hardware=SoftwareP256Key.generate()))
    stage.publish(attested)

    other = stage.signed(2, hardware=HARDWARE)
    assert other.attestation is not None
    parameters = list(other.parameters)
    r, s, x, y = parameters[9]
    parameters[9] = (r, P256_ORDER - s, x, y)
    ledger = stage.ledger()
    tree = ledger.tree.copy()
    tree.put(1, other.enrolment.leaf)
    with pytest.raises(AttestationRejected):
        stage.publish_raw(tree.root, [], [(*parameters[:9], (r ^ 1, s, x, y))])
    stage.publish_raw(tree.root, [], [tuple(parameters)])
    stage.registry.unlist_key(HARDWARE.public, sender=stage.registrar)
    rebuilt = stage.ledger()
    assert rebuilt.root == tree.root and rebuilt.hardware == set()


def test_a_claim_can_be_made_from_it(stage: RegistryStage) -> None:
    """The rebuilt registry has the enrolment of an owner's device, and a path from its leaf to the current root."""
    ledger = stage.publish(stage.signed(1), stage.signed(2))
    mine = next(each for each in ledger.registry.enrolments if each.device == device(2).public)
    assert mine.owner_commitment == OWNER.commitment(device(2).public)
    node = mine.leaf
    for level, children in enumerate(ledger.registry.path(mine.leaf), start=1):
        assert node in children
        node = hashed("registry", children, level)
    assert node == ledger.root and stage.registry.accepts(stage.registrar, node)


def test_attaching(stage: RegistryStage) -> None:
    """A registry that is there is taken if it is ours to the byte; another contract, or none, is refused."""
    found = DeviceRegistry.attach(stage.chain, stage.registry.address.lower())
    assert found.address == stage.registry.address
    assert found.rebuild(stage.registrar.lower()).state == stage.registry.state(stage.registrar)
    probe = stage.chain.deploy(stage.registry._contract.compiled)
    assert DeviceRegistry.attach(stage.chain, probe.address).address == probe.address
    with pytest.raises(ChainMismatch):
        DeviceRegistry.attach(stage.chain, stage.stranger)
    for odd in ("", "0x12", "registry"):
        with pytest.raises(ChainMismatch, match="no address"):
            DeviceRegistry.attach(stage.chain, odd)
        with pytest.raises(ChainMismatch, match="no address"):
            stage.registry.rebuild(odd)


def test_another_contract_is_no_registry(chain: Chain) -> None:
    """Code that answers like a registry and is not ours is refused."""
    from zkdata.settlement.contracts import committed

    token = chain.deploy(committed("TestToken"))
    with pytest.raises(ArtifactMismatch):
        DeviceRegistry.attach(chain, token.address)


def test_windows_of_the_ledger_are_the_contracts(anvil: Chain) -> None:
    """The end of every root, replayed from the log, is the contract's, with the ring filled and gone round."""
    stage = RegistryStage(anvil)
    ledger = stage.ledger()
    for number in range(1, 35):
        stage.chain.advance(1 + number % 3)
        gone = [Revocation(number - 2)] if number % 17 == 0 else []
        stage.registry.publish(ledger, enrol=[stage.signed(number)], revoke=gone, sender=stage.registrar)
        ledger = stage.ledger()
    with pytest.raises(RootsFull):
        stage.publish(stage.signed(35))
    ends = {root: 2**64 - 1 if end is None else end for root, end in ledger.windows.ends.items()}
    assert len(ends) == 34 and len(ledger.windows.accepted(stage.chain.now())) == 33
    assert {root: stage.registry._contract.call("endOf", stage.registrar, root) for root in ends} == ends
