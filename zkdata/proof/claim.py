"""The claim, statement `capsule`: what an owner states about one capsule to be paid for it, and the key's delivery."""

import operator
from dataclasses import dataclass, field
from typing import ClassVar

from ..capsule.delivery import Delivery, check_buyer_key, check_ephemeral, deliver, fresh_ephemeral, point_over
from ..capsule.hashing import FIELD_ORDER, hashed
from ..capsule.owner import OwnerKey
from ..capsule.randomness import fresh_integer
from ..capsule.record import TIME_BITS
from ..capsule.seal import Capsule
from ..capsule.tree import Enrolment, Registry
from ..errors import KeyUnsafe, ParametersInvalid, StatementFalse
from .bounds import warn_of_narrow
from .inputs import Input
from .request import Mode, Request
from .signals import Signals, compress
from .statement import Statement, check_enrolment, check_times, check_values, device_inputs, sealed_inputs
from .terms import Terms

MIN_RELEASE_SECRET = 2**128  # below, the release hash could be searched


def _fresh_secret() -> int:
    return fresh_integer(MIN_RELEASE_SECRET, FIELD_ORDER)


@dataclass(frozen=True, slots=True)
class Claim(Statement):
    """The records of `capsule` are what `request` asks for, `terms` say who is paid, and the buyer can open them."""

    template: ClassVar[str] = "Capsule"

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
    ephemeral_secret: int = field(kw_only=True, repr=False, default_factory=fresh_ephemeral)
    """k, which hides the capsule key from all but the buyer. Fresh for every claim; nobody needs it afterwards."""

    def __post_init__(self) -> None:
        if not MIN_RELEASE_SECRET <= self.release_secret < FIELD_ORDER:
            raise KeyUnsafe("the release secret is not a random field element; leave it out to have a fresh one")
        if not 0 <= self.as_of < 2**TIME_BITS:
            raise ParametersInvalid("as_of is milliseconds since 1970, below 2^48; take the time of the latest block")
        check_ephemeral(self.ephemeral_secret)
        check_buyer_key(self.request.buyer_key)
        if self.capsule.file.header.schema == self.request.schema_id:
            warn_of_narrow(self.capsule.schema, self.request.bounds, stacklevel=3)

    @property
    def delivery(self) -> Delivery:
        """The capsule key, wrapped for the buyer, who opens it once the release secret is shown."""
        return deliver(
            self.capsule.opening.key,
            self.capsule.content,
            self.request.buyer_key,
            ephemeral_secret=self.ephemeral_secret,
            release_secret=self.release_secret,
        )

    @property
    def values(self) -> tuple[int, ...]:
        """The public values, in the order of the catalogue."""
        request, header, delivery = self.request, self.capsule.file.header, self.delivery
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
            delivery.content,
            self.owner.nullifier(self.capsule.opening.device, request.scope, self.capsule.slot),
            self.terms.digest_on(self.request.number),
            hashed("release", [self.release_secret]),
            request.buyer_key,
            delivery.ephemeral,
            delivery.wrap,
            *(minimum for minimum, _ in request.bounds),
            *(maximum for _, maximum in request.bounds),
        )

    @property
    def words(self) -> tuple[int, ...]:
        """The ciphertext words that travel with the proof: all, or none, as the request says."""
        return self.capsule.file.words if self.request.mode == Mode.CALLDATA else ()

    @property
    def signals(self) -> Signals:
        """M, x and y."""
        return compress(self.values, self.words)

    @property
    def public(self) -> tuple[int, ...]:
        """The public inputs: the signals."""
        return self.signals

    @property
    def inputs(self) -> dict[str, Input]:
        """Every input of the circuit, by its name there."""
        request, signals = self.request, self.signals
        asked: dict[str, Input] = {
            "mode": int(request.mode),
            "scope": request.scope,
            "timeMin": request.time_min,
            "timeMax": request.time_max,
            "asOf": self.as_of,
            "terms": self.terms.digest_on(request.number),
            "buyerKey": request.buyer_key,
            "min": [minimum for minimum, _ in request.bounds],
            "max": [maximum for _, maximum in request.bounds],
        }
        private: dict[str, Input] = {
            "slot": self.capsule.slot,
            "releaseSecret": self.release_secret,
            "ephemeralSecret": self.ephemeral_secret,
            "buyerKeyV": point_over(request.buyer_key),
        }
        device = device_inputs(self.capsule, self.owner, self.registry, self.enrolment)
        return {"M": signals.m, "x": signals.x, "y": signals.y} | asked | sealed_inputs(self.capsule) | device | private

    def check(self) -> None:
        """StatementFalse at the first thing that is not as stated, before any proving. What it shows is the owner's."""
        self._check_header()
        check_enrolment(self.capsule, self.owner, self.registry, self.enrolment)
        self._check_class()
        request, enrolment = self.request, self.enrolment
        limits = (
            (operator.ge, "before the request's window", request.time_min),
            (operator.le, "after the request's window", request.time_max),
            (operator.le, "after as_of, the time of the latest block", self.as_of),
            (operator.ge, "before the device's enrolment begins", enrolment.valid_from),
            (operator.lt, "not before the device's enrolment ends", enrolment.valid_until),
        )
        check_times(self.capsule, limits)
        check_values(self.capsule, request.bounds)

    def _check_header(self) -> None:
        header, request = self.capsule.file.header, self.request
        if header.schema != request.schema_id:
            name = self.capsule.schema.name
            text = f"the capsule is of schema {name}, not the request's: seal by the request's schema"
            raise StatementFalse(text, value=header.schema, bound=request.schema_id)
        if header.slot_length != request.slot_length:
            text = f"the capsule's slot is {header.slot_length} ms, not the request's: seal with {request.slot_length}"
            raise StatementFalse(text, value=header.slot_length, bound=request.slot_length)

    def _check_class(self) -> None:
        enrolment, request = self.enrolment, self.request
        if enrolment.device_class != request.device_class:
            text = f"the device is of class {enrolment.device_class}, the request asks for {request.device_class}"
            raise StatementFalse(text, value=enrolment.device_class, bound=request.device_class)
