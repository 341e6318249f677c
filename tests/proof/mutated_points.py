"""Other shapes of a point: not affine, not on its curve, or not a point."""

from collections.abc import Callable
from typing import Any

from tests.proof.curve_points import Point
from tests.reference.field import Q


def scaled(coordinate: Any, factor: int) -> Any:
    """A coordinate of either group times an integer."""
    if isinstance(coordinate, list):
        return [scaled(part, factor) for part in coordinate]
    return str(int(coordinate) * factor % Q)


def one_more(coordinate: Any) -> Any:
    """A coordinate of either group plus 1."""
    if isinstance(coordinate, list):
        return [one_more(coordinate[0]), *coordinate[1:]]
    return str((int(coordinate) + 1) % Q)


SHAPES: dict[str, Callable[[Point], Any]] = {
    "z = 0": lambda p: [p[0], p[1], scaled(p[2], 0)],
    "z = 2": lambda p: [p[0], p[1], scaled(p[2], 2)],
    "z = -1": lambda p: [p[0], p[1], scaled(p[2], Q - 1)],
    "homogeneous with z = 3": lambda p: [scaled(coordinate, 3) for coordinate in p],
    "Jacobian with z = 3": lambda p: [scaled(p[0], 9), scaled(p[1], 27), scaled(p[2], 3)],
    "all zero": lambda p: [scaled(coordinate, 0) for coordinate in p],
    "(0, 0)": lambda p: [scaled(p[0], 0), scaled(p[1], 0), p[2]],
    "(0, 1)": lambda p: [scaled(p[0], 0), p[2], p[2]],
    "(1, 1), z = 0": lambda p: [p[2], p[2], scaled(p[2], 0)],
    "y + 1, off the curve": lambda p: [p[0], one_more(p[1]), p[2]],
    "x + 1, off the curve": lambda p: [one_more(p[0]), p[1], p[2]],
    "x negated": lambda p: [scaled(p[0], Q - 1), p[1], p[2]],
    "x and y exchanged": lambda p: [p[1], p[0], p[2]],
    "z first": lambda p: [p[2], p[0], p[1]],
    "without z": lambda p: p[:2],
    "only x": lambda p: p[:1],
    "empty": lambda p: [],
    "a fourth coordinate": lambda p: [*p, p[2]],
    "twice": lambda p: [*p, *p],
    "in a list": lambda p: [p],
    "coordinates in lists": lambda p: [[coordinate] for coordinate in p],
    "parts flattened or paired": lambda p: (
        [part for coordinate in p for part in coordinate]
        if isinstance(p[0], list)
        else [[coordinate, "0"] for coordinate in p]
    ),
    "a part missing": lambda p: [p[0][:1] if isinstance(p[0], list) else [], *p[1:]],
    "a part too many": lambda p: [[*p[0], "0"] if isinstance(p[0], list) else [p[0], "0"], *p[1:]],
    "by name": lambda p: dict(zip("xyz", p, strict=True)),
    "by index": lambda p: {str(index): coordinate for index, coordinate in enumerate(p)},
    "compressed": lambda p: "0x" + "02" * 33,
    "null": lambda p: None,
    "true": lambda p: True,
    "a number": lambda p: 1,
    "a string of the list": str,
}
"""From an affine point to what stands in its place."""
