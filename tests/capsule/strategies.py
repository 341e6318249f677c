"""What the laws are drawn over: schemas of every kind, exact values, and recordings that lie in one slot."""

from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.reference import schema as reference
from tests.reference.sealing import Header
from tests.reference.words import Layout
from zkdata.capsule.capsule_file import CapsuleFile
from zkdata.capsule.device import DeviceKey
from zkdata.capsule.record import Digest, Enum, Field, FieldKind, Record, Schema
from zkdata.capsule.schemas import TEMPERATURE
from zkdata.catalogue import catalogue

HOUR = 3_600_000
START = 483_000 * HOUR
"""A slot in February 2025."""

DEVICE = DeviceKey(bytes(range(32)))
SHAPES = {limbs: catalogue().shapes("Capsule", *limbs) for limbs in ((1, 48), (4, 48), (2, 128))}
"""Records that capsules of so many limbs of so many bits hold."""

RECORDS = SHAPES[1, 48][0]
"""What the smallest shape of one limb holds."""

EDGES = (0, 1, -1, 2**47 - 1, 1 - 2**47)

scaled_values = st.one_of(st.sampled_from(EDGES), st.integers(1 - 2**47, 2**47 - 1))
"""value * 10^decimals, all of the range."""

field_names = st.text("abcxyz_AZ09", min_size=1, max_size=12).map(lambda text: "f" + text)


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


def reference_fields(schema: Schema) -> list[reference.Field]:
    """The same fields as the reference has them."""
    kinds = {Field: reference.Number, Enum: reference.Enum, Digest: reference.Digest}
    parts = {Field: ("name", "unit", "decimals"), Enum: ("name", "choices"), Digest: ("name",)}
    return [kinds[type(field)](*(getattr(field, part) for part in parts[type(field)])) for field in schema.fields]


def reference_header(file: CapsuleFile) -> Header:
    """The same header as the reference has it."""
    header = file.header
    form = Layout(header.records, header.fields, header.bits).form(header.count)
    return Header(header.schema, header.slot_length, form)


@st.composite
def number_fields(draw: st.DrawFn, name: str) -> Field:
    """A number of any unit and precision."""
    unit = draw(st.text("abc/%^ 1", min_size=1, max_size=8).map(lambda text: "u" + text + "u"))
    return Field(name, unit, draw(st.integers(0, 9)))


@st.composite
def enum_fields(draw: st.DrawFn, name: str) -> Enum:
    """A choice of 1 to 20."""
    choices = st.text("abc _-/.9", min_size=0, max_size=8).map(lambda text: "c" + text + "c")
    return Enum(name, tuple(draw(st.lists(choices, min_size=1, max_size=20, unique=True))))


@st.composite
def schemas(draw: st.DrawFn, fields: st.SearchStrategy[int], *, digests: bool = True) -> Schema:
    """Any schema with so many fields, of all kinds."""
    count = draw(fields)
    chosen = draw(st.lists(field_names, min_size=count, max_size=count, unique=True))
    kinds = (number_fields, enum_fields, *((lambda name: st.just(Digest(name)),) if digests else ()))
    return Schema(draw(field_names), tuple(draw(draw(st.sampled_from(kinds))(name)) for name in chosen))


def values_of(field: FieldKind) -> st.SearchStrategy[Any]:
    """Every value that a field can have, the edges often."""
    if isinstance(field, Enum):
        return st.sampled_from(field.choices)
    if isinstance(field, Digest):
        return st.sampled_from((bytes(32), b"\xff" * 32)) | st.binary(min_size=32, max_size=32)
    return scaled_values.map(lambda scaled: exact(scaled, field.decimals))


@st.composite
def recordings(draw: st.DrawFn, most: int = 20) -> Recording:
    """1 to `most` records in one slot of any length, times and values up to the edges, of each shape's limbs."""
    limbs, bits = draw(st.sampled_from(sorted(SHAPES)))
    one_digest = st.builds(Schema, field_names, st.builds(Digest, field_names).map(lambda field: (field,)))
    schema = draw(one_digest if bits == 128 else schemas(st.just(limbs), digests=False))
    slot_length = draw(st.sampled_from((1000, HOUR, 2**31, 2**47)))
    count = draw(st.integers(1, min(most, SHAPES[limbs, bits][-1])))
    slots = min(2**32, 2**48 // slot_length)
    first = draw(st.one_of(st.just(0), st.just(slots - 1), st.integers(0, slots - 1))) * slot_length
    room = (slot_length - 1) // count
    gaps = [draw(st.integers(1, min(room, 2**30))) for _ in range(count - 1)]
    start = draw(st.integers(0, slot_length - 1 - sum(gaps)))
    times = [first + start + sum(gaps[:index]) for index in range(count)]
    records = [Record(time, [draw(values_of(field)) for field in schema.fields]) for time in times]
    return Recording(schema, records, slot_length)
