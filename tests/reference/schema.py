"""What a field holds and what a schema is called, by docs/reference/statements.md."""

import hashlib
import json
from collections.abc import Sequence
from typing import NamedTuple

from .sealing import VERSION

LIMB_BITS, DIGEST_BITS = 48, 128


class Number(NamedTuple):
    """A signed fixed-point number of a unit; one limb."""

    name: str
    unit: str
    decimals: int


class Enum(NamedTuple):
    """One of some names; one limb."""

    name: str
    choices: tuple[str, ...]


class Digest(NamedTuple):
    """A SHA-256; two limbs."""

    name: str


Field = Number | Enum | Digest


def schema_json(name: str, fields: Sequence[Field]) -> bytes:
    """The canonical JSON that a schema's id is the hash of."""
    listed: list[dict[str, object]] = []
    for field in fields:
        kind = type(field).__name__.lower()
        choices = {"choices": list(field.choices)} if isinstance(field, Enum) else {}
        listed.append({**field._asdict(), **choices, "kind": kind})
    whole = {"fields": listed, "name": name, "version": VERSION}
    return json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def schema_id(name: str, fields: Sequence[Field]) -> int:
    """First 248 bits of SHA-256 over the canonical JSON."""
    return int.from_bytes(hashlib.sha256(schema_json(name, fields)).digest()[:31], "big")


def limb_shape(fields: Sequence[Field]) -> tuple[int, int]:
    """K and W: limbs of all fields, and their width in bits."""
    digests = sum(isinstance(field, Digest) for field in fields)
    return len(fields) + digests, DIGEST_BITS if digests else LIMB_BITS


def encode(scaled: int) -> int:
    """The limb of a number: the unsigned 48-bit offset of value * 10^decimals."""
    if not abs(scaled) < 2**47:
        raise ValueError("a scaled value is below 2^47 in size")
    return scaled + 2**47


def encode_choice(choice: str, field: Enum) -> int:
    """The limb of an enum: the place of the name."""
    return field.choices.index(choice)


def encode_digest(digest: bytes) -> tuple[int, int]:
    """The limbs of a digest: high half, then low half."""
    if len(digest) != 32:
        raise ValueError("a digest has 32 bytes")
    return int.from_bytes(digest[:16], "big"), int.from_bytes(digest[16:], "big")


TEMPERATURE = schema_id("temperature", (Number("temperature", "celsius", 2),))
PHOTO = schema_id("photo", (Digest("photo"),))
