"""The worked schemas on their way: sealed, claimed with bounds in their units, proven, opened by the buyer alone."""

from typing import Any

import pytest

from tests.journey_fixtures import CONTEXT, MINUTE, START, Journey, built_circuit, new_journey, shared_prover
from zkdata.capsule.capsule_file import CapsuleFile
from zkdata.capsule.delivery import BuyerKey
from zkdata.capsule.record import Record, Schema
from zkdata.capsule.schemas import GPS_TRACE, PAYMENT, PHOTO, SENSOR_READING
from zkdata.capsule.seal import open_capsule, seal
from zkdata.errors import ArtifactMismatch, StatementFalse
from zkdata.proof import reference
from zkdata.proof.range import Range
from zkdata.proof.request import Mode, Request
from zkdata.proof.verifier import Verifier

PICTURE = bytes(range(32))
Bounds = dict[str, tuple[Any, Any]]
SOLD: dict[str, tuple[Schema, list[list[Any]], Bounds, Bounds]] = {
    "a trace across the equator": (
        GPS_TRACE,
        [["-0.0000001", "-78.4678382", "2850.15", "0"], ["0.0000001", "-78.4678", "-3.5", "13.89"]],
        {"latitude": ("-1", "1"), "longitude": ("-79", "-78"), "speed": ("0", "14")},
        {"altitude": ("0", "3000")},
    ),
    "a frosty station": (
        SENSOR_READING,
        [["-12.25", "98.5", "1013.2", "3.701"], ["-12.50", "98", "1013.1", "3.699"]],
        {"temperature": ("-40", "0"), "humidity": ("0", "100")},
        {"battery": ("3.700", "4.200")},
    ),
    "lines of an account": (
        PAYMENT,
        [["-49.90", "120.10", "food", "EUR"], ["2500", "2620.10", "salary", "EUR"]],
        {"currency": ("EUR", "EUR"), "amount": ("-100", "5000")},
        {"category": ("food", "rent")},
    ),
    "one picture": (
        PHOTO,
        [[PICTURE]],
        {"photo": (PICTURE, PICTURE)},
        {"photo": (PICTURE[::-1], PICTURE[::-1])},
    ),
}


@pytest.fixture(params=SOLD)
def sold(request: pytest.FixtureRequest) -> tuple[Journey, Bounds]:
    """A journey with a capsule of the schema and a request that it serves, and bounds that it does not keep."""
    schema, rows, bounds, false = SOLD[request.param]
    journey = new_journey()
    capsule = seal(schema, [Record(START + MINUTE * i, row) for i, row in enumerate(rows)], journey.device)
    asked = Request.about(
        schema,
        bounds,
        device_class=journey.request.device_class,
        slot_length=journey.request.slot_length,
        time_min=journey.request.time_min,
        time_max=journey.request.time_max,
        buyer_key=journey.buyer.public,
        mode=Mode.CALLDATA,
    )
    return journey.with_(capsule=capsule, request=asked), false


def test_each_is_proven_and_opened(sold: tuple[Journey, Bounds]) -> None:
    """Both verifiers accept the claim, and its delivery gives the buyer exactly the records that were sealed."""
    journey, _ = sold
    claim = journey.claim()
    proof = shared_prover(claim.circuit).prove(claim)
    circuit = built_circuit(claim.circuit)
    Verifier(circuit).verify(proof)
    reference.verify(circuit.name, circuit.artifact("vkey.json").read_text(), proof.to_json())
    schema = journey.capsule.schema
    file = CapsuleFile.from_json(journey.capsule.file.to_json())
    assert proof.words == file.words
    assert tuple(open_capsule(file, claim.delivery, journey.buyer, schema)) == journey.capsule.records
    with pytest.raises(ArtifactMismatch):
        open_capsule(file, claim.delivery, BuyerKey.generate(), schema)


def test_what_the_records_are_not_is_refused(sold: tuple[Journey, Bounds], monkeypatch: pytest.MonkeyPatch) -> None:
    """By the check, and by the circuit where the check is taken out."""
    journey, false = sold
    statement = Range(journey.capsule, false, context=CONTEXT)
    prover = shared_prover(statement.circuit)
    with pytest.raises(StatementFalse, match=next(iter(false))):
        prover.prove(statement)
    monkeypatch.setattr(Range, "check", lambda self: None)
    with pytest.raises(StatementFalse) as caught:
        prover.prove(statement)
    assert caught.value.template
