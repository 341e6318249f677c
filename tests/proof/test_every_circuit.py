"""A proof of every circuit of the catalogue, before three verifiers; and every public value and word of it exchanged.

The smallest circuits of each kind in every run, all of them in the deep tier.
"""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.drawn_statements import drawn_statement
from zkdata.capsule.hashing import FIELD_ORDER
from zkdata.catalogue import catalogue
from zkdata.errors import ProofMalformed, ProofRejected
from zkdata.proof import reference
from zkdata.proof.circuit import Circuit
from zkdata.proof.cross_check import cross_check
from zkdata.proof.groth16 import Groth16Proof
from zkdata.proof.proof import Proof
from zkdata.proof.prover import Prover
from zkdata.proof.setup import setup_development
from zkdata.proof.signals import compress, running_hash
from zkdata.proof.verifier import Verifier

SMALL = ("capsule_16x4", "timestamp_16x4", "range_16x4", "device", "capsule_8x2w128")
REFUSED = (ProofRejected, ProofMalformed)


def _cases() -> list[object]:
    deep = [name for name in catalogue().circuits if name not in SMALL]
    return [*SMALL, *(pytest.param(name, marks=pytest.mark.deep) for name in deep)]


@pytest.mark.parametrize("name", _cases())
def test_three_verifiers_accept_and_nothing_can_be_exchanged(name: str, tmp_path: Path) -> None:
    """Native, py_ecc and snarkjs accept; with any value or word changed, M made again or not, it is refused."""
    circuit = Circuit.named(name)
    circuit.build()
    setup_development(circuit)
    statement = drawn_statement(circuit, random.Random(name))
    prover, verifier = Prover(circuit), Verifier(circuit)
    proof = prover.prove(statement)

    verifier.verify(proof)
    reference.verify(name, str(verifier.vkey), proof.to_json())
    vkey, public, points = (tmp_path / f"{what}.json" for what in ("vkey", "public", "proof"))
    vkey.write_text(str(verifier.vkey))
    Groth16Proof(proof.points, statement.public).save(points, public)
    cross_check(vkey, public, points)

    for changed in _exchanged(proof, compressed=circuit.compressed):
        with pytest.raises(REFUSED):
            verifier.verify(changed)


def _exchanged(proof: Proof, *, compressed: bool) -> list[Proof]:
    """Each value plus one and each word plus one, with the old M, and with the M that belongs to them."""
    changed = []
    for place, value in enumerate(proof.values):
        values = (*proof.values[:place], (value + 1) % FIELD_ORDER, *proof.values[place + 1 :])
        changed.append(replace(proof, values=values))
        if compressed:
            changed.append(replace(proof, values=values, m=running_hash(values)))
    for place, word in enumerate(proof.words):
        words = (*proof.words[:place], (word + 1) % FIELD_ORDER, *proof.words[place + 1 :])
        changed.append(replace(proof, words=words))
    return changed


def test_a_value_that_is_solved_for_the_same_y_is_refused() -> None:
    """Once x is known, another count and another value give the same y at it: M differs, and with the old M x does."""
    circuit = Circuit.named("capsule_16x4")
    statement = drawn_statement(circuit, random.Random("solved"))
    proof, verifier = Prover(circuit).prove(statement), Verifier(circuit)
    x = compress(proof.values, proof.words).x
    values = list(proof.values)
    count, terms = circuit.values.index("count"), circuit.values.index("terms")
    values[count] += 5
    values[terms] = (values[terms] - 5 * pow(x, count - terms, FIELD_ORDER)) % FIELD_ORDER
    pairs = zip(values, proof.values, strict=True)
    shift = sum((new - old) * pow(x, place, FIELD_ORDER) for place, (new, old) in enumerate(pairs))
    assert shift % FIELD_ORDER == 0
    for m in (proof.m, running_hash(values)):
        with pytest.raises(ProofRejected):
            verifier.verify(replace(proof, values=tuple(values), m=m))
