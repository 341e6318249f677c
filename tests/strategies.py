"""What hypothesis draws from: field elements with their edges, hash inputs, curve points, seeds."""

from hypothesis import strategies as st

from tests.reference.babyjubjub import SUBGROUP_ORDER, TORSION, Point, add, multiply_base8
from tests.reference.field import R

ARITIES = (1, 2, 3, 4, 5, 8, 16)
"""Numbers of inputs of the hash uses in the catalogue."""

elements = st.one_of(st.integers(0, R - 1), st.sampled_from((0, 1, 2, R - 2, R - 1, 2**64, 2**128, 2**253)))
"""Any field element, the edges often."""

not_elements = st.one_of(st.integers(R, 2**256), st.integers(max_value=-1), st.sampled_from((R, R + 1, 2**256, -1)))
"""Integers that alias a field element."""

scalars = st.one_of(st.integers(0, SUBGROUP_ORDER - 1), st.sampled_from((0, 1, SUBGROUP_ORDER - 1)))
"""Integers modulo the order of the prime subgroup."""

seeds = st.binary(min_size=32, max_size=32)
"""Device seeds."""

torsion = st.sampled_from(TORSION[1:])
"""The seven points of order 2, 4 and 8."""


def hash_inputs() -> st.SearchStrategy[list[int]]:
    """Inputs of a length that some use has."""
    return st.sampled_from(ARITIES).flatmap(lambda arity: st.lists(elements, min_size=arity, max_size=arity))


def subgroup_points() -> st.SearchStrategy[Point]:
    """Multiples of the generator, the identity among them."""
    return scalars.map(multiply_base8)


def curve_points() -> st.SearchStrategy[Point]:
    """Points of every order."""
    return st.builds(add, subgroup_points(), st.sampled_from(TORSION))
