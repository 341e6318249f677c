"""The second opinion on Groth16 over BN254: snarkjs' files, read and judged in plain Python over py_ecc.

No code of the native core takes part: JSON, curves, subgroups, degenerate keys and pairing are looked at here again.
"""

import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn, TypeAlias

from ..errors import ArtifactMalformed, ProofMalformed, ProofRejected, SetupInsecure, ToolMissing

R = 21888242871839275222246405745257275088548364400416034343698204186575808495617
Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583
MAX_BYTES = 4 * 2**20
MAX_DEPTH = 16
KNOWN = {"protocol": ("groth16",), "curve": ("bn128", "bn254")}
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,76}")
_TEXT_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[][{}]', re.DOTALL)  # possessive: linear whatever the text

Fault: TypeAlias = Callable[[str], NoReturn]
Point: TypeAlias = Any
"""A point as py_ecc holds it, its third coordinate 1; None is the point at infinity."""


def verify(vkey_json: str, public_json: str, proof_json: str) -> None:
    """Return if the proof holds for these signals. ArtifactMalformed, SetupInsecure, ProofMalformed; ProofRejected."""
    key = verification_key(vkey_json)
    signals = read_signals(public_json)
    document = _members(proof_json, proof_fault)
    points = (
        _g1(document.get("pi_a"), proof_fault),
        _g2(document.get("pi_b"), proof_fault),
        _g1(document.get("pi_c"), proof_fault),
    )
    if None in points:
        proof_fault("a point is at infinity")
    if len(signals) != len(key.ic) - 1:
        proof_fault(f"{len(signals)} public signals, the key is for {len(key.ic) - 1}")
    expect_pairing(key, points, signals)


def read_signals(text: str) -> list[int]:
    """The numbers of a public.json. ProofMalformed."""
    return numbers(read_json(text, proof_fault), R, proof_fault)


@dataclass(frozen=True, slots=True)
class Key:
    """A verification key that is well-formed and that nobody can forge with; points as py_ecc holds them."""

    gamma: Point
    delta: Point
    ic: list[Point]
    constant: Any
    """The Miller loop of alpha and beta."""


@lru_cache(maxsize=4)
def verification_key(text: str) -> Key:
    """Read a verification_key.json. ArtifactMalformed, SetupInsecure."""
    document = _members(text, _key_fault)
    listed = document.get("IC")
    if not isinstance(listed, list) or not listed:
        _key_fault("IC is missing or empty")
    ic = [_g1(point, _key_fault) for point in listed]
    if document.get("nPublic") != _Numeral(str(len(ic) - 1)):
        _key_fault("nPublic does not count its IC")
    alpha = _g1(document.get("vk_alpha_1"), _key_fault)
    beta, gamma, delta = (_g2(document.get(f"vk_{name}_2"), _key_fault) for name in ("beta", "gamma", "delta"))
    _expect_sound(alpha, beta, gamma, delta, ic)
    return Key(gamma, delta, ic, _py_ecc().pairing(beta, alpha, final_exponentiate=False))


def expect_pairing(key: Key, points: tuple[Any, Any, Any], inputs: Sequence[int]) -> None:
    """ProofRejected unless e(A, B) = e(alpha, beta) e(IC_0 + sum of input_i IC_i, gamma) e(C, delta)."""
    curve = _py_ecc()
    a, b, c = points
    combination = key.ic[0]
    for number, point in zip(inputs, key.ic[1:], strict=True):
        combination = curve.add(combination, curve.multiply(point, number))
    if curve.is_inf(combination):
        raise ProofRejected("the signals come to the point at infinity, which binds nothing")
    product = (
        curve.pairing(b, curve.neg(a), final_exponentiate=False)
        * key.constant
        * curve.pairing(key.gamma, combination, final_exponentiate=False)
        * curve.pairing(key.delta, c, final_exponentiate=False)
    )
    if curve.final_exponentiate(product) != curve.FQ12.one():
        raise ProofRejected("the pairing equation does not hold: nothing is proven")


def on_curve(x: int, y: int, fault: Fault) -> Point:
    """The point of G1 at these coordinates."""
    curve = _py_ecc()
    point = (curve.FQ(x), curve.FQ(y), curve.FQ.one())
    if not curve.is_on_curve(point, curve.b):
        fault("a point is not on its curve")
    return point


def on_twist(x: Sequence[int], y: Sequence[int], fault: Fault) -> Point:
    """The point of G2 at these coordinates, which is in the prime subgroup."""
    curve = _py_ecc()
    point = (curve.FQ2(list(x)), curve.FQ2(list(y)), curve.FQ2.one())
    if not curve.is_on_curve(point, curve.b2):
        fault("a point is not on its curve")
    if not curve.is_inf(curve.multiply(point, R)):
        fault("a point is not in the prime subgroup")
    return point


def numbers(value: Any, limit: int, fault: Fault) -> list[int]:
    """A list of canonical decimals below `limit`."""
    if not isinstance(value, list):
        fault("a list is missing")
    return [number(item, limit, fault) for item in value]


def number(value: Any, limit: int, fault: Fault) -> int:
    """A canonical decimal below `limit`: digits in a string, no sign, blank or leading zero."""
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value) or int(value) >= limit:
        fault("a number is not a canonical decimal in its range")
    return int(value)


def read_json(text: str, fault: Fault, limit: int = MAX_BYTES) -> Any:
    """One JSON value of at most `limit` bytes: no key twice, no half of a surrogate pair, nesting of 16 levels."""
    if len(text.encode("utf-8", "surrogatepass")) > limit:
        fault("it is too large")
    deepest = depth = 0
    for found in _TEXT_OR_BRACKET.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found[0], 0)
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH + 1:  # before the parser, which recurses
        fault("it nests too deep")
    try:
        value = json.loads(
            text, object_pairs_hook=_unique, parse_int=_Numeral, parse_float=_Numeral, parse_constant=_no_constant
        )
        _expect_text(value, 0)
    except (ValueError, RecursionError):
        fault("it is not JSON, has a key twice, or nests too deep")
    return value


def proof_fault(reason: str) -> NoReturn:
    """The proof, or a signal, is not what its format says."""
    raise ProofMalformed(f"not a canonical proof file ({reason}): get an undamaged copy")


@dataclass(frozen=True, slots=True)
class _Numeral:
    """A bare JSON number as it is written, so that 3, 3.0 and -0 stay apart."""

    text: str


def _key_fault(reason: str) -> NoReturn:
    raise ArtifactMalformed(f"not a usable verification key ({reason}): export it again")


def _insecure(element: str, reason: str) -> NoReturn:
    raise SetupInsecure(f"anyone could forge with this verification key: {element} {reason}", element=element)


def _expect_sound(alpha: Point, beta: Point, gamma: Point, delta: Point, ic: Sequence[Point]) -> None:
    curve = _py_ecc()
    for element, point in (("vk_alpha_1", alpha), ("vk_beta_2", beta), ("vk_gamma_2", gamma), ("vk_delta_2", delta)):
        if point is None:
            _insecure(element, "is the point at infinity")
    for element, point, generator in (  # gamma is the generator in every key of snarkjs, and no secret
        ("vk_alpha_1", alpha, curve.G1),
        ("vk_beta_2", beta, curve.G2),
        ("vk_delta_2", delta, curve.G2),
    ):
        if point in (generator, curve.neg(generator)):
            _insecure(element, "is the generator, so its secret is known")
    if delta in (gamma, curve.neg(gamma)):
        _insecure("vk_delta_2", "equals gamma or its opposite: phase 2 of the setup was never done")
    if gamma in (beta, curve.neg(beta)):
        _insecure("vk_gamma_2", "equals beta or its opposite")
    sums = [curve.normalize(curve.add(beta, point)) for point in (gamma, curve.neg(gamma))]
    if curve.normalize(delta) in (pair for point in (beta, *sums) for pair in (point[:2], (point[0], -point[1]))):
        _insecure("vk_delta_2", "is beta, or a sum or difference of beta and gamma")
    if None in ic:
        _insecure("IC", "has a point at infinity, so a signal is not bound")
    if len({point[0].n for point in (alpha, *ic)}) != len(ic) + 1:  # a point and its opposite share x
        _insecure("IC", "repeats a point, alpha, or the opposite of one, so signals can be exchanged")


def _members(text: str, fault: Fault) -> dict[str, Any]:
    """The members of a file about Groth16 on BN254; protocol and curve may be absent, never others."""
    document = read_json(text, fault)
    if not isinstance(document, dict):
        fault("it is not an object")
    if any(name in document and document[name] not in known for name, known in KNOWN.items()):
        fault("it is for another protocol or curve")
    return document


def _g1(value: Any, fault: Fault) -> Point:
    """Three numbers, the third of them 1; infinity is 0, 1, 0."""
    x, y, z = _three(value, lambda item: number(item, Q, fault), fault)
    if (x, y, z) == (0, 1, 0):
        return None
    if z != 1:
        fault("a point is not affine")
    return on_curve(x, y, fault)


def _g2(value: Any, fault: Fault) -> Point:
    """Three pairs of numbers, the third of them 1, 0; infinity is 0, 1, 0."""
    x, y, z = _three(value, lambda item: _pair(item, fault), fault)
    if (x, y, z) == ((0, 0), (1, 0), (0, 0)):
        return None
    if z != (1, 0):
        fault("a point is not affine")
    return on_twist(x, y, fault)


def _three(value: Any, read: Callable[[Any], Any], fault: Fault) -> list[Any]:
    if not isinstance(value, list) or len(value) != 3:
        fault("a point has three coordinates")
    return [read(item) for item in value]


def _pair(value: Any, fault: Fault) -> tuple[int, int]:
    parts = numbers(value, Q, fault)
    if len(parts) != 2:
        fault("a coordinate over the quadratic field has two parts")
    return (parts[0], parts[1])


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError
    return dict(pairs)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _expect_text(value: Any, depth: int) -> None:
    """ValueError for text that no UTF-8 can carry, and for a value too deep."""
    if depth > MAX_DEPTH:
        raise ValueError
    if isinstance(value, str):
        value.encode()
    for name, item in value.items() if isinstance(value, dict) else ():
        name.encode()
        _expect_text(item, depth + 1)
    for item in value if isinstance(value, list) else ():
        _expect_text(item, depth + 1)


def _py_ecc() -> Any:
    limit = sys.getrecursionlimit()
    try:
        from py_ecc import optimized_bn128
    except ImportError:
        raise ToolMissing("py_ecc is not installed: pip install 'zkdata[reference]'", tool="py_ecc") from None
    finally:
        sys.setrecursionlimit(limit)  # py_ecc raises it so far that deeply nested JSON would end the process
    return optimized_bn128
