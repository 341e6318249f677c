"""The public values of a claim, compressed to three public inputs.

M fixes the values, and `content` among them fixes the words, before x exists; y is the polynomial with these
coefficients at x. The three inputs alone say nothing: whoever verifies recomputes them from values and words, and never
takes them from a file.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ..capsule.hashing import FIELD_ORDER, hashed, keccak256
from ..capsule.record import TIME_BITS, VALUE_BITS
from ..capsule.words import Layout
from ..errors import ProofMalformed
from .request import Mode

BLOCK_VALUES = 15
STATEMENT = 1  # the claim, in the tag of M

MODE, SCOPE, SLOT_LENGTH, TIME_MIN, TIME_MAX, AS_OF, SCHEMA, DEVICE_CLASS, ROOT = range(9)
COUNT, CONTENT, NULLIFIER, TERMS, RELEASE_HASH, BOUNDS = range(9, 15)  # from BOUNDS on minima, then maxima
TIMES = (SLOT_LENGTH, TIME_MIN, TIME_MAX, AS_OF)


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


def check_canonical(m: int, values: Sequence[int], words: Sequence[int], layout: Layout) -> None:
    """ProofMalformed, naming the number, unless there are as many as the shape has and each is in its range."""
    _count("values", len(values), BOUNDS + 2 * layout.fields)
    for index, value in enumerate(values):
        _below(value, FIELD_ORDER, "value", index)
    if values[MODE] not in tuple(Mode):
        raise ProofMalformed("the mode, value 0, is 0 or 1", index=MODE)
    _count("words", len(words), layout.word_count if values[MODE] == Mode.CALLDATA else 0)
    for index, word in enumerate(words):
        _below(word, FIELD_ORDER, "word", index)
    _below(m, FIELD_ORDER, "M", 0)
    for index in TIMES:
        _below(values[index], 2**TIME_BITS, "value", index)
    for index in range(BOUNDS, len(values)):
        _below(values[index], 2**VALUE_BITS, "value", index)
    for field in range(layout.fields):
        minimum, maximum = BOUNDS + field, BOUNDS + layout.fields + field
        if values[minimum] > values[maximum]:
            message = f"the minimum of field {field}, value {minimum}, is above its maximum, value {maximum}"
            raise ProofMalformed(message, index=minimum, field=field)


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
