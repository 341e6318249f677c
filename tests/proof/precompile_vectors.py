"""Vectors of Ethereum's BN254 precompiles, and the proofs and keys that ask the native core the same questions.

The core shows no pairing and no sum of its own, but a Groth16 equation with chosen points is one. Vectors lie in a
folder beside the checkout, or not; a few of our own, from known exponents, are always there.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Any

from tests.proof import groth16_material as material
from tests.proof.curve_points import G1_GENERATOR, Point, minus, plus, times, weighted
from tests.reference.field import R
from zkdata import _native
from zkdata.errors import SetupInsecure

G2_GENERATOR: Point = material.g2_json(material.G2_GENERATOR)
FOLDER = Path(__file__).parents[3] / "shared" / "fixtures" / "bn254-precompiles"
Pair = tuple[Point, Point]
Term = tuple[int, Point]


@dataclass(frozen=True, slots=True)
class Pairing:
    """A list of pairs, and whether the product of their pairings is 1."""

    name: str
    pairs: tuple[Pair, ...]
    cancels: bool


@dataclass(frozen=True, slots=True)
class Sum:
    """Multiples of points of G1, and their sum; None is infinity."""

    name: str
    terms: tuple[Term, ...]
    total: Point | None


def _read(stem: str) -> list[tuple[str, list[int], list[int]]]:
    """Name, input and output of each vector in 32-byte words; an input that is cut short goes on with zeros."""
    path = FOLDER / f"{stem}.json"
    vectors = json.loads(path.read_text()) if path.exists() else []
    return [(vector["Name"], _words(vector["Input"]), _words(vector["Expected"])) for vector in vectors]


def _words(digits: str) -> list[int]:
    data = bytes.fromhex(digits)
    return [int.from_bytes(data[first : first + 32], "big") for first in range(0, len(data), 32)]


def _g1(x: int, y: int) -> Point | None:
    """A precompile writes infinity as (0, 0)."""
    return [str(x), str(y), "1"] if (x, y) != (0, 0) else None


def _g2(words: list[int]) -> Point:
    """A precompile puts the imaginary part first."""
    x1, x0, y1, y0 = words
    return [[str(x0), str(x1)], [str(y0), str(y1)], ["1", "0"]]


def _pairs(words: list[int]) -> tuple[Pair, ...]:
    rows = [words[first : first + 6] for first in range(0, len(words), 6)]
    return tuple((point, _g2(row[2:])) for row in rows if (point := _g1(*row[:2])) is not None)


def _terms(*terms: tuple[int, Point | None]) -> tuple[Term, ...]:
    return tuple((scalar, point) for scalar, point in terms if point is not None)


@cache
def pairings() -> dict[str, Pairing]:
    """Every pairing vector by name."""
    p, q = times(6, G1_GENERATOR), times(35, G2_GENERATOR)
    own = [
        Pairing("own, none", (), True),
        Pairing("own, one", ((p, q),), False),
        Pairing("own, opposite", ((p, q), (minus(p), q)), True),
        Pairing("own, exponents", ((p, q), (times(-10, G1_GENERATOR), times(21, G2_GENERATOR))), True),
        Pairing("own, nearly", ((p, q), (times(-10, G1_GENERATOR), times(22, G2_GENERATOR))), False),
    ]
    found = [Pairing(name, _pairs(words), out == [1]) for name, words, out in _read("bn256Pairing")]
    return {vector.name: vector for vector in (*own, *found)}


@cache
def sums() -> dict[str, Sum]:
    """Every vector of addition and multiplication by name."""
    p = times(6, G1_GENERATOR)
    own = [
        Sum("own, 6 + 1", ((1, p), (1, G1_GENERATOR)), times(7, G1_GENERATOR)),
        Sum("own, 2 times 6", ((2, p),), times(12, G1_GENERATOR)),
        Sum("own, r times 6", ((R, p),), None),
    ]
    for name, words, out in _read("bn256Add"):
        x1, y1, x2, y2 = (*words, 0, 0, 0, 0)[:4]
        own.append(Sum(f"add {name}", _terms((1, _g1(x1, y1)), (1, _g1(x2, y2))), _g1(*out)))
    for name, words, out in _read("bn256ScalarMul"):
        own.append(Sum(f"multiply {name}", _terms((words[2], _g1(*words[:2]))), _g1(*out)))
    return {vector.name: vector for vector in own}


SPREAD = [2**64 + 13, 2**64 + 37, 2**64 + 51, 2**64 + 81]
"""Multipliers between filling points, so that no two are related by a small number."""


def grouped(pairs: Iterable[Pair]) -> list[Pair]:
    """The same product with one pair for each point of G2, up to its sign."""
    groups: dict[str, tuple[Point, list[Term]]] = {}
    for left, right in pairs:
        opposite = minus(right)
        if str(opposite) in groups:
            groups[str(opposite)][1].append((-1, left))
        else:
            groups.setdefault(str(right), (right, []))[1].append((1, left))
    return [(total, right) for right, terms in groups.values() if (total := weighted(terms)) is not None]


def in_four(pairs: Iterable[Pair]) -> list[Pair]:
    """The same product as four pairs: the last one is split as often as needed."""
    *first, last = grouped(pairs) or [None]
    left, right = last or (None, times(SPREAD[3], G2_GENERATOR))
    assert len(first) < 4
    extra = [(index + 5, SPREAD[index]) for index in range(3 - len(first))]
    whole = weighted([*([(1, left)] if left else []), *((number, G1_GENERATOR) for number, _ in extra)])
    assert whole is not None
    split = [(times(-number * pow(by, -1, R), G1_GENERATOR), times(by, right)) for number, by in extra]
    return [*first, (whole, right), *split]


def key_json(alpha: Point, beta: Point, gamma: Point, delta: Point, ic: list[Point]) -> str:
    """A verification key of these points."""
    points = {"vk_alpha_1": alpha, "vk_beta_2": beta, "vk_gamma_2": gamma, "vk_delta_2": delta, "IC": ic}
    return json.dumps({"protocol": "groth16", "curve": "bn128", "nPublic": len(ic) - 1, **points})


def proof_json(a: Point, b: Point, c: Point) -> str:
    """A proof of these points."""
    return json.dumps({"pi_a": a, "pi_b": b, "pi_c": c})


def as_groth16(pairs: Iterable[Pair]) -> tuple[_native.VerificationKey, Any]:
    """A key without signals and a proof whose equation is that the product of these pairings is 1."""
    for (a, b), (alpha, beta), (ic, gamma), (c, delta) in permutations(in_four(pairs)):
        try:
            key = _native.VerificationKey.from_json(key_json(alpha, beta, gamma, delta, [ic]))
        except SetupInsecure:  # a generator where a secret belongs: the same pairs in another order
            continue
        return key, _native.proof_from_json(proof_json(minus(a), b, c))
    raise AssertionError("no order of the pairs is a key")


def sum_as_groth16(terms: Iterable[Term], total: Point | None) -> tuple[_native.VerificationKey, Any, list[int]]:
    """A key, a proof and signals whose equation is that `total` is the sum: the core computes the left side.

    e(total + F, gamma) = e(alpha, beta) e(F + sum of signal_i IC_i, gamma) e(C, delta), where the first and last
    pairing on the right cancel.
    """
    merged: dict[str, tuple[int, Point]] = {}
    for scalar, point in terms:
        sign = -1 if str(minus(point)) in merged else 1
        name = str(minus(point) if sign < 0 else point)
        merged[name] = (merged.get(name, (0, point))[0] + sign * scalar, merged.get(name, (0, point))[1])
    filling = times(SPREAD[0], G1_GENERATOR)
    alpha, beta = times(SPREAD[1], G1_GENERATOR), times(SPREAD[2], G2_GENERATOR)
    delta = times(SPREAD[3], G2_GENERATOR)
    c = times(-SPREAD[1] * SPREAD[2] * pow(SPREAD[3], -1, R), G1_GENERATOR)
    ic = [filling, *(point for _, point in merged.values())]
    key = _native.VerificationKey.from_json(key_json(alpha, beta, G2_GENERATOR, delta, ic))
    a = plus(total, filling) if total else filling
    signals = [scalar % R for scalar, _ in merged.values()]
    return key, _native.proof_from_json(proof_json(a, G2_GENERATOR, c)), signals
