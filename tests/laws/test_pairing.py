"""Groth16's pairing equation, with py_ecc as the judge: bilinear, and accepted by the native verifier where it holds.

Keys and proofs are made from known exponents, so that true and false equations can be drawn without a circuit.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest
from py_ecc import optimized_bn128

from tests.reference.field import Q, R
from zkdata.errors import ProofMalformed, ProofRejected, SetupInsecure

bn128: Any = optimized_bn128
"""py_ecc exports its names without saying so."""

PUBLIC = 2


@cache
def g1(exponent: int) -> tuple[int, int]:
    """Affine coordinates of a multiple of G1's generator."""
    x, y = bn128.normalize(bn128.multiply(bn128.G1, exponent % R))
    return int(x), int(y)


@cache
def g2(exponent: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """The same in G2, real part first."""
    x, y = bn128.normalize(bn128.multiply(bn128.G2, exponent % R))
    return (int(x.coeffs[0]), int(x.coeffs[1])), (int(y.coeffs[0]), int(y.coeffs[1]))


@cache
def miller(left: int, right: int) -> Any:
    """Miller loop of two multiples of the generators, before the final exponentiation."""
    return bn128.pairing(
        bn128.multiply(bn128.G2, right % R), bn128.multiply(bn128.G1, left % R), final_exponentiate=False
    )


@dataclass(frozen=True, slots=True)
class Exponents:
    """Discrete logarithms of a key, a proof and its signals: a * b = alpha beta + ic gamma + c delta."""

    alpha: int
    beta: int
    gamma: int
    delta: int
    ic: tuple[int, ...]
    public: tuple[int, ...]
    a: int
    b: int
    c: int

    @property
    def combined(self) -> int:
        """ic_0 + sum of public_i ic_{i+1}."""
        return self.ic[0] + sum(p * i for p, i in zip(self.public, self.ic[1:], strict=True))

    def holds(self) -> bool:
        """The equation between the exponents, without any curve."""
        right = self.alpha * self.beta + self.combined * self.gamma + self.c * self.delta
        return (self.a * self.b - right) % R == 0

    def accepted_by_py_ecc(self) -> bool:
        """e(A, B) = e(alpha, beta) e(IC, gamma) e(C, delta), as one product of four Miller loops."""
        loops = miller(-self.a, self.b) * miller(self.alpha, self.beta)
        loops = loops * miller(self.combined, self.gamma) * miller(self.c, self.delta)
        return bool(bn128.final_exponentiate(loops) == bn128.FQ12.one())

    def key_json(self) -> str:
        """The verification key as snarkjs writes it."""

        def one(point: tuple[int, int]) -> list[str]:
            return [str(point[0]), str(point[1]), "1"]

        def two(point: tuple[tuple[int, int], tuple[int, int]]) -> list[list[str]]:
            return [[str(part) for part in coordinate] for coordinate in (*point, (1, 0))]

        return json.dumps(
            {
                "protocol": "groth16",
                "curve": "bn128",
                "nPublic": len(self.public),
                "vk_alpha_1": one(g1(self.alpha)),
                "vk_beta_2": two(g2(self.beta)),
                "vk_gamma_2": two(g2(self.gamma)),
                "vk_delta_2": two(g2(self.delta)),
                "IC": [one(g1(exponent)) for exponent in self.ic],
            }
        )

    def accepted_by_native(self) -> bool:
        """The native verifier's verdict; malformed is an error here."""
        from zkdata import _native

        key = _native.VerificationKey.from_json(self.key_json())
        try:
            key.verify((g1(self.a), g2(self.b), g1(self.c)), list(self.public))
        except ProofRejected:
            return False
        return True


def true_exponents(seed: int) -> Exponents:
    """A true equation: c is solved for."""
    draw = random.Random(seed)

    def some() -> int:
        return draw.randrange(1, R)

    ic = tuple(some() for _ in range(PUBLIC + 1))
    public = tuple(some() for _ in range(PUBLIC))
    unsolved = Exponents(some(), some(), some(), some(), ic, public, some(), some(), 0)
    left = unsolved.a * unsolved.b - unsolved.alpha * unsolved.beta - unsolved.combined * unsolved.gamma
    return replace(unsolved, c=left * pow(unsolved.delta, -1, R) % R)


@pytest.mark.parametrize("seed", [1, 2])
def test_pairing_is_bilinear(seed: int) -> None:
    """e(a P, b Q) = e(ab P, Q) = e(P, Q)^(ab), and e(P, Q) is not 1."""
    draw = random.Random(seed)
    a, b = draw.randrange(1, R), draw.randrange(1, R)
    base = bn128.final_exponentiate(miller(1, 1))
    assert base != bn128.FQ12.one()
    assert bn128.final_exponentiate(miller(a, b)) == bn128.final_exponentiate(miller(a * b, 1)) == base ** (a * b % R)


CASES: dict[str, tuple[Callable[[Exponents], Exponents], bool]] = {
    "true": (lambda e: e, True),
    "public signal changed": (lambda e: replace(e, public=(e.public[0] + 1, e.public[1])), False),
    "A and B negated": (lambda e: replace(e, a=-e.a, b=-e.b), True),
    "C changed": (lambda e: replace(e, c=e.c + 1), False),
    "A and C exchanged": (lambda e: replace(e, a=e.c, c=e.a), False),
    "public signals exchanged": (lambda e: replace(e, public=e.public[::-1]), False),
    "A changed": (lambda e: replace(e, a=e.a + 1), False),
    "A negated alone": (lambda e: replace(e, a=-e.a), False),
    "A doubled, B halved": (lambda e: replace(e, a=2 * e.a, b=e.b * pow(2, -1, R)), True),
    "delta changed": (lambda e: replace(e, delta=e.delta + 1), False),
}
"""What is changed, and whether the equation still holds: anyone can rewrite a proof, nobody its signals."""

JUDGED_BY_PY_ECC = ("true", "public signal changed", "A and B negated", "C changed")
"""A verdict of py_ecc takes a second or two."""


@pytest.mark.parametrize("name", CASES)
def test_native_accepts_exactly_where_the_equation_holds(name: str) -> None:
    """Native's verdict is the truth of the equation between the exponents, for a true one and its changes."""
    change, expected = CASES[name]
    exponents = change(true_exponents(3))
    assert exponents.holds() is expected
    assert exponents.accepted_by_native() is expected


@pytest.mark.parametrize("name", JUDGED_BY_PY_ECC)
def test_py_ecc_accepts_exactly_where_native_does(name: str) -> None:
    """py_ecc's pairing and the native verifier give one verdict on the same key, proof and signals."""
    change, expected = CASES[name]
    exponents = change(true_exponents(3))
    assert exponents.accepted_by_py_ecc() is exponents.accepted_by_native() is expected


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(100, 110))
@pytest.mark.parametrize("name", CASES)
def test_verdicts_agree_on_many(name: str, seed: int) -> None:
    """The same on every change of ten more keys and proofs."""
    change, expected = CASES[name]
    exponents = change(true_exponents(seed))
    assert exponents.holds() is exponents.accepted_by_py_ecc() is exponents.accepted_by_native() is expected


@pytest.mark.parametrize("seed", range(10, 15))
def test_native_agrees_with_the_exponents(seed: int) -> None:
    """A solved equation is accepted and one with another C refused, for keys and proofs drawn afresh."""
    exponents = true_exponents(seed)
    assert exponents.accepted_by_native()
    assert not replace(exponents, c=exponents.c + seed).accepted_by_native()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_another_number_of_signals_is_malformed(count: int) -> None:
    """A list of signals that is shorter or longer than the key's is malformed, not false."""
    from zkdata import _native

    exponents = true_exponents(4)
    key = _native.VerificationKey.from_json(exponents.key_json())
    with pytest.raises(ProofMalformed):
        key.verify((g1(exponents.a), g2(exponents.b), g1(exponents.c)), [1] * count)


def test_aliased_signals_are_malformed() -> None:
    """A signal plus r is another number for one element: refused as malformed, never reduced."""
    from zkdata import _native

    exponents = true_exponents(5)
    key = _native.VerificationKey.from_json(exponents.key_json())
    proof = (g1(exponents.a), g2(exponents.b), g1(exponents.c))
    first, second = exponents.public
    key.verify(proof, [first, second])
    with pytest.raises(ProofMalformed):
        key.verify(proof, [first + R, second])


def test_points_off_their_curve_or_subgroup_are_malformed() -> None:
    """Proof points with aliased coordinates, off the curve, or on the twist outside the subgroup, are malformed."""
    from zkdata import _native

    exponents = true_exponents(6)
    key = _native.VerificationKey.from_json(exponents.key_json())
    a, b, c = g1(exponents.a), g2(exponents.b), g1(exponents.c)
    for wrong in (
        ((a[0] + Q, a[1]), b, c),
        ((a[0], a[1] + 1), b, c),
        (a, ((b[0][0] + Q, b[0][1]), b[1]), c),
        (a, ((b[0][1], b[0][0]), b[1]), c),
        (a, TWIST_OUTSIDE_SUBGROUP, c),
        (a, b, (c[1], c[0])),
    ):
        with pytest.raises(ProofMalformed):
            key.verify(wrong, list(exponents.public))


TWIST_OUTSIDE_SUBGROUP = (
    (1, 0),
    (
        18278151005453108793778860132295291098363647455926340152056652516292830556603,
        5912654199736721486680175016176231956195085055698687135131307249486702594212,
    ),
)
"""On G2's twist, of another order: real part first."""


@pytest.mark.parametrize("same", ["gamma", "delta"])
def test_degenerate_keys_are_refused(same: str) -> None:
    """A key whose gamma equals delta, set either way, lets anyone prove anything, and is refused before any proof."""
    from zkdata import _native

    drawn = true_exponents(7)
    degenerate = replace(drawn, gamma=drawn.delta) if same == "gamma" else replace(drawn, delta=drawn.gamma)
    _native.VerificationKey.from_json(drawn.key_json())
    with pytest.raises(SetupInsecure):
        _native.VerificationKey.from_json(degenerate.key_json())
