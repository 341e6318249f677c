"""The device's point in the coordinates that circuits take."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import montgomery as reference
from tests.reference.babyjubjub import SUBGROUP_ORDER, TORSION, add, multiply_base8
from zkdata.capsule.device import montgomery
from zkdata.errors import SignatureRejected


@settings(max_examples=40, deadline=None)
@given(scalar=st.integers(0, SUBGROUP_ORDER - 1), torsion=st.sampled_from(TORSION))
def test_montgomery_coordinates_are_the_references(scalar: int, torsion: tuple[int, int]) -> None:
    """Every point of the Edwards curve that has both coordinates gives (u, v) on the other curve."""
    point = add(multiply_base8(scalar), torsion)
    if point in TORSION[:2]:
        return
    assert montgomery(point) == reference.from_edwards(point)
    assert reference.to_edwards(montgomery(point)) == point


@pytest.mark.parametrize("point", TORSION[:2])
def test_a_point_without_both_coordinates_is_refused(point: tuple[int, int]) -> None:
    """The neutral point and the one of order 2 are no device's."""
    with pytest.raises(SignatureRejected, match="order 1 or 2"):
        montgomery(point)
