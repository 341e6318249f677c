"""Proofs by every kernel that a processor may have: the prover chooses when a key is read."""

import os
import subprocess
import sys

import pytest

from tests.journey_fixtures import built_circuit, new_journey
from zkdata.proof.proof import Proof
from zkdata.proof.verifier import Verifier

PROGRAM = """
import sys
from tests.journey_fixtures import new_journey
from zkdata.proof.prover import prove_statement
sys.stdout.write(prove_statement(new_journey().claim()).to_json())
"""


@pytest.mark.parametrize("kernel", ["plain", "mulx", "portable", "best"])
def test_a_proof_by_each(kernel: str) -> None:
    """By AVX-512, AVX2, mulx or none of them: the same verification key takes it, and not for another capsule."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "ZKDATA_KERNEL": kernel},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    proof = Proof.from_json(ran.stdout)
    Verifier(built_circuit()).verify(proof)
    assert proof.value("content") != new_journey().capsule.content
