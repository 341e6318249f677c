"""Records as JSON and CSV: what another program reads is, to the last digit, what was opened."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.capsule.strategies import START, Recording, readings, recordings
from zkdata.capsule.record import Enum, Field, FieldKind, Given, Record, Schema
from zkdata.capsule.schemas import PAYMENT, PHOTO, TEMPERATURE
from zkdata.capsule.tables import as_csv, as_json, from_csv
from zkdata.errors import RecordInvalid


def _value(field: FieldKind, text: str) -> Given:
    return text if isinstance(field, Field | Enum) else bytes.fromhex(text)


def _from_json(text: str) -> list[Record]:
    document = json.loads(text)
    schema = Schema.from_document(document["schema"])
    named = {field.name: field for field in schema.fields}
    return [
        Record(row["time"], [_value(named[name], value) for name, value in row["values"].items()])
        for row in document["records"]
    ]


@given(st.data())
def test_there_and_back(data: st.DataObject) -> None:
    """Of any schema: numbers with all their digits, choices, digests."""
    recording: Recording = data.draw(recordings())
    opened = [recording.schema.decode(each.time, recording.schema.encode(each)) for each in recording.records]
    for read in (
        _from_json(as_json(recording.schema, opened)),
        from_csv(recording.schema, as_csv(recording.schema, opened)),
    ):
        assert [(each.time, recording.schema.encode(each)) for each in read] == [
            (each.time, recording.schema.encode(each)) for each in opened
        ]


def test_what_it_looks_like() -> None:
    """No exponent, no rounding, a quoted comma, one line a record."""
    tiny = Schema("tiny", (Field("x", "m", 9), Enum("kind", ("a, b", "c"))))
    opened = [tiny.decode(START, tiny.encode(Record(START, ["0", "a, b"])))]
    assert as_csv(tiny, opened) == f'time,x,kind\n{START},0.000000000,"a, b"\n'
    assert as_csv(TEMPERATURE, readings("-3.25", "4")) == f"time,temperature\n{START},-3.25\n{START + 60_000},4\n"
    photo = Record(START, [bytes(range(32))])
    assert bytes(range(32)).hex() in as_csv(PHOTO, [photo]) and bytes(range(32)).hex() in as_json(PHOTO, [photo])
    assert json.loads(as_json(PAYMENT, []))["records"] == []


def test_a_table_of_somebody_elses() -> None:
    """Columns in any order, empty lines, exact numbers."""
    table = f"temperature,time\n-3.25,{START}\n\n4,{START + 60_000}\n"
    assert from_csv(TEMPERATURE, table) == readings("-3.25", "4")


@pytest.mark.parametrize(
    ("table", "rule"),
    [
        ("", "columns"),
        ("time\n1\n", "columns"),
        ("time,temperature,more\n1,2,3\n", "columns"),
        ("time,temperature,temperature\n1,2,3\n", "columns"),
        ("time,temperature\n1,2,3\n", "line"),
        ("time,temperature\n1\n", "line"),
        ("time,temperature\n-1,2\n", "line"),
        ("time,temperature\n1.5,2\n", "line"),
        (f"time,temperature\n{'9' * 16},2\n", "line"),
        ("time,temperature\n1,é\n", "number"),
        ('time,temperature\n1,"2\n', "columns"),
    ],
)
def test_what_is_no_table(table: str, rule: str) -> None:
    """A typed refusal with the rule that was broken, whatever the text is."""
    with pytest.raises(RecordInvalid) as caught:
        from_csv(TEMPERATURE, table)
    assert caught.value.evidence["rule"] == rule
    with pytest.raises(RecordInvalid):
        from_csv(PHOTO, f"time,{PHOTO.fields[0].name}\n1,xy\n")


@given(st.text())
def test_any_text(text: str) -> None:
    """Records, or a typed refusal."""
    with contextlib.suppress(RecordInvalid):
        from_csv(TEMPERATURE, text)
        from_csv(TEMPERATURE, "time,temperature\n" + text)
