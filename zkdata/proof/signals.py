"""The public values of a proof: what each may be, and how those of a claim are compressed to three public inputs.

M fixes the values, and `content` among them fixes the words, before x exists; y is the polynomial with these
coefficients at x. The three inputs alone say nothing: whoever verifies recomputes them from values and words, and never
takes them from a file.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ..capsule.hashing import FIELD_ORDER, hashed, keccak256
from ..capsule.record import TIME_BITS
from ..errors import ProofMalformed
from .circuit import Circuit
from .request import Mode

BLOCK_VALUES = 15
STATEMENT = 1  # the claim, in the tag of M

MODE, SCOPE, SLOT_LENGTH, TIME_MIN, TIME_MAX, AS_OF, SCHEMA, DEVICE_CLASS, ROOT = range(9)
COUNT, CONTENT, NULLIFIER, TERMS, RELEASE_HASH, BUYER_KEY, EPHEMERAL, WRAP, BOUNDS = range(9, 18)
"""Places of a claim's values; from BOUNDS on the minimum of each limb, then the maximum of each."""

TIMES = ("slotLength", "timeMin", "timeMax", "asOf")
"""Values of 48 bits, by their names in the catalogue."""


class Signals(NamedTuple):
    """The public inputs of the circuit, in their order."""

    m: int
    x: int
    y: int


def compress(values: Sequence[int], words: Sequence[int]) -> Signals:
    """M, x and y of the values and the words that the mode puts under y: all of them, or none."""
    m = running_hash(values)
    coefficients = [*values, *words]
    x = (
        int.from_bytes(keccak256(b"".join(number.to_bytes(32, "big") for number in (m, *coefficients))), "big")
        % FIELD_ORDER
    )
    y = 0
    for coefficient in reversed(coefficients):
        y = (y * x + coefficient) % FIELD_ORDER
    return Signals(m, x, y)


def running_hash(values: Sequence[int]) -> int:
    """M: 15 values a block, zero-filled; the tag holds the statement and the number of values."""
    state = 0
    for first in range(0, len(values), BLOCK_VALUES):
        block = [*values[first : first + BLOCK_VALUES]]
        state = hashed("signals", [state, *block, *[0] * (BLOCK_VALUES - len(block))], STATEMENT, len(values))
    return state


def check_canonical(circuit: Circuit, m: int | None, values: Sequence[int], words: Sequence[int]) -> None:
    """ProofMalformed, naming the number, unless there are as many as the circuit has and each is in its range."""
    names = circuit.values
    _count("values", len(values), len(names))
    for index, (name, value) in enumerate(zip(names, values, strict=True)):
        _below(value, _limit(name, circuit), "value", index)
    if circuit.compressed:
        if values[MODE] not in tuple(Mode):
            raise ProofMalformed("the mode, value 0, is 0 or 1", index=MODE)
        if m is None:
            raise ProofMalformed("M is missing: a claim carries the hash of its values", part="M")
        _below(m, FIELD_ORDER, "M", 0)
    elif m is not None:
        raise ProofMalformed(f"M is null in a proof of {circuit.name}: its values are its public inputs", part="M")
    with_words = circuit.compressed and values[MODE] == Mode.CALLDATA
    _count("words", len(words), circuit.layout.word_count if with_words else 0)
    for index, word in enumerate(words):
        _below(word, FIELD_ORDER, "word", index)
    place = {name: index for index, name in enumerate(names)}
    for low, high in (("timeMin", "timeMax"), *((f"min[{limb}]", f"max[{limb}]") for limb in range(circuit.limbs))):
        if low in place and values[place[low]] > values[place[high]]:
            message = f"{low}, value {place[low]}, is above {high}, value {place[high]}: nothing lies between them"
            raise ProofMalformed(message, index=place[low])


def _limit(name: str, circuit: Circuit) -> int:
    """What a value of this name is below."""
    if name in TIMES:
        return 1 << TIME_BITS
    return 1 << circuit.layout.bits if name.startswith(("min[", "max[")) else FIELD_ORDER


def _count(what: str, found: int, expected: int) -> None:
    if found != expected:
        message = f"{found} {what}; this circuit and mode have {expected}: use the proof's own circuit"
        raise ProofMalformed(message, expected=expected, found=found)


def _below(number: int, limit: int, what: str, index: int) -> None:
    if not 0 <= number < limit:
        where = what if what == "M" else f"{what} {index}"
        raise ProofMalformed(
            f"{where} is not below its limit: it is an alias or no such quantity", part=what, index=index
        )
