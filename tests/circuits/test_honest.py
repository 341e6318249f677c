"""Honest claims are accepted, whatever their records: drawn from a seed, sealed by the package, judged by the rows.

Two thousand for circuits of up to 2^14 rows, two hundred up to 2^17, twenty beyond (C-17: nothing true may be refused).
"""

import random

import pytest

from tests.circuits.compiled import shipped
from tests.drawn_statements import drawn_claim
from zkdata import _native
from zkdata.catalogue import catalogue
from zkdata.proof.circuit import Circuit

CLAIMS = sorted(entry.name for entry in catalogue().circuits.values() if entry.template == "Capsule")
PARTS = 8
"""A deep run is cut into so many tests for each circuit, so that workers can share it."""


def how_many(circuit: Circuit) -> int:
    """What C-17 asks for, by the domain."""
    return 2000 if circuit.rows < 2**14 else 200 if circuit.rows < 2**17 else 20


def accept(name: str, count: int, seed: int) -> None:
    """Every one of `count` claims satisfies the circuit's rows."""
    circuit, draw = Circuit.named(name), random.Random(f"{name} {seed}")
    compiled = shipped(name)
    for _ in range(count):
        claim = drawn_claim(circuit, draw)
        claim.check()
        wtns = compiled.calculator.calculate(claim.inputs)
        assert _native.r1cs_unsatisfied(circuit.artifact("r1cs"), wtns) is None, claim


@pytest.mark.parametrize("name", [name for name in CLAIMS if Circuit.named(name).rows < 2**14])
def test_some_honest_claims_are_accepted(name: str) -> None:
    """Ten of each small circuit."""
    accept(name, 10, seed=-1)


@pytest.mark.deep
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", CLAIMS)
def test_honest_claims_are_accepted(name: str, part: int) -> None:
    """A part of the claims of each circuit."""
    total = how_many(Circuit.named(name))
    accept(name, (total + PARTS - 1 - part) // PARTS, seed=part)
