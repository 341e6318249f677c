"""The kinds of a schema's fields: what a value of each is, and the limbs that it becomes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from typing import Any, TypeAlias

from ..errors import RecordInvalid
from .canonical_json import items, members

VALUE_BITS = 48
"""A number is held as the unsigned offset value * 10^decimals + 2^47; an enum needs less."""

VALUE_LIMIT: int = 2 ** (VALUE_BITS - 1)
"""|value * 10^decimals| stays below this."""

DIGEST_BITS = 128
"""A digest is held as two halves."""

DIGEST_BYTES = 32
LIMB_BITS = (VALUE_BITS, DIGEST_BITS)
"""What W can be."""

MAX_DECIMALS = 9
MAX_CHOICES = 2**16

Value: TypeAlias = Decimal | str | bytes
"""What a record holds: an exact number, the name of a choice, or a digest."""

Given: TypeAlias = int | str | Decimal | bytes
"""What a record is made from; never a float, which is not the number that was written."""

Bounds: TypeAlias = tuple[tuple[int, int], ...]
"""Smallest and largest of each limb, both inclusive."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_CHOICE = re.compile(r"[A-Za-z_]([ -~]{0,62}[!-~])?")
"""Printable ASCII that is no number, as it begins with a letter."""

_UNIT = re.compile(r"[!-~]([ -~]{0,30}[!-~])?")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_MAX_NUMBER_LENGTH = 64
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
"""Moves a decimal point without ever rounding, whatever the caller's context."""

_ABOVE, _BELOW = Decimal(VALUE_LIMIT), Decimal(-VALUE_LIMIT)


@dataclass(frozen=True, slots=True)
class Field:
    """A number: one signed fixed-point quantity."""

    name: str
    unit: str
    decimals: int
    """Places after the point that are kept, 0 to 9."""

    bits = VALUE_BITS
    limbs = 1

    def __post_init__(self) -> None:
        check_name(self.name, "field")
        if not isinstance(self.unit, str) or not _UNIT.fullmatch(self.unit):
            text = f"unit of {self.name}: 1 to 32 printable ASCII characters"
            raise RecordInvalid(text, field=self.name, rule="unit")
        if isinstance(self.decimals, bool) or not isinstance(self.decimals, int):
            raise RecordInvalid(f"decimals of {self.name}: give a whole number", field=self.name, rule="decimals")
        if not 0 <= self.decimals <= MAX_DECIMALS:
            raise RecordInvalid(f"decimals of {self.name}: 0 to {MAX_DECIMALS}", field=self.name, rule="decimals")

    @property
    def document(self) -> dict[str, Any]:
        """What the schema's canonical JSON says of this field."""
        return {"decimals": self.decimals, "kind": "number", "name": self.name, "unit": self.unit}

    @property
    def limb_names(self) -> tuple[str, ...]:
        """One limb, named as the field."""
        return (self.name,)

    @property
    def widest(self) -> Bounds:
        """Every limb of 48 bits has a value."""
        return ((0, 2**VALUE_BITS - 1),)

    def encode(self, value: Given) -> tuple[int, ...]:
        """The unsigned 48-bit offset of a value; RecordInvalid if it is not exactly representable."""
        number = value if type(value) is Decimal else exact(value, 0)
        if type(number) is not Decimal:
            text = f"field {self.name}: takes a number; give int, str or Decimal"
            raise RecordInvalid(text, field=self.name, rule="number")
        scaled = _EXACT.scaleb(number, self.decimals)
        if not _BELOW < scaled < _ABOVE:
            text = f"field {self.name}: out of range, |value * 10^{self.decimals}| stays below 2^{VALUE_BITS - 1}"
            raise RecordInvalid(text, field=self.name, rule="range")
        whole = int(scaled) if scaled else 0
        if whole != scaled:
            text = f"field {self.name}: more than {self.decimals} decimals; round the value before sealing it"
            raise RecordInvalid(text, field=self.name, rule="decimals")
        return (whole + VALUE_LIMIT,)

    def decode(self, limbs: tuple[int, ...]) -> Decimal:
        """The value of an offset, exactly. Total on 48 bits, because that is what circuits prove about a limb."""
        (offset,) = limbs
        if not 0 <= offset < 2**VALUE_BITS:
            raise RecordInvalid(f"field {self.name}: an offset has {VALUE_BITS} bits", field=self.name, rule="range")
        return _EXACT.scaleb(Decimal(offset - VALUE_LIMIT), -self.decimals)

    def bounds(self, low: Given, high: Given) -> Bounds:
        """The bounds of two values, both inclusive; RecordInvalid if they are in the wrong order."""
        return _ordered(self.name, self.encode(low), self.encode(high))


@dataclass(frozen=True, slots=True)
class Enum:
    """One name out of a fixed list."""

    name: str
    choices: tuple[str, ...]
    """1 to 65,536 different names; a limb holds the place in this order, from 0."""

    _places: Mapping[str, int] = field(init=False, repr=False, compare=False)

    bits = VALUE_BITS
    limbs = 1

    def __post_init__(self) -> None:
        check_name(self.name, "field")
        if not isinstance(self.choices, tuple) or not 1 <= len(self.choices) <= MAX_CHOICES:
            text = f"field {self.name}: give a tuple of 1 to {MAX_CHOICES} choices"
            raise RecordInvalid(text, field=self.name, rule="choices")
        if not all(isinstance(choice, str) and _CHOICE.fullmatch(choice) for choice in self.choices):
            text = f"choices of {self.name}: printable ASCII that begins with a letter, at most 64 characters"
            raise RecordInvalid(text, field=self.name, rule="choices")
        object.__setattr__(self, "_places", {choice: place for place, choice in enumerate(self.choices)})
        if len(self._places) != len(self.choices):
            text = f"field {self.name}: a choice is given twice; name each once"
            raise RecordInvalid(text, field=self.name, rule="choices")

    @property
    def document(self) -> dict[str, Any]:
        """What the schema's canonical JSON says of this field."""
        return {"choices": list(self.choices), "kind": "enum", "name": self.name}

    @property
    def limb_names(self) -> tuple[str, ...]:
        """One limb, named as the field."""
        return (self.name,)

    @property
    def widest(self) -> Bounds:
        """The places of the choices; a limb above them has no value."""
        return ((0, len(self.choices) - 1),)

    def encode(self, value: Given) -> tuple[int, ...]:
        """The place of a choice; RecordInvalid for any other value."""
        place = self._places.get(value) if type(value) is str else None
        if place is None:
            text = f"field {self.name}: not one of its {len(self.choices)} choices; give the name of one"
            raise RecordInvalid(text, field=self.name, rule="choice")
        return (place,)

    def decode(self, limbs: tuple[int, ...]) -> str:
        """The choice at a place; RecordInvalid where there is none."""
        (place,) = limbs
        if not 0 <= place < len(self.choices):
            text = f"field {self.name}: there is no choice at this place"
            raise RecordInvalid(text, field=self.name, rule="choice")
        return self.choices[place]

    def bounds(self, low: Given, high: Given) -> Bounds:
        """The bounds from one choice to another in their order, both inclusive."""
        return _ordered(self.name, self.encode(low), self.encode(high))


@dataclass(frozen=True, slots=True)
class Digest:
    """A SHA-256, such as of an image or a document."""

    name: str

    bits = DIGEST_BITS
    limbs = 2

    def __post_init__(self) -> None:
        check_name(self.name, "field")

    @property
    def document(self) -> dict[str, Any]:
        """What the schema's canonical JSON says of this field."""
        return {"kind": "digest", "name": self.name}

    @property
    def limb_names(self) -> tuple[str, ...]:
        """Two halves, the high one first."""
        return (f"{self.name}.high", f"{self.name}.low")

    @property
    def widest(self) -> Bounds:
        """Every digest there is."""
        return ((0, 2**DIGEST_BITS - 1),) * 2

    def encode(self, value: Given) -> tuple[int, ...]:
        """High half, then low half, big-endian; RecordInvalid for anything but 32 bytes."""
        if type(value) is not bytes or len(value) != DIGEST_BYTES:
            text = f"field {self.name}: takes a digest of {DIGEST_BYTES} bytes, as hashlib.sha256(..).digest() gives it"
            raise RecordInvalid(text, field=self.name, rule="digest")
        return int.from_bytes(value[:16], "big"), int.from_bytes(value[16:], "big")

    def decode(self, limbs: tuple[int, ...]) -> bytes:
        """The 32 bytes of two halves."""
        high, low = limbs
        if not (0 <= high < 2**DIGEST_BITS and 0 <= low < 2**DIGEST_BITS):
            raise RecordInvalid(f"field {self.name}: a half has {DIGEST_BITS} bits", field=self.name, rule="range")
        return (high << DIGEST_BITS | low).to_bytes(DIGEST_BYTES, "big")

    def bounds(self, low: Given, high: Given) -> Bounds:
        """The bounds of exactly one digest, given twice: limbs are bounded one by one, which orders no digests."""
        if low != high:
            text = f"field {self.name}: a digest is bounded by itself or not at all; give one digest twice"
            raise RecordInvalid(text, field=self.name, rule="bounds")
        return tuple((limb, limb) for limb in self.encode(low))


FieldKind: TypeAlias = Field | Enum | Digest


def exact(value: object, position: int) -> Value:
    """A value as a record holds it; RecordInvalid for a float and for text that is neither number nor name."""
    kind = type(value)
    if kind is str:
        text: str = value  # type: ignore[assignment]
        if len(text) <= _MAX_NUMBER_LENGTH and (_plain(text) or _NUMBER.fullmatch(text)):
            return Decimal(text)
        if _CHOICE.fullmatch(text):
            return text
        message = f"value {position} is text, but neither a decimal number nor the name of a choice"
        raise RecordInvalid(message, position=position, rule="number")
    if kind is Decimal:
        number: Decimal = value  # type: ignore[assignment]
        if not number.is_finite():
            raise RecordInvalid(f"value {position} is not a finite number", position=position, rule="number")
        return number
    if kind is bytes:
        data: bytes = value  # type: ignore[assignment]
        if len(data) != DIGEST_BYTES:
            message = f"value {position} is {len(data)} bytes; a digest has {DIGEST_BYTES}"
            raise RecordInvalid(message, position=position, rule="digest")
        return data
    if isinstance(value, int) and kind is not bool:
        return Decimal(value)
    message = (
        f"value {position} is a {kind.__name__}; give int, str or Decimal, which say exactly which number is meant"
    )
    raise RecordInvalid(message, position=position, rule="type")


def _plain(text: str) -> bool:
    """Whether this is digits with a point and a minus at most, which most numbers are; quicker than the pattern."""
    return text.isascii() and text.removeprefix("-").replace(".", "", 1).isdecimal()


def check_name(name: object, what: str) -> None:
    """RecordInvalid for a name that could be spelled in two ways, or taken for a number."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise RecordInvalid(f"{what} name {name!r}: use letters, digits and _, at most 64", rule="name")


def kind_of(document: Any) -> FieldKind:
    """The field that a schema's JSON describes; ArtifactMalformed or RecordInvalid for anything else."""
    kind = document.get("kind") if isinstance(document, dict) else None
    if kind == "enum":
        entry = members(document, ("choices", "kind", "name"), "field")
        return Enum(entry["name"], tuple(items(entry["choices"], "choices")))
    if kind == "digest":
        return Digest(members(document, ("kind", "name"), "field")["name"])
    entry = members(document, ("decimals", "kind", "name", "unit"), "field")
    if kind != "number":
        raise RecordInvalid("a field is a number, an enum or a digest; this one is of another kind", rule="kind")
    return Field(entry["name"], entry["unit"], entry["decimals"])


def _ordered(name: str, low: tuple[int, ...], high: tuple[int, ...]) -> Bounds:
    pairs = tuple(zip(low, high, strict=True))
    if any(least > most for least, most in pairs):
        raise RecordInvalid(f"field {name}: the first bound is above the second", field=name, rule="bounds")
    return pairs
