"""What a buyer asks for, as far as a proof has to show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import TypeAlias

from ..capsule.hashing import FIELD_ORDER
from ..capsule.record import TIME_BITS, VALUE_BITS, Schema
from ..errors import ParametersInvalid

Number: TypeAlias = int | str | Decimal

MIN_SLOT_LENGTH = 1000
WIDEST = (0, 2**VALUE_BITS - 1)


class Mode(IntEnum):
    """How the ciphertext reaches the buyer."""

    NONE = 0
    """Not at all through the claim: the buyer buys the fact, or has the file already."""
    CALLDATA = 1
    """Every claim carries the ciphertext words, bound by the proof."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A schema, a class of device, a registry, a window in time and bounds on every field."""

    schema_id: int
    device_class: int
    root: int
    """Root of the registry whose devices count."""
    slot_length: int
    """Milliseconds; a capsule is one slot of this length."""
    time_min: int
    """Earliest time of a record, milliseconds, inclusive."""
    time_max: int
    """Latest time of a record, milliseconds, inclusive."""
    bounds: tuple[tuple[int, int], ...]
    """Minimum and maximum of each field of the schema, as 48-bit offsets, both inclusive."""
    mode: Mode = Mode.NONE
    scope: int = 0
    """In one scope a device's slot is paid once; the escrow derives it when the request is posted."""

    def __post_init__(self) -> None:
        for name in ("schema_id", "device_class", "root", "scope"):
            _require(0 <= getattr(self, name) < FIELD_ORDER, name, "is not a field element")
        _require(MIN_SLOT_LENGTH <= self.slot_length < 2**TIME_BITS, "slot_length", "is 1000 ms or more, below 2^48")
        _require(0 <= self.time_min <= self.time_max < 2**TIME_BITS, "time_min", "is at most time_max, below 2^48 ms")
        _require(len(self.bounds) > 0, "bounds", "has a pair for every field of the schema")
        for minimum, maximum in self.bounds:
            _require(0 <= minimum <= maximum < 2**VALUE_BITS, "bounds", "are 48-bit offsets, minimum first")
        _require(self.mode in tuple(Mode), "mode", "is one of Mode.NONE and Mode.CALLDATA")

    @classmethod
    def about(
        cls,
        schema: Schema,
        bounds: Mapping[str, tuple[Number, Number]],
        *,
        device_class: int,
        root: int,
        slot_length: int,
        time_min: int,
        time_max: int,
        mode: Mode = Mode.NONE,
    ) -> "Request":
        """A request in the schema's own units, bounds by field name; a field that is not named may have any value."""
        unknown = set(bounds) - {field.name for field in schema.fields}
        _require(not unknown, "bounds", f"names fields that {schema.name} does not have: {', '.join(sorted(unknown))}")
        encoded = []
        for field in schema.fields:
            pair = bounds.get(field.name)
            encoded.append((field.encode(pair[0]), field.encode(pair[1])) if pair else WIDEST)
        return cls(
            schema_id=schema.id,
            device_class=device_class,
            root=root,
            slot_length=slot_length,
            time_min=time_min,
            time_max=time_max,
            bounds=tuple(encoded),
            mode=mode,
        )


def _require(holds: bool, name: str, rule: str) -> None:
    if not holds:
        raise ParametersInvalid(f"request: {name} {rule}", parameter=name)
