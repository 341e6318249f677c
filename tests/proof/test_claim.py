"""The claim: each thing that makes it false is found before any proving, by name."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.journey_fixtures import DEVICE_CLASS, HOUR, MINUTE, START, Journey, records
from tests.proof.twins import twin
from tests.reference.delivery import is_buyer_key
from tests.reference.montgomery import TORSION_U
from zkdata.capsule.delivery import NOBODY, BuyerKey, Delivery, deliver, fresh_ephemeral
from zkdata.capsule.device import DeviceKey
from zkdata.capsule.hashing import FIELD_ORDER, hashed
from zkdata.capsule.owner import OwnerKey
from zkdata.capsule.record import Field, Schema
from zkdata.capsule.schemas import TEMPERATURE
from zkdata.capsule.seal import seal
from zkdata.capsule.tree import Registry
from zkdata.catalogue import catalogue
from zkdata.errors import (
    ArtifactMismatch,
    BuyerKeyInvalid,
    DisclosureWarning,
    KeyUnsafe,
    ParametersInvalid,
    StatementFalse,
)
from zkdata.proof import signals
from zkdata.proof.claim import Claim
from zkdata.proof.prover import Prover
from zkdata.proof.request import Mode

CELSIUS = TEMPERATURE.fields[0]
LAST = START + 12 * MINUTE
Change = Callable[[Journey], Journey]


def bounds(low: str, high: str) -> Change:
    return lambda journey: journey.asking(bounds=CELSIUS.bounds(low, high))


def other_schema(journey: Journey) -> Journey:
    schema = Schema("humidity", (Field("humidity", "percent", 2),))
    return journey.asking(schema_id=schema.id)


def other_device(journey: Journey) -> Journey:
    key = DeviceKey.generate()
    return journey.enrolled(device=key.public, owner_commitment=journey.owner.commitment(key.public))


def not_in_the_list(journey: Journey) -> Journey:
    """The registry has everybody but this device."""
    return journey.with_(registry=Registry(journey.registry.enrolments[:-1]))


TEMPERATURE_FALSE = [
    (bounds("-3.30", "7.99"), 9, "8.00", "7.99"),
    (bounds("-3.29", "8.00"), 11, "-3.30", "-3.29"),
    (bounds("-3.24", "8.00"), 0, "-3.25", "-3.24"),
]
TIME_FALSE: list[tuple[Change, int, int, int]] = [
    (lambda j: j.asking(time_min=START + MINUTE + 1), 0, START + MINUTE, START + MINUTE + 1),
    (lambda j: j.asking(time_max=LAST - 1), 11, LAST, LAST - 1),
    (lambda j: j.with_(as_of=LAST - 1), 11, LAST, LAST - 1),
    (lambda j: j.enrolled(valid_from=START + MINUTE + 1), 0, START + MINUTE, START + MINUTE + 1),
    (lambda j: j.enrolled(valid_until=LAST), 11, LAST, LAST),
]
OTHERWISE_FALSE: dict[str, tuple[Change, str]] = {
    "schema": (other_schema, "schema"),
    "slot length": (lambda j: j.asking(slot_length=2 * HOUR), "slot"),
    "number of bounds": (lambda j: j.asking(bounds=j.request.bounds * 2), "bounds"),
    "device class asked": (lambda j: j.asking(device_class=DEVICE_CLASS + 1), "class"),
    "device class enrolled": (lambda j: j.enrolled(device_class=DEVICE_CLASS + 1), "class"),
    "device": (other_device, "another device"),
    "owner": (lambda j: j.with_(owner=OwnerKey.generate()), "another owner"),
    "not enrolled": (not_in_the_list, "not in the registry"),
}
TRUE_AT_THE_EDGE: dict[str, Change] = {
    "bounds": bounds("-3.30", "8.00"),
    "window": lambda j: j.asking(time_min=START + MINUTE, time_max=LAST),
    "as of": lambda j: j.with_(as_of=LAST),
    "enrolment": lambda j: j.enrolled(valid_from=START + MINUTE, valid_until=LAST + 1),
}


def test_the_claim_of_the_journey_holds(journey: Journey) -> None:
    """So that each refusal below is of the one thing that was changed."""
    journey.claim().check()


@pytest.mark.parametrize("change", TRUE_AT_THE_EDGE.values(), ids=TRUE_AT_THE_EDGE)
def test_edges_are_inside(journey: Journey, change: Change) -> None:
    """Bounds, window and as-of are inclusive; an enrolment ends just after the last record."""
    change(journey).claim().check()


@pytest.mark.parametrize(("change", "record", "value", "bound"), TEMPERATURE_FALSE)
def test_a_value_out_of_bounds_names_record_field_value_and_bound(
    journey: Journey, prover: Prover, change: Change, record: int, value: str, bound: str
) -> None:
    """In the schema's own units; and no witness is computed for it."""
    with pytest.raises(StatementFalse) as caught:
        prover.prove(change(journey).claim())
    fault = caught.value
    assert (fault.record, fault.field) == (record, "temperature")
    assert (fault.value, fault.bound) == (Decimal(value), Decimal(bound))
    assert f"record {record}" in str(fault) and "celsius" in str(fault) and bound in str(fault)


@pytest.mark.parametrize(("change", "record", "value", "bound"), TIME_FALSE)
def test_a_time_out_of_bounds_names_record_and_bound(
    journey: Journey, change: Change, record: int, value: int, bound: int
) -> None:
    """The window, the as-of time and the device's enrolment, at both ends."""
    with pytest.raises(StatementFalse) as caught:
        change(journey).claim().check()
    fault = caught.value
    assert (fault.record, fault.field, fault.value, fault.bound) == (record, "time", value, bound)


@pytest.mark.parametrize(("change", "words"), OTHERWISE_FALSE.values(), ids=OTHERWISE_FALSE)
def test_what_does_not_belong_together_is_found(journey: Journey, change: Change, words: str) -> None:
    """Schema, slot, class, device, owner and registry are each compared before proving."""
    with pytest.raises(StatementFalse, match=words):
        change(journey).claim().check()


@pytest.mark.parametrize(
    "change",
    [TEMPERATURE_FALSE[0][0], *(case[0] for case in TIME_FALSE), OTHERWISE_FALSE["owner"][0]],
)
def test_the_circuit_refuses_what_the_check_refuses(
    journey: Journey, prover: Prover, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the check taken out, no witness exists: the check is a courtesy, the circuit decides."""
    claim = change(journey).claim()
    monkeypatch.setattr(Claim, "check", lambda self: None)
    with pytest.raises(StatementFalse) as caught:
        prover.prove(claim)
    assert caught.value.template


def test_values_follow_the_catalogue(journey: Journey) -> None:
    """Every public value under its name, in order; the constants of the package name the same places."""
    claim = journey.claim()
    listed = catalogue().circuits[claim.circuit].values
    capsule = journey.capsule
    assert dict(zip(listed, claim.values, strict=True)) == {
        "mode": 1,
        "scope": 99,
        "slotLength": HOUR,
        "timeMin": START,
        "timeMax": START + HOUR - 1,
        "asOf": START + 2 * HOUR,
        "schema": TEMPERATURE.id,
        "deviceClass": DEVICE_CLASS,
        "root": journey.registry.root,
        "count": 12,
        "content": capsule.content,
        "nullifier": journey.owner.nullifier(journey.device.public, 99, START // HOUR),
        "terms": journey.terms.digest,
        "releaseHash": hashed("release", [claim.release_secret]),
        "buyerKey": journey.buyer.public,
        "ephemeral": claim.delivery.ephemeral,
        "wrap": claim.delivery.wrap,
        "min[0]": CELSIUS.encode("-3.30")[0],
        "max[0]": CELSIUS.encode("8")[0],
    }
    for index, name in enumerate(listed[: signals.BOUNDS]):
        assert getattr(signals, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()) == index


def plain(value: object) -> object:
    """Tuples as lists, all the way down."""
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("mode", Mode)
def test_the_reference_says_the_same(journey: Journey, mode: Mode) -> None:
    """Values, signals and every input of the circuit, from the same secrets, by code that shares nothing."""
    claim = journey.asking(mode=mode).claim()
    other = twin(claim)
    assert list(claim.values) == other.signals
    assert list(claim.public) == other.public
    assert {name: plain(value) for name, value in claim.inputs.items()} == other.inputs


def test_the_delivery_of_a_claim_opens_for_the_buyer_alone(journey: Journey) -> None:
    """It holds the capsule key for the buyer of the request, and for nobody else."""
    claim = journey.claim()
    assert claim.delivery.key_for(journey.buyer) == journey.capsule.opening.key
    assert claim.delivery.key_for(BuyerKey.generate()) != journey.capsule.opening.key
    with_other_secret = replace(claim.delivery, release_secret=claim.release_secret ^ 1)
    assert with_other_secret.key_for(journey.buyer) != journey.capsule.opening.key


FALSE_DELIVERIES: dict[str, Callable[[Delivery], Delivery]] = {
    "another key": lambda true: replace(true, wrap=(true.wrap + 1) % FIELD_ORDER),
    "an ephemeral of nobody's": lambda true: replace(true, ephemeral=BuyerKey.generate().public),
    "for another buyer": lambda true: deliver(
        5, true.content, BuyerKey.generate().public, ephemeral_secret=fresh_ephemeral(), release_secret=2**130
    ),
}


@pytest.mark.parametrize("lie", FALSE_DELIVERIES.values(), ids=FALSE_DELIVERIES)
def test_a_delivery_that_opens_nothing_has_no_proof(
    journey: Journey, prover: Prover, lie: Callable[[Delivery], Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An owner who would be paid for a wrap that the buyer cannot open finds no witness."""
    claim = journey.claim()
    false = lie(claim.delivery)
    monkeypatch.setattr(Claim, "delivery", property(lambda self: false))
    with pytest.raises(StatementFalse) as caught:
        prover.prove(claim)
    assert caught.value.template == "Capsule"


def test_a_request_without_a_buyer_key_is_for_nobody(journey: Journey) -> None:
    """The fact is bought, not the data; the claim is made all the same."""
    claim = journey.asking(buyer_key=NOBODY).claim()
    claim.check()
    assert claim.values[signals.BUYER_KEY] == NOBODY


NO_POINT = next(u for u in range(2, 100) if not is_buyer_key(u))


@pytest.mark.parametrize("key", [*TORSION_U, NO_POINT])
def test_a_buyer_key_that_shows_the_key_to_all_is_refused(journey: Journey, key: int) -> None:
    """Of small order, or of no point of the curve: before anything is computed with the capsule key."""
    with pytest.raises(BuyerKeyInvalid):
        journey.asking(buyer_key=key).claim()


@pytest.mark.parametrize("secret", [0, 1, 2**247, 2**248 - 2, 2**248 + 1, -(2**247) - 1])
def test_an_ephemeral_secret_is_odd_and_has_248_bits(journey: Journey, secret: int) -> None:
    """As the circuit's ladder needs it; a fresh one is drawn for every claim."""
    with pytest.raises(KeyUnsafe):
        journey.claim(ephemeral_secret=secret)
    assert journey.claim().ephemeral_secret != journey.claim().ephemeral_secret


def test_bounds_that_tell_the_reading_warn_the_owner(journey: Journey) -> None:
    """Whatever warned the buyer, the owner is told before proving."""
    narrow = journey.asking(bounds=CELSIUS.bounds("4.00", "4.15"))
    with pytest.warns(DisclosureWarning, match="temperature"):
        narrow.claim()
    journey.asking(bounds=CELSIUS.bounds("4.00", "4.16")).claim()


def test_words_travel_only_where_the_request_says_so(journey: Journey) -> None:
    """All of them, or none."""
    assert journey.claim().words == journey.capsule.file.words
    assert journey.asking(mode=Mode.NONE).claim().words == ()


def test_a_release_secret_is_fresh_and_never_small(journey: Journey) -> None:
    """Two claims do not share one; one that could be guessed is refused."""
    assert journey.claim().release_secret != journey.claim().release_secret
    for secret in (0, 1, 2**128 - 1, FIELD_ORDER, -1):
        with pytest.raises(KeyUnsafe):
            journey.claim(release_secret=secret)


@pytest.mark.parametrize("as_of", [-1, 2**48])
def test_as_of_is_a_time(journey: Journey, as_of: int) -> None:
    """48 bits of milliseconds."""
    with pytest.raises(ParametersInvalid):
        journey.claim(as_of=as_of)


def test_a_claim_shows_no_secret(journey: Journey) -> None:
    """Neither device, owner, key, release nor ephemeral secret is in its text, nor in its delivery's."""
    claim = journey.claim()
    text = repr(claim) + str(claim) + repr(claim.delivery)
    opening = journey.capsule.opening
    secrets = (opening.key, opening.device.x, opening.sequence, journey.owner.secret)
    secrets += (claim.release_secret, claim.ephemeral_secret)
    assert not [secret for secret in secrets if str(secret) in text]
    assert "-3.25" not in text


def test_a_capsule_of_another_shape_needs_another_circuit(journey: Journey, prover: Prover) -> None:
    """ArtifactMismatch before anything else; a shape that no circuit has is told with those that there are."""
    larger = seal(TEMPERATURE, records(("4",) * (prover.circuit.layout.records + 1)), journey.device)
    other = journey.with_(capsule=larger).claim()
    assert other.circuit != prover.circuit.name
    with pytest.raises(ArtifactMismatch, match="for_statement"):
        prover.prove(other)


def test_claims_of_one_slot_share_a_nullifier(journey: Journey) -> None:
    """Sealing the slot again gives another content, but the same nullifier; another scope another one."""
    again = seal(TEMPERATURE, records(), journey.device)
    first, second = journey.claim(), journey.with_(capsule=again).claim()
    assert first.values[signals.NULLIFIER] == second.values[signals.NULLIFIER]
    assert first.values[signals.CONTENT] != second.values[signals.CONTENT]
    assert journey.asking(scope=100).claim().values[signals.NULLIFIER] != first.values[signals.NULLIFIER]
