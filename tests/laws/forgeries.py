"""Signatures that a lax verifier accepts, each built so that only the check named refuses it."""

from collections.abc import Iterator

from tests.reference.babyjubjub import (
    COFACTOR,
    SUBGROUP_ORDER,
    TORSION,
    Point,
    add,
    multiply,
    multiply_base8,
)
from tests.reference.eddsa import Signature, challenge, expand, public_key, sign
from tests.reference.field import R

Forgery = tuple[Point, int, Signature]
NONCE = 12345678901234567890


def torsion_added_to_key(seed: bytes, message: int, small: Point) -> Forgery:
    """A + T for the honest signer: 8 h T vanishes, so that eight keys share one signer."""
    public = add(public_key(seed), small)
    nonce_point = multiply_base8(NONCE)
    response = (NONCE + challenge(nonce_point, public, message) * expand(seed)[0]) % SUBGROUP_ORDER
    return public, message, (*nonce_point, response)


def torsion_added_to_nonce(seed: bytes, message: int, small: Point) -> Forgery:
    """R8 + T: passes where both sides are multiplied by the cofactor first."""
    public = public_key(seed)
    nonce_point = add(multiply_base8(NONCE), small)
    response = (NONCE + challenge(nonce_point, public, message) * expand(seed)[0]) % SUBGROUP_ORDER
    return public, message, (*nonce_point, response)


def cofactored_equation_holds(public: Point, message: int, signature: Signature) -> bool:
    """Both sides times 8: the lax equation that admits torsion in R8."""
    x, y, response = signature
    right = add((x, y), multiply(COFACTOR * challenge((x, y), public, message), public))
    return multiply(COFACTOR, multiply_base8(response)) == multiply(COFACTOR, right)


def by_low_order_key(message: int) -> Iterator[Forgery]:
    """A of order 1, 2, 4 or 8 needs no secret at all: 8 h A vanishes and S = r."""
    for public in TORSION:
        yield public, message, (*multiply_base8(NONCE), NONCE)


def by_off_curve_key() -> Forgery:
    """A = (0, y) with y of order 16 modulo r: the addition law only multiplies y there, and an even h kills it."""
    public = (0, pow(5, (R - 1) // 16, R))
    nonce_point = multiply_base8(NONCE)
    message = next(m for m in range(1000) if challenge(nonce_point, public, m) % 2 == 0)
    return public, message, (*nonce_point, NONCE)


def equation_holds_by_addition(public: Point, message: int, signature: Signature) -> bool:
    """The signing equation by the addition law and nothing else, as a verifier without formulas for doubling."""
    x, y, response = signature
    total, addend, scalar = (x, y), public, COFACTOR * challenge((x, y), public, message)
    while scalar:
        if scalar & 1:
            total = add(total, addend)
        addend, scalar = add(addend, addend), scalar >> 1
    return multiply_base8(response) == total


def aliases(seed: bytes, message: int) -> Iterator[Forgery]:
    """A true signature with one number written another way modulo its modulus."""
    public = public_key(seed)
    x, y, response = sign(seed, message)
    yield public, message, (x, y, response + SUBGROUP_ORDER)
    yield public, message, (x, y, response + 7 * SUBGROUP_ORDER)
    yield public, message, (x, y, response - SUBGROUP_ORDER)
    yield public, message + R, (x, y, response)
    yield public, message, (x + R, y, response)
    yield public, message, (x, y + R, response)
    yield (public[0] + R, public[1]), message, (x, y, response)
    yield (public[0], public[1] + R), message, (x, y, response)
