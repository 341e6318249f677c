"""Records and schemas: exact in, exact out, and nothing that would have to be rounded."""

import decimal
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.capsule.strategies import START, exact, scaled_values, schemas
from tests.reference import sealing
from zkdata.capsule.record import TEMPERATURE, Field, Record, Schema
from zkdata.errors import RecordInvalid

CELSIUS = TEMPERATURE.fields[0]


@given(scaled=scaled_values, decimals=st.integers(0, 9))
def test_a_value_comes_back_exactly(scaled: int, decimals: int) -> None:
    """Encoding then decoding is the identity on every representable value, and agrees with the reference."""
    field = Field("f", "u", decimals)
    value = exact(scaled, decimals)
    assert field.encode(value) == sealing.encode(scaled)
    assert field.decode(field.encode(value)) == value


@given(scaled=scaled_values, zeros=st.integers(0, 20))
def test_spelling_and_context_do_not_matter(scaled: int, zeros: int) -> None:
    """Trailing zeros and the caller's decimal context change nothing."""
    value = exact(scaled, 2)
    spelled = f"{value:f}" + "0" * zeros
    with decimal.localcontext(decimal.Context(prec=3, traps=[decimal.InvalidOperation])):
        assert CELSIUS.encode(Record(0, [spelled]).values[0]) == sealing.encode(scaled)


@pytest.mark.parametrize(
    ("value", "scaled"), [(0, 0), (-7, -700), ("-0.00", 0), ("1e2", 10_000), ("+.5", 50), ("0e999", 0)]
)
def test_whole_numbers_and_text_are_values(value: int | str, scaled: int) -> None:
    """int and decimal text stand for exactly the number that they write."""
    assert TEMPERATURE.encode(Record(START, [value])) == (sealing.encode(scaled),)


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (21.5, "type"),
        (True, "type"),
        (None, "type"),
        (b"1", "type"),
        ("21,5", "number"),
        ("1_000", "number"),
        (" 1", "number"),
        ("\u0661", "number"),
        ("nan", "number"),
        ("Infinity", "number"),
        ("1" * 65, "number"),
        ("", "number"),
        (Decimal("NaN"), "number"),
        (Decimal("sNaN"), "number"),
        (Decimal("-Infinity"), "number"),
    ],
)
def test_what_is_not_an_exact_number_is_no_value(value: Any, rule: str) -> None:
    """A float, a boolean, NaN, an infinity or other text is refused when the record is made."""
    with pytest.raises(RecordInvalid) as refusal:
        Record(START, [value])
    assert refusal.value.rule == rule


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("21.505", "decimals"),
        ("1e-3", "decimals"),
        (Decimal("1E-999999999999"), "decimals"),
        ("1407374883553.28", "range"),
        ("-1407374883553.28", "range"),
        (Decimal("1E+999999999999"), "range"),
        (2**47, "range"),
    ],
)
def test_what_does_not_fit_the_field_is_refused_by_name(value: Any, rule: str) -> None:
    """A value too fine or too large is refused with record, field and rule, and is not quoted."""
    with pytest.raises(RecordInvalid) as refusal:
        TEMPERATURE.encode(Record(START, [value]), 3)
    assert (refusal.value.index, refusal.value.field, refusal.value.rule) == (3, "temperature", rule)
    assert "record 3" in str(refusal.value)
    assert str(value) not in str(refusal.value)


def test_the_edges_of_the_range_fit() -> None:
    """|value * 10^decimals| = 2^47 - 1 is the largest that is sealed."""
    assert TEMPERATURE.encode(Record(0, ["1407374883553.27"])) == (2**48 - 1,)
    assert TEMPERATURE.encode(Record(0, ["-1407374883553.27"])) == (1,)


@given(offset=st.integers(0, 2**48 - 1))
def test_every_limb_that_a_circuit_accepts_has_a_value(offset: int) -> None:
    """Decoding is total on 48 bits and injective; 2^48 is refused."""
    scaled = CELSIUS.decode(offset).scaleb(2)
    assert int(scaled) + 2**47 == offset
    with pytest.raises(RecordInvalid):
        CELSIUS.decode(offset + 2**48)


@pytest.mark.parametrize("time", [-1, 2**48, 1.0, True, "0"])
def test_a_time_is_whole_milliseconds_of_48_bits(time: Any) -> None:
    """Negative, late, fractional and non-numeric times are refused."""
    Record(0, [1])
    Record(2**48 - 1, [1])
    with pytest.raises(RecordInvalid) as refusal:
        Record(time, [1])
    assert refusal.value.rule == "time"


@pytest.mark.parametrize("values", ["12", b"12", 12, None, {1, 2}])
def test_values_come_in_order(values: Any) -> None:
    """What has no order of values, or is one value, is refused."""
    with pytest.raises(RecordInvalid):
        Record(START, values)


@pytest.mark.parametrize("values", [[], [1, 2]])
def test_a_record_has_one_value_for_each_field(values: list[int]) -> None:
    """Too few and too many values are refused with the record's index."""
    with pytest.raises(RecordInvalid) as refusal:
        TEMPERATURE.encode(Record(START, values), 0)
    assert (refusal.value.index, refusal.value.rule) == (0, "values")
    with pytest.raises(RecordInvalid):
        TEMPERATURE.decode(START, values)


@given(schema=schemas(st.integers(1, 8)))
def test_a_schema_id_is_the_hash_of_its_canonical_json(schema: Schema) -> None:
    """The id agrees with the reference, has 248 bits, and the canonical JSON says what the schema says."""
    fields = [(f.name, f.unit, f.decimals) for f in schema.fields]
    assert schema.id == sealing.schema_id(schema.name, fields) < 2**248
    said = json.loads(schema.canonical)
    assert [(f["name"], f["unit"], f["decimals"]) for f in said["fields"]] == fields
    assert (said["name"], said["version"]) == (schema.name, 1)


@given(schema=schemas(st.integers(1, 8)), data=st.data())
def test_a_record_comes_back_under_its_schema(schema: Schema, data: st.DataObject) -> None:
    """Decoding what was encoded gives the record, for any number of fields."""
    record = Record(START, [exact(data.draw(scaled_values), field.decimals) for field in schema.fields])
    assert schema.decode(START, schema.encode(record)) == record


@pytest.mark.parametrize("name", ["", "a b", "1a", "é", "a" * 65, "a\n", None])
def test_names_are_ascii_identifiers(name: Any) -> None:
    """Other names of schemas and fields are refused: two spellings of one name would be two schemas."""
    with pytest.raises(RecordInvalid):
        Field(name, "u", 0)
    with pytest.raises(RecordInvalid):
        Schema(name, (CELSIUS,))


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


def test_a_schema_has_1_to_8_fields_of_different_names() -> None:
    """None, nine, a list, and two fields of one name are refused."""
    nine = tuple(Field(f"f{index}", "u", 0) for index in range(9))
    assert Schema("s", nine[:8]).id != Schema("s", nine[:7]).id
    for fields in ((), nine, (CELSIUS, CELSIUS), [CELSIUS]):
        with pytest.raises(RecordInvalid):
            Schema("s", fields)  # type: ignore[arg-type]
