"""What the laws are drawn over: schemas, exact values, and recordings that lie in one slot."""

from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from hypothesis import strategies as st

from zkdata.capsule.device import DeviceKey
from zkdata.capsule.record import TEMPERATURE, Field, Record, Schema

HOUR = 3_600_000
START = 483_000 * HOUR
"""A slot in February 2025."""

DEVICE = DeviceKey(bytes(range(32)))
RECORDS = 16
"""What the shape in the catalogue holds."""

EDGES = (0, 1, -1, 2**47 - 1, 1 - 2**47)

scaled_values = st.one_of(st.sampled_from(EDGES), st.integers(1 - 2**47, 2**47 - 1))
"""value * 10^decimals, all of the range."""


class Recording(NamedTuple):
    """Records that `seal` takes as they are."""

    schema: Schema
    records: list[Record]
    slot_length: int


def exact(scaled: int, decimals: int) -> Decimal:
    """scaled / 10^decimals, whatever the decimal context."""
    return Decimal((scaled < 0, tuple(map(int, str(abs(scaled)))), -decimals))


def readings(*values: str, schema: Schema = TEMPERATURE, step: int = 60_000) -> list[Record]:
    """One record a minute with these values of a one-field schema."""
    return [Record(START + step * index, [value]) for index, value in enumerate(values)]


def names(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


@st.composite
def schemas(draw: st.DrawFn, fields: st.SearchStrategy[int]) -> Schema:
    """Any schema with so many fields."""
    names = st.text("abcxyz_AZ09", min_size=1, max_size=12).map(lambda text: "f" + text)
    count = draw(fields)
    chosen = draw(st.lists(names, min_size=count, max_size=count, unique=True))
    units = st.text("abc/%^ 1", min_size=1, max_size=8).map(lambda text: "u" + text + "u")
    return Schema(draw(names), tuple(Field(name, draw(units), draw(st.integers(0, 9))) for name in chosen))


@st.composite
def recordings(draw: st.DrawFn) -> Recording:
    """1 to 16 records in one slot of any length, times and values up to the edges."""
    schema = draw(schemas(st.just(1)))
    slot_length = draw(st.sampled_from((1000, HOUR, 2**31, 2**47)))
    count = draw(st.integers(1, RECORDS))
    slots = min(2**32, 2**48 // slot_length)
    first = draw(st.one_of(st.just(0), st.just(slots - 1), st.integers(0, slots - 1))) * slot_length
    room = (slot_length - 1) // count
    gaps = [draw(st.integers(1, min(room, 2**30))) for _ in range(count - 1)]
    start = draw(st.integers(0, slot_length - 1 - sum(gaps)))
    times = [first + start + sum(gaps[:index]) for index in range(count)]
    decimals = schema.fields[0].decimals
    records = [Record(time, [exact(draw(scaled_values), decimals)]) for time in times]
    return Recording(schema, records, slot_length)
