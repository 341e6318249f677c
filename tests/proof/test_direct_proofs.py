"""Proofs of timestamp, range and device: two verifiers accept one, and refuse it once anything about it has changed."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from tests.journey_fixtures import built_circuit, shared_statement
from zkdata.capsule.hashing import FIELD_ORDER
from zkdata.errors import ArtifactMismatch, ProofMalformed, ProofRejected
from zkdata.proof import reference
from zkdata.proof.circuit import Circuit
from zkdata.proof.proof import Proof
from zkdata.proof.verifier import Verifier

KINDS = ["Timestamp", "Range", "Device"]


@dataclass(frozen=True)
class Case:
    """A proof, and who judges it."""

    circuit: Circuit
    proof: Proof
    judge: Callable[[Proof], None]

    def with_(self, **values: int) -> Proof:
        """The proof with other values, by name; `_0` stands for `[0]`."""
        names = self.circuit.values
        changed = dict(zip(names, self.proof.values, strict=True))
        changed |= {name.replace("_0", "[0]"): value for name, value in values.items()}
        return replace(self.proof, values=tuple(changed[name] for name in names))


@pytest.fixture(params=["native", "reference"])
def case(request: pytest.FixtureRequest, kind: str) -> Case:
    """The statement's proof before each verifier."""
    _, proof = shared_statement(kind)
    circuit = built_circuit(proof.circuit)
    if request.param == "native":
        return Case(circuit, proof, Verifier(circuit).verify)
    key = circuit.artifact("vkey.json").read_text()
    return Case(circuit, proof, lambda other: reference.verify(circuit.name, key, other.to_json()))


@pytest.mark.parametrize("kind", KINDS)
def test_a_proof_is_accepted(case: Case) -> None:
    """As it was made, and as it comes back from its file."""
    case.judge(case.proof)
    case.judge(Proof.from_json(case.proof.to_json()))


@pytest.mark.parametrize("kind", KINDS)
def test_no_public_value_can_be_another(kind: str) -> None:
    """Each changed alone, by one up and by one down: context, content, and all that is said about it."""
    _, proof = shared_statement(kind)
    circuit = built_circuit(proof.circuit)
    verifier = Verifier(circuit)
    for index in range(len(circuit.values)):
        for step in (1, -1):
            values = list(proof.values)
            values[index] += step
            with pytest.raises(ProofRejected):
                verifier.verify(replace(proof, values=tuple(values)))


@pytest.mark.parametrize("kind", KINDS)
def test_the_reference_agrees_on_the_context(kind: str) -> None:
    """The value that stands in a row of its own; the others in the deep tier."""
    _, proof = shared_statement(kind)
    key = built_circuit(proof.circuit).artifact("vkey.json").read_text()
    other = replace(proof, values=(proof.values[0] + 1, *proof.values[1:]))
    with pytest.raises(ProofRejected):
        reference.verify(proof.circuit, key, other.to_json())


@pytest.mark.deep
@pytest.mark.parametrize("kind", KINDS)
def test_the_reference_agrees_on_every_value(kind: str) -> None:
    """As above, for all of them."""
    _, proof = shared_statement(kind)
    key = built_circuit(proof.circuit).artifact("vkey.json").read_text()
    for index in range(len(proof.values)):
        values = tuple(value + (place == index) for place, value in enumerate(proof.values))
        with pytest.raises(ProofRejected):
            reference.verify(proof.circuit, key, replace(proof, values=values).to_json())


@pytest.mark.parametrize("kind", KINDS)
def test_a_proof_of_one_statement_is_none_of_another(kind: str) -> None:
    """Its circuit is named in it, and the other circuit's key does not take its points."""
    _, proof = shared_statement(kind)
    for other in KINDS:
        if other != kind:
            about = shared_statement(other)[1]
            verifier = Verifier(built_circuit(about.circuit))
            with pytest.raises(ArtifactMismatch):
                verifier.verify(proof)
            with pytest.raises(ProofRejected):
                verifier.verify(replace(about, points=proof.points))


@pytest.mark.parametrize("kind", KINDS)
def test_an_alias_is_malformed(case: Case) -> None:
    """v + r means the same to the circuit and something else to everybody else."""
    for index in range(len(case.proof.values)):
        values = tuple(value + FIELD_ORDER * (place == index) for place, value in enumerate(case.proof.values))
        with pytest.raises(ProofMalformed):
            case.judge(replace(case.proof, values=values))


@pytest.mark.parametrize("kind", KINDS)
def test_what_belongs_to_a_claim_is_malformed(case: Case) -> None:
    """M, ciphertext words, a value more or less."""
    values = case.proof.values
    for other in (
        replace(case.proof, m=0),
        replace(case.proof, words=(0,)),
        replace(case.proof, values=values[:-1]),
        replace(case.proof, values=(*values, 0)),
        replace(case.proof, values=()),
    ):
        with pytest.raises(ProofMalformed):
            case.judge(other)


@pytest.mark.parametrize("kind", ["Timestamp", "Device"])
def test_times_have_48_bits_and_an_order(case: Case) -> None:
    """What the circuit assumes of a window is checked outside of it, for whatever proof."""
    for other in (
        case.with_(timeMax=2**48),
        case.with_(timeMin=2**48, timeMax=2**48),
        case.with_(timeMax=FIELD_ORDER - 1),
        case.with_(timeMin=case.proof.value("timeMax") + 1),
    ):
        with pytest.raises(ProofMalformed):
            case.judge(other)


@pytest.mark.parametrize("kind", ["Range"])
def test_bounds_have_their_bits_and_an_order(case: Case) -> None:
    """Whatever lies between a minimum and a smaller maximum is nothing."""
    for other in (
        case.with_(max_0=2**48),
        case.with_(min_0=2**48, max_0=2**48),
        case.with_(min_0=case.proof.value("max[0]") + 1),
    ):
        with pytest.raises(ProofMalformed):
            case.judge(other)


def test_many_are_verified_at_once() -> None:
    """Several of one circuit; the one that is false is named by its place."""
    _, proof = shared_statement("Device")
    verifier = Verifier(built_circuit(proof.circuit))
    verifier.verify_many([proof, proof])
    false = replace(proof, values=(proof.values[0] + 1, *proof.values[1:]))
    with pytest.raises(ProofRejected) as caught:
        verifier.verify_many([proof, false])
    assert caught.value.which == [1]
