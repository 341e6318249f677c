"""The statement `capsule`, by docs/reference/statements.md: what a claim says, and the inputs of its circuit by name.

Nothing here checks whether a statement is true: a test builds false ones with `dataclasses.replace` or `example_claim`.
"""

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .babyjubjub import Point, divide_by_cofactor
from .eddsa import Signature, public_key, sign
from .field import R
from .keccak import keccak256
from .sealing import (
    Layout,
    content,
    encode,
    encrypt,
    hashed,
    header_hash,
    records_digest,
    registry_leaf,
    registry_path,
    schema_id,
)

STATEMENT = 1
SIGNAL_BLOCK = 15
VALUES_BEFORE_BOUNDS = 14
TEMPERATURE = schema_id("temperature", (("temperature", "celsius", 2),))
HOUR = 3_600_000
FIRST_SLOT = 483_000

Inputs = dict[str, Any]
"""Integers or nested lists of integers by the circuit's signal name."""


def terms_digest(recipient: bytes, relayer: bytes, fee: int) -> int:
    """keccak256(abi.encode(recipient, relayer, fee)) >> 8, for 20-byte addresses."""
    encoded = recipient.rjust(32, b"\0") + relayer.rjust(32, b"\0") + fee.to_bytes(32, "big")
    return int.from_bytes(keccak256(encoded), "big") >> 8


def compress(values: Sequence[int], words: Sequence[int], mode: int) -> tuple[int, int, int]:
    """The three public inputs M, x, y of the values and, in mode 1, the ciphertext words."""
    running = 0
    for start in range(0, len(values), SIGNAL_BLOCK):
        block = values[start : start + SIGNAL_BLOCK]
        padded = [*block, *[0] * (SIGNAL_BLOCK - len(block))]
        running = hashed("signals", (running, *padded), a=STATEMENT, b=len(values))
    coefficients = [*values, *(words if mode == 1 else ())]
    hashable = b"".join(number.to_bytes(32, "big") for number in (running, *coefficients))
    x = int.from_bytes(keccak256(hashable), "big") % R
    return running, x, sum(v * pow(x, i, R) for i, v in enumerate(coefficients)) % R


@dataclass(frozen=True, slots=True)
class Claim:
    """Every secret and public number of one claim; what follows from them is computed."""

    layout: Layout
    schema: int
    slot_length: int
    base: int
    deltas: tuple[int, ...]
    values: tuple[tuple[int, ...], ...]
    count: int
    key: int
    sequence: int
    slot: int
    owner_key: int
    public: Point
    cofactor_share: Point
    signature: Signature
    device_class: int
    enrolled_from: int
    enrolled_until: int
    root: int
    path: tuple[tuple[int, ...], ...]
    mode: int
    scope: int
    time_min: int
    time_max: int
    as_of: int
    minimum: tuple[int, ...]
    maximum: tuple[int, ...]
    terms: int
    release_secret: int

    @property
    def header(self) -> int:
        """Header hash."""
        return header_hash(self.schema, self.slot_length, self.layout, self.count)

    @property
    def words(self) -> list[int]:
        """The T ciphertext words."""
        return encrypt(self.layout.pack(self.base, self.deltas, self.values), self.key, self.header)

    @property
    def content(self) -> int:
        """The capsule's content."""
        return content(self.words, self.key, self.header)

    @property
    def message(self) -> int:
        """What the device signed; the anchor is 0 in version 1."""
        return hashed("message", (self.content, self.sequence, 0))

    @property
    def last(self) -> int:
        """base + sum of deltas + n - 1."""
        return self.base + sum(self.deltas) + self.count - 1

    @property
    def nullifier(self) -> int:
        """Spent once per owner key, device, scope and slot."""
        return hashed("nullifier", (self.owner_key, self.public[0], self.scope, self.slot))

    @property
    def release_hash(self) -> int:
        """What the release secret is checked against."""
        return hashed("release", (self.release_secret,))

    @property
    def signals(self) -> list[int]:
        """v_0 .. v_{V-1}."""
        return [
            *(self.mode, self.scope, self.slot_length, self.time_min, self.time_max, self.as_of, self.schema),
            *(self.device_class, self.root, self.count, self.content, self.nullifier, self.terms, self.release_hash),
            *(*self.minimum, *self.maximum),
        ]

    @property
    def public_inputs(self) -> tuple[int, int, int]:
        """M, x, y."""
        return compress(self.signals, self.words, self.mode)

    @property
    def inputs(self) -> Inputs:
        """The circuit's inputs by signal name."""
        return claim_inputs(self)


def claim_inputs(claim: Claim) -> Inputs:
    """Witness inputs of the `Capsule` template, secret and public, by signal name."""
    m, x, y = claim.public_inputs
    return {
        "M": m,
        "x": x,
        "y": y,
        "mode": claim.mode,
        "scope": claim.scope,
        "slotLength": claim.slot_length,
        "timeMin": claim.time_min,
        "timeMax": claim.time_max,
        "asOf": claim.as_of,
        "schema": claim.schema,
        "deviceClass": claim.device_class,
        "count": claim.count,
        "terms": claim.terms,
        "min": list(claim.minimum),
        "max": list(claim.maximum),
        "key": claim.key,
        "sequence": claim.sequence,
        "ownerKey": claim.owner_key,
        "slot": claim.slot,
        "base": claim.base,
        "deltas": list(claim.deltas),
        "values": [list(row) for row in claim.values],
        "T": list(claim.cofactor_share),
        "R8": list(claim.signature[:2]),
        "S": claim.signature[2],
        "enrolledFrom": claim.enrolled_from,
        "enrolledUntil": claim.enrolled_until,
        "path": [list(children) for children in claim.path],
        "releaseSecret": claim.release_secret,
    }


def example_records(count: int, fields: int, seed: int) -> list[tuple[int, tuple[int, ...]]]:
    """Readings (time in ms, scaled values) a minute or so apart inside one hour, between -10.00 and 40.00."""
    draw = random.Random(seed)
    start = FIRST_SLOT * HOUR + 1000
    return [
        (start + 60_000 * i + draw.randrange(59_000), tuple(draw.randrange(-1000, 4000) for _ in range(fields)))
        for i in range(count)
    ]


def example_claim(
    records: Sequence[tuple[int, Sequence[int]]] | None = None,
    *,
    seed: int = 1,
    shape: tuple[int, int] = (16, 1),
    changes: Mapping[str, Any] | None = None,
) -> Claim:
    """A true claim about `records` (time, scaled values), reproducible from `seed`.

    `changes` replaces fields of `Claim` (and `neighbours`, the leaves beside this one) before the registry is built and
    the device signs, so that only what was changed is wrong.
    """
    layout = Layout(*shape)
    given = list(records if records is not None else example_records(layout.records, layout.fields, seed))
    draw = random.Random(seed)
    device = draw.randbytes(32)
    times = [time for time, _ in given]
    padding = layout.records - len(given)
    rows = [tuple(encode(value) for value in row) for _, row in given]
    slot = times[0] // HOUR
    data: Inputs = {
        "layout": layout,
        "schema": TEMPERATURE,
        "slot_length": HOUR,
        "base": times[0],
        "deltas": (*(b - a - 1 for a, b in itertools.pairwise(times)), *[0] * padding),
        "values": (*rows, *[rows[-1]] * padding),
        "count": len(given),
        "sequence": 1,
        "slot": slot,
        "owner_key": draw.randrange(R),
        "public": public_key(device),
        "device_class": 7,
        "enrolled_from": 0,
        "enrolled_until": 2**47,
        "mode": 1,
        "scope": draw.randrange(R),
        "time_min": slot * HOUR,
        "time_max": (slot + 1) * HOUR - 1,
        "as_of": (slot + 1) * HOUR,
        "minimum": (encode(-1000),) * layout.fields,
        "maximum": (encode(4000),) * layout.fields,
        "terms": terms_digest(draw.randbytes(20), bytes(20), 0),
        "release_secret": draw.randrange(R),
        "neighbours": tuple(draw.randrange(R) for _ in range(11)),
    } | dict(changes or {})
    header = header_hash(data["schema"], data["slot_length"], layout, data["count"])
    digest = records_digest(data["base"], data["deltas"], data["values"])
    key = hashed("capsule-key", (draw.randrange(R), data["sequence"], header, digest, draw.randrange(R)))
    data.setdefault("key", key)
    return _enrolled_and_signed(data, device)


def _enrolled_and_signed(data: Inputs, device: bytes) -> Claim:
    neighbours = data.pop("neighbours")
    x = data["public"][0]
    commitment = hashed("owner", (data["owner_key"], x))
    leaf = registry_leaf(x, commitment, data["device_class"], data["enrolled_from"], data["enrolled_until"])
    root, path = registry_path([*neighbours, leaf], len(neighbours))
    data.setdefault("root", root)
    data.setdefault("path", tuple(tuple(children) for children in path))
    data.setdefault("cofactor_share", divide_by_cofactor(data["public"]))
    header = header_hash(data["schema"], data["slot_length"], data["layout"], data["count"])
    words = encrypt(data["layout"].pack(data["base"], data["deltas"], data["values"]), data["key"], header)
    message = hashed("message", (content(words, data["key"], header), data["sequence"], 0))
    data.setdefault("signature", sign(device, message))
    return Claim(**data)
