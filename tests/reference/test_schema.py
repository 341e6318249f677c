"""Schemas: what a limb holds of each kind, and an id that covers every word."""

import json

import pytest

from tests.reference.cases import SCHEMAS
from tests.reference.schema import (
    TEMPERATURE,
    Digest,
    Enum,
    Field,
    Number,
    encode,
    encode_choice,
    encode_digest,
    limb_shape,
    schema_id,
    schema_json,
)

FIELDS: tuple[Field, ...] = (Number("temperature", "celsius", 2), Enum("sky", ("clear", "cloudy")), Digest("photo"))
VARIANTS: list[tuple[str, tuple[Field, ...]]] = [
    ("weather", FIELDS),
    ("other", FIELDS),
    ("weather", FIELDS[::-1]),
    ("weather", FIELDS[:2]),
    ("weather", (Number("temperature", "kelvin", 2), *FIELDS[1:])),
    ("weather", (Number("temperature", "celsius", 3), *FIELDS[1:])),
    ("weather", (Number("warmth", "celsius", 2), *FIELDS[1:])),
    ("weather", (Enum("temperature", ("celsius", "2")), *FIELDS[1:])),
    ("weather", (FIELDS[0], Enum("sky", ("cloudy", "clear")), FIELDS[2])),
    ("weather", (FIELDS[0], Enum("sky", ("clear", "cloudy", "dark")), FIELDS[2])),
    ("weather", (*FIELDS[:2], Digest("picture"))),
]


def test_the_id_covers_every_word() -> None:
    """Name, field name, kind, unit, decimals, choices and order each give another id, below 2^248."""
    ids = {schema_id(name, fields) for name, fields in VARIANTS}
    assert len(ids) == len(VARIANTS) and all(number < 2**248 for number in ids)


def test_the_json_is_what_the_page_prints() -> None:
    """Keys sorted, no spaces, the kind of each field, version 2."""
    assert schema_json("weather", FIELDS).decode() == (
        '{"fields":[{"decimals":2,"kind":"number","name":"temperature","unit":"celsius"},'
        '{"choices":["clear","cloudy"],"kind":"enum","name":"sky"},{"kind":"digest","name":"photo"}],'
        '"name":"weather","version":2}'
    )


@pytest.mark.parametrize("name", SCHEMAS)
def test_limbs_are_counted_by_kind(name: str) -> None:
    """A digest takes two limbs and makes all of them 128 bits wide."""
    kinds = [field["kind"] for field in json.loads(schema_json(name, SCHEMAS[name]))["fields"]]
    assert limb_shape(SCHEMAS[name]) == (len(kinds) + kinds.count("digest"), 128 if "digest" in kinds else 48)
    assert schema_id("temperature", SCHEMAS["temperature"]) == TEMPERATURE


@pytest.mark.parametrize("scaled", [2**47, -(2**47), 2**60])
def test_numbers_out_of_range_do_not_encode(scaled: int) -> None:
    """A scaled value of 2^47 or more in size is refused; the largest below is not."""
    assert encode(2**47 - 1) == 2**48 - 1 and encode(1 - 2**47) == 1 and encode(-1) == 2**47 - 1
    with pytest.raises(ValueError):
        encode(scaled)


def test_choices_and_digests_encode() -> None:
    """A choice is its place from 0, a digest its halves, high first; an unknown choice and 31 bytes are refused."""
    sky = Enum("sky", ("clear", "cloudy"))
    assert [encode_choice(choice, sky) for choice in sky.choices] == [0, 1]
    assert encode_digest(bytes(range(32))) == (int(bytes(range(16)).hex(), 16), int(bytes(range(16, 32)).hex(), 16))
    with pytest.raises(ValueError):
        encode_choice("dark", sky)
    with pytest.raises(ValueError):
        encode_digest(bytes(31))
