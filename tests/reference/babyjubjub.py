"""BabyJubJub, the twisted Edwards curve inside BN254's scalar field (EIP-2494): a x^2 + y^2 = 1 + d x^2 y^2.

a is a square and d is not, so the addition law is complete: it holds for every pair of points on the curve.
"""

from functools import cache

from .field import R, inverse

Point = tuple[int, int]
Projective = tuple[int, int, int]

A = 168700
D = 168696
COFACTOR = 8
SUBGROUP_ORDER = 2736030358979909402780800718157159386076813972158567259200215660948447373041
IDENTITY: Point = (0, 1)
BASE8: Point = (
    5299619240641551281634865583518297030282874472190772894086521144482721001553,
    16950150798460657717958625567821834550301663161624707787222815936182638968203,
)
"""Generator of the prime subgroup: eight times the curve's generator."""

_X4 = 2957874849018779266517920829765869116077630550401372566248359756137677864698
_X8, _Y8 = (
    4342719913949491028786768530115087822524712248835451589697801404893164183326,
    4826523245007015323400664741523384119579596407052839571721035538011798951543,
)
TORSION: tuple[Point, ...] = (
    IDENTITY,
    (0, R - 1),
    (_X4, 0),
    (R - _X4, 0),
    *((x, y) for x in (_X8, R - _X8) for y in (_Y8, R - _Y8)),
)
"""The eight points that the cofactor kills, in orders 1, 2, 4, 4, 8, 8, 8, 8."""


def on_curve(point: Point) -> bool:
    """True when both coordinates are canonical and satisfy the curve's equation."""
    x, y = point
    canonical = 0 <= x < R and 0 <= y < R
    return canonical and (A * x * x + y * y - 1 - D * x * x * y * y) % R == 0


def add(left: Point, right: Point) -> Point:
    """Complete affine addition."""
    (x1, y1), (x2, y2) = left, right
    product = D * x1 * x2 * y1 * y2 % R
    x = (x1 * y2 + y1 * x2) * inverse((1 + product) % R) % R
    y = (y1 * y2 - A * x1 * x2) * inverse((1 - product) % R) % R
    return x, y


def negate(point: Point) -> Point:
    """The point that adds up with this one to the identity."""
    return -point[0] % R, point[1]


def multiply(scalar: int, point: Point) -> Point:
    """Four bits at a time in projective coordinates, X : Y : Z with x = X / Z; one inversion at the end."""
    if scalar < 0:
        return multiply(-scalar, negate(point))
    multiples = _multiples(point)
    total = multiples[0]
    for shift in range(-(-scalar.bit_length() // 4) * 4 - 4, -1, -4):
        for _ in range(4):
            total = _double(total)
        total = _add(total, multiples[scalar >> shift & 15])
    return _affine(total)


def multiply_base8(scalar: int) -> Point:
    """The same for the generator, without doublings: scalar is below 2^256."""
    total = (0, 1, 1)
    for window, multiples in enumerate(_base8_windows()):
        total = _add(total, multiples[scalar >> 4 * window & 15])
    return _affine(total)


def _multiples(point: Point) -> list[Projective]:
    multiples = [(0, 1, 1)]
    for _ in range(15):
        multiples.append(_add(multiples[-1], (*point, 1)))
    return multiples


@cache
def _base8_windows() -> list[list[Projective]]:
    windows, point = [], BASE8
    for _ in range(64):
        windows.append(_multiples(point))
        point = multiply(16, point)
    return windows


def _affine(point: Projective) -> Point:
    scale = inverse(point[2])
    return point[0] * scale % R, point[1] * scale % R


def _double(point: Projective) -> Projective:
    x, y, z = point
    xs, ys = A * x * x, y * y
    total = (xs + ys) % R
    low = (total - 2 * z * z) % R
    return 2 * x * y * low % R, total * (xs - ys) % R, total * low % R


def _add(left: Projective, right: Projective) -> Projective:
    x1, y1, z1 = left
    x2, y2, z2 = right
    z = z1 * z2 % R
    square, xs, ys = z * z, x1 * x2 % R, y1 * y2 % R
    product = D * xs * ys
    low, high = (square - product) % R, (square + product) % R
    return (
        z * low * ((x1 + y1) * (x2 + y2) - xs - ys) % R,
        z * high * (ys - A * xs) % R,
        low * high % R,
    )


def in_subgroup(point: Point) -> bool:
    """True for the points of the prime subgroup, the identity included."""
    return on_curve(point) and multiply(SUBGROUP_ORDER, point) == IDENTITY


def divide_by_cofactor(point: Point) -> Point:
    """The T of the subgroup with 8 T = point; a point outside it, or the identity, is refused."""
    if point == IDENTITY or not in_subgroup(point):
        raise ValueError("only points of the prime subgroup other than the identity are public keys")
    return multiply(pow(COFACTOR, -1, SUBGROUP_ORDER), point)
