"""The kinds of fields: every limb a value and every value its limbs, and what is of another kind refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.capsule.strategies import START, enum_fields, reference_fields
from tests.laws.vectors import vectors
from tests.reference import schema as reference
from zkdata.capsule import schemas as worked
from zkdata.capsule.record import Digest, Enum, Field, Record, Schema
from zkdata.capsule.schemas import GPS_TRACE, PAYMENT, PHOTO, SENSOR_READING, TEMPERATURE
from zkdata.errors import RecordInvalid

CELSIUS = TEMPERATURE.fields[0]
FOOD = Enum("category", ("food", "rent", "lost in transit"))
IMAGE = Digest("image")
WORKED = {schema.name: schema for schema in (TEMPERATURE, SENSOR_READING, GPS_TRACE, PAYMENT, PHOTO)}


@given(offset=st.integers(0, 2**48 - 1))
def test_every_limb_that_a_circuit_accepts_has_a_value(offset: int) -> None:
    """Decoding a number is total on 48 bits and injective; 2^48 is refused."""
    scaled = CELSIUS.decode((offset,)).scaleb(2)
    assert int(scaled) + 2**47 == offset
    for beyond in (offset + 2**48, offset - 2**48):
        with pytest.raises(RecordInvalid):
            CELSIUS.decode((beyond,))


@given(field=enum_fields("f"))
def test_a_choice_is_its_place(field: Enum) -> None:
    """A limb is the place of the name in the order given, as in the reference, and decodes to it; others do not."""
    twin = reference.Enum(field.name, field.choices)
    for place, choice in enumerate(field.choices):
        assert field.encode(choice) == (reference.encode_choice(choice, twin),) == (place,)
        assert field.decode((place,)) == choice
    for place in (-1, len(field.choices)):
        with pytest.raises(RecordInvalid):
            field.decode((place,))


@given(data=st.binary(min_size=32, max_size=32))
def test_a_digest_is_two_halves(data: bytes) -> None:
    """High half, then low half, as in the reference; a half has 128 bits."""
    assert IMAGE.encode(data) == reference.encode_digest(data)
    high, low = IMAGE.encode(data)
    assert IMAGE.decode((high, low)) == data
    for limbs in ((high + 2**128, low), (high, low + 2**128), (-1, low), (high, -1)):
        with pytest.raises(RecordInvalid):
            IMAGE.decode(limbs)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (FOOD, "clothes"),
        (FOOD, "Food"),
        (FOOD, 0),
        (FOOD, None),
        (FOOD, bytes(32)),
        (IMAGE, bytes(31)),
        (IMAGE, "food"),
        (IMAGE, 5),
        (IMAGE, "00" * 32),
        (CELSIUS, "food"),
        (CELSIUS, bytes(32)),
    ],
)
def test_a_value_of_another_kind_is_refused_by_name(field: Field | Enum | Digest, value: Any) -> None:
    """A number for a choice, a choice for a digest and so on name record and field, and quote no value."""
    with pytest.raises(RecordInvalid, match=field.name) as refusal:
        field.encode(value)
    assert refusal.value.field == field.name
    if value == "clothes":
        with pytest.raises(RecordInvalid) as refusal:
            Schema("s", (field,)).encode(Record(START, [value]), 7)
        assert (refusal.value.index, refusal.value.rule) == (7, "choice")
        assert "clothes" not in str(refusal.value)


@pytest.mark.parametrize(
    "choices",
    [(), ["a"], ("a", "a"), ("",), ("1",), ("1e5",), (" a",), ("a ",), ("é",), ("a\n",), ("a" * 65,), (1,), None, "ab"],
)
def test_choices_are_different_names(choices: Any) -> None:
    """None, a list, twins, and what could be a number or be spelled in two ways are refused."""
    with pytest.raises(RecordInvalid) as refusal:
        Enum("e", choices)
    assert refusal.value.rule == "choices"


def test_an_enum_has_at_most_65536_choices() -> None:
    """The most are taken, one more is refused."""
    choices = tuple(f"c{index}" for index in range(2**16))
    assert Enum("e", choices).encode(choices[-1]) == (2**16 - 1,)
    with pytest.raises(RecordInvalid):
        Enum("e", (*choices, "more"))


@pytest.mark.parametrize("unit", ["", " m", "m ", "°C", "m\n", "m" * 33, None])
def test_units_are_printable_ascii(unit: Any) -> None:
    """Other units are refused."""
    with pytest.raises(RecordInvalid):
        Field("f", unit, 0)


@pytest.mark.parametrize("decimals", [-1, 10, 1.0, True, "1"])
def test_decimals_are_0_to_9(decimals: Any) -> None:
    """Other numbers of decimals are refused."""
    with pytest.raises(RecordInvalid):
        Field("f", "u", decimals)


def test_bounds_are_pairs_of_limbs() -> None:
    """A pair for each limb, the ends included."""
    assert CELSIUS.bounds("-3.25", 40) == ((2**47 - 325, 2**47 + 4000),)
    assert FOOD.bounds("food", "rent") == ((0, 1),)
    assert IMAGE.bounds(b"\x01" * 32, b"\x01" * 32) == ((int("01" * 16, 16),) * 2,) * 2


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [(CELSIUS, 1, 0), (FOOD, "rent", "food"), (IMAGE, bytes(32), b"\x01" * 32), (IMAGE, b"\x01" * 32, bytes(32))],
)
def test_bounds_that_hold_nothing_or_say_nothing_are_refused(field: Any, low: Any, high: Any) -> None:
    """A first bound above the second, and a range of digests, which limb by limb is none."""
    with pytest.raises(RecordInvalid) as refusal:
        field.bounds(low, high)
    assert (refusal.value.field, refusal.value.rule) == (field.name, "bounds")


def test_the_worked_schemas_are_frozen() -> None:
    """Canonical JSON, id, limbs and bits of each worked schema are those of the vectors."""
    listed = {case[0]: case[1:] for case in vectors("schema")["cases"]}
    for name, schema in WORKED.items():
        assert listed[name] == [schema.canonical, schema.id, schema.limbs, schema.bits]
        assert schema.canonical.encode() == reference.schema_json(name, reference_fields(schema))
    assert set(WORKED.values()) == {value for value in vars(worked).values() if isinstance(value, Schema)}


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        (TEMPERATURE, ["-40.25"]),
        (SENSOR_READING, ["-3.5", "61.2", "1013.2", "3.305"]),
        (GPS_TRACE, ["-33.8567844", "151.2152967", "-2.50", "0.75"]),
        (PAYMENT, ["-12.99", "-250.01", "food", "CHF"]),
        (PHOTO, [bytes(range(32))]),
    ],
)
def test_a_worked_schema_takes_its_records(schema: Schema, values: list[Any]) -> None:
    """South, frost, debt and fractions come back as they were."""
    record = Record(START, values)
    assert schema.decode(START, schema.encode(record)) == record


def test_limbs_are_named() -> None:
    """Two halves of a digest have a name each."""
    assert Schema("s", (FOOD, IMAGE)).limb_names == ("category", "image.high", "image.low")
