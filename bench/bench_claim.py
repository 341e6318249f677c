"""How long does each step of one claim take: sealing, witness, proof, and both verifications?

make bench-parts
"""

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.journey_fixtures import CIRCUIT, Journey, new_journey
from zkdata.capsule.schemas import TEMPERATURE
from zkdata.capsule.seal import seal
from zkdata.proof import reference
from zkdata.proof.circuit import Circuit
from zkdata.proof.claim import Claim
from zkdata.proof.proof import Proof
from zkdata.proof.prover import Prover
from zkdata.proof.verifier import Verifier
from zkdata.proof.witness_graph import WitnessGraph


@pytest.fixture(scope="module")
def journey() -> Journey:
    return new_journey()


@pytest.fixture(scope="module")
def claim(journey: Journey) -> Claim:
    return journey.claim()


@pytest.fixture(scope="module")
def prover() -> Prover:
    return Prover(Circuit.named(CIRCUIT))


@pytest.fixture(scope="module")
def proof(prover: Prover, claim: Claim) -> Proof:
    return prover.prove(claim)


def test_seal(benchmark: BenchmarkFixture, journey: Journey) -> None:
    """Encrypt and sign one capsule."""
    benchmark(seal, TEMPERATURE, journey.capsule.records, journey.device)


def test_witness(benchmark: BenchmarkFixture, claim: Claim) -> None:
    """Every wire of the circuit, the graph being loaded already."""
    graph = WitnessGraph.open(Circuit.named(CIRCUIT).require("wgr"))
    benchmark.pedantic(graph.calculate, (claim.inputs,), rounds=5, warmup_rounds=1)


def test_prove(benchmark: BenchmarkFixture, prover: Prover, claim: Claim) -> None:
    """Check, witness, proof and self-verification, the key being loaded already."""
    benchmark.pedantic(prover.prove, (claim,), rounds=5, warmup_rounds=1)


def test_verify(benchmark: BenchmarkFixture, prover: Prover, proof: Proof) -> None:
    """The native verifier."""
    benchmark(Verifier(prover.circuit).verify, proof)


def test_verify_by_reference(benchmark: BenchmarkFixture, prover: Prover, proof: Proof) -> None:
    """The verifier on py_ecc."""
    key, text = str(Verifier(prover.circuit).vkey), proof.to_json()
    benchmark.pedantic(reference.verify, (CIRCUIT, key, text), rounds=3)
