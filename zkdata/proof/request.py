"""What a buyer asks for, as far as a proof has to show it."""

from dataclasses import dataclass
from enum import IntEnum

from ..capsule.delivery import NOBODY
from ..capsule.fields import Bounds
from ..capsule.hashing import FIELD_ORDER
from ..capsule.record import LIMB_BITS, TIME_BITS, VALUE_BITS, Schema
from ..errors import ParametersInvalid
from .bounds import NamedBounds, check_bounds, encode_bounds, warn_of_narrow

MIN_SLOT_LENGTH = 1000


class Mode(IntEnum):
    """How the ciphertext reaches the buyer."""

    NONE = 0
    """Not through the claim: the buyer buys the fact, or keepers hold the file."""
    CALLDATA = 1
    """Every claim carries the ciphertext words, bound by the proof."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A schema, a class of device, a window in time and bounds on every value.

    Whose devices count, a registry on the chain says, which the request names beside its price.
    """

    schema_id: int
    device_class: int
    slot_length: int
    """Milliseconds; a capsule is one slot of this length."""
    time_min: int
    """Earliest time of a record, milliseconds, inclusive."""
    time_max: int
    """Latest time of a record, milliseconds, inclusive."""
    bounds: Bounds
    """Minimum and maximum of each limb of the schema, both inclusive."""
    bits: int = VALUE_BITS
    """Width of a limb: 128 where a field of the schema is a digest, 48 elsewhere."""
    buyer_key: int = NOBODY
    """Who can open what is paid for. Nobody, if left out: then the buyer buys the fact, or has the key already."""
    mode: Mode = Mode.NONE
    scope: int = 0
    """In one scope a device's slot is paid once; the escrow derives it, from the request or from its market."""
    number: int = 0
    """Of a request of a market, which the terms then name, for its scope does not; 0 of one that stands alone."""

    def __post_init__(self) -> None:
        for name in ("schema_id", "device_class", "buyer_key", "scope"):
            _require(0 <= getattr(self, name) < FIELD_ORDER, name, "is not a field element")
        _require(MIN_SLOT_LENGTH <= self.slot_length < 2**TIME_BITS, "slot_length", "is 1000 ms or more, below 2^48")
        _require(0 <= self.time_min <= self.time_max < 2**TIME_BITS, "time_min", "is at most time_max, below 2^48 ms")
        _require(self.bits in LIMB_BITS, "bits", f"is one of {', '.join(map(str, LIMB_BITS))}")
        check_bounds(self.bounds, self.bits)
        _require(0 <= self.number < 2**256, "number", "is below 2^256")
        _require(self.mode in tuple(Mode), "mode", "is one of Mode.NONE and Mode.CALLDATA")

    @classmethod
    def about(
        cls,
        schema: Schema,
        bounds: NamedBounds,
        *,
        device_class: int,
        slot_length: int,
        time_min: int,
        time_max: int,
        buyer_key: int = NOBODY,
        mode: Mode = Mode.NONE,
    ) -> "Request":
        """A request in the schema's own units, bounds by field name; a field that is not named may have any value.

        DisclosureWarning where the bounds on a number are so narrow that owners will not want to prove them.
        """
        request = cls(
            schema_id=schema.id,
            device_class=device_class,
            slot_length=slot_length,
            time_min=time_min,
            time_max=time_max,
            bounds=encode_bounds(schema, bounds),
            bits=schema.bits,
            buyer_key=buyer_key,
            mode=mode,
        )
        warn_of_narrow(schema, request.bounds, stacklevel=2)
        return request


def _require(holds: bool, name: str, rule: str) -> None:
    if not holds:
        raise ParametersInvalid(f"request: {name} {rule}", parameter=name)
