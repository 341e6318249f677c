"""JSON with one spelling: a document is accepted only as the exact text that writing it again gives.

So a file has one content address, and duplicate keys, spaces, escapes and other spellings of a number are all refused.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from ..errors import ArtifactMalformed

_HEX = set("0123456789abcdef")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,77}")
_MAX_DEPTH = 32
"""Ours nest to 4. Depth is not left to the parser: some packages raise Python's recursion limit so far that it would
overflow the stack and end the process."""

_STRING_OR_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[][{}]', re.DOTALL)
"""Linear on any text: a string that does not end runs to the end of the text, where the parser stops as well."""


def to_text(value: object) -> str:
    """The one spelling: keys sorted, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def from_text(text: str, what: str) -> object:
    """Read `text` if it is in its one spelling; ArtifactMalformed otherwise, without quoting it."""
    if nests_deeply(text):
        raise ArtifactMalformed(f"{what} nests too deeply; get an undamaged copy", what=what)
    try:
        document = json.loads(text, parse_constant=_refuse, parse_float=_refuse)
    except (ValueError, RecursionError):
        document = None
    # raised out here, so that the error does not carry the text of a secret file in its context
    if document is None:
        raise ArtifactMalformed(f"{what} is not JSON; get an undamaged copy", what=what)
    if to_text(document) != text:
        message = f"{what} is not in canonical form (keys sorted and once each, no spaces); write it with zkdata"
        raise ArtifactMalformed(message, what=what)
    return document


def members(value: object, keys: Iterable[str], what: str) -> dict[str, Any]:
    """`value` as an object with exactly these keys."""
    expected = sorted(keys)
    if not isinstance(value, dict) or sorted(value) != expected:
        raise ArtifactMalformed(f"{what} must have exactly the keys {', '.join(expected)}", what=what)
    return value


def items(value: object, what: str, length: int | None = None) -> list[Any]:
    """`value` as a list, of `length` items if given."""
    if not isinstance(value, list) or (length is not None and len(value) != length):
        wanted = "a list" if length is None else f"a list of {length}"
        raise ArtifactMalformed(f"{what} must be {wanted}", what=what)
    return value


def decimal(value: object, below: int, what: str) -> int:
    """`value` as a canonical decimal string of a number in [0, below)."""
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise ArtifactMalformed(f"{what} must be a decimal string without sign or leading zeros", what=what)
    number = int(value)
    if number >= below:
        raise ArtifactMalformed(f"{what} is out of range", what=what)
    return number


def decimals(value: object, below: int, what: str, length: int | None = None) -> tuple[int, ...]:
    """`value` as a list of canonical decimal strings."""
    return tuple(decimal(item, below, f"{what}[{index}]") for index, item in enumerate(items(value, what, length)))


def is_hex(value: object, size: int) -> bool:
    """Whether this is so many bytes in lower-case hex."""
    return isinstance(value, str) and len(value) == 2 * size and set(value) <= _HEX


def hex_bytes(value: object, size: int, what: str) -> str:
    """`value` as so many bytes in lower-case hex."""
    if not isinstance(value, str) or not is_hex(value, size):
        raise ArtifactMalformed(f"{what} must be {2 * size} lower-case hex digits", what=what)
    return value


def nests_deeply(text: str) -> bool:
    """Whether brackets lie in each other more deeply than any of our documents has them."""
    depth = 0
    for token in _STRING_OR_BRACKET.finditer(text):
        if not token[0].startswith('"'):
            depth += 1 if token[0] in "[{" else -1
        if depth > _MAX_DEPTH:
            return True
    return False


def _refuse(text: str) -> None:
    raise ValueError("only whole numbers")
