"""Opened records as text for other programs: JSON or CSV, every value exact."""

import csv
import io
import json
from collections.abc import Sequence
from decimal import Decimal

from .fields import Value
from .record import Record, Schema


def as_json(schema: Schema, records: Sequence[Record]) -> str:
    """The schema, and for each record its time in milliseconds since 1970 and a text for every field."""
    names = [field.name for field in schema.fields]
    rows = [{"time": each.time, "values": dict(zip(names, _texts(each), strict=True))} for each in records]
    return json.dumps({"records": rows, "schema": schema.document}, indent=1) + "\n"


def as_csv(schema: Schema, records: Sequence[Record]) -> str:
    """A line of names, then one for each record; the first column is the time in milliseconds since 1970."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["time", *(field.name for field in schema.fields)])
    writer.writerows([each.time, *_texts(each)] for each in records)
    return written.getvalue()


def _texts(record: Record) -> list[str]:
    return [_text(value) for value in record.values]


def _text(value: Value) -> str:
    """What makes the same value again: `Record` takes numbers and choices so, and a digest by `bytes.fromhex`."""
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.hex() if isinstance(value, bytes) else value
