"""The claim: what an owner states about one capsule to be paid for it, and all that a circuit needs to prove it."""

from dataclasses import dataclass, field

from ..capsule.device import divide_by_cofactor
from ..capsule.hashing import FIELD_ORDER, hashed
from ..capsule.owner import OwnerKey
from ..capsule.randomness import fresh_integer
from ..capsule.record import TIME_BITS, Record
from ..capsule.seal import Capsule
from ..capsule.tree import Enrolment, Registry
from ..errors import KeyUnsafe, ParametersInvalid, StatementFalse
from .request import Mode, Request
from .signals import Signals, compress
from .terms import Terms
from .witness import Input

ADVICE = "this capsule does not serve this request"
MIN_RELEASE_SECRET = 2**128  # below, the release hash could be searched


def _fresh_secret() -> int:
    return fresh_integer(MIN_RELEASE_SECRET, FIELD_ORDER)


@dataclass(frozen=True, slots=True)
class Claim:
    """The records of `capsule` are what `request` asks for, and `terms` say who is paid."""

    capsule: Capsule
    request: Request
    terms: Terms
    owner: OwnerKey = field(kw_only=True)
    registry: Registry = field(kw_only=True, repr=False)
    enrolment: Enrolment = field(kw_only=True, repr=False)
    as_of: int = field(kw_only=True)
    """Milliseconds; no record is later. Take it from the latest block, not from the records: it would disclose them."""
    release_secret: int = field(kw_only=True, repr=False, default_factory=_fresh_secret)
    """Shown to be paid. Fresh for every claim; store it before the claim is sent."""

    def __post_init__(self) -> None:
        if not MIN_RELEASE_SECRET <= self.release_secret < FIELD_ORDER:
            raise KeyUnsafe("the release secret is not a random field element; leave it out to have a fresh one")
        if not 0 <= self.as_of < 2**TIME_BITS:
            raise ParametersInvalid("as_of is milliseconds since 1970, below 2^48; take the time of the latest block")

    @property
    def values(self) -> tuple[int, ...]:
        """The public values, in the order of the catalogue."""
        request, header = self.request, self.capsule.file.header
        opening = self.capsule.opening
        return (
            int(request.mode),
            request.scope,
            header.slot_length,
            request.time_min,
            request.time_max,
            self.as_of,
            header.schema,
            self.enrolment.device_class,
            self.registry.root,
            header.count,
            self.capsule.content,
            self.owner.nullifier(opening.device, request.scope, self.capsule.slot),
            self.terms.digest,
            hashed("release", [self.release_secret]),
            *(minimum for minimum, _ in request.bounds),
            *(maximum for _, maximum in request.bounds),
        )

    @property
    def words(self) -> tuple[int, ...]:
        """The ciphertext words that travel with the proof: all, or none, as the request says."""
        return self.capsule.file.words if self.request.mode == Mode.CALLDATA else ()

    @property
    def signals(self) -> Signals:
        """The public inputs."""
        return compress(self.values, self.words)

    @property
    def inputs(self) -> dict[str, Input]:
        """Every input of the circuit, by its name there."""
        request, opening, header = self.request, self.capsule.opening, self.capsule.file.header
        signals = self.signals
        public: dict[str, Input] = {"M": signals.m, "x": signals.x, "y": signals.y}
        values: dict[str, Input] = {
            "mode": int(request.mode),
            "scope": request.scope,
            "slotLength": header.slot_length,
            "timeMin": request.time_min,
            "timeMax": request.time_max,
            "asOf": self.as_of,
            "schema": header.schema,
            "deviceClass": self.enrolment.device_class,
            "terms": self.terms.digest,
            "min": [minimum for minimum, _ in request.bounds],
            "max": [maximum for _, maximum in request.bounds],
        }
        private: dict[str, Input] = {
            "key": opening.key,
            "sequence": opening.sequence,
            "ownerKey": self.owner.secret,
            "slot": self.capsule.slot,
            "base": opening.base,
            "deltas": opening.deltas,
            "values": opening.values,
            "count": header.count,
            "T": divide_by_cofactor((opening.device.x, opening.device.y)),
            "S": opening.signature.s,
            "R8": [opening.signature.r8x, opening.signature.r8y],
            "enrolledFrom": self.enrolment.valid_from,
            "enrolledUntil": self.enrolment.valid_until,
            "path": self.registry.path(self.enrolment.leaf),
            "releaseSecret": self.release_secret,
        }
        return public | values | private

    def check(self) -> None:
        """StatementFalse at the first thing that is not as stated, before any proving. What it shows is the owner's."""
        self._check_header()
        self._check_enrolment()
        for index, record in enumerate(self.capsule.records):
            self._check_time(index, record)
            self._check_values(index, record)

    def _check_header(self) -> None:
        header, request = self.capsule.file.header, self.request
        if header.schema != request.schema_id:
            text = (
                f"the capsule is of schema {self.capsule.schema.name}, not the request's: seal by the request's schema"
            )
            raise StatementFalse(text, value=header.schema, bound=request.schema_id)
        if header.slot_length != request.slot_length:
            text = f"the capsule's slot is {header.slot_length} ms, not the request's: seal with {request.slot_length}"
            raise StatementFalse(text, value=header.slot_length, bound=request.slot_length)
        if len(request.bounds) != header.fields:
            text = f"the request has {len(request.bounds)} bounds, the schema {header.fields} fields: give each a pair"
            raise StatementFalse(text, value=header.fields, bound=len(request.bounds))

    def _check_enrolment(self) -> None:
        enrolment, device, request = self.enrolment, self.capsule.opening.device, self.request
        if enrolment.device != device:
            raise StatementFalse("the enrolment is another device's: use that of the device which sealed the capsule")
        if enrolment.owner_commitment != self.owner.commitment(device):
            raise StatementFalse(
                "the enrolment is another owner's: use the owner key that this device was enrolled with"
            )
        if enrolment.device_class != request.device_class:
            text = f"the device is of class {enrolment.device_class}, the request asks for {request.device_class}"
            raise StatementFalse(text, value=enrolment.device_class, bound=request.device_class)
        if enrolment not in self.registry.enrolments:
            raise StatementFalse("the enrolment is not in the registry: get the registrar's current list")
        if self.registry.root != request.root:
            text = "the registry's root is not the one that the request names: get the list it was posted for"
            raise StatementFalse(text, value=self.registry.root, bound=request.root)

    def _check_time(self, index: int, record: Record) -> None:
        request, enrolment = self.request, self.enrolment
        limits = (
            (request.time_min <= record.time, "before the request's window", request.time_min),
            (record.time <= request.time_max, "after the request's window", request.time_max),
            (record.time <= self.as_of, "after as_of, the time of the latest block", self.as_of),
            (enrolment.valid_from <= record.time, "before the device's enrolment begins", enrolment.valid_from),
            (record.time < enrolment.valid_until, "not before the device's enrolment ends", enrolment.valid_until),
        )
        for holds, fault, bound in limits:
            if not holds:
                text = f"record {index}: its time {record.time} is {fault} ({bound}); {ADVICE}"
                raise StatementFalse(text, record=index, field="time", value=record.time, bound=bound)

    def _check_values(self, index: int, record: Record) -> None:
        encoded = self.capsule.opening.values[index]
        pairs = zip(self.capsule.schema.fields, self.request.bounds, strict=True)
        for column, (quantity, (minimum, maximum)) in enumerate(pairs):
            if minimum <= encoded[column] <= maximum:
                continue
            low = encoded[column] < minimum
            bound = quantity.decode(minimum if low else maximum)
            value = record.values[column]
            fault = f"{'below the minimum' if low else 'above the maximum'} of {bound}"
            text = f"record {index}: {quantity.name} {value} {quantity.unit} is {fault}; {ADVICE}"
            raise StatementFalse(text, record=index, field=quantity.name, value=value, bound=bound)
