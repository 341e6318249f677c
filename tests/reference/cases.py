"""What the reference says of a few fixed cases; frozen in tests/vectors/ by `make vectors`.

All of it is drawn from seeds: nonces, keys and secrets here are for vectors alone.
"""

import random
from collections.abc import Callable, Sequence
from typing import Any

from . import babyjubjub, sealing
from .capsule import example_claim
from .capsule_file import cid, file_bytes
from .delivery import EPHEMERAL_BITS, NOBODY, buyer_key, deliver, nobody, release_hash, shared_u
from .device import example_device
from .eddsa import public_key, sign
from .field import R
from .montgomery import TORSION_U, affine, from_edwards
from .range import example_range
from .schema import Digest, Enum, Field, Number, limb_shape, schema_id, schema_json
from .sealed import FIRST_SLOT, HOUR, Reading, Sealed, example_records
from .sealing import ARITY, hashed, tag, tree_root
from .timestamp import example_timestamp

START = FIRST_SLOT * HOUR
EXTREMES: tuple[Reading, ...] = (
    (START, (-(2**47) + 1,)),
    (START + 1, (-1,)),
    (START + 2, (0,)),
    (START + HOUR - 1, (2**47 - 1,)),
)
"""The least, the greatest and the smallest negative value, at both ends of a slot, a millisecond apart."""

Changes = dict[str, Any]

SCHEMAS: dict[str, tuple[Field, ...]] = {
    "temperature": (Number("temperature", "celsius", 2),),
    "sensor_reading": (
        Number("temperature", "celsius", 2),
        Number("humidity", "percent", 1),
        Number("pressure", "hPa", 1),
        Number("battery", "volt", 3),
    ),
    "gps_trace": (
        Number("latitude", "degree", 7),
        Number("longitude", "degree", 7),
        Number("altitude", "m", 2),
        Number("speed", "m/s", 2),
    ),
    "payment": (
        Number("amount", "of the currency", 2),
        Number("balance", "of the currency", 2),
        Enum("category", ("food", "rent", "transport", "health", "leisure", "goods", "salary", "transfer", "other")),
        Enum("currency", ("EUR", "USD", "GBP", "CHF", "JPY", "CNY", "INR", "BRL")),
    ),
    "photo": (Digest("photo"),),
    "parcel": (Number("weight", "kg", 9), Enum("state", ("sent", "lost in transit", "here")), Digest("invoice")),
}
SHAPES: tuple[tuple[str, int, tuple[int, ...]], ...] = (
    ("one limb", 16, (16, 1)),
    ("four limbs, partly filled", 5, (16, 4)),
    ("two limbs of 128 bits", 3, (12, 2, 128)),
)
"""Name, records given, shape."""


def claims() -> list[tuple[str, int, Sequence[Reading] | None, tuple[int, ...], Changes]]:
    """Name, records drawn, records given, shape, changes."""
    widest = {"minimum": (0,), "maximum": (2**48 - 1,)}
    return [
        ("full", 16, None, (16, 1), {}),
        ("one record, only the proof for sale", 1, None, (16, 1), {"mode": 0}),
        ("negative and extreme values, partly filled", 4, EXTREMES, (16, 1), widest),
        ("two levels of tree, two blocks of keystream", 50, None, (64, 1), {}),
        ("four limbs, one place a word", 16, None, (16, 4), {}),
        ("four limbs, partly filled", 3, None, (4, 4), {"mode": 0}),
        ("two limbs of 128 bits, two words a place", 12, None, (12, 2, 128), {}),
        ("two limbs of 128 bits, partly filled", 1, None, (3, 2, 128), {"mode": 0}),
    ]


def capsule_cases(seed: int) -> dict[str, Any]:
    """Tags, one hash of every use, and whole claims with every number on the way; a buyer's secret where one bought."""
    uses = {
        use: {"tag": tag(use), "hash of 1 2 3 ..": hashed(use, range(1, arity + 1))} for use, arity in ARITY.items()
    }
    cases = []
    for index, (name, count, given, shape, changes) in enumerate(claims()):
        buyer = random.Random(seed - index).randrange(1, babyjubjub.SUBGROUP_ORDER)
        sale = {"buyer_key": buyer_key(buyer)} if changes.get("mode") != 0 else {}
        records = given or example_records(count, shape[1], seed + index, *shape[2:])
        claim = example_claim(records, seed=seed + index, shape=shape, changes=changes | sale)
        owner = hashed("owner", (claim.owner_key, claim.public_key[0]))
        enrolment = (claim.device_class, claim.enrolled_from, claim.enrolled_until)
        cases.append(
            {
                "name": name,
                "shape": [claim.layout.records, claim.layout.fields, claim.layout.bits],
                **({"buyer_secret": buyer} if sale else {}),
                "inputs": claim.inputs,
                "public_key": claim.public_key,
                **_sealed(claim),
                "message": claim.message,
                "owner_commitment": owner,
                "leaf": sealing.registry_leaf(claim.public_key[0], owner, *enrolment),
                "signals": claim.signals,
            }
        )
    return {"uses": uses, "cases": cases}


def _sealed(sealed: Sealed) -> dict[str, Any]:
    data = file_bytes(sealed)
    header = sealed.header
    return {
        "form": header.form,
        "digest": sealing.records_digest(header, sealed.base, sealed.deltas, sealed.values),
        "plain_words": sealed.plain_words,
        "words": sealed.words,
        "tree_root": tree_root(sealed.words),
        "key_commitment": hashed("key", (sealed.key,)),
        "content": sealed.content,
        "file": data.decode(),
        "cid": cid(data),
    }


def statement_cases(seed: int) -> dict[str, Any]:
    """Inputs by signal name and public inputs in order, of the three statements that stand alone."""
    cases: dict[str, list[dict[str, Any]]] = {"timestamp": [], "range": [], "device": []}
    for index, (name, count, shape) in enumerate(SHAPES):
        records = example_records(count, shape[1], seed + index, *shape[2:])
        for statement, example in (("timestamp", example_timestamp), ("range", example_range)):
            told = example(records, seed=seed + index, shape=shape)
            case = {"name": name, "shape": [*shape[:2], told.layout.bits], "inputs": told.inputs, "public": told.public}
            cases[statement].append(case)
        proof = example_device(told.content, seed=seed + index)
        cases["device"].append({"name": f"of {name}", "inputs": proof.inputs, "public": proof.public})
    return dict(cases)


def schema_cases(_seed: int) -> dict[str, Any]:
    """Canonical JSON, id, limbs and their width."""
    rows = [
        [name, schema_json(name, fields).decode(), schema_id(name, fields), *limb_shape(fields)]
        for name, fields in SCHEMAS.items()
    ]
    return {"columns": ["name", "canonical JSON", "id", "K", "W"], "cases": rows}


def enrolment_cases(seed: int) -> dict[str, Any]:
    """Owner commitment, leaf, what device and hardware key sign, and the device's signature."""
    cases = []
    for index, (start, until) in enumerate(((0, 2**48 - 1), (START, START + 365 * 24 * HOUR))):
        draw = random.Random(seed + index)
        device, owner_key = draw.randbytes(32), draw.randrange(R)
        registry, registrar = draw.randbytes(20), draw.randbytes(20)
        x = public_key(device)[0]
        owner = hashed("owner", (owner_key, x))
        leaf = sealing.registry_leaf(x, owner, 7 + index, start, until)
        where = (31337 + index, registry, registrar)
        expiry = 1_800_000_000 + index
        message = sealing.enrolment_message(*where, owner, expiry)
        cases.append(
            {
                "seed": device.hex(),
                "owner_key": owner_key,
                "device_class": 7 + index,
                "from": start,
                "until": until,
                "chain": where[0],
                "registry": "0x" + registry.hex(),
                "registrar": "0x" + registrar.hex(),
                "expiry": expiry,
                "owner_commitment": owner,
                "leaf": leaf,
                "message": message,
                "signature": sign(device, message),
                "hardware_message": "0x" + sealing.hardware_message(*where, leaf, expiry).hex(),
            }
        )
    return {"cases": cases}


def delivery_cases(seed: int) -> dict[str, Any]:
    """Wraps and what they open to, the nobody key, and keys of small order, which are refused.

    One buyer key is of a point outside of the prime subgroup: eight takes it there, and its buyer opens all the same.
    """
    cases = []
    pair = random.Random(f"sold {seed}")
    key, content = pair.randrange(R), pair.randrange(R)
    for index, name in enumerate(("sale", "resale of the same key", "buyer key with a part of order 8")):
        draw = random.Random(seed + index)
        secret = draw.randrange(1, babyjubjub.SUBGROUP_ORDER)
        k = draw.randrange(2 ** (EPHEMERAL_BITS - 1), 2**EPHEMERAL_BITS) | 1
        release_secret = draw.randrange(R)
        point = babyjubjub.multiply_base8(secret)
        mixed = babyjubjub.add(point, babyjubjub.TORSION[4] if index == 2 else babyjubjub.IDENTITY)
        public = affine(from_edwards(mixed))[0]
        sold = deliver(key, content, public, k, release_secret)
        cases.append(
            {
                "name": name,
                "buyer_secret": secret,
                "buyer_key": public,
                "ephemeral_secret": k,
                "release_secret": release_secret,
                "key": key,
                "content": content,
                "shared": shared_u(k, public),
                "ephemeral": sold.ephemeral,
                "wrap": sold.wrap,
                "release_hash": release_hash(release_secret),
                "opened": sold.open(secret, release_secret),
            }
        )
    return {
        "nobody": {"i": nobody()[0], "buyer_key": NOBODY},
        "small_order": sorted(TORSION_U),
        "cases": cases,
    }


CASES: dict[str, Callable[[int], dict[str, Any]]] = {
    "capsule.json": capsule_cases,
    "statements.json": statement_cases,
    "schema.json": schema_cases,
    "enrolment.json": enrolment_cases,
    "delivery.json": delivery_cases,
}
"""By file of tests/vectors/."""
