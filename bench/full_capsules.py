"""A capsule that fills its circuit's shape, and the statement of the circuit about it."""

import random
from dataclasses import dataclass

from tests.drawn_statements import schema_of, values_of
from zkdata.capsule.delivery import BuyerKey
from zkdata.capsule.device import DeviceKey
from zkdata.capsule.owner import OwnerKey
from zkdata.capsule.record import Record, Schema
from zkdata.capsule.seal import HOUR, Capsule, seal
from zkdata.capsule.tree import Enrolment, Registry
from zkdata.proof.circuit import Circuit
from zkdata.proof.claim import Claim
from zkdata.proof.device import Device
from zkdata.proof.range import Range
from zkdata.proof.request import Mode, Request
from zkdata.proof.statement import Statement
from zkdata.proof.terms import Terms
from zkdata.proof.timestamp import Timestamp

START = 1_800_000_000_000 // HOUR * HOUR
SECOND = 1000
DEVICE_CLASS, CONTEXT = 7, 2026
ANY_SHAPE = "capsule_48x1"
"""Whose capsules a circuit that knows no shape is timed on."""


@dataclass(frozen=True, slots=True)
class FullCapsule:
    """As many records as the shape holds, one a second, and everything that stands before they are sealed."""

    circuit: Circuit
    schema: Schema
    records: list[Record]
    device: DeviceKey
    owner: OwnerKey
    enrolment: Enrolment
    registry: Registry
    request: Request

    @classmethod
    def of(cls, circuit: Circuit) -> "FullCapsule":
        """The same values every time, and keys of their own."""
        shaped = circuit if circuit.entry.shape else Circuit.named(ANY_SHAPE)
        draw = random.Random(circuit.name)  # noqa: S311, the same records every time
        schema = schema_of(shaped)
        records = [Record(START + SECOND * at, values_of(schema, draw)) for at in range(shaped.layout.records)]
        device, owner = DeviceKey.generate(), OwnerKey.generate()
        enrolment = Enrolment(device.public, owner.commitment(device.public), DEVICE_CLASS, START, START + HOUR)
        request = Request(
            schema_id=schema.id,
            device_class=DEVICE_CLASS,
            slot_length=HOUR,
            time_min=START,
            time_max=START + HOUR - 1,
            bounds=schema.widest,
            bits=shaped.layout.bits,
            buyer_key=BuyerKey.generate().public,
            mode=Mode.NONE,
            scope=CONTEXT,
        )
        return cls(circuit, schema, records, device, owner, enrolment, Registry([enrolment]), request)

    def sealed(self) -> Capsule:
        """What the device does."""
        return seal(self.schema, self.records, self.device)

    def statement(self, capsule: Capsule) -> Statement:
        """What its owner says of it, seen to be true."""
        made = self._statement(capsule)
        made.check()
        return made

    def _statement(self, capsule: Capsule) -> Statement:
        about = {"owner": self.owner, "registry": self.registry, "enrolment": self.enrolment}
        first, last = self.request.time_min, self.request.time_max
        match self.circuit.template:
            case "Capsule":
                return Claim(capsule, self.request, Terms("0x" + "a1" * 20), as_of=last, **about)
            case "Timestamp":
                return Timestamp(capsule, first, last, context=CONTEXT)
            case "Range":
                return Range(capsule, {}, context=CONTEXT)
        return Device(capsule, first, self.records[-1].time, context=CONTEXT, **about)
