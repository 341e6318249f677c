"""What a device seals, by docs/reference/statements.md: tags, key, keystream, tree, content, message, enrolment."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from .field import R
from .poseidon import permute, poseidon
from .words import Layout, place_times

VERSION = 2
ARITY = {
    "keystream": 16,
    "tree": 16,
    "key": 1,
    "content": 5,
    "message": 3,
    "capsule-key": 4,
    "owner": 2,
    "leaf": 5,
    "registry": 8,
    "enrolment": 5,
    "nullifier": 4,
    "release": 1,
    "mask": 4,
    "signals": 16,
}
BLOCK_WORDS = TREE_ARITY = 16
REGISTRY_ARITY, REGISTRY_DEPTH = 8, 7


def tag(use: str, a: int = 0, b: int = 0) -> int:
    """The capacity lane of one use; written from the formula, not from the catalogue, so that it can judge it."""
    name = int.from_bytes(use.encode("ascii"), "big")
    return name * 2**96 + VERSION * 2**80 + ARITY[use] * 2**64 + a * 2**32 + b


def hashed(use: str, inputs: Sequence[int], a: int = 0, b: int = 0) -> int:
    """H_use of exactly as many inputs as the use has."""
    if len(inputs) != ARITY[use]:
        raise ValueError(f"{use} takes {ARITY[use]} inputs, not {len(inputs)}")
    return poseidon(inputs, tag(use, a, b))


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says about itself: (schema, L, form)."""

    schema: int
    slot_length: int
    form: int

    @property
    def numbers(self) -> tuple[int, int, int]:
        """In the order in which keystream and content take them."""
        return self.schema, self.slot_length, self.form


def records_digest(header: Header, base: int, deltas: Sequence[int], values: Sequence[Sequence[int]]) -> int:
    """First 248 bits of SHA-256 over header, and time (8 bytes) and limbs (16 each) of every place, big-endian.

    Reduced to their bytes: a test seals limbs that are too large for them.
    """
    hasher = hashlib.sha256(header.schema.to_bytes(32, "big"))
    for number in (header.slot_length, header.form):
        hasher.update((number % 2**64).to_bytes(8, "big"))
    for time, row in zip(place_times(base, deltas), values, strict=True):
        hasher.update((time % 2**64).to_bytes(8, "big"))
        for limb in row:
            hasher.update((limb % 2**128).to_bytes(16, "big"))
    return int.from_bytes(hasher.digest()[:31], "big")


def capsule_key(device_secret: int, sequence: int, digest: int, entropy: int) -> int:
    """What one capsule is encrypted under: fresh even where the entropy is not."""
    return hashed("capsule-key", (device_secret, sequence, digest, entropy))


def keystream(key: int, header: Header, count: int) -> list[int]:
    """Lanes 1 to 16 of one permutation per 16 words."""
    stream: list[int] = []
    for counter in range(-(-count // BLOCK_WORDS)):
        stream += permute([tag("keystream"), key, *header.numbers, counter, *[0] * 11])[1:]
    return stream[:count]


def encrypt(words: Sequence[int], key: int, header: Header) -> list[int]:
    """Words plus keystream in the field."""
    return [(word + mask) % R for word, mask in zip(words, keystream(key, header, len(words)), strict=True)]


def decrypt(ciphertext: Sequence[int], key: int, header: Header) -> list[int]:
    """Words minus keystream in the field."""
    stream = keystream(key, header, len(ciphertext))
    return [(word - mask) % R for word, mask in zip(ciphertext, stream, strict=True)]


def tree_root(words: Sequence[int]) -> int:
    """Root of the 16-ary tree; one level even for a single word."""
    nodes, level = list(words), 0
    while level == 0 or len(nodes) > 1:
        level += 1
        groups = [nodes[i : i + TREE_ARITY] for i in range(0, len(nodes), TREE_ARITY)]
        nodes = [hashed("tree", [*g, *[0] * (TREE_ARITY - len(g))], a=level, b=len(words)) for g in groups]
    return nodes[0]


def content(ciphertext: Sequence[int], key: int, header: Header) -> int:
    """What the device signs, the buyer fetches, and every statement is about."""
    return hashed("content", (tree_root(ciphertext), hashed("key", (key,)), *header.numbers))


def device_message(content: int, sequence: int) -> int:
    """What the device signs; the anchor is 0 in version 2."""
    return hashed("message", (content, sequence, 0))


def opened(
    ciphertext: Sequence[int], key_commitment: int, key: int, header: Header, layout: Layout
) -> list[tuple[int, list[int]]]:
    """(time, limbs) of the first n places; a key that is not the committed one, and stray bits, are refused."""
    if hashed("key", (key,)) != key_commitment:
        raise ValueError("the key is not the capsule's")
    base, deltas, values = layout.unpack(decrypt(ciphertext, key, header))
    count = header.form % 2**16
    return list(zip(place_times(base, deltas), values, strict=True))[:count]


def registry_leaf(public_x: int, owner_commitment: int, device_class: int, start: int, until: int) -> int:
    """One enrolment; until is exclusive."""
    return hashed("leaf", (public_x, owner_commitment, device_class, start, until))


def registry_path(leaves: Sequence[int], index: int) -> tuple[int, list[list[int]]]:
    """Root, and the eight children on each of the seven levels up from leaf `index`."""
    nodes, path = list(leaves), []
    for level in range(1, REGISTRY_DEPTH + 1):
        nodes += [0] * (-len(nodes) % REGISTRY_ARITY)
        groups = [nodes[i : i + REGISTRY_ARITY] for i in range(0, len(nodes), REGISTRY_ARITY)]
        index //= REGISTRY_ARITY
        path.append(groups[index])
        nodes = [hashed("registry", group, a=level) for group in groups]
    return nodes[0], path


def enrolment_message(chain: int, registry: bytes, registrar: bytes, owner_commitment: int, expiry: int) -> int:
    """What a device signs to be enrolled: addresses of 20 bytes, expiry in seconds."""
    addresses = (int.from_bytes(registry, "big"), int.from_bytes(registrar, "big"))
    return hashed("enrolment", (chain, *addresses, owner_commitment, expiry))


def hardware_message(chain: int, registry: bytes, registrar: bytes, leaf: int, expiry: int) -> bytes:
    """What the hardware key signs, by ECDSA on P-256 with SHA-256."""
    addresses = (int.from_bytes(registry, "big"), int.from_bytes(registrar, "big"))
    numbers = (chain, *addresses, leaf, expiry)
    return b"zkdata enrolment, version 2" + b"".join(number.to_bytes(32, "big") for number in numbers)
