"""BabyJubJub in Montgomery form, v^2 = u^3 + 168698 u^2 + u: the same curve, points by (u, v), None the neutral one.

u = (1 + y) / (1 - y) and v = u / x of the Edwards point (x, y). A point and its negative share u.
"""

from . import babyjubjub
from .field import R, inverse, square_root

Affine = tuple[int, int]
Point = Affine | None

A = 168698
TORSION_U = frozenset({0, 1, *(((1 + y) * inverse(1 - y) % R) for _, y in babyjubjub.TORSION[4:])})
"""The u of order 2, 4, 8, 8; the neutral point has none."""


def on_curve(point: Point) -> bool:
    """True for the neutral point, and where canonical coordinates satisfy the equation."""
    if point is None:
        return True
    u, v = point
    return 0 <= u < R and 0 <= v < R and (v * v - u * (u * u + A * u + 1)) % R == 0


def from_edwards(point: babyjubjub.Point) -> Point:
    """(u, v) of a point of the Edwards curve."""
    x, y = point
    if point == babyjubjub.IDENTITY:
        return None
    if x == 0:
        return 0, 0
    u = (1 + y) * inverse((1 - y) % R) % R
    return u, u * inverse(x) % R


def to_edwards(point: Point) -> babyjubjub.Point:
    """(x, y) of a point of the Montgomery curve; u = -1 is on no point of it."""
    if point is None:
        return babyjubjub.IDENTITY
    u, v = point
    if v == 0:
        return 0, R - 1
    return u * inverse(v) % R, (u - 1) * inverse((u + 1) % R) % R


def affine(point: Point) -> Affine:
    """The coordinates of a point that has some."""
    if point is None:
        raise ValueError("the neutral point has no u")
    return point


def negate(point: Point) -> Point:
    """The point that adds up with this one to the neutral one."""
    return None if point is None else (point[0], -point[1] % R)


def double(point: Point) -> Point:
    """By the tangent; the point of order 2 has a vertical one."""
    if point is None or point[1] == 0:
        return None
    u, v = point
    return _third(point, point, (3 * u * u + 2 * A * u + 1) * inverse(2 * v % R) % R)


def add(left: Point, right: Point) -> Point:
    """By the chord."""
    if left is None or right is None:
        return right if left is None else left
    if left[0] == right[0]:
        return double(left) if left == right else None
    return _third(left, right, (right[1] - left[1]) * inverse((right[0] - left[0]) % R) % R)


def _third(left: Affine, right: Affine, slope: int) -> Affine:
    u = (slope * slope - A - left[0] - right[0]) % R
    return u, (slope * (left[0] - u) - left[1]) % R


def multiply(scalar: int, point: Point) -> Point:
    """Double and add from the highest bit."""
    if scalar < 0:
        return multiply(-scalar, negate(point))
    total: Point = None
    for bit in f"{scalar:b}":
        total = double(total)
        total = add(total, point) if bit == "1" else total
    return total


def lift(u: int) -> Affine:
    """The point over u with the smaller v; ValueError where there is none."""
    if not 0 <= u < R:
        raise ValueError("a u is a field element")
    v = square_root(u * (u * u + A * u + 1) % R)
    return u, min(v, -v % R)


def times(scalar: int, u: int) -> int:
    """u of scalar times either point over u; ValueError where there is no such point, or the product is neutral."""
    return affine(multiply(scalar, lift(u)))[0]
