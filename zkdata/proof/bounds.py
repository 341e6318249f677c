"""Bounds on the values of records: from the schema's own units to a minimum and a maximum of each limb."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeAlias, TypeVar

from ..capsule.fields import Bounds
from ..capsule.record import Field, FieldKind, Given, Schema
from ..errors import DisclosureWarning, ParametersInvalid

NamedBounds: TypeAlias = Mapping[str, tuple[Given, Given]]
"""Smallest and largest value by field name, both inclusive; a field that is not named may have any value."""

NARROW_STEPS = 16
"""Bounds on a number that are fewer steps apart all but tell it."""

T = TypeVar("T")


def encode_bounds(schema: Schema, bounds: NamedBounds) -> Bounds:
    """A pair for every limb. RecordInvalid for what is no value of its field, ParametersInvalid for no such field."""
    unknown = sorted(set(bounds) - {field.name for field in schema.fields})
    if unknown:
        message = f"bounds name fields that {schema.name} does not have: {', '.join(unknown)}"
        raise ParametersInvalid(message, parameter="bounds")
    encoded: list[tuple[int, int]] = []
    for field, widest in by_field(schema, schema.widest):
        encoded += field.bounds(*bounds[field.name]) if field.name in bounds else widest
    return tuple(encoded)


def check_bounds(bounds: Bounds, bits: int) -> None:
    """ParametersInvalid unless there is a pair, and each has a maximum that is not smaller and fits `bits` bits."""
    if not bounds or not all(0 <= minimum <= maximum < 2**bits for minimum, maximum in bounds):
        message = f"bounds are a pair for every limb of the schema, of {bits} bits, minimum first"
        raise ParametersInvalid(message, parameter="bounds")


def warn_of_narrow(schema: Schema, bounds: Bounds, *, stacklevel: int) -> None:
    """DisclosureWarning for each number that its bounds all but tell; `stacklevel` as seen by the caller."""
    for field, pairs in by_field(schema, bounds):
        steps = pairs[0][1] - pairs[0][0]
        if isinstance(field, Field) and steps < NARROW_STEPS:
            text = f"bounds on {field.name} leave {steps + 1} values, so that a proof all but tells it: widen them"
            warnings.warn(text, DisclosureWarning, stacklevel=stacklevel + 1)


def by_field(schema: Schema, limbs: Sequence[T]) -> Iterator[tuple[FieldKind, tuple[T, ...]]]:
    """Each field with what belongs to its limbs."""
    rest = iter(limbs)
    for field in schema.fields:
        yield field, tuple(islice(rest, field.limbs))
