"""What statements share: a capsule and its circuit, and checks that say which record and bound, before any proving."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import ClassVar, TypeAlias

from ..capsule.device import divide_by_cofactor, montgomery
from ..capsule.fields import Bounds
from ..capsule.hashing import FIELD_ORDER
from ..capsule.owner import OwnerKey
from ..capsule.record import TIME_BITS, Field, FieldKind
from ..capsule.seal import Capsule
from ..capsule.tree import Enrolment, Registry
from ..errors import ParametersInvalid, RecordInvalid, StatementFalse
from .bounds import by_field
from .circuit import Circuit
from .inputs import Input

ADVICE = "choose a capsule of which it is true, or state something else"

TimeLimit: TypeAlias = tuple[Callable[[int, int], bool], str, int]
"""A comparison of a record's time with a bound, what is wrong where it does not hold, and the bound."""


class Statement(ABC):
    """Something about one capsule that a circuit proves."""

    __slots__ = ()
    template: ClassVar[str]
    """The Circom template."""
    capsule: Capsule

    @property
    def circuit(self) -> str:
        """Name of the circuit for the capsule's shape; ArtifactMismatch lists the shapes there are."""
        return Circuit.of_shape(self.template, self.capsule.file.header.layout).name

    @property
    @abstractmethod
    def values(self) -> tuple[int, ...]:
        """The public values, in the order of the catalogue."""

    @property
    @abstractmethod
    def words(self) -> tuple[int, ...]:
        """The ciphertext words that travel with the proof."""

    @property
    @abstractmethod
    def public(self) -> tuple[int, ...]:
        """The public inputs of the circuit: the values, or what compresses them."""

    @property
    @abstractmethod
    def inputs(self) -> dict[str, Input]:
        """Every input of the circuit, by its name there."""

    @abstractmethod
    def check(self) -> None:
        """StatementFalse at the first thing that is not as stated, before any proving. What it shows is the owner's."""


class Direct(Statement):
    """A statement whose public values are the public inputs of its circuit; nothing else travels with its proof."""

    __slots__ = ()
    context: int

    @property
    @abstractmethod
    def named(self) -> dict[str, int]:
        """The public values by their names in the catalogue."""

    @property
    def values(self) -> tuple[int, ...]:
        """The public values, in the order of the catalogue."""
        named = self.named
        return tuple(named[name] for name in Circuit.named(self.circuit).values)

    @property
    def public(self) -> tuple[int, ...]:
        """The public inputs of the circuit: the values."""
        return self.values

    @property
    def words(self) -> tuple[int, ...]:
        """None travel with the proof."""
        return ()

    def check_context(self) -> None:
        """ParametersInvalid unless the context is a field element."""
        whole = isinstance(self.context, int) and not isinstance(self.context, bool)
        if not whole or not 0 <= self.context < FIELD_ORDER:
            message = "a context is a field element that the verifier chose, such as the hash of whom and what for"
            raise ParametersInvalid(message, parameter="context")


def check_window(time_min: int, time_max: int) -> None:
    """ParametersInvalid unless the window has a moment in it, before the end of time."""
    if not 0 <= time_min <= time_max < 2**TIME_BITS:
        message = "a window is milliseconds since 1970, its start at most its end, both below 2^48"
        raise ParametersInvalid(message, parameter="time_min")


def check_times(capsule: Capsule, limits: Iterable[TimeLimit]) -> None:
    """StatementFalse names the first record that is on the wrong side of a limit."""
    listed = tuple(limits)
    for index, record in enumerate(capsule.records):
        for holds, fault, bound in listed:
            if not holds(record.time, bound):
                text = f"record {index}: its time {record.time} is {fault} ({bound}); {ADVICE}"
                raise StatementFalse(text, record=index, field="time", value=record.time, bound=bound)


def check_values(capsule: Capsule, bounds: Bounds) -> None:
    """StatementFalse names the first record, and its field, that has a limb out of its bounds."""
    schema = capsule.schema
    if len(bounds) != schema.limbs:
        text = f"there are {len(bounds)} bounds, and {schema.limbs} limbs in schema {schema.name}: give each a pair"
        raise StatementFalse(text, value=schema.limbs, bound=len(bounds))
    for index, record in enumerate(capsule.records):
        limbs = capsule.opening.values[index]
        pairs = by_field(schema, tuple(zip(limbs, bounds, strict=True)))
        for (field, limited), value in zip(pairs, record.values, strict=True):
            if all(minimum <= limb <= maximum for limb, (minimum, maximum) in limited):
                continue
            low = any(limb < minimum for limb, (minimum, _) in limited)
            bound = _decoded(field, tuple(pair[0 if low else 1] for _, pair in limited))
            fault = f"{'below the minimum' if low else 'above the maximum'} of {_told(field, bound)}"
            text = f"record {index}: {field.name} {_told(field, value)} is {fault}; {ADVICE}"
            raise StatementFalse(text, record=index, field=field.name, value=value, bound=bound)


def check_enrolment(capsule: Capsule, owner: OwnerKey, registry: Registry, enrolment: Enrolment) -> None:
    """StatementFalse unless the registry enrols the device that sealed the capsule, under this owner."""
    device = capsule.opening.device
    if enrolment.device != device:
        raise StatementFalse("the enrolment is another device's: use that of the device which sealed the capsule")
    if enrolment.owner_commitment != owner.commitment(device):
        raise StatementFalse("the enrolment is another owner's: use the owner key that this device was enrolled with")
    if enrolment not in registry.enrolments:
        raise StatementFalse("the enrolment is not in the registry: get the registrar's current list")


def sealed_inputs(capsule: Capsule) -> dict[str, Input]:
    """What every circuit that opens a capsule is given of it."""
    opening, header = capsule.opening, capsule.file.header
    return {
        "schema": header.schema,
        "slotLength": header.slot_length,
        "count": header.count,
        "key": opening.key,
        "base": opening.base,
        "deltas": opening.deltas,
        "values": opening.values,
    }


def device_inputs(capsule: Capsule, owner: OwnerKey, registry: Registry, enrolment: Enrolment) -> dict[str, Input]:
    """What every circuit that verifies the device is given of it."""
    opening = capsule.opening
    return {
        "deviceClass": enrolment.device_class,
        "sequence": opening.sequence,
        "ownerKey": owner.secret,
        "T": montgomery(divide_by_cofactor((opening.device.x, opening.device.y))),
        "S": opening.signature.s,
        "R8": [opening.signature.r8x, opening.signature.r8y],
        "enrolledFrom": enrolment.valid_from,
        "enrolledUntil": enrolment.valid_until,
        "path": registry.path(enrolment.leaf),
    }


def _decoded(field: FieldKind, limbs: tuple[int, ...]) -> object:
    """The value of a bound's limbs, or the limbs where they are no value: bounds may lie beyond what a field holds."""
    try:
        return field.decode(limbs)
    except RecordInvalid:
        return limbs


def _told(field: FieldKind, value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    return f"{value} {field.unit}" if isinstance(field, Field) else str(value)
