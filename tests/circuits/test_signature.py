"""The curve in Montgomery form, the signature and the delivery agree with the reference, and only signatures hold."""

import random
from functools import cache
from typing import Any

import pytest

from tests.circuits.broken import ALIASED, UNTIED
from tests.circuits.compiled import broken_gadgets, gadgets
from tests.circuits.forging import refusals, refused_only_by
from tests.reference import babyjubjub, delivery, eddsa, montgomery
from tests.reference.babyjubjub import BASE8, SUBGROUP_ORDER, TORSION
from tests.reference.field import R
from tests.reference.montgomery import Affine, affine, from_edwards

SEED = bytes(range(32))
PUBLIC = eddsa.public_key(SEED)
CURVE_HOLES = [hole for hole in UNTIED if hole.file != "lib/tree.circom"]
BUYER = delivery.buyer_key(12345)
K = 2**247 + 2**100 + 1


def base8(scalar: int) -> Affine:
    """A multiple of Base8 in Montgomery coordinates."""
    return affine(from_edwards(babyjubjub.multiply_base8(scalar)))


def signs(point: Affine, count: int, bits: int) -> list[int]:
    """The v of +-point for each bit, lowest first."""
    return [point[1] if bits >> i & 1 else -point[1] % R for i in range(count)]


def inputs(**changes: Any) -> dict[str, Any]:
    """True inputs of every gadget, with changes. The challenge has no alias of 254 bits."""
    draw = random.Random(5)
    p, q = (base8(draw.randrange(1, SUBGROUP_ORDER)) for _ in range(2))
    given = {
        "p": p,
        "q": q,
        "point": affine(from_edwards(babyjubjub.divide_by_cofactor(BASE8))),
        "signed": signs(p, 9, 0b101100111),
        "scalar": draw.randrange(SUBGROUP_ORDER),
        "digits": [draw.choice((-7, -5, -3, -1, 1, 3, 5, 7)) % R for _ in range(82)],
        "T": affine(from_edwards(babyjubjub.divide_by_cofactor(PUBLIC))),
        "buyerKey": BUYER,
        "buyerKeyV": montgomery.lift(BUYER)[1],
        "ephemeralSecret": K,
        "key": 99,
        "content": 100,
        "releaseSecret": 101,
    }
    return given | signed_without_alias() | changes


@cache
def signed_without_alias() -> dict[str, Any]:
    """A true signature whose challenge plus r leaves 254 bits, so that the aliasing twin has nothing to do."""
    for message in range(100):
        r8x, r8y, s = eddsa.sign(SEED, message)
        if not alias_fits(eddsa.challenge((r8x, r8y), PUBLIC, message)):
            return {"message": message, "R8": [r8x, r8y], "S": s}
    raise AssertionError("not one in a hundred")


def alias_fits(challenge: int) -> bool:
    """Whether the ladder's 254 bits could hold the alias: e = h + r + (23 l - 1) / 2 - 2^254."""
    return challenge + R + (23 * SUBGROUP_ORDER - 1) // 2 < 2**255


def signed_under_the_alias() -> dict[str, Any]:
    """R8 and S that hold for h + r in place of h: made by the key holder, and not a signature."""
    scalar, _ = eddsa.expand(SEED)
    for nonce in range(1, 200):
        r8 = babyjubjub.multiply_base8(nonce)
        challenge = eddsa.challenge(r8, PUBLIC, 1)
        if alias_fits(challenge):
            s = (nonce + (challenge + R) * scalar) % SUBGROUP_ORDER
            assert not eddsa.verifies(PUBLIC, 1, (*r8, s))
            return {"message": 1, "R8": list(r8), "S": s}
    raise AssertionError("not one in two hundred")


def computed(name: str, **changes: Any) -> Affine:
    """A point that the circuit puts out, on a witness that satisfies all rows."""
    circuit = gadgets("curve")
    wtns = circuit.wtns(inputs(**changes))
    assert circuit.accepts(wtns)
    witness = circuit.values(wtns)
    return witness[circuit.wire(f"{name}[0]")], witness[circuit.wire(f"{name}[1]")]


@pytest.mark.parametrize("scalar", [1, 2, 3, 7, 8, 9, SUBGROUP_ORDER - 1, SUBGROUP_ORDER - 2, SUBGROUP_ORDER // 2])
def test_windows_hold_every_scalar(scalar: int) -> None:
    """A scalar below l times Base8 is right at both ends of the group's order, whether odd or even; 0 has no point."""
    assert computed("multiple", scalar=scalar) == base8(scalar)


@pytest.mark.parametrize("digit", [-7, -1, 1, 7])
def test_digits_are_summed_up(digit: int) -> None:
    """Equal digits of each size, the least and the largest sum, are the reference's multiple."""
    total = 3 * 2**246 + sum(digit * 8**j for j in range(82))
    assert computed("digitsMultiple", digits=[digit % R] * 82) == base8(total)


@pytest.mark.parametrize("bits", [0, 1, 0b111111111, 0b010101010])
def test_ladder_agrees_with_the_reference(bits: int) -> None:
    """Every sign pattern gives (3 * 2^n + sum of signs) times the point."""
    point = inputs()["p"]
    scalar = 3 * 2**9 + sum((1 if bits >> i & 1 else -1) << i for i in range(9))
    assert computed("ladder", signed=signs(point, 9, bits)) == montgomery.multiply(scalar, point)


def test_sums_and_maps_agree_with_the_reference() -> None:
    """Sum, double, eightfold and Edwards coordinates are the reference's."""
    p, q, point = (inputs()[name] for name in ("p", "q", "point"))
    assert computed("added") == montgomery.add(p, q)
    assert computed("doubled") == montgomery.double(p)
    assert computed("eightfold") == montgomery.multiply(8, point)
    assert computed("edwards") == montgomery.to_edwards(p)


@pytest.mark.parametrize("message", [0, 1, R - 1])
def test_signatures_of_the_reference_hold(message: int) -> None:
    """Signatures are accepted for the messages at both ends of the field, and A is the signer's key."""
    r8x, r8y, s = eddsa.sign(SEED, message)
    assert computed("A", message=message, R8=[r8x, r8y], S=s) == PUBLIC


def test_many_signatures_hold() -> None:
    """A hundred keys and messages drawn from a seed are accepted."""
    draw = random.Random(6)
    for _ in range(100):
        seed, message = draw.randbytes(32), draw.randrange(R)
        public = eddsa.public_key(seed)
        r8x, r8y, s = eddsa.sign(seed, message)
        eighth = affine(from_edwards(babyjubjub.divide_by_cofactor(public)))
        assert computed("A", T=eighth, message=message, R8=[r8x, r8y], S=s) == public


def _lies() -> dict[str, dict[str, Any]]:
    true = signed_without_alias()
    x, y = true["R8"]
    return {
        "another message": {"message": true["message"] + 1},
        "another S": {"S": (true["S"] + 1) % SUBGROUP_ORDER},
        "R8 negated": {"R8": [R - x, y]},
        "R8 with a part of order 2": {"R8": list(babyjubjub.add((x, y), TORSION[1]))},
        "R8 with a part of order 8": {"R8": list(babyjubjub.add((x, y), TORSION[5]))},
        "R8 neutral": {"R8": [0, 1]},
        "R8 off the curve": {"R8": [1, 1]},
        "another device": {"T": affine(from_edwards(babyjubjub.divide_by_cofactor(babyjubjub.multiply(3, PUBLIC))))},
        "the device negated": {"T": montgomery.negate(inputs()["T"])},
    }


@pytest.mark.parametrize("lie", sorted(_lies()))
def test_forged_signatures_are_refused(lie: str) -> None:
    """What is no signature satisfies the twin without the equation, and violates ours."""
    twin = broken_gadgets("curve", *CURVE_HOLES)
    found = refusals(gadgets("curve"), twin, inputs(**_lies()[lie]))
    assert found and all(any("Signature#1" in name or "R8" in name for name in names) for names in found)


def test_alias_of_the_challenge_is_refused() -> None:
    """h is one integer: a signature under h + r satisfies the twin without the canonical rows, never ours."""
    found = refusals(gadgets("curve"), broken_gadgets("curve", *ALIASED), inputs(**signed_under_the_alias()))
    assert refused_only_by(found, "Signature#1.UpTo#1")


@pytest.mark.parametrize("point", [(0, 0), affine(from_edwards(TORSION[2])), affine(from_edwards(TORSION[4]))])
def test_points_of_small_order_are_refused(point: Affine) -> None:
    """Orders 2, 4 and 8 satisfy the twin whose tangent may be anything, and no other row than the tangent's refuses."""
    found = refusals(gadgets("curve"), broken_gadgets("curve", *CURVE_HOLES), inputs(point=point))
    assert refused_only_by(found, "EightTimes#1")


@pytest.mark.parametrize("point", [(3, 4), (1, 1), (R - 1, 5)])
def test_points_off_the_curve_are_refused(point: Affine) -> None:
    """A pair of numbers that is no point satisfies the twin without the curve's equation only."""
    found = refusals(gadgets("curve"), broken_gadgets("curve", *CURVE_HOLES), inputs(point=point))
    assert refused_only_by(found, "EightTimes#1")


def test_delivery_agrees_with_the_reference() -> None:
    """Ephemeral and wrap are the reference's for the first and last secrets, for either point over the key."""
    circuit = gadgets("curve")
    for k in (2**247 + 1, 2**248 - 1, K):
        for v in (inputs()["buyerKeyV"], R - inputs()["buyerKeyV"]):
            wtns = circuit.wtns(inputs(ephemeralSecret=k, buyerKeyV=v))
            assert circuit.accepts(wtns)
            witness = circuit.values(wtns)
            made = delivery.deliver(99, 100, BUYER, k, 101)
            assert [witness[circuit.wire(name)] for name in ("ephemeral", "wrap")] == [made.ephemeral, made.wrap]
