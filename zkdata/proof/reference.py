"""The second opinion: the same verification in plain Python over py_ecc, with no code of the core or of `Verifier`.

It parses both files itself, has its own Keccak, and looks at curves and subgroups itself. M is taken from the
proof: that it is the hash of the values is what the circuit proves, and a wrong one gives a wrong x.
"""

from collections.abc import Sequence
from typing import Any

from ..catalogue import catalogue
from ..errors import ArtifactMismatch
from .reference_groth16 import (
    Q,
    R,
    expect_pairing,
    number,
    numbers,
    on_curve,
    on_twist,
    proof_fault,
    read_json,
    verification_key,
)

FIXED_VALUES = 14
TIME_VALUES = (2, 3, 4, 5)
MAX_BYTES = 8 * 2**20


def verify(circuit: str, vkey_json: str, proof_json: str) -> None:
    """Return if the claim in `proof_json` holds under the key; the same errors as `Verifier.verify` otherwise."""
    entry = catalogue().circuits.get(circuit)
    if entry is None:
        raise ArtifactMismatch(f"no circuit {circuit!r} in the catalogue", circuit=circuit)
    records, fields = entry.parameters["records"], entry.parameters["fields"]
    places = (253 - 18) // (30 + 48 * fields)
    key = verification_key(vkey_json)
    if len(key.ic) != 4:
        raise ArtifactMismatch(f"the verification key is for {len(key.ic) - 1} public inputs, {circuit} has 3")
    document = _Document(proof_json)
    if document.circuit != circuit:
        raise ArtifactMismatch(f"the proof is about {document.circuit}, not about {circuit}")
    document.check(fields, -(-records // places))
    expect_pairing(key, document.points(), document.public_inputs())


class _Document:
    """A proof file, read strictly."""

    def __init__(self, text: str) -> None:
        document = read_json(text, proof_fault, MAX_BYTES)
        keys = {"circuit", "format", "m", "points", "values", "version", "words"}
        if not isinstance(document, dict) or set(document) != keys:
            proof_fault("it has other keys")
        if (document["format"], document["version"]) != ("zkdata.proof", "1"):
            proof_fault("it is of another format or version")
        self.circuit = document["circuit"]
        self.m = number(document["m"], R, proof_fault)
        self.values = numbers(document["values"], R, proof_fault)
        self.words = numbers(document["words"], R, proof_fault)
        points = document["points"]
        if not isinstance(points, dict) or set(points) != {"a", "b", "c"}:
            proof_fault("it has other points")
        self._a = numbers(points["a"], Q, proof_fault)
        self._b = _pairs(points["b"])
        self._c = numbers(points["c"], Q, proof_fault)

    def check(self, fields: int, words: int) -> None:
        values = self.values
        if len(values) != FIXED_VALUES + 2 * fields:
            proof_fault("it has another number of values")
        if values[0] not in (0, 1) or len(self.words) != (words if values[0] == 1 else 0):
            proof_fault("its mode or number of words is another")
        if any(values[index] >= 2**48 for index in (*TIME_VALUES, *range(FIXED_VALUES, len(values)))):
            proof_fault("a time or bound has more than 48 bits")
        minima, maxima = values[FIXED_VALUES : FIXED_VALUES + fields], values[FIXED_VALUES + fields :]
        if any(low > high for low, high in zip(minima, maxima, strict=True)):
            proof_fault("a minimum is above its maximum")

    def points(self) -> tuple[Any, Any, Any]:
        x, y = self._b
        return _point(self._a), on_twist(x, y, proof_fault), _point(self._c)

    def public_inputs(self) -> list[int]:
        coefficients = [*self.values, *self.words]
        x = int.from_bytes(_keccak256(b"".join(n.to_bytes(32, "big") for n in (self.m, *coefficients))), "big") % R
        y = sum(coefficient * pow(x, power, R) for power, coefficient in enumerate(coefficients)) % R
        return [self.m, x, y]


def _pairs(value: Any) -> list[list[int]]:
    if not isinstance(value, list) or len(value) != 2 or any(not isinstance(v, list) or len(v) != 2 for v in value):
        proof_fault("a point over the quadratic field has two pairs of coordinates")
    return [numbers(item, Q, proof_fault) for item in value]


def _point(coordinates: Sequence[int]) -> Any:
    if len(coordinates) != 2:
        proof_fault("a point has two coordinates")
    return on_curve(coordinates[0], coordinates[1], proof_fault)


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
