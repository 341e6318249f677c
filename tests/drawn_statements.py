"""True statements about capsules of a circuit's shape, everything in them drawn from a seed."""

import random
import warnings

from zkdata.capsule.delivery import BuyerKey
from zkdata.capsule.device import DeviceKey
from zkdata.capsule.fields import Digest, Field
from zkdata.capsule.owner import OwnerKey
from zkdata.capsule.record import TIME_BITS, VALUE_BITS, Record, Schema
from zkdata.capsule.seal import seal
from zkdata.capsule.tree import Enrolment, Registry
from zkdata.catalogue import catalogue
from zkdata.errors import DisclosureWarning
from zkdata.proof.circuit import Circuit
from zkdata.proof.claim import Claim
from zkdata.proof.device import Device
from zkdata.proof.range import Range
from zkdata.proof.request import Mode, Request
from zkdata.proof.statement import Statement
from zkdata.proof.terms import Terms
from zkdata.proof.timestamp import Timestamp


def schema_of(circuit: Circuit) -> Schema:
    """A schema whose capsules have the circuit's shape."""
    layout = circuit.layout
    if layout.bits > VALUE_BITS:
        return Schema("drawn", (Digest("digest"),))
    return Schema("drawn", tuple(Field(f"f{k}", "unit", k) for k in range(layout.fields)))


def drawn_claim(circuit: Circuit, draw: random.Random) -> Claim:
    """A true claim of which everything is drawn, with ends and bounds that just hold now and then."""
    schema, layout = schema_of(circuit), circuit.layout
    # Fewer records would be sealed into a smaller shape.
    shapes = [shape for shape in catalogue().shapes("Capsule", layout.fields, layout.bits) if shape < layout.records]
    least = max(shapes, default=0) + 1
    count = draw.choice([least, layout.records, draw.randint(least, layout.records)])
    length = draw.choice([1000 * draw.randint(2, 10**6), draw.randint(layout.records + 1000, 2**40)])
    slot = draw.randrange(min(2**32, 2**TIME_BITS // length - 1))
    first = slot * length
    times = sorted(draw.sample(range(min(length, 2**30)), count))
    records = [Record(first + time, values_of(schema, draw)) for time in times]
    device, owner = DeviceKey(draw.randbytes(32)), OwnerKey.generate()
    capsule = seal(schema, records, device, slot_length=length)
    enrolment = Enrolment(
        device.public,
        owner.commitment(device.public),
        draw.getrandbits(64),
        draw.choice([0, records[0].time]),
        draw.choice([records[-1].time + 1, 2**TIME_BITS - 1]),
    )
    registry = Registry([enrolment])
    columns = list(zip(*capsule.opening.values, strict=True))
    tight = draw.random() < 0.5
    bounds = tuple((min(c), max(c)) if tight else widest for c, widest in zip(columns, schema.widest, strict=True))
    request = Request(
        schema_id=schema.id,
        device_class=enrolment.device_class,
        slot_length=length,
        time_min=first,
        time_max=min(first + length, 2**TIME_BITS) - 1,
        bounds=bounds,
        bits=layout.bits,
        buyer_key=BuyerKey.generate().public,
        mode=draw.choice(list(Mode)),
        scope=draw.getrandbits(248),
    )
    terms = Terms("0x" + draw.randbytes(20).hex())
    about = {"owner": owner, "registry": registry, "enrolment": enrolment, "as_of": records[-1].time}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DisclosureWarning)
        return Claim(capsule, request, terms, **about)


def values_of(schema: Schema, draw: random.Random) -> list[object]:
    """A value for each field, at its ends now and then."""
    if schema.bits > VALUE_BITS:
        return [draw.choice([bytes(32), b"\xff" * 32, draw.randbytes(32)])]
    most = 2**47 - 1
    scaled = [draw.choice([-most, most, 0, -1, draw.randint(-most, most)]) for _ in schema.fields]
    return [f"{value}e-{field.decimals}" for value, field in zip(scaled, schema.fields, strict=True)]


def drawn_statement(circuit: Circuit, draw: random.Random) -> Statement:
    """A true statement of the circuit's own kind."""
    claim = drawn_claim(circuit if circuit.entry.shape else Circuit.named("capsule_48x1"), draw)
    request, context = claim.request, draw.getrandbits(250)
    match circuit.template:
        case "Capsule":
            return claim
        case "Timestamp":
            return Timestamp(claim.capsule, request.time_min, request.time_max, context=context)
        case "Range":
            return Range(claim.capsule, {}, context=context)
    first, last = claim.capsule.records[0].time, claim.capsule.records[-1].time
    about = {"owner": claim.owner, "registry": claim.registry, "enrolment": claim.enrolment}
    return Device(claim.capsule, first, last, context=context, **about)
