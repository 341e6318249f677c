"""circuits/lib/babyjubjub.circom and signature.circom: the curve is the reference's, and only signatures hold."""

import random
from functools import cache
from typing import Any

import pytest

from tests.circuits.broken import ALIASED, UNTIED
from tests.circuits.compiled import broken_gadgets, gadgets
from tests.circuits.forging import refusals, refused_only_by
from tests.reference import babyjubjub, eddsa
from tests.reference.babyjubjub import BASE8, SUBGROUP_ORDER, TORSION, Point
from tests.reference.field import R

SEED = bytes(range(32))
PUBLIC = eddsa.public_key(SEED)
CURVE_HOLES = [hole for hole in UNTIED if hole.file != "lib/tree.circom"]
TWO_TORSION = (0, R - 1)


def inputs(**changes: Any) -> dict[str, Any]:
    """True inputs of every gadget, with changes. Neither `h` nor the challenge has an alias of 254 bits."""
    draw = random.Random(5)
    given = {
        "p": babyjubjub.multiply(draw.randrange(R), BASE8),
        "q": babyjubjub.multiply(draw.randrange(R), BASE8),
        "scalar": draw.randrange(2**252),
        "h": R - 1,
        "T": babyjubjub.divide_by_cofactor(PUBLIC),
    }
    return given | signed_without_alias() | changes


@cache
def signed_without_alias() -> dict[str, Any]:
    """A true signature whose challenge plus r is too long for 254 bits, so that the aliasing twin has nothing to do."""
    for message in range(100):
        r8x, r8y, s = eddsa.sign(SEED, message)
        if eddsa.challenge((r8x, r8y), PUBLIC, message) + R >= 2**254:
            return {"message": message, "R8": [r8x, r8y], "S": s}
    raise AssertionError("not one in a hundred")


def signed_under_the_alias() -> dict[str, Any]:
    """R8 and S that hold for h + r in place of h: made by the key holder, and not a signature."""
    scalar, _ = eddsa.expand(SEED)
    for nonce in range(1, 100):
        r8 = babyjubjub.multiply_base8(nonce)
        alias = eddsa.challenge(r8, PUBLIC, 1) + R
        if alias < 2**254:
            s = (nonce + alias * scalar) % SUBGROUP_ORDER
            assert not eddsa.verifies(PUBLIC, 1, (*r8, s))
            return {"message": 1, "R8": list(r8), "S": s}
    raise AssertionError("not one in a hundred")


def computed(name: str, **changes: Any) -> Point:
    """A point that the circuit puts out, on a witness that satisfies all rows."""
    circuit = gadgets("curve")
    wtns = circuit.wtns(inputs(**changes))
    assert circuit.accepts(wtns)
    witness = circuit.values(wtns)
    return witness[circuit.wire(f"{name}[0]")], witness[circuit.wire(f"{name}[1]")]


@pytest.mark.parametrize("scalar", [0, 1, 8, SUBGROUP_ORDER - 1, SUBGROUP_ORDER, 2**252 - 1])
def test_fixed_base_agrees_with_the_reference(scalar: int) -> None:
    """A scalar times Base8 is right at the edges of windows and of the group's order."""
    assert computed("baseTimes", scalar=scalar) == babyjubjub.multiply_base8(scalar)


@pytest.mark.parametrize(
    ("h", "q"),
    [
        *((h, BASE8) for h in (0, 1, 2, SUBGROUP_ORDER - 1, (SUBGROUP_ORDER - 1) // 2, R - 1)),
        *((R // 3, torsion) for torsion in TORSION),
    ],
)
def test_variable_base_agrees_with_the_reference(h: int, q: Point) -> None:
    """(2 h + 1) Q is right for every h and every point of the curve, those of small order included."""
    assert computed("ladder", h=h, q=q) == babyjubjub.multiply(2 * h + 1, q)


@pytest.mark.parametrize("other", [BASE8, babyjubjub.negate(BASE8), *TORSION[:3]])
def test_sums_are_complete(other: Point) -> None:
    """A point plus itself, its negative, the neutral element or a point of small order needs no case of its own."""
    assert computed("added", p=BASE8, q=other) == babyjubjub.add(BASE8, other)
    assert computed("doubled", p=other) == babyjubjub.add(other, other)


@pytest.mark.parametrize("message", [0, 1, R - 1])
def test_signatures_of_the_reference_hold(message: int) -> None:
    """Signatures are accepted for the messages at both ends of the field, and A is the signer's key."""
    r8x, r8y, s = eddsa.sign(SEED, message)
    assert computed("A", message=message, R8=[r8x, r8y], S=s) == PUBLIC


def test_response_above_the_order_is_the_same_signature() -> None:
    """S + l is accepted where it fits 252 bits: nothing may rest on S being unique, and the head says so."""
    true = signed_without_alias()
    assert computed("A", S=true["S"] + SUBGROUP_ORDER) == PUBLIC


def _lies() -> dict[str, dict[str, Any]]:
    true = signed_without_alias()
    x, y = true["R8"]
    torsion_sum = babyjubjub.add((x, y), TWO_TORSION)
    return {
        "another message": {"message": true["message"] + 1},
        "another S": {"S": (true["S"] + 1) % SUBGROUP_ORDER},
        "R8 negated": {"R8": [R - x, y]},
        "R8 with a part of order 2": {"R8": list(torsion_sum)},
        "R8 neutral": {"R8": [0, 1]},
        "another device": {"T": babyjubjub.divide_by_cofactor(babyjubjub.multiply(3, PUBLIC))},
        "the device negated": {"T": babyjubjub.divide_by_cofactor(babyjubjub.negate(PUBLIC))},
    }


@pytest.mark.parametrize("lie", sorted(_lies()))
def test_forged_signatures_are_refused(lie: str) -> None:
    """What is no signature satisfies the twin without the equation, and violates ours."""
    twin = broken_gadgets("curve", *CURVE_HOLES)
    assert refused_only_by(refusals(gadgets("curve"), twin, inputs(**_lies()[lie])), "Signature#1.")


def test_alias_of_the_challenge_is_refused() -> None:
    """h is one integer: a signature under h + r satisfies the twin without the canonical rows, never ours."""
    found = refusals(gadgets("curve"), broken_gadgets("curve", *ALIASED), inputs(**signed_under_the_alias()))
    assert refused_only_by(found, "Signature#1.CanonicalBits#1")


@pytest.mark.parametrize("torsion", [TORSION[0], TORSION[1], TORSION[4]])
def test_neutral_key_signs_nothing(torsion: Point) -> None:
    """Under A = 8 T neutral, (S * Base8, S) would sign everything: the twin accepts it, the inverse of A.x does not."""
    lie = inputs(T=list(torsion), R8=list(babyjubjub.multiply_base8(99)), S=99)
    found = refusals(gadgets("curve"), broken_gadgets("curve", *CURVE_HOLES), lie)
    # The row is A.x * inverse = 1, in which A.x may have been replaced by what it is made of.
    assert len(found) == 1 and refused_only_by(found, "Signature#1.inverse")


@pytest.mark.parametrize("lie", [{"p": [3, 4]}, {"p": [0, 0]}])
def test_points_off_the_curve_are_refused(lie: dict[str, Any]) -> None:
    """A pair of numbers that is no point satisfies the twin without the curve's equation only."""
    found = refusals(gadgets("curve"), broken_gadgets("curve", *CURVE_HOLES), inputs(**lie))
    assert refused_only_by(found, "OnCurve#1")
