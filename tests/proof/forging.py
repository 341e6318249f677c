"""Proofs of anything from public points alone, one way for each relation between a key's elements that allows it.

The equation is e(A, B) = e(alpha, beta) e(IC, gamma) e(C, delta), where IC is IC_0 + sum of signal_i IC_{i+1}. It has
three pairings on the right and one on the left: who knows a relation between two of beta, gamma and delta has two.
A proof with C at infinity is no hindrance: (A, B + delta, C + A) proves the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.proof.curve_points import Point, combination, minus, plus, times
from tests.reference.field import R

Key: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Relation:
    """How a key comes to have the relation, and the points A, B, C of a proof that needs no witness."""

    degrade: Callable[[Key], None]
    forge: Callable[[Key, Point], tuple[Point, Point, Point]]
    """From the key and IC."""


def blinded(key: Key, a: Point, b: Point) -> tuple[Point, Point, Point]:
    """(A, B, infinity) rewritten with finite points."""
    return a, plus(b, key["vk_delta_2"]), a


FORGEABLE: dict[str, Relation] = {
    "delta is gamma": Relation(
        lambda key: key.update(vk_delta_2=key["vk_gamma_2"]),
        lambda key, ic: (key["vk_alpha_1"], key["vk_beta_2"], minus(ic)),
    ),
    "gamma is delta": Relation(
        lambda key: key.update(vk_gamma_2=key["vk_delta_2"]),
        lambda key, ic: (key["vk_alpha_1"], key["vk_beta_2"], minus(ic)),
    ),
    "delta is -gamma": Relation(
        lambda key: key.update(vk_delta_2=minus(key["vk_gamma_2"])),
        lambda key, ic: (key["vk_alpha_1"], key["vk_beta_2"], ic),
    ),
    "beta is the generator, as gamma is": Relation(
        lambda key: key.update(vk_beta_2=key["vk_gamma_2"]),
        lambda key, ic: blinded(key, plus(key["vk_alpha_1"], ic), key["vk_gamma_2"]),
    ),
    "gamma is beta": Relation(
        lambda key: key.update(vk_gamma_2=key["vk_beta_2"]),
        lambda key, ic: blinded(key, plus(key["vk_alpha_1"], ic), key["vk_gamma_2"]),
    ),
    "gamma is -beta": Relation(
        lambda key: key.update(vk_gamma_2=minus(key["vk_beta_2"])),
        lambda key, ic: blinded(key, plus(minus(key["vk_alpha_1"]), ic), key["vk_gamma_2"]),
    ),
    "delta is beta": Relation(
        lambda key: key.update(vk_delta_2=key["vk_beta_2"]),
        lambda key, ic: (ic, key["vk_gamma_2"], minus(key["vk_alpha_1"])),
    ),
    "beta is delta": Relation(
        lambda key: key.update(vk_beta_2=key["vk_delta_2"]),
        lambda key, ic: (ic, key["vk_gamma_2"], minus(key["vk_alpha_1"])),
    ),
    "delta is -beta": Relation(
        lambda key: key.update(vk_delta_2=minus(key["vk_beta_2"])),
        lambda key, ic: (ic, key["vk_gamma_2"], key["vk_alpha_1"]),
    ),
    "delta is beta and gamma": Relation(
        lambda key: key.update(vk_delta_2=plus(key["vk_beta_2"], key["vk_gamma_2"])),
        lambda key, ic: (plus(ic, minus(key["vk_alpha_1"])), key["vk_gamma_2"], minus(key["vk_alpha_1"])),
    ),
}

FORGEABLE_FOR: dict[str, tuple[list[int], Relation]] = {
    "alpha is IC_0": (
        [0, 0, 0],
        Relation(
            lambda key: key["IC"].__setitem__(0, key["vk_alpha_1"]),
            lambda key, ic: blinded(key, ic, plus(key["vk_beta_2"], key["vk_gamma_2"])),
        ),
    ),
    "alpha is -IC_0": (
        [0, 0, 0],
        Relation(
            lambda key: key["IC"].__setitem__(0, minus(key["vk_alpha_1"])),
            lambda key, ic: blinded(key, ic, plus(minus(key["vk_beta_2"]), key["vk_gamma_2"])),
        ),
    ),
    "IC_1 is -IC_0": (
        [1, 0, 0],
        Relation(
            lambda key: key["IC"].__setitem__(1, minus(key["IC"][0])),
            lambda key, ic: blinded(key, key["vk_alpha_1"], key["vk_beta_2"]),
        ),
    ),
    "IC_1 is -IC_0 / 5": (
        [5, 0, 0],
        Relation(
            lambda key: key["IC"].__setitem__(1, times(-pow(5, -1, R), key["IC"][0])),
            lambda key, ic: blinded(key, key["vk_alpha_1"], key["vk_beta_2"]),
        ),
    ),
}
"""Relations that allow a proof of some signals only."""


def rewritten(proof: dict[str, Any], delta: Point, a: int, t: int) -> dict[str, Any]:
    """Another valid proof of what `proof` proves, by somebody who knows no witness: A / a, a B + a t delta, C + t A."""
    b, c = times(a, proof["pi_b"]), proof["pi_c"]
    if t:
        b, c = plus(b, times(a * t, delta)), plus(c, times(t, proof["pi_a"]))
    return {**proof, "pi_a": times(pow(a, -1, R), proof["pi_a"]), "pi_b": b, "pi_c": c}


def forged(relation: Relation, key: Key, signals: list[int]) -> dict[str, Any]:
    """A proof.json for these signals."""
    return written(*relation.forge(key, combination(key["IC"], signals)))


def written(a: Point, b: Point, c: Point) -> dict[str, Any]:
    """A proof.json."""
    return {"pi_a": a, "pi_b": b, "pi_c": c, "protocol": "groth16", "curve": "bn128"}
