"""The second opinion: the same verification in plain Python over py_ecc, with no code of the core or of `Verifier`.

It parses both files itself, has its own Keccak, and looks at curves and subgroups itself. M is taken from the
proof: that it is the hash of the values is what the circuit proves, and a wrong one gives a wrong x.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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

MAX_BYTES = 8 * 2**20


@dataclass(frozen=True, slots=True)
class _Form:
    """What the values of a statement are, as far as it is checked outside of the circuit."""

    fixed: int
    """Values before the bounds."""
    window: tuple[int, ...] = ()
    """Places of a first and a last time."""
    times: tuple[int, ...] = ()
    """Places of other numbers of 48 bits."""
    bounds: bool = False
    """Whether the minima and maxima of the limbs follow."""
    compressed: bool = False
    """Whether M, x and y stand for the values, and words may travel along."""


FORMS = {
    "Timestamp": _Form(5, window=(3, 4)),
    "Range": _Form(4, bounds=True),
    "Device": _Form(6, window=(4, 5)),
    "Capsule": _Form(17, window=(3, 4), times=(2, 5), bounds=True, compressed=True),
}


def verify(circuit: str, vkey_json: str, proof_json: str) -> None:
    """Return if the statement in `proof_json` holds under the key; the same errors as `Verifier.verify` otherwise."""
    entry = catalogue().circuits.get(circuit)
    if entry is None:
        raise ArtifactMismatch(f"no circuit {circuit!r} in the catalogue", circuit=circuit)
    form, parameters = FORMS[entry.template], entry.parameters
    limbs, bits = parameters.get("fields", 0), parameters.get("bits", 0)
    key = verification_key(vkey_json)
    inputs = 3 if form.compressed else form.fixed + (2 * limbs if form.bounds else 0)
    if len(key.ic) != inputs + 1:
        raise ArtifactMismatch(f"the verification key is for {len(key.ic) - 1} public inputs, {circuit} has {inputs}")
    document = _Document(proof_json)
    if document.circuit != circuit:
        raise ArtifactMismatch(f"the proof is about {document.circuit}, not about {circuit}")
    document.check(form, limbs, bits, _word_count(parameters.get("records", 0), limbs, bits))
    expect_pairing(key, document.points(), document.public_inputs(form))


def _word_count(records: int, limbs: int, bits: int) -> int:
    """T: where a place fits a word beside the base time, as many to a word as fit; elsewhere some words to a place."""
    if 48 + limbs * bits <= 253:
        return -(-records // ((253 - 18) // (30 + limbs * bits)))
    words, used = 1, 48
    for _ in range(limbs):
        if used + bits > 253:
            words, used = words + 1, 0
        used += bits
    return records * words


class _Document:
    """A proof file, read strictly."""

    def __init__(self, text: str) -> None:
        document = read_json(text, proof_fault, MAX_BYTES)
        keys = {"circuit", "format", "m", "points", "values", "version", "words"}
        if not isinstance(document, dict) or set(document) != keys:
            proof_fault("it has other keys")
        if (document["format"], document["version"]) != ("zkdata.proof", "2"):
            proof_fault("it is of another format or version")
        self.circuit = document["circuit"]
        self.m = None if document["m"] is None else number(document["m"], R, proof_fault)
        self.values = numbers(document["values"], R, proof_fault)
        self.words = numbers(document["words"], R, proof_fault)
        points = document["points"]
        if not isinstance(points, dict) or set(points) != {"a", "b", "c"}:
            proof_fault("it has other points")
        self._a = numbers(points["a"], Q, proof_fault)
        self._b = _pairs(points["b"])
        self._c = numbers(points["c"], Q, proof_fault)

    def check(self, form: _Form, limbs: int, bits: int, words: int) -> None:
        values, fixed = self.values, form.fixed
        if len(values) != fixed + (2 * limbs if form.bounds else 0):
            proof_fault("it has another number of values")
        if (self.m is None) == form.compressed:
            proof_fault("M is missing, or there where there is none")
        if form.compressed and values[0] not in (0, 1):
            proof_fault("its mode is neither 0 nor 1")
        if len(self.words) != (words if form.compressed and values[0] == 1 else 0):
            proof_fault("it has another number of words")
        if any(values[index] >= 2**48 for index in (*form.window, *form.times)):
            proof_fault("a time has more than 48 bits")
        if any(value >= 2**bits for value in values[fixed:]):
            proof_fault(f"a bound has more than {bits} bits")
        if form.bounds and any(values[fixed + limb] > values[fixed + limbs + limb] for limb in range(limbs)):
            proof_fault("a minimum is above its maximum")
        if form.window and values[form.window[0]] > values[form.window[1]]:
            proof_fault("a window ends before it begins")

    def points(self) -> tuple[Any, Any, Any]:
        x, y = self._b
        return _point(self._a), on_twist(x, y, proof_fault), _point(self._c)

    def public_inputs(self, form: _Form) -> list[int]:
        if not form.compressed or self.m is None:
            return self.values
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
