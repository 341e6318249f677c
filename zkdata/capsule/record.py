"""Records and the schema that says how their values become 48-bit limbs."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..errors import RecordInvalid
from .canonical_json import to_text

TIME_BITS = 48
"""Times are milliseconds since 1970 below 2^48: until the year 10889."""

VALUE_BITS = 48
"""A value is held as the unsigned offset value * 10^decimals + 2^47."""

VALUE_LIMIT: int = 2 ** (VALUE_BITS - 1)
"""|value * 10^decimals| stays below this."""

MAX_FIELDS = 8
MAX_DECIMALS = 9
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_MAX_NUMBER_LENGTH = 64
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_UNIT = re.compile(r"[!-~]([ -~]{0,30}[!-~])?")


@dataclass(frozen=True, slots=True)
class Record:
    """What was measured at one moment: a time and one exact value for each field of the schema."""

    time: int
    """Milliseconds since 1970, below 2^48."""
    values: tuple[Decimal, ...]
    """Given as int, str or Decimal; never as float, which is not the number that was written."""

    def __init__(self, time: int, values: Sequence[int | str | Decimal]) -> None:
        if isinstance(time, bool) or not isinstance(time, int) or not 0 <= time < 2**TIME_BITS:
            raise RecordInvalid("a record's time is whole milliseconds since 1970, below 2^48", rule="time")
        if isinstance(values, str | bytes) or not isinstance(values, Sequence):
            raise RecordInvalid("give a record one value for each field, as in Record(time, [value])", rule="values")
        object.__setattr__(self, "time", time)
        object.__setattr__(self, "values", tuple(_exact(value, position) for position, value in enumerate(values)))


@dataclass(frozen=True, slots=True)
class Field:
    """One signed fixed-point quantity."""

    name: str
    unit: str
    decimals: int
    """Places after the point that are kept, 0 to 9."""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise RecordInvalid(f"field name {self.name!r}: use letters, digits and _, at most 64", rule="name")
        if not isinstance(self.unit, str) or not _UNIT.fullmatch(self.unit):
            raise RecordInvalid(
                f"unit of {self.name}: 1 to 32 printable ASCII characters", field=self.name, rule="unit"
            )
        if isinstance(self.decimals, bool) or not isinstance(self.decimals, int):
            raise RecordInvalid(f"decimals of {self.name}: give a whole number", field=self.name, rule="decimals")
        if not 0 <= self.decimals <= MAX_DECIMALS:
            raise RecordInvalid(f"decimals of {self.name}: 0 to {MAX_DECIMALS}", field=self.name, rule="decimals")

    def encode(self, value: Decimal | int | str) -> int:
        """The unsigned 48-bit offset of a value; RecordInvalid if it is not exactly representable."""
        return _scaled(_exact(value, 0), self) + VALUE_LIMIT

    def decode(self, offset: int) -> Decimal:
        """The value of an offset, exactly. Total on 48 bits, because that is what circuits prove about a limb."""
        if not 0 <= offset < 2**VALUE_BITS:
            raise RecordInvalid(f"field {self.name}: an offset has {VALUE_BITS} bits", field=self.name, rule="range")
        scaled = offset - VALUE_LIMIT
        return Decimal((scaled < 0, tuple(map(int, str(abs(scaled)))), -self.decimals))


@dataclass(frozen=True, slots=True)
class Schema:
    """What the values of a record mean: 1 to 8 named fields."""

    name: str
    fields: tuple[Field, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise RecordInvalid(f"schema name {self.name!r}: use letters, digits and _, at most 64", rule="name")
        if not isinstance(self.fields, tuple) or not 1 <= len(self.fields) <= MAX_FIELDS:
            raise RecordInvalid(f"schema {self.name}: give a tuple of 1 to {MAX_FIELDS} fields", rule="fields")
        if len({field.name for field in self.fields}) != len(self.fields):
            raise RecordInvalid(f"schema {self.name}: two fields have one name; rename one", rule="fields")

    @property
    def id(self) -> int:
        """First 248 bits of SHA-256 over the canonical JSON."""
        return int.from_bytes(hashlib.sha256(self.canonical.encode()).digest()[:31], "big")

    @property
    def canonical(self) -> str:
        """The JSON that the id hashes: keys sorted, no spaces."""
        fields = [{"decimals": f.decimals, "name": f.name, "unit": f.unit} for f in self.fields]
        return to_text({"fields": fields, "name": self.name, "version": 1})

    def encode(self, record: Record, index: int | None = None) -> tuple[int, ...]:
        """The record's values as 48-bit offsets; RecordInvalid names the record's `index`, the field and its rule."""
        where = {} if index is None else {"index": index}
        if len(record.values) != len(self.fields):
            message = f"{_record(index)}: {len(record.values)} values for the {len(self.fields)} fields of {self.name}"
            raise RecordInvalid(message, rule="values", **where)
        try:
            return tuple(field.encode(value) for field, value in zip(self.fields, record.values, strict=True))
        except RecordInvalid as fault:
            raise RecordInvalid(f"{_record(index)}, {fault.message}", **fault.evidence, **where) from None

    def decode(self, time: int, offsets: Sequence[int]) -> Record:
        """The record of a time and its offsets."""
        if len(offsets) != len(self.fields):
            raise RecordInvalid(f"{len(offsets)} offsets for {len(self.fields)} fields of {self.name}", rule="values")
        return Record(time, [field.decode(offset) for field, offset in zip(self.fields, offsets, strict=True)])


TEMPERATURE = Schema("temperature", (Field("temperature", "celsius", 2),))
"""Worked schema: air temperature in hundredths of a degree, negative values included."""


def _record(index: int | None) -> str:
    return "record" if index is None else f"record {index}"


def _exact(value: object, position: int) -> Decimal:
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str):
        if len(value) > _MAX_NUMBER_LENGTH or not _NUMBER.fullmatch(value):
            raise RecordInvalid(f"value {position} is text, but no decimal number", position=position, rule="number")
        return Decimal(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise RecordInvalid(f"value {position} is not a finite number", position=position, rule="number")
        return value
    kind = type(value).__name__
    message = f"value {position} is a {kind}; give int, str or Decimal, which say exactly which number is meant"
    raise RecordInvalid(message, position=position, rule="type")


def _scaled(value: Decimal, field: Field) -> int:
    """value * 10^decimals by digits: no context can round it, no exponent can make it large."""
    sign, digits, exponent = value.as_tuple()
    written = "".join(map(str, digits))
    significant = written.rstrip("0")
    if not significant:
        return 0
    shift = int(exponent) + len(written) - len(significant) + field.decimals
    if shift < 0:
        message = f"field {field.name}: more than {field.decimals} decimals; round the value before sealing it"
        raise RecordInvalid(message, field=field.name, rule="decimals")
    limit = f"|value * 10^{field.decimals}| stays below 2^{VALUE_BITS - 1}"
    fits = len(significant) + shift <= len(str(VALUE_LIMIT))
    magnitude: int = int(significant) * 10**shift if fits else VALUE_LIMIT
    if magnitude >= VALUE_LIMIT:
        raise RecordInvalid(f"field {field.name}: out of range, {limit}", field=field.name, rule="range")
    return -magnitude if sign else magnitude
