"""Records and schemas: exact in, exact out, and nothing that would have to be rounded."""

import decimal
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.capsule.strategies import START, exact, reference_fields, scaled_values, schemas, values_of
from tests.reference import schema as reference
from zkdata.capsule.record import Digest, Enum, Field, Record, Schema
from zkdata.capsule.schemas import PAYMENT, TEMPERATURE
from zkdata.errors import ArtifactMalformed, RecordInvalid

CELSIUS = TEMPERATURE.fields[0]


@given(scaled=scaled_values, decimals=st.integers(0, 9))
def test_a_value_comes_back_exactly(scaled: int, decimals: int) -> None:
    """Encoding then decoding is the identity on every representable value, and agrees with the reference."""
    field = Field("f", "u", decimals)
    value = exact(scaled, decimals)
    assert field.encode(value) == (reference.encode(scaled),)
    assert field.decode(field.encode(value)) == value


@given(scaled=scaled_values, zeros=st.integers(0, 20))
def test_spelling_and_context_do_not_matter(scaled: int, zeros: int) -> None:
    """Trailing zeros and the caller's decimal context change nothing."""
    value = exact(scaled, 2)
    spelled = f"{value:f}" + "0" * zeros
    with decimal.localcontext(decimal.Context(prec=3, traps=[decimal.InvalidOperation])):
        assert CELSIUS.encode(Record(0, [spelled]).values[0]) == (reference.encode(scaled),)


@pytest.mark.parametrize(
    ("value", "scaled"),
    [
        *((0, 0), (-7, -700), ("-0.00", 0), ("1e2", 10_000), ("+.5", 50), ("0e999", 0), ("-.5", -50), ("5.", 500)),
        (Decimal("0E+999999999999999999"), 0),
        (Decimal("1." + "0" * 1000), 100),
    ],
)
def test_whole_numbers_and_text_are_values(value: int | str | Decimal, scaled: int) -> None:
    """int and decimal text stand for exactly the number that they write."""
    assert TEMPERATURE.encode(Record(START, [value])) == (reference.encode(scaled),)


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (21.5, "type"),
        (True, "type"),
        (None, "type"),
        (bytearray(32), "type"),
        (b"1", "digest"),
        (bytes(33), "digest"),
        ("21,5", "number"),
        ("1_000", "number"),
        (" 1", "number"),
        ("\u0661", "number"),
        ("-nan", "number"),
        ("-", "number"),
        (".", "number"),
        ("--1", "number"),
        ("1.1.1", "number"),
        ("-\u0661", "number"),
        ("a\n", "number"),
        ("a" * 65, "number"),
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
        (Decimal("9E+999999999999999999"), "range"),
        ("nan", "number"),
        ("Infinity", "number"),
        (bytes(32), "number"),
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
    """Id, limbs and their bits agree with the reference, and the schema comes back from its JSON."""
    fields = reference_fields(schema)
    assert schema.id == reference.schema_id(schema.name, fields) < 2**248
    assert (schema.limbs, schema.bits) == reference.limb_shape(fields)
    assert schema.canonical.encode() == reference.schema_json(schema.name, fields)
    assert Schema.from_document(json.loads(schema.canonical)) == schema


@given(schema=schemas(st.integers(1, 8)), data=st.data())
def test_a_record_comes_back_under_its_schema(schema: Schema, data: st.DataObject) -> None:
    """Decoding what was encoded gives the record, and each limb is within the widest bounds."""
    record = Record(START, [data.draw(values_of(field)) for field in schema.fields])
    limbs = schema.encode(record)
    assert schema.decode(START, limbs) == record
    assert len(limbs) == len(schema.limb_names) == len(set(schema.limb_names)) == schema.limbs
    assert all(low <= limb <= high < 2**schema.bits for limb, (low, high) in zip(limbs, schema.widest, strict=True))


Edit = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: d.update(version=1),
        lambda d: d.update(version="2"),
        lambda d: d.update(extra=1),
        lambda d: d.pop("name"),
        lambda d: d.update(fields={}),
        lambda d: d["fields"].append("x"),
        lambda d: d["fields"].append({"kind": "number", "name": "x"}),
        lambda d: d["fields"].append({"kind": "float", "name": "x", "unit": "u", "decimals": 1}),
        lambda d: d["fields"].append({"name": "x", "unit": "u", "decimals": 1}),
        lambda d: d["fields"].append({"kind": "digest", "name": "x", "unit": "u"}),
        lambda d: d["fields"].append({"kind": "enum", "name": "x", "choices": "ab"}),
        lambda d: d["fields"].append({"kind": "enum", "name": "x", "choices": [1]}),
        lambda d: d["fields"].append({"kind": "number", "name": "x", "unit": "u", "decimals": "1"}),
        lambda d: d["fields"].append({"kind": "digest", "name": d["fields"][0]["name"]}),
    ],
)
def test_what_describes_no_schema_is_refused(edit: Edit) -> None:
    """A member too many, too few, of another type, kind or version is refused."""
    document = json.loads(PAYMENT.canonical)
    edit(document)
    with pytest.raises((ArtifactMalformed, RecordInvalid)):
        Schema.from_document(document)


@pytest.mark.parametrize("name", ["", "a b", "1a", "é", "a" * 65, "a\n", None])
def test_names_are_ascii_identifiers(name: Any) -> None:
    """Other names of schemas and fields are refused: two spellings of one name would be two schemas."""
    for make in (lambda: Field(name, "u", 0), lambda: Enum(name, ("a",)), lambda: Digest(name)):
        with pytest.raises(RecordInvalid):
            make()
    with pytest.raises(RecordInvalid):
        Schema(name, (CELSIUS,))


def test_a_schema_has_1_to_8_fields_of_different_names() -> None:
    """None, nine, a list, and two fields of one name are refused."""
    nine = tuple(Field(f"f{index}", "u", 0) for index in range(9))
    assert Schema("s", nine[:8]).id != Schema("s", nine[:7]).id
    for fields in ((), nine, (CELSIUS, CELSIUS), (CELSIUS, Digest(CELSIUS.name)), [CELSIUS], ("a",)):
        with pytest.raises(RecordInvalid):
            Schema("s", fields)  # type: ignore[arg-type]
