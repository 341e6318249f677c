"""Numbers and points by seed."""

import random

from tests.reference import babyjubjub
from tests.reference.field import R
from tests.reference.montgomery import affine, from_edwards


def element(seed: int, name: str) -> int:
    """A field element by seed and name."""
    return random.Random(f"{name} {seed}").randrange(R)


def elements(seed: int, name: str, count: int) -> list[int]:
    """Some."""
    return [element(seed, f"{name} {place}") for place in range(count)]


def point(seed: int, name: str) -> tuple[int, int]:
    """A point of the prime subgroup."""
    return affine(from_edwards(babyjubjub.multiply_base8(element(seed, name) % babyjubjub.SUBGROUP_ORDER)))
