"""Timestamp, range and device: each thing that makes one false is found before any proving, by name."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError
from decimal import Decimal
from typing import Any

import pytest

from tests.journey_fixtures import (
    BOUNDS,
    DEVICE_CLASS,
    HOUR,
    MINUTE,
    START,
    STATEMENTS,
    Journey,
    built_circuit,
    shared_prover,
)
from tests.proof.twins import twin
from zkdata.capsule.device import DeviceKey
from zkdata.capsule.hashing import FIELD_ORDER
from zkdata.capsule.owner import OwnerKey
from zkdata.capsule.record import Record
from zkdata.capsule.schemas import PAYMENT, PHOTO, TEMPERATURE
from zkdata.capsule.seal import seal
from zkdata.capsule.tree import Registry
from zkdata.catalogue import catalogue
from zkdata.errors import ArtifactMismatch, DisclosureWarning, ParametersInvalid, RecordInvalid, StatementFalse
from zkdata.proof.circuit import Circuit
from zkdata.proof.prover import Prover, prove_statement
from zkdata.proof.range import Range
from zkdata.proof.statement import Statement, check_values

LAST = START + 12 * MINUTE
DIRECT = ["Timestamp", "Range", "Device"]
LATE, EARLY = START + 24 * HOUR - 1, START - HOUR
Making = Callable[[Journey], Statement]

TRUE_AT_THE_EDGE: dict[str, Making] = {
    "window": lambda j: j.timestamp(time_min=START + MINUTE, time_max=LAST),
    "bounds": lambda j: j.range(bounds=BOUNDS),
    "no bounds": lambda j: j.range(bounds={}),
    "enrolment": lambda j: j.device_statement(time_min=EARLY, time_max=LATE),
    "enrolment for a moment": lambda j: j.device_statement(time_min=LATE, time_max=LATE),
}
FALSE: dict[str, tuple[Making, dict[str, Any]]] = {
    "before the window": (
        lambda j: j.timestamp(time_min=START + MINUTE + 1),
        {"record": 0, "field": "time", "value": START + MINUTE, "bound": START + MINUTE + 1},
    ),
    "after the window": (
        lambda j: j.timestamp(time_max=LAST - 1),
        {"record": 11, "field": "time", "value": LAST, "bound": LAST - 1},
    ),
    "below": (
        lambda j: j.range(bounds={"temperature": ("-3.29", "8.00")}),
        {"record": 11, "field": "temperature", "value": Decimal("-3.30"), "bound": Decimal("-3.29")},
    ),
    "above": (
        lambda j: j.range(bounds={"temperature": ("-3.30", "7.99")}),
        {"record": 9, "field": "temperature", "value": Decimal("8.00"), "bound": Decimal("7.99")},
    ),
    "enrolled too late": (
        lambda j: j.device_statement(time_min=EARLY - 1),
        {"field": "time", "value": EARLY - 1, "bound": EARLY},
    ),
    "enrolled not long enough": (
        lambda j: j.device_statement(time_max=LATE + 1),
        {"field": "time", "value": LATE + 1, "bound": LATE + 1},
    ),
    "another owner": (lambda j: j.device_statement(owner=OwnerKey.generate()), {}),
    "another device": (lambda j: j.enrolled(device=DeviceKey.generate().public).device_statement(), {}),
    "not in the registry": (
        lambda j: j.device_statement(registry=Registry(j.registry.enrolments[:-1])),
        {},
    ),
}


@pytest.mark.parametrize("kind", STATEMENTS)
def test_the_statements_of_the_journey_hold(journey: Journey, kind: str) -> None:
    """So that each refusal below is of the one thing that was changed; and none is changed afterwards."""
    statement = STATEMENTS[kind](journey)
    statement.check()
    with pytest.raises((FrozenInstanceError, TypeError)):
        statement.capsule = None  # type: ignore[assignment]


@pytest.mark.parametrize("make", TRUE_AT_THE_EDGE.values(), ids=TRUE_AT_THE_EDGE)
def test_edges_are_inside(journey: Journey, make: Making) -> None:
    """Windows and bounds are inclusive; an enrolment ends just after its last moment."""
    make(journey).check()


@pytest.mark.parametrize(("make", "evidence"), FALSE.values(), ids=FALSE)
def test_what_is_false_is_named(journey: Journey, make: Making, evidence: dict[str, Any]) -> None:
    """Record, field, value and bound, in the schema's own units."""
    with pytest.raises(StatementFalse) as caught:
        make(journey).check()
    assert caught.value.evidence == evidence


@pytest.mark.parametrize("name", [name for name in FALSE if name != "not in the registry"])
def test_the_circuit_refuses_what_the_check_refuses(
    journey: Journey, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the check taken out, no witness exists: the check is a courtesy, the circuit decides."""
    statement = FALSE[name][0](journey)
    prover = shared_prover(statement.circuit)
    monkeypatch.setattr(type(statement), "check", lambda self: None)
    with pytest.raises(StatementFalse) as caught:
        prover.prove(statement)
    assert caught.value.template


@pytest.mark.parametrize("kind", DIRECT)
def test_the_reference_says_the_same(journey: Journey, kind: str) -> None:
    """Public inputs and every input of the circuit, from the same secrets, by code that shares nothing."""
    statement = STATEMENTS[kind](journey)
    other = twin(statement)
    assert sorted(statement.public) == sorted(other.public)
    assert {name: plain(value) for name, value in statement.inputs.items()} == other.inputs


def plain(value: object) -> object:
    """Tuples as lists, all the way down."""
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("kind", DIRECT)
def test_values_follow_the_catalogue(journey: Journey, kind: str) -> None:
    """Every public value under its name, in order, and nothing beside them."""
    statement = STATEMENTS[kind](journey)
    names = catalogue().circuits[statement.circuit].public_signals
    named = dict(zip(names, statement.values, strict=True))
    assert statement.public == statement.values and statement.words == ()
    header = journey.capsule.file.header
    about = {"context": 2026, "content": journey.capsule.content}
    window = {"timeMin": START, "timeMax": START + HOUR - 1}
    (low, high), *_ = TEMPERATURE.fields[0].bounds(*BOUNDS["temperature"])
    assert (
        named
        == {
            "Timestamp": about | {"count": 12} | window,
            "Range": about | {"count": 12, "schema": header.schema, "min[0]": low, "max[0]": high},
            "Device": about | {"root": journey.registry.root, "deviceClass": DEVICE_CLASS} | window,
        }[kind]
    )


@pytest.mark.parametrize("kind", DIRECT)
@pytest.mark.parametrize("context", [-1, FIELD_ORDER, True, "buyer"])
def test_a_context_is_a_field_element(journey: Journey, kind: str, context: Any) -> None:
    """An alias would be a proof for two contexts."""
    with pytest.raises(ParametersInvalid) as caught:
        STATEMENTS[kind](journey, context=context)
    assert caught.value.parameter == "context"


@pytest.mark.parametrize("kind", ["Timestamp", "Device"])
@pytest.mark.parametrize("window", [(-1, 5), (5, 4), (0, 2**48)])
def test_a_window_has_a_moment_in_it(journey: Journey, kind: str, window: tuple[int, int]) -> None:
    """48 bits of milliseconds, the first not after the last."""
    with pytest.raises(ParametersInvalid):
        STATEMENTS[kind](journey, time_min=window[0], time_max=window[1])


def test_bounds_that_are_none_are_refused(journey: Journey) -> None:
    """An unknown field, the wrong order, more decimals than the field has."""
    for bounds, error in (
        ({"humidity": (0, 1)}, ParametersInvalid),
        ({"temperature": (1, 0)}, RecordInvalid),
        ({"temperature": ("0.001", 1)}, RecordInvalid),
    ):
        with pytest.raises(error):
            journey.range(bounds=bounds)


def test_bounds_that_tell_the_reading_warn(journey: Journey) -> None:
    """Fewer than sixteen steps of a number's unit; a window on all of it does not."""
    with pytest.warns(DisclosureWarning, match="temperature leave 16 values") as caught:
        journey.range(bounds={"temperature": ("4.00", "4.15")})
    assert caught[0].filename.endswith("journey_fixtures.py"), "the line that made the statement"
    journey.range(bounds={"temperature": ("4.00", "4.16")})


def test_a_digest_is_bounded_by_itself(journey: Journey) -> None:
    """The one picture, or any; what is wrong is told in hexadecimal, as one does of digests."""
    picture, other = bytes(range(32)), bytes(range(1, 33))
    photo = seal(PHOTO, [Record(START, [picture])], journey.device)
    Range(photo, {"photo": (picture, picture)}, context=1).check()
    Range(photo, {}, context=1).check()
    with pytest.raises(StatementFalse, match=picture.hex()) as caught:
        Range(photo, {"photo": (other, other)}, context=1).check()
    assert (caught.value.record, caught.value.value, caught.value.bound) == (0, picture, other)


def test_an_enum_is_bounded_by_its_names(journey: Journey) -> None:
    """In the order of its choices; a bound beyond them, which a request may have, is told as the limb it is."""
    lines = [Record(START + index, ["-4.50", "100", "food", currency]) for index, currency in enumerate(("EUR", "USD"))]
    statement = seal(PAYMENT, lines, journey.device)
    Range(statement, {"currency": ("EUR", "USD")}, context=1).check()
    with pytest.raises(StatementFalse) as caught:
        Range(statement, {"currency": ("EUR", "EUR")}, context=1).check()
    assert (caught.value.record, caught.value.value, caught.value.bound) == (1, "USD", "EUR")
    with pytest.raises(StatementFalse) as caught:
        check_values(statement, (*PAYMENT.widest[:3], (99, 99)))
    assert (caught.value.record, caught.value.value, caught.value.bound) == (0, "EUR", (99,))


def test_bounds_of_another_schema_are_false(journey: Journey) -> None:
    """Fewer or more pairs than the schema has limbs."""
    for bounds in ((), ((0, 1), (0, 1))):
        with pytest.raises(StatementFalse, match="limbs"):
            check_values(journey.capsule, bounds)


def test_a_statement_is_proven_with_the_circuit_of_its_shape(journey: Journey) -> None:
    """Named from the capsule alone; a prover of another circuit refuses it."""
    statement = journey.device_statement()
    circuit = built_circuit(statement.circuit)
    proof = prove_statement(statement)
    assert proof.circuit == circuit.name and (proof.m, proof.words) == (None, ())
    assert proof.values == statement.values and proof.value("context") == 2026
    with pytest.raises(ArtifactMismatch, match="for_statement"):
        Prover.for_statement(statement).prove(journey.timestamp())


def test_a_shape_without_a_circuit_is_told(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the shapes that there are."""
    known = [each for each in Circuit.all() if each.template != "Timestamp" or each.name == "timestamp_16x4"]
    monkeypatch.setattr(Circuit, "all", classmethod(lambda cls: known))
    with pytest.raises(ArtifactMismatch, match="timestamp_16x4"):
        _ = journey.timestamp().circuit
