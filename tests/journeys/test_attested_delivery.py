"""The words stay off the chain: keepers fetch the file and sign for it; only then does the owner show the secret."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.journey_fixtures import built_circuit, shared_prover
from tests.journeys.keeping import keepers
from tests.journeys.stage import DAY, FEE, TOKEN, WINDOW, Stage
from zkdata.capsule.capsule_file import CapsuleFile
from zkdata.capsule.cid import cid_of
from zkdata.capsule.delivery import NOBODY, BuyerKey, Delivery
from zkdata.capsule.device import DeviceKey
from zkdata.capsule.hashing import FIELD_ORDER
from zkdata.capsule.owner import OwnerKey
from zkdata.capsule.record import Record
from zkdata.capsule.schemas import SENSOR_READING, TEMPERATURE
from zkdata.capsule.seal import HOUR, open_capsule, seal
from zkdata.capsule.tree import Enrolment
from zkdata.errors import (
    AlreadyClaimed,
    ArtifactMismatch,
    NotReleased,
    ProofRejected,
    ReleaseSecretWrong,
    TermsMismatch,
)
from zkdata.proof.claim import Claim
from zkdata.proof.request import Mode, Request
from zkdata.proof.terms import Terms
from zkdata.proof.verifier import Verifier
from zkdata.settlement.keeper import check_file
from zkdata.settlement.panel import Panel
from zkdata.settlement.posting import named
from zkdata.settlement.stores import FolderStore

pytestmark = pytest.mark.xdist_group("journey")


def test_keepers_attest_and_the_buyer_opens(stage: Stage, tmp_path: Path) -> None:
    """Claim, fetch, attest, admit, release, open: in this order, and the buyer reads nothing before the last."""
    chain, store = stage.chain, FolderStore(tmp_path / "store")
    two = keepers(chain, tmp_path, 2)
    panel = Panel([each.address for each in two], 2)
    posting = stage.post(stage.journey.asking(mode=Mode.NONE).request, panel=panel, share=2 * TOKEN)
    claim, proof = stage.proven(posting)
    capsule, secret = claim.capsule, claim.release_secret
    assert proof.words == ()
    pending = stage.escrow.claim(posting, proof, claim.terms, sender=stage.relayer)
    with pytest.raises(NotReleased):
        pending.release(secret, sender=stage.recipient)
    cid = store.put(capsule.file.to_json().encode())
    kept = [each.attest(pending, cid, store.fetch) for each in two]
    admitted = pending.admit(kept, sender=stage.thief)
    assert cid_of(admitted.digest) == cid and set(admitted.approvers) == set(panel.keepers)

    file = CapsuleFile.from_json(two[1].fetch(cid_of(admitted.digest)).decode())
    with pytest.raises(NotReleased):
        admitted.delivery()
    guess = Delivery(capsule.content, admitted.ephemeral, admitted.wrap, (secret + 1) % FIELD_ORDER)
    with pytest.raises(ArtifactMismatch):
        open_capsule(file, guess, stage.journey.buyer, TEMPERATURE)

    before = stage.balances()
    admitted.release(secret, sender=stage.relayer)
    found = stage.escrow.pending(pending.nullifier)
    assert found is not None and found.aside == admitted.aside
    delivery = found.delivery()
    assert check_file(file.to_json().encode(), delivery.content) == admitted.digest
    assert tuple(open_capsule(file, delivery, stage.journey.buyer, TEMPERATURE)) == capsule.records
    with pytest.raises(ArtifactMismatch):
        open_capsule(file, delivery, BuyerKey.generate(), TEMPERATURE)
    assert stage.balances()["recipient"] - before["recipient"] == 12 - FEE // TOKEN
    assert [stage.escrow.credit(stage.token, each.address) for each in two] == [TOKEN, TOKEN]


def test_fifty_records_and_two_keepers_to_the_unit(stage: Stage, tmp_path: Path) -> None:
    """500 deposited, 50 records proven: 50 to the owner, 1 to each of two keepers, 448 left and returned."""
    chain, store, circuit = stage.chain, FolderStore(tmp_path / "store"), built_circuit("capsule_64x4")
    stage = replace(stage, escrow=stage.escrow.list_verifier(Verifier(circuit), sender=stage.thief))
    device, owner, buyer = DeviceKey.generate(), OwnerKey.generate(), BuyerKey.generate()
    start = (chain.now() * 1000 // HOUR - 1) * HOUR
    enrolment = Enrolment(device.public, owner.commitment(device.public), 3, start, start + 24 * HOUR)
    registry = stage.enrol((device, enrolment))
    request = Request.about(
        SENSOR_READING,
        {"humidity": ("0", "100")},
        device_class=3,
        slot_length=HOUR,
        time_min=start,
        time_max=start + HOUR - 1,
        buyer_key=buyer.public,
    )
    two = keepers(chain, tmp_path, 2)
    held = stage.token.balance(stage.escrow.address)
    posting = stage.post(request, budget=500, price_per_record=1, share=2, panel=Panel([k.address for k in two], 2))
    assert stage.token.balance(stage.escrow.address) - held == 500 and posting.prices.unit == 1

    rows = [["20.25", f"{i}.5", "1013.2", "3.7"] for i in range(50)]
    capsule = seal(SENSOR_READING, [Record(start + 60_000 * i, row) for i, row in enumerate(rows)], device)
    about = {"owner": owner, "registry": registry, "enrolment": enrolment, "as_of": chain.now() * 1000}
    claim = Claim(capsule, posting.request, Terms(stage.recipient), **about)  # type: ignore[arg-type]
    proof = shared_prover(circuit.name).prove(claim)
    pending = stage.escrow.claim(posting, proof, claim.terms, sender=stage.relayer)
    assert (pending.count, pending.aside.amount, pending.aside.share) == (50, 50, 2)
    assert stage.escrow.left(posting) == 448
    cid = store.put(capsule.file.to_json().encode())
    admitted = pending.admit([each.attest(pending, cid, store.fetch) for each in two], sender=stage.relayer)
    paid = stage.token.balance(stage.recipient)
    admitted.release(claim.release_secret, sender=stage.recipient)
    assert stage.token.balance(stage.recipient) - paid == 50
    for each in two:
        assert stage.escrow.credit(stage.token, each.address) == 1
        stage.escrow.withdraw(stage.token, each.address, sender=each.address)
        assert stage.token.balance(each.address) == 1
    chain.advance(7 * DAY + 1)
    had = stage.token.balance(stage.buyer)
    stage.escrow.close(posting, sender=stage.thief)
    assert stage.token.balance(stage.buyer) - had == 448
    assert stage.token.balance(stage.escrow.address) == held
    opened = open_capsule(CapsuleFile.from_json(two[0].fetch(cid).decode()), admitted.delivery(), buyer, SENSOR_READING)
    assert tuple(opened) == capsule.records


def test_the_fact_alone(stage: Stage) -> None:
    """Bought by nobody, without words or keepers: the claim is paid at once, and there is no secret and no delivery."""
    journey = stage.journey.asking(mode=Mode.NONE, buyer_key=NOBODY)
    posting = stage.post(journey.request)
    claim, proof = stage.proven(posting)
    before = stage.balances()
    paid = stage.escrow.claim(posting, proof, claim.terms, sender=stage.thief)
    after = stage.balances()
    assert {name: after[name] - before[name] for name in after} == {
        "buyer": 0, "escrow": -12, "recipient": 11, "relayer": 1, "thief": 0,
    }  # fmt: skip
    assert paid.aside.release_hash == 0
    with pytest.raises(NotReleased, match="fact"):
        paid.delivery()
    with pytest.raises(NotReleased):
        paid.check(claim.release_secret, sender=stage.recipient)
    with pytest.raises(ReleaseSecretWrong):
        paid.release(claim.release_secret, sender=stage.recipient)
    with pytest.raises(AlreadyClaimed):
        stage.escrow.claim(posting, proof, claim.terms, sender=stage.thief)


def test_what_was_not_admitted_goes_back_and_can_be_sold_elsewhere(stage: Stage, tmp_path: Path) -> None:
    """A claim that keepers never agreed to expires; its slot is refused here, and free for one other of its market."""
    panel = Panel([each.address for each in keepers(stage.chain, tmp_path, 1)], 1)
    market = bytes(31) + b"\x07"
    asking = stage.journey.asking(mode=Mode.NONE)
    first = stage.post(asking.request, panel=panel, market=market)
    second = stage.post(stage.journey.request, market=market)
    assert first.request.scope == second.request.scope != stage.posting.request.scope
    claim, proof = stage.proven(first)
    pending = stage.escrow.claim(first, proof, claim.terms, sender=stage.relayer)
    other, words = stage.proven(second)
    with pytest.raises(AlreadyClaimed):
        stage.escrow.claim(second, words, other.terms, sender=stage.relayer)
    stage.chain.advance(WINDOW + 1)
    pending.expire(sender=stage.thief)
    assert stage.escrow.left(first) == 500 * TOKEN
    assert stage.escrow.spent(first, pending.nullifier) and not stage.escrow.spent(second, pending.nullifier)
    with pytest.raises(AlreadyClaimed):
        stage.escrow.claim(first, proof, claim.terms, sender=stage.relayer)
    sold = stage.escrow.claim(second, words, other.terms, sender=stage.relayer)
    assert (pending.aside.refused_by, sold.aside.refused_by) == (0, first.id)
    found = stage.escrow.pending(pending.nullifier)
    assert found is not None and found.aside == sold.aside
    found.release(other.release_secret, sender=stage.relayer)


def test_a_slot_that_two_requests_refused_is_spent(stage: Stage, tmp_path: Path) -> None:
    """Or two who never agree could hold the money of a third for ever."""
    panel = Panel([each.address for each in keepers(stage.chain, tmp_path, 1)], 1)
    asking = stage.journey.asking(mode=Mode.NONE).request
    three = [stage.post(asking, panel=panel, market=named("Oslo")) for _ in range(3)]
    for posting in three[:2]:
        claim, proof = stage.proven(posting)
        pending = stage.escrow.claim(posting, proof, claim.terms, sender=stage.relayer)
        stage.chain.advance(WINDOW + 1)
        found = stage.escrow.pending(pending.nullifier)
        assert found is not None and found.aside == pending.aside
        found.expire(sender=stage.thief)
    claim, proof = stage.proven(three[2])
    with pytest.raises(AlreadyClaimed):
        stage.escrow.claim(three[2], proof, claim.terms, sender=stage.relayer)


def test_a_proof_is_of_one_request_of_its_market(stage: Stage) -> None:
    """A claim that is seen on its way cannot be sent to another request, at another price, of the same market."""
    market = named("Oslo")
    mine = stage.post(stage.journey.request, market=market)
    cheap = stage.post(stage.journey.request, market=market, price_per_record=TOKEN // 2, budget=100 * TOKEN)
    claim, proof = stage.proven(mine)
    with pytest.raises(TermsMismatch):
        stage.escrow.claim(cheap, proof, claim.terms, sender=stage.thief)
    with pytest.raises(ProofRejected):
        stage.escrow.check(cheap, proof, claim.terms, sender=stage.thief)
    assert stage.escrow.claim(mine, proof, claim.terms, sender=stage.relayer).count == 12
