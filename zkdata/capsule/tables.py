"""Records as text for other programs: JSON or CSV, every value exact; and from CSV."""

import csv
import io
import json
import re
from collections.abc import Sequence
from decimal import Decimal

from ..errors import RecordInvalid
from .fields import Digest, Value
from .record import Record, Schema

_TIME = re.compile(r"[0-9]{1,15}")


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


def from_csv(schema: Schema, text: str) -> list[Record]:
    """The records of a table as `as_csv` writes it, columns in any order. RecordInvalid names the line."""
    reader = csv.reader(io.StringIO(text), strict=True)
    names = ["time", *(field.name for field in schema.fields)]
    digests = {field.name for field in schema.fields if isinstance(field, Digest)}
    try:
        header, *rows = [row for row in reader if row]
    except (ValueError, csv.Error):
        header, rows = [], []
    if sorted(header) != sorted(names):
        raise RecordInvalid(f"the table's first line names its columns: {', '.join(names)}", rule="columns")
    records = []
    for number, row in enumerate(rows, start=2):
        given = dict(zip(header, row, strict=False))
        try:
            values = [bytes.fromhex(given[name]) if name in digests else given[name] for name in names[1:]]
            if len(row) != len(header) or not _TIME.fullmatch(given["time"]):
                raise ValueError
        except (KeyError, ValueError):
            text = f"line {number} of the table is no record: a time in milliseconds since 1970, and a value a column"
            raise RecordInvalid(text, line=number, rule="line") from None
        try:
            records.append(Record(int(given["time"]), values))
        except RecordInvalid as fault:
            raise RecordInvalid(f"line {number} of the table: {fault.message}", **fault.evidence, line=number) from None
    return records


def _texts(record: Record) -> list[str]:
    return [_text(value) for value in record.values]


def _text(value: Value) -> str:
    """What makes the same value again: `Record` takes numbers and choices so, and a digest by `bytes.fromhex`."""
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.hex() if isinstance(value, bytes) else value
