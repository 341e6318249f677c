"""Keepers and gates: what each signs, what `admit` takes, and every way in which somebody did not agree."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.keeping import account, keepers
from tests.journeys.stage import TOKEN, WINDOW, Stage
from zkdata.capsule.delivery import NOBODY
from zkdata.capsule.schemas import TEMPERATURE
from zkdata.capsule.seal import seal
from zkdata.errors import (
    ApproversWrong,
    ArtifactMalformed,
    ArtifactMismatch,
    GateUnknown,
    KeyUnsafe,
    NotAdmitted,
    NotAvailable,
    NotReleased,
    ParametersInvalid,
    ReleaseExpired,
)
from zkdata.proof.request import Mode
from zkdata.settlement.attestation import Kept
from zkdata.settlement.gate import SignatureGate
from zkdata.settlement.keeper import Keeper, check_file
from zkdata.settlement.panel import Panel
from zkdata.settlement.pending import PendingClaim
from zkdata.settlement.signatures import Signer, short_form, signer_of
from zkdata.settlement.stores import FolderStore

pytestmark = pytest.mark.xdist_group("settlement")


class Agreement:
    """A claim that waits for two of three keepers and one of two signers of a gate."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage, self.store = stage, FolderStore(folder / "store")
        self.keepers = keepers(stage.chain, folder, 3)
        self.signers = [Signer.generate(), Signer.generate()]
        self.gate = SignatureGate.deploy(stage.chain, [each.address for each in self.signers], 1)
        stage.escrow.list_contract(self.gate.address, sender=stage.thief)
        panel = Panel([each.address for each in self.keepers], 2, self.gate.address)
        self.posting = stage.post(stage.journey.asking(mode=Mode.NONE).request, panel=panel, share=6 * TOKEN)
        self.claim, proof = stage.proven(self.posting)
        self.pending = stage.escrow.claim(self.posting, proof, self.claim.terms, sender=stage.relayer)
        self.cid = self.store.put(self.claim.capsule.file.to_json().encode())

    def kept(self, count: int) -> list[Kept]:
        return [each.attest(self.pending, self.cid, self.store.fetch) for each in self.keepers[:count]]

    def answer(self) -> bytes:
        return self.gate.answer(self.pending, [self.gate.approve(self.pending, self.signers[0])])

    def admit(self, kept: list[Kept], answer: bytes) -> PendingClaim:
        return self.pending.admit(kept, answer, sender=self.stage.thief)


@pytest.fixture
def agreement(stage: Stage, tmp_path: Path) -> Agreement:
    return Agreement(stage, tmp_path)


def test_keepers_and_gate_agree(agreement: Agreement) -> None:
    """All who agreed share evenly, in units; the odd unit goes back to the request; the claim is as the chain tells."""
    stage = agreement.stage
    before = stage.escrow.left(agreement.posting)
    admitted = agreement.admit(agreement.kept(3), agreement.answer())
    assert set(admitted.approvers) == {*(each.address for each in agreement.keepers), agreement.signers[0].address}
    unit = agreement.posting.prices.unit
    assert (unit, admitted.aside.share) == (TOKEN, 4 * TOKEN)
    assert stage.escrow.left(agreement.posting) - before == 2 * TOKEN
    assert replace(agreement.pending.current(), receipt=None) == replace(admitted, receipt=None)
    admitted.release(agreement.claim.release_secret, sender=stage.relayer)
    assert {stage.escrow.credit(stage.token, each) for each in admitted.approvers} == {TOKEN}


def test_too_few_or_other_signatures(agreement: Agreement) -> None:
    """Refused here: one keeper of two, the same one twice, another's signature, another claim's, two files."""
    one, two = agreement.kept(2)
    stranger = replace(one, keeper=Signer.generate().address)
    lent = replace(one, keeper=two.keeper)
    false = replace(two, signature=two.signature[:-2] + b"\0" + two.signature[-1:])
    other = replace(two, digest=bytes(32))
    for kept in (
        [one],
        [one, one],
        [one, stranger],
        [one, lent],
        [one, false],
        [one, other],
        [one, replace(two, signature=b"")],
    ):
        with pytest.raises(NotAdmitted) as refused:
            agreement.admit(kept, agreement.answer())
        assert refused.value.by == "keepers"


def test_the_contract_refuses_by_itself(agreement: Agreement) -> None:
    """Asked without the client: too few keepers, in another order, another panel, a gate that does not answer so."""
    pending, panel = agreement.pending, agreement.pending.panel
    kept = sorted(agreement.kept(2), key=lambda each: panel.keepers.index(each.keeper))
    signed = [(panel.keepers.index(each.keeper), *short_form(each.signature)) for each in kept]
    digest, answer = kept[0].digest, agreement.answer()
    whole = (panel.parameters, digest, signed, answer)
    calls: list[tuple[str, tuple[Any, ...]]] = [
        ("keepers", (panel.parameters, digest, signed[:1], answer)),
        ("keepers", (panel.parameters, digest, signed[::-1], answer)),
        ("keepers", (panel.parameters, bytes(32), signed, answer)),
        ("panel", (replace(panel, needed=1).parameters, digest, signed, answer)),
        ("gate", (panel.parameters, digest, signed, b"")),
    ]
    for by, arguments in calls:
        with pytest.raises(NotAdmitted) as refused:
            pending.escrow.call("admit", _tuple(pending), *arguments)
        assert refused.value.by == by
    pending.escrow.call("admit", _tuple(pending), *whole)


def test_the_gate_s_own_checks(agreement: Agreement) -> None:
    """A stranger does not approve, an approval of another claim or none at all is no answer, and signers are fixed."""
    gate, pending, (one, two) = agreement.gate, agreement.pending, agreement.signers
    assert SignatureGate.at(agreement.stage.chain, gate.address).signers == gate.signers
    with pytest.raises(NotAdmitted):
        gate.approve(pending, Signer.generate())
    approval = gate.approve(pending, one)
    other = replace(pending, aside=replace(pending.aside, content=1))
    for claim, approvals in ((pending, []), (other, [approval]), (pending, [replace(approval, signer=two.address)])):
        with pytest.raises(NotAdmitted):
            gate.answer(claim, approvals)
    both = gate.answer(pending, [gate.approve(pending, two), approval, approval])
    assert len(agreement.admit(agreement.kept(2), both).approvers) == 4
    for signers, threshold in (([], 0), ([one.address], 2), ([one.address] * 2, 1), ([one.address], 0)):
        with pytest.raises(ParametersInvalid):
            SignatureGate.deploy(agreement.stage.chain, signers, threshold)


@pytest.mark.parametrize("what", ["the data", "the fact"])
def test_a_gate_alone(stage: Stage, what: str) -> None:
    """Without keepers the gate's answer admits a claim; where the fact is bought, admitting pays."""
    signer = account(stage.chain, 9)
    gate = SignatureGate.deploy(stage.chain, [signer.address], 1)
    stage.escrow.list_contract(gate.address, sender=stage.thief)
    fact = {"mode": Mode.NONE, "buyer_key": NOBODY} if what == "the fact" else {}
    request = stage.journey.asking(**fact).request
    posting = stage.post(request, panel=Panel(gate=gate.address), share=TOKEN)
    claim, proof = stage.proven(posting)
    pending = stage.escrow.claim(posting, proof, claim.terms, sender=stage.relayer)
    had = stage.balances()["recipient"]
    answer = gate.answer(pending, [gate.approve(pending, signer)])
    admitted = pending.admit(answer=answer, sender=stage.thief)
    assert admitted.digest == bytes(32) and admitted.approvers == (signer.address,)
    if what == "the data":
        assert stage.balances()["recipient"] == had
        admitted.release(claim.release_secret, sender=stage.thief)
    assert stage.balances()["recipient"] - had == 11
    assert stage.escrow.credit(stage.token, signer.address) == TOKEN
    assert stage.escrow.left(posting) == (500 - 12 - 1) * TOKEN


def test_a_gate_that_is_not_listed(stage: Stage) -> None:
    """A request names gates that this escrow lists."""
    gate = SignatureGate.deploy(stage.chain, [stage.thief], 1)
    with pytest.raises(GateUnknown):
        stage.post(stage.journey.request, panel=Panel(gate=gate.address))
    stage.escrow.list_contract(gate.address, sender=stage.thief)
    assert stage.escrow.posting(stage.post(stage.journey.request, panel=Panel(gate=gate.address)).id).panel.least == 1


def test_a_keeper_looks_before_he_signs(agreement: Agreement, tmp_path: Path) -> None:
    """Nothing is signed or kept for another file, another spelling, another capsule, or by one who is not asked."""
    keeper, pending, file = agreement.keepers[0], agreement.pending, agreement.claim.capsule.file
    other = seal(TEMPERATURE, agreement.claim.capsule.records, agreement.stage.journey.device).file
    there = agreement.store.put(other.to_json().encode())
    lies = {
        "another file": (ArtifactMismatch, agreement.cid, other.to_json().encode()),
        "another capsule": (ArtifactMismatch, there, other.to_json().encode()),
        "under another CID": (ArtifactMismatch, there, file.to_json().encode()),
        "another spelling": (ArtifactMalformed, agreement.cid, file.to_json().encode() + b" "),
        "no file": (ArtifactMalformed, agreement.cid, b"\xff"),
        "too much": (ArtifactMalformed, agreement.cid, bytes(2**23 + 1)),
    }
    for error, cid, data in lies.values():
        with pytest.raises(error):
            keeper.attest(pending, cid, lambda _, data=data: data)
        assert not Path(keeper.store.name).exists()
    stranger, asked = Keeper(Signer.generate(), FolderStore(tmp_path / "stranger")), []
    with pytest.raises(NotAdmitted):
        stranger.attest(pending, agreement.cid, lambda cid: asked.append(cid) or b"")
    assert asked == [] and not Path(stranger.store.name).exists()
    kept = keeper.attest(pending, agreement.cid, agreement.store.fetch)
    assert check_file(keeper.fetch(agreement.cid), file.content) == kept.digest
    with pytest.raises(NotAvailable):
        keeper.fetch(there)
    with pytest.raises(ArtifactMalformed):
        keeper.fetch("../" + agreement.cid)


def test_once_admitted_only_the_secret_counts(agreement: Agreement) -> None:
    """Not twice, not by the old word of it, and with those who agreed; too late, it is not admitted at all."""
    stage, secret = agreement.stage, agreement.claim.release_secret
    kept, answer = agreement.kept(2), agreement.answer()
    with pytest.raises(NotReleased):
        agreement.pending.release(secret, sender=stage.recipient)
    admitted = agreement.admit(kept, answer)
    with pytest.raises(NotReleased):
        agreement.admit(kept, answer)
    with pytest.raises(NotReleased):
        agreement.pending.check(secret, sender=stage.recipient)
    for wrong in ((), admitted.approvers[:-1], admitted.approvers[::-1]):
        with pytest.raises(ApproversWrong):
            replace(admitted, approvers=wrong).release(secret, sender=stage.recipient)
    stage.chain.advance(WINDOW + 1)
    with pytest.raises(ReleaseExpired):
        admitted.release(secret, sender=stage.recipient)
    admitted.expire(sender=stage.thief)
    assert stage.escrow.spent(agreement.posting, admitted.nullifier)


def test_too_late_to_admit(agreement: Agreement) -> None:
    """After the window keepers and gate are not asked any more."""
    kept, answer = agreement.kept(2), agreement.answer()
    agreement.stage.chain.advance(WINDOW + 1)
    with pytest.raises(ReleaseExpired):
        agreement.admit(kept, answer)


def test_signatures_by_other_means(agreement: Agreement) -> None:
    """The digest is that of the contract, r and vs are those of EIP-2098, and no key is taken that is none."""
    signer, message = account(agreement.stage.chain, 9), agreement.pending.kept_message(bytes(range(32)))
    signature = signer.sign(message)
    assert signer_of(message, signature) == signer.address
    r, vs = short_form(signature)
    assert r == signature[:32] and int.from_bytes(vs, "big") >> 255 == signature[64] - 27
    assert vs[1:] == signature[33:64] and "secret" not in repr(signer)
    for key in (bytes(32), b"", b"\xff" * 32):
        with pytest.raises(KeyUnsafe):
            Signer(key)


def _tuple(pending: PendingClaim) -> tuple[Any, ...]:
    return tuple(getattr(pending.aside, name) for name in pending.aside.__dataclass_fields__)
