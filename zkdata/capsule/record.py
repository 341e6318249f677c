"""Records and the schema that says how their values become limbs."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from ..errors import ArtifactMalformed, RecordInvalid
from .canonical_json import items, members, to_text
from .fields import (
    LIMB_BITS,
    VALUE_BITS,
    VALUE_LIMIT,
    Bounds,
    Digest,
    Enum,
    Field,
    FieldKind,
    Given,
    Value,
    check_name,
    exact,
    kind_of,
)

__all__ = [
    "LIMB_BITS",
    "TIME_BITS",
    "VALUE_BITS",
    "VALUE_LIMIT",
    "Digest",
    "Enum",
    "Field",
    "FieldKind",
    "Given",
    "Record",
    "Schema",
    "Value",
]

TIME_BITS = 48
"""Times are milliseconds since 1970 below 2^48: until the year 10889."""

MAX_FIELDS = 8
VERSION = 2
_TIME_LIMIT = 2**TIME_BITS


@dataclass(frozen=True, slots=True)
class Record:
    """What was measured at one moment: a time and one exact value for each field of the schema."""

    time: int
    """Milliseconds since 1970, below 2^48."""
    values: tuple[Value, ...]
    """A number is given as int, str or Decimal, never as float; a choice by its name, a digest as 32 bytes."""

    def __init__(self, time: int, values: Sequence[Given]) -> None:
        if isinstance(time, bool) or not isinstance(time, int) or not 0 <= time < _TIME_LIMIT:
            raise RecordInvalid("a record's time is whole milliseconds since 1970, below 2^48", rule="time")
        if isinstance(values, str | bytes) or not isinstance(values, Sequence):
            raise RecordInvalid("give a record one value for each field, as in Record(time, [value])", rule="values")
        object.__setattr__(self, "time", time)
        object.__setattr__(self, "values", tuple(exact(value, position) for position, value in enumerate(values)))


@dataclass(frozen=True)
class Schema:
    """What the values of a record mean: 1 to 8 named fields."""

    name: str
    fields: tuple[FieldKind, ...]

    def __post_init__(self) -> None:
        check_name(self.name, "schema")
        if not isinstance(self.fields, tuple) or not 1 <= len(self.fields) <= MAX_FIELDS:
            raise RecordInvalid(f"schema {self.name}: give a tuple of 1 to {MAX_FIELDS} fields", rule="fields")
        if not all(isinstance(field, FieldKind) for field in self.fields):
            raise RecordInvalid(f"schema {self.name}: a field is a Field, an Enum or a Digest", rule="fields")
        if len({field.name for field in self.fields}) != len(self.fields):
            raise RecordInvalid(f"schema {self.name}: two fields have one name; rename one", rule="fields")

    @cached_property
    def limbs(self) -> int:
        """K, the limbs of a record."""
        return sum(field.limbs for field in self.fields)

    @cached_property
    def bits(self) -> int:
        """W, bits of a limb: 128 where a field is a digest, 48 elsewhere."""
        return max(field.bits for field in self.fields)

    @cached_property
    def limb_names(self) -> tuple[str, ...]:
        """A name for each limb; a digest has two, `.high` and `.low`."""
        return tuple(name for field in self.fields for name in field.limb_names)

    @cached_property
    def widest(self) -> Bounds:
        """For each limb, the smallest and largest that stand for a value."""
        return tuple(pair for field in self.fields for pair in field.widest)

    @cached_property
    def id(self) -> int:
        """First 248 bits of SHA-256 over the canonical JSON."""
        return int.from_bytes(hashlib.sha256(self.canonical.encode()).digest()[:31], "big")

    @property
    def canonical(self) -> str:
        """The JSON that the id hashes: keys sorted, no spaces."""
        return to_text(self.document)

    @property
    def document(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return {"fields": [field.document for field in self.fields], "name": self.name, "version": VERSION}

    @classmethod
    def from_document(cls, document: object) -> Self:
        """The schema of such an object; ArtifactMalformed or RecordInvalid for any other."""
        body = members(document, ("fields", "name", "version"), "schema")
        if body["version"] != VERSION:
            raise ArtifactMalformed(f"a schema of another version; this package speaks {VERSION}", what="schema")
        return cls(body["name"], tuple(kind_of(entry) for entry in items(body["fields"], "fields")))

    def encode(self, record: Record, index: int | None = None) -> tuple[int, ...]:
        """The K limbs of a record; RecordInvalid names the record's `index`, the field and its rule."""
        if len(record.values) != len(self.fields):
            message = f"{_record(index)}: {len(record.values)} values for the {len(self.fields)} fields of {self.name}"
            raise RecordInvalid(message, rule="values", **_where(index))
        limbs: tuple[int, ...] = ()
        try:
            for field, value in zip(self.fields, record.values, strict=True):
                limbs += field.encode(value)
        except RecordInvalid as fault:
            raise RecordInvalid(f"{_record(index)}, {fault.message}", **fault.evidence, **_where(index)) from None
        return limbs

    def decode(self, time: int, limbs: Sequence[int]) -> Record:
        """The record of a time and its K limbs."""
        if len(limbs) != self.limbs:
            raise RecordInvalid(f"{len(limbs)} limbs for the {self.limbs} of {self.name}", rule="values")
        values, rest = [], tuple(limbs)
        for field in self.fields:
            values.append(field.decode(rest[: field.limbs]))
            rest = rest[field.limbs :]
        return Record(time, values)


def _record(index: int | None) -> str:
    return "record" if index is None else f"record {index}"


def _where(index: int | None) -> dict[str, int]:
    return {} if index is None else {"index": index}
