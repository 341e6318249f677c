"""What a device seals, by docs/reference/statements.md: tags, schema id, words, keystream, tree, content, registry."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from .field import R
from .poseidon import permute, poseidon

VERSION = 1
ARITY = {
    "keystream": 16,
    "tree": 16,
    "header": 4,
    "key": 1,
    "content": 3,
    "message": 3,
    "capsule-key": 5,
    "owner": 2,
    "leaf": 5,
    "registry": 8,
    "nullifier": 4,
    "release": 1,
    "signals": 16,
}
VALUE_BITS, TIME_BITS, DELTA_BITS, WORD_BITS = 48, 48, 30, 253
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


def schema_id(name: str, fields: Sequence[tuple[str, str, int]]) -> int:
    """First 248 bits of SHA-256 over the canonical JSON; fields are (name, unit, decimals)."""
    listed = [{"decimals": decimals, "name": field, "unit": unit} for field, unit, decimals in fields]
    canonical = json.dumps(
        {"fields": listed, "name": name, "version": VERSION},
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return int.from_bytes(hashlib.sha256(canonical.encode()).digest()[:31], "big")


def encode(scaled: int) -> int:
    """The unsigned 48-bit offset of value * 10^decimals."""
    if not abs(scaled) < 2**47:
        raise ValueError("a scaled value is below 2^47 in size")
    return scaled + 2**47


@dataclass(frozen=True, slots=True)
class Layout:
    """A shape of N places with K values each, and how places fill words."""

    records: int
    fields: int

    @property
    def place_bits(self) -> int:
        """Bits of a delta and its values."""
        return DELTA_BITS + VALUE_BITS * self.fields

    @property
    def places_per_word(self) -> int:
        """P, the largest with 18 + P * (30 + 48 K) <= 253: every word could hold the base time."""
        return (WORD_BITS - (TIME_BITS - DELTA_BITS)) // self.place_bits

    @property
    def word_count(self) -> int:
        """T."""
        return -(-self.records // self.places_per_word)

    @property
    def code(self) -> int:
        """The shape as one number in the header."""
        return self.records * 65536 + self.fields

    def pack(self, base: int, deltas: Sequence[int], values: Sequence[Sequence[int]]) -> list[int]:
        """Words from place 0's base time, the N - 1 deltas after it, and N rows of K encoded values.

        Linear as in the circuit, and nothing is refused: a test needs the word that an overlarge limb spills into.
        """
        words = []
        for start in range(0, self.records, self.places_per_word):
            word = shift = 0
            for place in range(start, min(start + self.places_per_word, self.records)):
                time, width = (base, TIME_BITS) if place == 0 else (deltas[place - 1], DELTA_BITS)
                for limb, bits in ((time, width), *((value, VALUE_BITS) for value in values[place])):
                    word += limb << shift
                    shift += bits
            words.append(word % R)
        return words

    def unpack(self, words: Sequence[int]) -> tuple[int, list[int], list[list[int]]]:
        """Base time, deltas and rows of encoded values; a word with anything above its places is refused."""
        times: list[int] = []
        values: list[list[int]] = []
        for word in words:
            rest = word
            for _ in range(min(self.places_per_word, self.records - len(times))):
                width = DELTA_BITS if times else TIME_BITS
                times.append(rest % 2**width)
                rest >>= width
                values.append([rest >> VALUE_BITS * i & (2**VALUE_BITS - 1) for i in range(self.fields)])
                rest >>= VALUE_BITS * self.fields
            if rest:
                raise ValueError("a word holds more than its places")
        return times[0], times[1:], values


def place_times(base: int, deltas: Sequence[int]) -> list[int]:
    """time_i = time_{i-1} + delta_i + 1, for every place."""
    times = [base]
    for delta in deltas:
        times.append(times[-1] + delta + 1)
    return times


def records_digest(base: int, deltas: Sequence[int], values: Sequence[Sequence[int]]) -> int:
    """First 248 bits of SHA-256 over time and values of every place, 8 bytes big-endian each."""
    hasher = hashlib.sha256()
    for time, row in zip(place_times(base, deltas), values, strict=True):
        for number in (time, *row):
            hasher.update((number % 2**64).to_bytes(8, "big"))
    return int.from_bytes(hasher.digest()[:31], "big")


def header_hash(schema: int, slot_length: int, layout: Layout, count: int) -> int:
    """Binds what the file says about itself."""
    return hashed("header", (schema, slot_length, layout.code, count))


def keystream(key: int, header: int, count: int) -> list[int]:
    """Lanes 1 to 16 of one permutation per 16 words."""
    stream: list[int] = []
    for counter in range(-(-count // BLOCK_WORDS)):
        stream += permute([tag("keystream"), key, header, counter, *[0] * 13])[1:]
    return stream[:count]


def encrypt(words: Sequence[int], key: int, header: int) -> list[int]:
    """Words plus keystream in the field."""
    return [(word + mask) % R for word, mask in zip(words, keystream(key, header, len(words)), strict=True)]


def tree_root(words: Sequence[int]) -> int:
    """Root of the 16-ary tree; one level even for a single word."""
    nodes, level = list(words), 0
    while level == 0 or len(nodes) > 1:
        level += 1
        groups = [nodes[i : i + TREE_ARITY] for i in range(0, len(nodes), TREE_ARITY)]
        nodes = [hashed("tree", [*g, *[0] * (TREE_ARITY - len(g))], a=level, b=len(words)) for g in groups]
    return nodes[0]


def content(ciphertext: Sequence[int], key: int, header: int) -> int:
    """What the device signs, the buyer fetches, and every statement is about."""
    return hashed("content", (tree_root(ciphertext), hashed("key", (key,)), header))


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
