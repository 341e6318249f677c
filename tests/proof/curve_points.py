"""Points as snarkjs writes them, added and multiplied by py_ecc: what a forger does with nothing but public points.

A point is [x, y, 1] in decimal strings; in G2 each coordinate is a pair, the real part first.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, TypeAlias

from py_ecc import optimized_bn128

from tests.reference.field import Q, R

Point: TypeAlias = list[Any]

bn128: Any = optimized_bn128
"""py_ecc exports its names without saying so."""

G1_GENERATOR: Point = ["1", "2", "1"]


def _read(point: Point) -> Any:
    x, y, _ = point
    if isinstance(x, list):
        return (*(bn128.FQ2([int(part) for part in coordinate]) for coordinate in (x, y)), bn128.FQ2.one())
    return (bn128.FQ(int(x)), bn128.FQ(int(y)), bn128.FQ.one())


def _written(point: Any) -> Point:
    assert not bn128.is_inf(point), "infinity has no affine coordinates"
    x, y = bn128.normalize(point)
    if isinstance(x, bn128.FQ2):
        return [*([str(int(part)) for part in coordinate.coeffs] for coordinate in (x, y)), ["1", "0"]]
    return [str(int(x)), str(int(y)), "1"]


def plus(*points: Point) -> Point:
    """The sum."""
    total = _read(points[0])
    for point in points[1:]:
        total = bn128.add(total, _read(point))
    return _written(total)


def times(scalar: int, point: Point) -> Point:
    """A multiple, the scalar taken modulo r."""
    return _written(bn128.multiply(_read(point), scalar % R))


def minus(point: Point) -> Point:
    """The opposite."""
    x, y, z = point
    return [x, [str(-int(part) % Q) for part in y] if isinstance(y, list) else str(-int(y) % Q), z]


def weighted(terms: Iterable[tuple[int, Point]]) -> Point | None:
    """The sum of multiples of points of G1; None is infinity."""
    total = (bn128.FQ.one(), bn128.FQ.one(), bn128.FQ.zero())
    for scalar, point in terms:
        total = bn128.add(total, bn128.multiply(_read(point), scalar % R))
    return None if bn128.is_inf(total) else _written(total)


def combination(ic: list[Point], signals: Iterable[int]) -> Point:
    """IC_0 + sum of signal_i IC_{i+1}."""
    total = weighted(zip((1, *signals), ic, strict=True))
    assert total is not None, "infinity has no affine coordinates"
    return total


@cache
def _torsion(x: str, y: str) -> Point:
    point = [x.split(), y.split(), ["1", "0"]]
    return _written(bn128.multiply(_read(point), R))


def torsion(outside: Point) -> Point:
    """r times a point outside the subgroup: what is left of it has an order that divides the cofactor."""
    return _torsion(*(" ".join(coordinate) for coordinate in outside[:2]))


def pairings_cancel(pairs: Iterable[tuple[Point, Point]]) -> bool:
    """Whether the product of the pairings is 1; a third of a second each."""
    product = bn128.FQ12.one()
    for left, right in pairs:
        product = product * bn128.pairing(_read(right), _read(left), final_exponentiate=False)
    return bool(bn128.final_exponentiate(product) == bn128.FQ12.one())
