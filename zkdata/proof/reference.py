"""The second opinion: the same verification in plain Python over py_ecc, with no code of the core or of `Verifier`.

It parses both files itself, has its own Keccak, and looks at curves and subgroups itself. M is taken from the
proof: that it is the hash of the values is what the circuit proves, and a wrong one gives a wrong x.
"""

import json
import re
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NoReturn

from ..catalogue import catalogue
from ..errors import ArtifactMalformed, ArtifactMismatch, ProofMalformed, ProofRejected, SetupInsecure, ToolMissing

R = 21888242871839275222246405745257275088548364400416034343698204186575808495617
Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583
FIXED_VALUES = 14
TIME_VALUES = (2, 3, 4, 5)
MAX_CHARACTERS = 8 * 2**20
MAX_DEPTH = 16
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,77}")


def verify(circuit: str, vkey_json: str, proof_json: str) -> None:
    """Return if the claim in `proof_json` holds under the key; the same errors as `Verifier.verify` otherwise."""
    entry = catalogue().circuits.get(circuit)
    if entry is None:
        raise ArtifactMismatch(f"no circuit {circuit!r} in the catalogue", circuit=circuit)
    records, fields = entry.parameters["records"], entry.parameters["fields"]
    places = (253 - 18) // (30 + 48 * fields)
    key = _key(vkey_json)
    if len(key.ic) != 4:
        raise ArtifactMismatch(f"the verification key is for {len(key.ic) - 1} public inputs, {circuit} has 3")
    document = _Document(proof_json)
    if document.circuit != circuit:
        raise ArtifactMismatch(f"the proof is about {document.circuit}, not about {circuit}")
    document.check(fields, -(-records // places))
    _pairing(key, document.points(), document.public_inputs())


class _Document:
    """A proof file, read strictly."""

    def __init__(self, text: str) -> None:
        document = _parse(text, _proof_fault)
        keys = {"circuit", "format", "m", "points", "values", "version", "words"}
        if not isinstance(document, dict) or set(document) != keys:
            _proof_fault("it has other keys")
        if (document["format"], document["version"]) != ("zkdata.proof", "1"):
            _proof_fault("it is of another format or version")
        self.circuit = document["circuit"]
        self.m = _number(document["m"], R, _proof_fault)
        self.values = _numbers(document["values"], R, _proof_fault)
        self.words = _numbers(document["words"], R, _proof_fault)
        points = document["points"]
        if not isinstance(points, dict) or set(points) != {"a", "b", "c"}:
            _proof_fault("it has other points")
        self._a = _numbers(points["a"], Q, _proof_fault)
        self._b = _pairs(points["b"], _proof_fault)
        self._c = _numbers(points["c"], Q, _proof_fault)

    def check(self, fields: int, words: int) -> None:
        values = self.values
        if len(values) != FIXED_VALUES + 2 * fields:
            _proof_fault("it has another number of values")
        if values[0] not in (0, 1) or len(self.words) != (words if values[0] == 1 else 0):
            _proof_fault("its mode or number of words is another")
        if any(values[index] >= 2**48 for index in (*TIME_VALUES, *range(FIXED_VALUES, len(values)))):
            _proof_fault("a time or bound has more than 48 bits")
        minima, maxima = values[FIXED_VALUES : FIXED_VALUES + fields], values[FIXED_VALUES + fields :]
        if any(low > high for low, high in zip(minima, maxima, strict=True)):
            _proof_fault("a minimum is above its maximum")

    def points(self) -> tuple[Any, Any, Any]:
        return _g1(self._a, _proof_fault), _g2(self._b, _proof_fault), _g1(self._c, _proof_fault)

    def public_inputs(self) -> list[int]:
        coefficients = [*self.values, *self.words]
        x = int.from_bytes(_keccak256(b"".join(n.to_bytes(32, "big") for n in (self.m, *coefficients))), "big") % R
        y = sum(coefficient * pow(x, power, R) for power, coefficient in enumerate(coefficients)) % R
        return [self.m, x, y]


class _Key:
    """A verification key in snarkjs' JSON, read strictly."""

    def __init__(self, text: str) -> None:
        document = _parse(text, _key_fault)
        try:
            if (document["protocol"], document.get("curve", "bn128")) != ("groth16", "bn128"):
                _key_fault("it is for another protocol or curve")
            self.alpha = _g1(_affine(document["vk_alpha_1"]), _key_fault)
            self.beta, self.gamma, self.delta = (
                _g2(_affine_pairs(document[f"vk_{name}_2"]), _key_fault) for name in ("beta", "gamma", "delta")
            )
            self.ic = [_g1(_affine(point), _key_fault) for point in document["IC"]]
            if document["nPublic"] != len(self.ic) - 1:
                _key_fault("nPublic does not count its IC")
        except (KeyError, TypeError, IndexError, AttributeError):
            _key_fault("a member is missing or of another kind")
        if self.gamma == self.delta:
            raise SetupInsecure("gamma equals delta in this verification key: anyone could forge with it")
        self.constant = _py_ecc().pairing(self.beta, self.alpha, final_exponentiate=False)


@lru_cache(maxsize=4)
def _key(text: str) -> _Key:
    return _Key(text)


def _pairing(key: _Key, points: tuple[Any, Any, Any], inputs: Sequence[int]) -> None:
    curve = _py_ecc()
    a, b, c = points
    combination = key.ic[0]
    for number, point in zip(inputs, key.ic[1:], strict=True):
        combination = curve.add(combination, curve.multiply(point, number))
    product = (
        curve.pairing(b, curve.neg(a), final_exponentiate=False)
        * key.constant
        * curve.pairing(key.gamma, combination, final_exponentiate=False)
        * curve.pairing(key.delta, c, final_exponentiate=False)
    )
    if curve.final_exponentiate(product) != curve.FQ12.one():
        raise ProofRejected("the pairing equation does not hold: the claim is not proven")


def _g1(coordinates: Sequence[int], fault: Callable[[str], NoReturn]) -> Any:
    curve = _py_ecc()
    if len(coordinates) != 2:
        fault("a point has two coordinates")
    point = (*(curve.FQ(coordinate) for coordinate in coordinates), curve.FQ.one())
    if not curve.is_on_curve(point, curve.b):
        fault("a point is not on its curve")
    return point


def _g2(coordinates: Sequence[Sequence[int]], fault: Callable[[str], NoReturn]) -> Any:
    curve = _py_ecc()
    point = (*(curve.FQ2(list(coordinate)) for coordinate in coordinates), curve.FQ2.one())
    if not curve.is_on_curve(point, curve.b2):
        fault("a point is not on its curve")
    if not curve.is_inf(curve.multiply(point, R)):
        fault("a point is not in the prime subgroup")
    return point


def _py_ecc() -> Any:
    limit = sys.getrecursionlimit()
    try:
        from py_ecc import optimized_bn128
    except ImportError:
        raise ToolMissing("py_ecc is not installed: pip install 'zkdata[reference]'", tool="py_ecc") from None
    finally:
        sys.setrecursionlimit(limit)  # py_ecc raises it so far that deeply nested JSON would end the process
    return optimized_bn128


def _parse(text: str, fault: Callable[[str], NoReturn]) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError
        return dict(pairs)

    if len(text) > MAX_CHARACTERS or _nests_deeply(text):
        fault("it is too large or too deep")
    try:
        return json.loads(text, object_pairs_hook=unique)
    except (ValueError, RecursionError):
        fault("it is not JSON, or has a key twice")


def _nests_deeply(text: str) -> bool:
    depth = 0
    for bracket in re.finditer(r"[][{}]", text):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > MAX_DEPTH:
            return True
    return False


def _number(value: Any, limit: int, fault: Callable[[str], NoReturn]) -> int:
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value) or int(value) >= limit:
        fault("a number is not a canonical decimal in its range")
    return int(value)


def _numbers(value: Any, limit: int, fault: Callable[[str], NoReturn]) -> list[int]:
    if not isinstance(value, list):
        fault("a list is missing")
    return [_number(item, limit, fault) for item in value]


def _pairs(value: Any, fault: Callable[[str], NoReturn]) -> list[list[int]]:
    if not isinstance(value, list) or len(value) != 2 or any(not isinstance(v, list) or len(v) != 2 for v in value):
        fault("a point over the quadratic field has two pairs of coordinates")
    return [_numbers(item, Q, fault) for item in value]


def _affine(value: Any) -> list[int]:
    if not isinstance(value, list) or len(value) != 3 or value[2] != "1":
        _key_fault("a point is at infinity or not affine")
    return _numbers(value[:2], Q, _key_fault)


def _affine_pairs(value: Any) -> list[list[int]]:
    if not isinstance(value, list) or len(value) != 3 or value[2] != ["1", "0"]:
        _key_fault("a point is at infinity or not affine")
    return _pairs(value[:2], _key_fault)


def _proof_fault(reason: str) -> NoReturn:
    raise ProofMalformed(f"not a canonical proof file ({reason}): get an undamaged copy")


def _key_fault(reason: str) -> NoReturn:
    raise ArtifactMalformed(f"not a usable verification key ({reason}): export it again")


def _keccak256(data: bytes) -> bytes:
    """Keccak-256 with the padding of the original submission, which Ethereum kept."""
    rate = 136
    padded = bytearray(data + bytes(rate - len(data) % rate))
    padded[len(data)] ^= 0x01
    padded[-1] ^= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for first in range(0, len(padded), rate):
        for index in range(rate // 8):
            x, y = index % 5, index // 5
            lanes[x][y] ^= int.from_bytes(padded[first + 8 * index : first + 8 * index + 8], "little")
        lanes = _keccak_f(lanes)
    return b"".join(lanes[x][0].to_bytes(8, "little") for x in range(4))


def _keccak_f(a: list[list[int]]) -> list[list[int]]:
    register = 1  # the LFSR x^8 + x^6 + x^5 + x^4 + 1 that the round constants come from
    for _ in range(24):
        parity = [a[x][0] ^ a[x][1] ^ a[x][2] ^ a[x][3] ^ a[x][4] for x in range(5)]
        for x in range(5):
            delta = parity[x - 1] ^ _rotate(parity[(x + 1) % 5], 1)
            a[x] = [lane ^ delta for lane in a[x]]
        x, y, moving = 1, 0, a[1][0]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            moving, a[x][y] = a[x][y], _rotate(moving, (step + 1) * (step + 2) // 2)
        a = [[a[x][y] ^ (~a[(x + 1) % 5][y] & a[(x + 2) % 5][y]) for y in range(5)] for x in range(5)]
        for bit in range(7):
            if register & 1:
                a[0][0] ^= 1 << (2**bit - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
    return a


def _rotate(lane: int, distance: int) -> int:
    distance %= 64
    return (lane << distance | lane >> (64 - distance)) % 2**64
