"""Every statement leaves for the chain: real proofs before their own exported contracts, and what these refuse."""

from dataclasses import dataclass

import pytest

from tests.journey_fixtures import MINUTE, START, new_journey, shared_prover
from zkdata.capsule.hashing import FIELD_ORDER
from zkdata.capsule.record import Record
from zkdata.capsule.schemas import SENSOR_READING
from zkdata.capsule.seal import seal
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, GasTooLow, ProofMalformed, ProofRejected, VerifierUnknown
from zkdata.proof.groth16 import key_points
from zkdata.proof.proof import Proof
from zkdata.proof.solidity import TEMPLATE, verifier_source
from zkdata.proof.verifier import Verifier
from zkdata.settlement.chain import Chain
from zkdata.settlement.contract import Contract
from zkdata.settlement.contracts import compile_verifier
from zkdata.settlement.judges import Judge

pytestmark = pytest.mark.xdist_group("settlement")


@dataclass
class Exported:
    """A contract, and two proofs that it takes."""

    contract: Contract
    proofs: tuple[Proof, Proof]

    def verify(self, points: tuple[int, ...], inputs: tuple[int, ...]) -> None:
        self.contract.call("verify", list(points), list(inputs))

    def verify_batch(self, inputs: list[tuple[int, ...]]) -> None:
        points = [list(proof.calldata) for proof in self.proofs]
        self.contract.call("verifyBatch", points[: len(inputs)], [list(each) for each in inputs])


def _proofs(name: str) -> tuple[Proof, Proof]:
    """Two of a statement, about two capsules of one device."""
    journey = new_journey()
    proofs = []
    for first in (0, 20):
        rows = [["20.25", f"{i}.5", "1013.2", "3.7"] for i in range(10)]
        taken = [Record(START + MINUTE * (first + i), row) for i, row in enumerate(rows)]
        told = journey.with_(capsule=seal(SENSOR_READING, taken, journey.device))
        statement = {
            "timestamp_16x4": told.timestamp,
            "range_16x4": lambda told=told: told.range(bounds={"humidity": ("0", "100")}),
            "device": told.device_statement,
        }[name]()
        assert statement.circuit == name
        proofs.append(shared_prover(name).prove(statement))
    return proofs[0], proofs[1]


@pytest.fixture(scope="module", params=["timestamp_16x4", "range_16x4", "device"])
def exported(request: pytest.FixtureRequest) -> Exported:
    """Exported, compiled and deployed on the embedded chain."""
    proofs = _proofs(request.param)
    verifier = Verifier(shared_prover(request.param).circuit)
    for proof in proofs:
        verifier.verify(proof)
    source = verifier_source(key_points(str(verifier.vkey)), contract_name="Statement")
    return Exported(Chain.embedded().deploy(compile_verifier(source, "Statement")), proofs)


def test_a_true_statement_is_taken(exported: Exported) -> None:
    """Alone, and two in one batch."""
    for proof in exported.proofs:
        exported.verify(proof.calldata, proof.values)
    exported.verify_batch([exported.proofs[0].values])
    exported.verify_batch([proof.values for proof in exported.proofs])


def test_a_changed_value_is_rejected(exported: Exported) -> None:
    """Whichever public value it is, alone and in a batch, and values of another proof; an alias is malformed."""
    first, second = exported.proofs
    for index, value in enumerate(first.values):
        changed = tuple((value + 1) % FIELD_ORDER if place == index else v for place, v in enumerate(first.values))
        with pytest.raises(ProofRejected):
            exported.verify(first.calldata, changed)
    with pytest.raises(ProofRejected):
        exported.verify_batch([(first.values[0] ^ 1, *first.values[1:]), second.values])
    for inputs in ((*first.values[:-1], first.values[-1] + FIELD_ORDER), (FIELD_ORDER, *first.values[1:])):
        with pytest.raises(ProofMalformed):
            exported.verify(first.calldata, inputs)
    with pytest.raises(ProofRejected):
        exported.verify(first.calldata, second.values)
    with pytest.raises(ProofRejected):
        exported.verify_batch([second.values, first.values])


def test_a_changed_proof_is_refused(exported: Exported) -> None:
    """A point off its curve is malformed, two points exchanged are rejected, too little gas decides nothing."""
    first, _ = exported.proofs
    words = first.calldata
    with pytest.raises(ProofMalformed):
        exported.verify((words[0] + 1, *words[1:]), first.values)
    with pytest.raises(ProofRejected):
        exported.verify((*words[6:], *words[2:6], *words[:2]), first.values)
    with pytest.raises(ProofMalformed):
        exported.verify_batch([])
    with pytest.raises(GasTooLow):
        exported.contract.call("verify", list(words), list(first.values), gas=200_000)


def test_an_escrow_takes_claims_only() -> None:
    """The contract of another statement does not stand for a claim's: it has no counts, and no client deploys it so."""
    verifier = Verifier(shared_prover("timestamp_16x4").circuit)
    with pytest.raises(VerifierUnknown, match="claims only"):
        Judge.deploy(Chain.embedded(), verifier)


def test_what_cannot_be_a_contract() -> None:
    """A key without inputs, one with more than a contract holds, a name that is none."""
    *rest, combination = key_points(str(Verifier(shared_prover("timestamp_16x4").circuit).vkey))
    for wrong in (combination[:1], combination[:1] * 66):
        with pytest.raises(ArtifactMismatch):
            verifier_source((*rest, wrong), contract_name="Statement")  # type: ignore[arg-type]
    with pytest.raises(ArtifactMalformed):
        verifier_source((*rest, combination), contract_name="no name")  # type: ignore[arg-type]


def test_the_template_lies_beside_the_program() -> None:
    """What fills it in finds it in its own folder, which a package takes whole."""
    assert TEMPLATE.parent.name == "proof" and "contract $name" in TEMPLATE.read_text()
