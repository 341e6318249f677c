"""The journey's fixtures, and a small circuit of its own for compiler and witness."""

from pathlib import Path

import pytest

from tests.journey_fixtures import circuit, claim, journey, proof, prover, verifier
from zkdata.proof.compiler import compile_circuit
from zkdata.proof.witness import WitnessCalculator

__all__ = ["circuit", "claim", "journey", "proof", "prover", "verifier"]

PRODUCT = """pragma circom 2.2.3;
template Product(n) {
    signal input a;
    signal input b[n][2];
    signal output c;
    signal partial[2 * n + 1];
    partial[0] <== a;
    for (var i = 0; i < n; i++) {
        partial[2 * i + 1] <== partial[2 * i] * b[i][0];
        partial[2 * i + 2] <== partial[2 * i + 1] * b[i][1];
    }
    signal inverse <-- a == 0 ? 0 : 1 / a;
    a * inverse === 1;
    c <== partial[2 * n];
}
component main {public [a]} = Product(2);
"""


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with product.{circom,r1cs,wasm,sym}: c = a * b00 * b01 * b10 * b11, and a is not zero."""
    folder = tmp_path_factory.mktemp("product")
    source = folder / "product.circom"
    source.write_text(PRODUCT)
    compile_circuit(source, folder)
    return folder


@pytest.fixture(scope="session")
def calculator(product: Path) -> WitnessCalculator:
    """Its witness calculator."""
    return WitnessCalculator.open(product / "product.wasm")
