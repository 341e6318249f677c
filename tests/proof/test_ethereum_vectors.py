"""Ethereum's vectors of BN254: sums, multiples and products of pairings come out alike in the core and in py_ecc."""

import json
from collections.abc import Iterator

import pytest

from tests.proof import groth16_material as material
from tests.proof.curve_points import G1_GENERATOR, Point, minus, pairings_cancel, plus, weighted
from tests.proof.precompile_vectors import G2_GENERATOR, as_groth16, grouped, pairings, sum_as_groth16, sums
from tests.reference.field import Q
from zkdata import _native
from zkdata.errors import ProofMalformed, ProofRejected

QUICK = ("own, exponents", "own, nearly", "jeff1", "jeff6", "one_point")
"""What the slow judge sees in the quick tier, where it is there."""


def accepted(key: _native.VerificationKey, proof: object, signals: list[int]) -> bool:
    """The core's verdict on well-formed points."""
    try:
        key.verify(proof, signals)  # type: ignore[arg-type]
    except ProofRejected:
        return False
    return True


@pytest.mark.parametrize("name", pairings())
def test_the_core_finds_the_same_products(name: str) -> None:
    """The core accepts exactly where Ethereum says that the product is 1, and not with one pair more."""
    vector = pairings()[name]
    key, proof = as_groth16(vector.pairs)
    assert accepted(key, proof, []) is vector.cancels
    if vector.cancels:
        key, proof = as_groth16([*vector.pairs, (G1_GENERATOR, G2_GENERATOR)])
        assert not accepted(key, proof, [])


@pytest.mark.parametrize("name", [name for name in QUICK if name in pairings()])
def test_py_ecc_finds_the_same_products(name: str) -> None:
    """The independent library agrees with Ethereum."""
    vector = pairings()[name]
    assert pairings_cancel(grouped(vector.pairs)) is vector.cancels


@pytest.mark.deep
@pytest.mark.parametrize("name", pairings())
def test_py_ecc_finds_every_product(name: str) -> None:
    """The same of all of them, pair by pair."""
    vector = pairings()[name]
    assert pairings_cancel(vector.pairs) is vector.cancels


@pytest.mark.parametrize("name", sums())
def test_sums_and_multiples_are_the_same(name: str) -> None:
    """Core and py_ecc compute Ethereum's sum, and the core knows it from a neighbour and from its opposite."""
    vector = sums()[name]
    assert weighted(vector.terms) == vector.total
    assert accepted(*sum_as_groth16(vector.terms, vector.total))
    neighbour = plus(vector.total, G1_GENERATOR) if vector.total else G1_GENERATOR
    for wrong in (neighbour, minus(vector.total) if vector.total else minus(G1_GENERATOR)):
        assert not accepted(*sum_as_groth16(vector.terms, wrong))


def points() -> Iterator[tuple[str, Point]]:
    """Every finite point of every vector, with the member of a proof that it could be."""
    for pairing in pairings().values():
        for left, right in pairing.pairs:
            yield from (("pi_a", left), ("pi_c", left), ("pi_b", right))
    for vector in sums().values():
        yield from (("pi_a", point) for _, point in vector.terms)
        yield from (("pi_c", point) for point in [vector.total] if point)


def read(member: str, point: Point) -> None:
    """Read the honest proof with one point exchanged, and hold it against its signals."""
    proof = _native.proof_from_json(json.dumps({**material.proof_json(), member: point}))
    material.proving_key().verification_key().verify(proof, material.proved()[1])


def test_points_are_read_exactly_where_they_are_valid() -> None:
    """A valid point is read, and proves nothing; one changed, aliased or in a precompile's order is malformed."""
    every = {json.dumps(item): item for item in points()}
    assert len(every) >= 5
    for member, (x, y, z) in every.values():
        with pytest.raises(ProofRejected):
            read(member, [x, y, z])
        if member == "pi_b":
            wrong = [[x[::-1], y[::-1], z], [x, [y[0], str((int(y[1]) + 1) % Q)], z]]
        else:
            wrong = [[y, x, z], [x, str((int(y) + 1) % Q), z], ["0", "0", "1"], [x, str(int(y) + Q), z]]
        for point in wrong:
            with pytest.raises(ProofMalformed):
                read(member, point)
