"""Delivery: the curve's Montgomery form, buyer keys, and a wrap that one buyer opens with one secret."""

import hashlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import babyjubjub, montgomery
from tests.reference.babyjubjub import BASE8, SUBGROUP_ORDER, TORSION, multiply_base8
from tests.reference.delivery import (
    NOBODY,
    Delivery,
    buyer_key,
    deliver,
    is_buyer_key,
    is_ephemeral_secret,
    nobody,
    release_hash,
    shared_u,
)
from tests.reference.field import R, square_root
from tests.reference.montgomery import TORSION_U, affine, from_edwards, lift, on_curve, times, to_edwards

SECRETS = st.integers(1, SUBGROUP_ORDER - 1)
EPHEMERAL_SECRETS = st.integers(2**246, 2**247 - 1).map(lambda half: 2 * half + 1)
EDWARDS = st.builds(lambda k, torsion: babyjubjub.add(multiply_base8(k), torsion), SECRETS, st.sampled_from(TORSION))
OFF_CURVE = next(u for u in range(2, 100) if pow(u * (u * u + 168698 * u + 1), (R - 1) // 2, R) == R - 1)


def point_over(u: int) -> babyjubjub.Point:
    """The Edwards point over a u."""
    return to_edwards(lift(u))


@given(left=EDWARDS, right=EDWARDS)
@settings(max_examples=30)
def test_both_forms_are_one_group(left: babyjubjub.Point, right: babyjubjub.Point) -> None:
    """Coordinates map there and back, and sums, doubles and negatives are the same points."""
    p, q = from_edwards(left), from_edwards(right)
    assert on_curve(p) and to_edwards(p) == left
    assert to_edwards(montgomery.add(p, q)) == babyjubjub.add(left, right)
    assert montgomery.double(p) == montgomery.add(p, p) == from_edwards(babyjubjub.add(left, left))
    assert montgomery.negate(p) == from_edwards(babyjubjub.negate(left))
    assert montgomery.add(p, montgomery.negate(p)) is None


@pytest.mark.parametrize("left", TORSION)
@pytest.mark.parametrize("right", TORSION)
def test_points_of_small_order_add_as_on_the_edwards_curve(left: babyjubjub.Point, right: babyjubjub.Point) -> None:
    """Sums of the eight points that eight kills meet every exception of the chord and tangent."""
    total = montgomery.add(from_edwards(left), from_edwards(right))
    assert on_curve(total) and to_edwards(total) == babyjubjub.add(left, right)


@pytest.mark.parametrize("scalar", [0, 1, 2, 7, 8, SUBGROUP_ORDER - 1, SUBGROUP_ORDER, 2**250 + 5, -3])
def test_multiples_are_those_of_the_edwards_curve(scalar: int) -> None:
    """Double and add agrees with windows in projective coordinates, the neutral point and negatives included."""
    for torsion in TORSION[::3]:
        point = babyjubjub.add(BASE8, torsion)
        product = montgomery.multiply(scalar, from_edwards(point))
        assert to_edwards(product) == babyjubjub.multiply(scalar, point)


def test_what_is_not_on_the_curve_has_no_point() -> None:
    """A u without v, a u past the field and u = -1 do not lift; a point with another v is not on the curve."""
    for u in (OFF_CURVE, R - 1, R, R + 1, -1):
        with pytest.raises(ValueError):
            lift(u)
    u, v = lift(buyer_key(3))
    assert v <= R - v and on_curve((u, v)) and not on_curve((u, v + 1)) and not on_curve((u, v + R))


def test_roots_are_roots() -> None:
    """Every square has its root, 0 included, and no other number has one."""
    draw = random.Random(1)
    for number in [0, 1, R - 1, *(draw.randrange(R) for _ in range(50))]:
        assert square_root(number * number % R) in (number, R - number)
        with pytest.raises(ValueError):
            square_root(5 * (number * number + (number == 0)) % R)


@given(secret=SECRETS, k=EPHEMERAL_SECRETS, key=st.integers(0, R - 1), release=st.integers(0, R - 1))
@settings(max_examples=15)
def test_the_buyer_opens_what_was_wrapped(secret: int, k: int, key: int, release: int) -> None:
    """u of k (8 P) is u of 8 b E, whichever point is taken over each u."""
    assert is_ephemeral_secret(k)
    sold = deliver(key, 5, buyer_key(secret), k, release)
    assert sold.open(secret, release) == sold.open(SUBGROUP_ORDER - secret, release) == key
    assert shared_u(k, buyer_key(secret)) == times(8 * secret, sold.ephemeral) == times(8 * k * secret, buyer_key(1))


def test_nobody_else_opens() -> None:
    """With the release secret but another buyer's secret, or the buyer without it, the key is another one."""
    sold = deliver(77, 5, buyer_key(9), 2**247 + 1, 8)
    assert sold.open(9, 8) == 77
    wrong = [
        sold.open(10, 8),
        sold.open(9, 9),
        Delivery(6, sold.ephemeral, sold.wrap).open(9, 8),
        Delivery(5, buyer_key(4), sold.wrap).open(9, 8),
        Delivery(5, sold.ephemeral, sold.wrap + 1).open(9, 8),
        (sold.wrap - deliver(0, 5, buyer_key(9), 2**247 + 3, 8).wrap) % R,
    ]
    assert 77 not in wrong and len(set(wrong)) == len(wrong)


def test_two_sales_of_one_key_do_not_show_it() -> None:
    """A resale has its own k and m: the wraps differ, each buyer opens one, and m of one does not open the other."""
    first, second = deliver(77, 5, buyer_key(9), 2**247 + 1, 8), deliver(77, 5, buyer_key(10), 2**247 + 3, 11)
    assert first.open(9, 8) == second.open(10, 11) == 77
    assert 77 not in (first.open(9, 11), second.open(10, 8), second.open(9, 11))
    assert release_hash(8) != release_hash(11)


@pytest.mark.parametrize("u", [*sorted(TORSION_U), OFF_CURVE, R - 1, R, R + buyer_key(3), -1])
def test_what_is_no_buyer_key_is_refused(u: int) -> None:
    """Small order, no point, or not canonical: no key is wrapped for it."""
    assert is_buyer_key(buyer_key(3)) and not is_buyer_key(u)
    with pytest.raises(ValueError, match="no key of a buyer"):
        deliver(77, 5, u, 2**247 + 1, 8)


def test_small_order_is_what_eight_kills() -> None:
    """The four u in question are those of the seven torsion points with one, and their shared point has none."""
    assert {affine(from_edwards(point))[0] for point in TORSION[1:]} == TORSION_U
    for u in TORSION_U:
        assert montgomery.multiply(8, lift(u)) is None
        with pytest.raises(ValueError, match="no u"):
            shared_u(2**247 + 1, u)
        assert babyjubjub.multiply(8, point_over(u)) == babyjubjub.IDENTITY


@pytest.mark.parametrize("torsion", TORSION)
def test_a_part_of_small_order_changes_nothing(torsion: babyjubjub.Point) -> None:
    """A buyer key outside of the prime subgroup shares the point that its subgroup part shares."""
    mixed = affine(from_edwards(babyjubjub.add(multiply_base8(9), torsion)))[0]
    assert is_buyer_key(mixed) and shared_u(2**247 + 1, mixed) == shared_u(2**247 + 1, buyer_key(9))


@pytest.mark.parametrize("secret", [0, -1, SUBGROUP_ORDER, R])
def test_secrets_out_of_range_have_no_key(secret: int) -> None:
    """A buyer's secret is in [1, l)."""
    assert buyer_key(SUBGROUP_ORDER - 1) == buyer_key(1)
    with pytest.raises(ValueError):
        buyer_key(secret)


@pytest.mark.parametrize("k", [2**247, 2**247 - 1, 2**248 + 1, 2**247 + 2, 1])
def test_ephemeral_secrets_are_odd_and_of_248_bits(k: int) -> None:
    """Everything else is not drawn."""
    assert is_ephemeral_secret(2**247 + 1) and is_ephemeral_secret(2**248 - 1) and not is_ephemeral_secret(k)


def test_nobody_is_eight_times_the_first_hash_on_the_curve() -> None:
    """The recipe by hand on the Edwards curve: i is the first that works, and the point is of the prime subgroup."""
    i, u = nobody()
    hashes = [
        int.from_bytes(hashlib.sha256(b"zkdata nobody, version 2, %d" % n).digest()[:31], "big") for n in range(i + 1)
    ]
    squares = [pow(h * (h * h + 168698 * h + 1), (R - 1) // 2, R) == 1 for h in hashes]
    assert squares == [False] * i + [True] and u == NOBODY
    point = babyjubjub.multiply(8, point_over(hashes[i]))
    assert affine(from_edwards(point))[0] == NOBODY and is_buyer_key(NOBODY)
    assert babyjubjub.in_subgroup(point) and babyjubjub.in_subgroup(point_over(NOBODY))
