"""The statement `capsule`, by docs/reference/statements.md: what a claim says, and the inputs of its circuit by name.

Nothing here checks whether a statement is true: a test builds false ones with `dataclasses.replace` or `example_claim`.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .babyjubjub import Point
from .delivery import EPHEMERAL_BITS, NOBODY, Delivery, mask, release_hash, shared_u, times_base8
from .device import enrol_and_sign, enrolment_fields
from .eddsa import Signature
from .field import R
from .keccak import keccak256
from .montgomery import Affine, lift
from .sealed import HOUR, Inputs, Reading, Sealed, example_bounds, sealed_fields
from .sealing import Header, content, device_message, encrypt, hashed

STATEMENT = 1
SIGNAL_BLOCK = 15
VALUES_BEFORE_BOUNDS = 17


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
class Claim(Sealed):
    """Every secret and public number of one claim; what follows from them is computed."""

    sequence: int
    slot: int
    owner_key: int
    public_key: Point
    cofactor_share: Affine
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
    buyer_key: int
    buyer_key_v: int
    ephemeral_secret: int
    wrap: int

    @property
    def message(self) -> int:
        """What the device signed."""
        return device_message(self.content, self.sequence)

    @property
    def nullifier(self) -> int:
        """Spent once per owner key, device, scope and slot."""
        return hashed("nullifier", (self.owner_key, self.public_key[0], self.scope, self.slot))

    @property
    def release_hash(self) -> int:
        """What the release secret is checked against."""
        return release_hash(self.release_secret)

    @property
    def ephemeral(self) -> int:
        """u of k B8."""
        return times_base8(self.ephemeral_secret)

    @property
    def delivery(self) -> Delivery:
        """What the buyer opens."""
        return Delivery(self.content, self.ephemeral, self.wrap)

    @property
    def signals(self) -> list[int]:
        """v_0 .. v_{V-1}."""
        return [
            *(self.mode, self.scope, self.slot_length, self.time_min, self.time_max, self.as_of, self.schema),
            *(self.device_class, self.root, self.count, self.content, self.nullifier, self.terms, self.release_hash),
            *(self.buyer_key, self.ephemeral, self.wrap, *self.minimum, *self.maximum),
        ]

    @property
    def public(self) -> list[int]:
        """M, x, y."""
        return list(compress(self.signals, self.words, self.mode))

    @property
    def inputs(self) -> Inputs:
        """The circuit's inputs by signal name."""
        return self.sealed_inputs | claim_inputs(self)


def claim_inputs(claim: Claim) -> Inputs:
    """What the `Capsule` template takes beside the records, secret and public, by signal name."""
    m, x, y = claim.public
    return {
        "M": m,
        "x": x,
        "y": y,
        "mode": claim.mode,
        "scope": claim.scope,
        "timeMin": claim.time_min,
        "timeMax": claim.time_max,
        "asOf": claim.as_of,
        "deviceClass": claim.device_class,
        "terms": claim.terms,
        "buyerKey": claim.buyer_key,
        "min": list(claim.minimum),
        "max": list(claim.maximum),
        "sequence": claim.sequence,
        "ownerKey": claim.owner_key,
        "slot": claim.slot,
        "T": list(claim.cofactor_share),
        "R8": list(claim.signature[:2]),
        "S": claim.signature[2],
        "enrolledFrom": claim.enrolled_from,
        "enrolledUntil": claim.enrolled_until,
        "path": [list(children) for children in claim.path],
        "releaseSecret": claim.release_secret,
        "ephemeralSecret": claim.ephemeral_secret,
        "buyerKeyV": claim.buyer_key_v,
    }


def example_claim(
    records: Sequence[Reading] | None = None,
    *,
    seed: int = 1,
    shape: Sequence[int] = (16, 1),
    changes: Mapping[str, Any] | None = None,
) -> Claim:
    """A true claim about `records`, reproducible from `seed`; for sale to nobody unless `buyer_key` is changed.

    `changes` replaces fields of `Claim` (and `neighbours`, the leaves beside this one) before the capsule is sealed,
    the registry built, the message signed and the key wrapped, so that only what was changed is wrong.
    """
    changes = changes or {}
    data = sealed_fields(records, seed, shape, changes)
    draw = random.Random(seed)
    device = draw.randbytes(32)
    slot = data["base"] // HOUR
    minimum, maximum = example_bounds(data["layout"])
    data = (
        {
            "slot": slot,
            "mode": 1,
            "scope": draw.randrange(R),
            "time_min": slot * HOUR,
            "time_max": (slot + 1) * HOUR - 1,
            "as_of": (slot + 1) * HOUR,
            "minimum": minimum,
            "maximum": maximum,
            "terms": terms_digest(draw.randbytes(20), bytes(20), 0),
            "release_secret": draw.randrange(R),
            "buyer_key": NOBODY,
            "ephemeral_secret": draw.randrange(2 ** (EPHEMERAL_BITS - 1), 2**EPHEMERAL_BITS) | 1,
        }
        | enrolment_fields(draw, device)
        | data
    )
    header = Header(data["schema"], data["slot_length"], data["layout"].form(data["count"]))
    words = encrypt(data["layout"].pack(data["base"], data["deltas"], data["values"]), data["key"], header)
    sealed = content(words, data["key"], header)
    enrol_and_sign(data, device, sealed)
    _wrap(data, sealed)
    return Claim(**data)


def _wrap(data: Inputs, sealed: int) -> None:
    """Fills in v and wrap where `data` does not have them: a buyer key that has none needs them given."""
    if "buyer_key_v" not in data:
        data["buyer_key_v"] = lift(data["buyer_key"])[1]
    if "wrap" not in data:
        k = data["ephemeral_secret"]
        shared = shared_u(k, data["buyer_key"])
        data["wrap"] = (data["key"] + mask(shared, times_base8(k), sealed, data["release_secret"])) % R
