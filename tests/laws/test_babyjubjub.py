"""Laws of the curve BabyJubJub: the group, its two subgroups, and the refusal of everything outside."""

from math import isqrt

import pytest
from hypothesis import assume, given

from tests.implementations import Implementation
from tests.laws.vectors import vectors
from tests.reference.babyjubjub import (
    BASE8,
    COFACTOR,
    IDENTITY,
    SUBGROUP_ORDER,
    TORSION,
    A,
    D,
    Point,
    add,
    in_subgroup,
    multiply,
    multiply_base8,
    negate,
    on_curve,
)
from tests.reference.field import R
from tests.strategies import curve_points, elements, scalars, subgroup_points, torsion


def test_sums_agree_with_circomlibjs() -> None:
    """Addition equals circomlibjs' on points of every order."""
    for left, right, total in vectors("babyjubjub")["sums"]:
        assert add(tuple(left), tuple(right)) == tuple(total)


def test_multiples_agree_with_circomlibjs() -> None:
    """Multiplication equals circomlibjs', with scalars at and beside the subgroup's order."""
    for scalar, point, multiple in vectors("babyjubjub")["multiples"]:
        assert multiply(scalar, tuple(point)) == tuple(multiple)


def test_membership_agrees_with_circomlibjs() -> None:
    """On the curve and in the subgroup are judged as circomlibjs judges them."""
    for point, curve, subgroup in vectors("babyjubjub")["members"]:
        assert on_curve(tuple(point)) is curve
        assert in_subgroup(tuple(point)) is (curve and subgroup)


def test_addition_is_complete() -> None:
    """a is a square and d is not, so no sum of two points divides by zero."""
    assert pow(A, (R - 1) // 2, R) == 1
    assert pow(D, (R - 1) // 2, R) == R - 1


def test_the_curve_has_eight_times_a_prime_points() -> None:
    """8 l is the only multiple of 8 l within Hasse's interval, and l times the generator is the identity."""
    order = COFACTOR * SUBGROUP_ORDER
    reach = 2 * (isqrt(R) + 1)
    assert abs(order - (R + 1)) <= reach < order - reach
    assert all(pow(base, SUBGROUP_ORDER - 1, SUBGROUP_ORDER) == 1 for base in (2, 3, 5, 7))
    assert multiply(SUBGROUP_ORDER, BASE8) == IDENTITY != BASE8


def test_torsion_is_the_whole_kernel_of_eight() -> None:
    """The eight listed points are distinct, on the curve, closed under addition, and of orders 1 2 4 4 8 8 8 8."""
    assert len(set(TORSION)) == COFACTOR and all(on_curve(point) for point in TORSION)
    assert {add(left, right) for left in TORSION for right in TORSION} == set(TORSION)
    orders = [next(n for n in (1, 2, 4, 8) if multiply(n, point) == IDENTITY) for point in TORSION]
    assert orders == [1, 2, 4, 4, 8, 8, 8, 8]


@given(left=curve_points(), right=curve_points(), third=curve_points())
def test_group_laws(left: Point, right: Point, third: Point) -> None:
    """Sums stay on the curve, commute, associate, have the identity and inverses."""
    assert on_curve(add(left, right))
    assert add(left, right) == add(right, left)
    assert add(add(left, right), third) == add(left, add(right, third))
    assert add(left, IDENTITY) == left
    assert add(left, negate(left)) == IDENTITY


@given(k=scalars, m=scalars, point=curve_points())
def test_multiples_distribute(k: int, m: int, point: Point) -> None:
    """(k + m) P = k P + m P, also for the generator's own table and for negative scalars."""
    assert multiply(k + m, point) == add(multiply(k, point), multiply(m, point))
    assert multiply(-k, point) == negate(multiply(k, point))
    assert multiply_base8(k) == multiply(k, BASE8)


@given(point=subgroup_points(), small=torsion)
def test_torsion_leaves_the_subgroup(point: Point, small: Point) -> None:
    """A point of the subgroup plus any torsion is on the curve and outside the subgroup."""
    assert in_subgroup(point)
    assert on_curve(add(point, small)) and not in_subgroup(add(point, small))


@given(x=elements, y=elements)
def test_off_curve_is_refused(x: int, y: int) -> None:
    """Coordinates that do not satisfy the equation are on no curve and in no subgroup."""
    assume((A * x * x + y * y - 1 - D * x * x * y * y) % R)
    assert not on_curve((x, y)) and not in_subgroup((x, y))


@given(point=curve_points())
def test_aliases_are_refused(point: Point) -> None:
    """A coordinate at or above r is refused although it satisfies the equation modulo r."""
    x, y = point
    assert not any(on_curve(alias) for alias in ((x + R, y), (x, y + R), (x - R, y)))


@given(point=subgroup_points())
def test_cofactor_is_divided_out(implementation: Implementation, point: Point) -> None:
    """T is in the subgroup and 8 T = A."""
    assume(point != IDENTITY)
    share = implementation.divide_by_cofactor(point)
    assert in_subgroup(share) and multiply(COFACTOR, share) == point


@given(point=subgroup_points(), small=torsion)
def test_cofactor_is_not_divided_out_elsewhere(implementation: Implementation, point: Point, small: Point) -> None:
    """Torsion-added, off-curve and aliased points, and all eight of low order, have no T."""
    x, y = point
    for wrong in (add(point, small), (x, (y + 1) % R), (x + R, y), *TORSION):
        with pytest.raises((ValueError, OverflowError)):
            implementation.divide_by_cofactor(wrong)
