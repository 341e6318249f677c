"""The secrets that a beacon makes, computed again without the core: SHA-256, then ChaCha20 with its words of a seed.

A beacon takes the same way through the core as a secret that nobody knows, so what is left of it in memory is what
would be left of one.
"""

import hashlib
import struct
from collections.abc import Iterator

from tests.reference.field import R

MASK = 2**32 - 1
CONSTANTS = (0x61707865, 0x3320646E, 0x79622D32, 0x6B206574)
QUARTERS = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)  # fmt: skip


def seed(beacon: bytes, iterations: int) -> bytes:
    """The beacon hashed 2^iterations times."""
    for _ in range(2**iterations):
        beacon = hashlib.sha256(beacon).digest()
    return beacon


def words(seed: bytes) -> Iterator[int]:
    """ChaCha20's words, from a counter of 0 and a nonce of 0."""
    state = [*CONSTANTS, *struct.unpack(">8I", seed), 0, 0, 0, 0]
    while True:
        block = list(state)
        for _ in range(10):
            for a, b, c, d in QUARTERS:
                for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                    block[x] = (block[x] + block[y]) & MASK
                    turned = block[z] ^ block[x]
                    block[z] = (turned << turn | turned >> (32 - turn)) & MASK
        yield from ((word + first) & MASK for word, first in zip(block, state, strict=True))
        state[12] += 1


def scalars(drawn: Iterator[int], count: int) -> list[int]:
    """So many scalars in Montgomery form, each of the first four pairs of words that are below r, cut to 254 bits."""
    found: list[int] = []
    while len(found) < count:
        limbs = [next(drawn) << 32 | next(drawn) for _ in range(4)]
        value = sum(limb << 64 * place for place, limb in enumerate(limbs)) % 2**254
        if value < R:
            found.append(value)
    return found


def spellings(montgomery: int) -> dict[str, bytes]:
    """The ways in which a scalar may lie in memory, that of its inverse too."""
    element = montgomery * pow(2**256, -1, R) % R
    inverse = pow(element, -1, R)
    forms = {"": element, "inverse, ": inverse}
    return {
        f"{of}{form}": value.to_bytes(32, order)
        for of, number in forms.items()
        for form, value, order in (
            ("Montgomery form", number * 2**256 % R, "little"),
            ("integer", number, "little"),
            ("integer, highest byte first", number, "big"),
        )
    }
