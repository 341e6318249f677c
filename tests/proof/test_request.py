"""Requests and terms: what could never be served or paid is refused when it is written down."""

from dataclasses import replace
from typing import Any

import pytest

from tests.journey_fixtures import HOUR, START, Journey
from zkdata.capsule.delivery import NOBODY
from zkdata.capsule.hashing import FIELD_ORDER
from zkdata.capsule.record import Field, Schema
from zkdata.capsule.schemas import PAYMENT, PHOTO, TEMPERATURE
from zkdata.errors import DisclosureWarning, ParametersInvalid, RecordInvalid
from zkdata.proof.request import Mode, Request
from zkdata.proof.terms import Terms

EXAMPLE = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"  # from EIP-55


@pytest.mark.parametrize(
    "change",
    [
        {"schema_id": FIELD_ORDER},
        {"device_class": -1},
        {"scope": FIELD_ORDER},
        {"slot_length": 999},
        {"slot_length": 2**48},
        {"time_min": -1},
        {"time_max": 2**48},
        {"time_min": START + 1, "time_max": START},
        {"bounds": ()},
        {"bounds": ((1, 0),)},
        {"bounds": ((-1, 0),)},
        {"bounds": ((0, 2**48),)},
        {"bounds": ((0, 2**128),), "bits": 128},
        {"bits": 64},
        {"buyer_key": FIELD_ORDER},
        {"mode": 2},
        {"number": -1},
    ],
    ids=str,
)
def test_a_request_that_nobody_could_serve_is_refused(journey: Journey, change: dict[str, Any]) -> None:
    """Aliases, empty windows and bounds, impossible slots and unknown modes, each by the name of its parameter."""
    with pytest.raises(ParametersInvalid) as caught:
        replace(journey.request, **change)
    assert caught.value.parameter in {"time_min", *change}


def about(schema: Schema, bounds: Any) -> Request:
    return Request.about(schema, bounds, device_class=1, slot_length=HOUR, time_min=0, time_max=HOUR - 1)


def test_bounds_are_given_in_the_schemas_units() -> None:
    """By field name, in the order of the schema; a field without bounds may have any value."""
    schema = Schema("weather", (Field("wind", "m/s", 1), *TEMPERATURE.fields))
    request = about(schema, {"temperature": ("-1.5", 2)})
    assert request.bounds == ((0, 2**48 - 1), (2**47 - 150, 2**47 + 200))
    assert (request.schema_id, request.bits, request.mode, request.scope) == (schema.id, 48, Mode.NONE, 0)
    assert request.buyer_key == NOBODY


def test_every_kind_of_field_has_its_limbs() -> None:
    """A digest two of 128 bits, given as the one digest that is asked for; an enum its choices."""
    digest = bytes(range(32))
    request = about(PHOTO, {"photo": (digest, digest)})
    halves = (int.from_bytes(digest[:16], "big"), int.from_bytes(digest[16:], "big"))
    assert (request.bits, request.bounds) == (128, tuple((half, half) for half in halves))
    request = about(PAYMENT, {"currency": ("EUR", "USD")})
    assert request.bounds == (*PAYMENT.widest[:3], (0, 1))


def test_a_request_that_tells_the_readings_warns() -> None:
    """Fewer than sixteen steps of a number; names and digests are asked for one by one, and do not."""
    with pytest.warns(DisclosureWarning, match="leave 1 values") as caught:
        about(TEMPERATURE, {"temperature": (4, 4)})
    assert caught[0].filename == __file__
    about(TEMPERATURE, {"temperature": ("4.00", "4.16")})
    about(PAYMENT, {"currency": ("EUR", "EUR"), "category": ("rent", "rent")})


def test_bounds_that_the_schema_does_not_have_are_refused() -> None:
    """An unknown field, too many decimals, minimum and maximum exchanged."""
    with pytest.raises(ParametersInvalid, match="humidity"):
        about(TEMPERATURE, {"humidity": (0, 1)})
    with pytest.raises(RecordInvalid, match="decimals"):
        about(TEMPERATURE, {"temperature": ("0.001", 1)})
    with pytest.raises(RecordInvalid, match="above"):
        about(TEMPERATURE, {"temperature": (1, 0)})


def test_the_digest_of_terms_is_that_of_the_contract() -> None:
    """keccak256(abi.encode(recipient, relayer, fee)) >> 8, against an encoder and a Keccak that are not ours."""
    from eth_abi import encode
    from eth_hash.auto import keccak

    terms = Terms("0x" + "a1" * 20, "0x" + "b2" * 20, 12345)
    expected = keccak(encode(["address", "address", "uint256"], [terms.recipient, terms.relayer, terms.fee]))
    assert terms.digest == int.from_bytes(expected, "big") >> 8 < FIELD_ORDER
    named = keccak(encode(["address", "address", "uint256", "uint256"], [terms.recipient, terms.relayer, terms.fee, 7]))
    assert terms.digest_on(7) == int.from_bytes(named, "big") >> 8 != terms.digest == terms.digest_on(0)


@pytest.mark.parametrize("change", [{"recipient": "0x" + "a2" * 20}, {"relayer": "0x" + "b3" * 20}, {"fee": 12346}])
def test_every_part_of_the_terms_is_in_the_digest(change: dict[str, Any]) -> None:
    """Whoever, and however much, is changed."""
    terms = {"recipient": "0x" + "a1" * 20, "relayer": "0x" + "b2" * 20, "fee": 12345}
    assert Terms(**terms).digest != Terms(**(terms | change)).digest


def test_an_address_is_bytes_or_hexadecimal() -> None:
    """All spellings of one address are one address."""
    raw = bytes.fromhex(EXAMPLE[2:])
    spellings = (raw, EXAMPLE, EXAMPLE.lower(), "0x" + EXAMPLE[2:].upper())
    assert {Terms(spelling) for spelling in spellings} == {Terms(raw)}


@pytest.mark.parametrize(
    "recipient",
    [
        "0x" + EXAMPLE[2:].swapcase(),
        EXAMPLE[:-1],
        EXAMPLE[2:],
        "0x" + "g" * 40,
        bytes(19),
        bytes(20),
        5,
        EXAMPLE.replace("E9", "e9"),
    ],
)
def test_a_mistyped_address_is_refused(recipient: Any) -> None:
    """A wrong checksum, length or letter, and the zero address."""
    with pytest.raises(ParametersInvalid):
        Terms(recipient)


@pytest.mark.parametrize("fee", [-1, 2**256, True, 1.0])
def test_a_fee_is_a_whole_number_of_units(fee: Any) -> None:
    """256 bits of them."""
    with pytest.raises(ParametersInvalid):
        Terms(EXAMPLE, fee=fee)
