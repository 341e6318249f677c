"""BLAKE-512, the SHA-3 finalist (not BLAKE2b): circomlib derives EdDSA keys and nonces with it.

Its tables are derived here: the chaining start from the square roots of the first eight primes, the constants from pi.
"""

from math import isqrt

ROUNDS = 16
BLOCK = 128
MASK = 2**64 - 1


def _pi_words(count: int) -> tuple[int, ...]:
    """The first 64 * count bits of pi's fraction, by Machin's formula with 64 guard bits."""
    unit = 1 << (64 * count + 64)

    def arctangent_of_inverse(n: int) -> int:
        total, power, divisor, sign = 0, unit // n, 1, 1
        while power:
            total += sign * (power // divisor)
            power //= n * n
            divisor, sign = divisor + 2, -sign
        return total

    fraction = (4 * (4 * arctangent_of_inverse(5) - arctangent_of_inverse(239)) - 3 * unit) >> 64
    return tuple(fraction >> 64 * (count - 1 - i) & MASK for i in range(count))


START = tuple(isqrt(prime << 128) & MASK for prime in (2, 3, 5, 7, 11, 13, 17, 19))
CONSTANTS = _pi_words(16)
ORDER = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
    (14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3),
    (11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4),
    (7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8),
    (9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13),
    (2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9),
    (12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11),
    (13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10),
    (6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5),
    (10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0),
)
COLUMNS_THEN_DIAGONALS = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)  # fmt: skip


def _rotate(word: int, by: int) -> int:
    return (word >> by | word << (64 - by)) & MASK


def _compress(chain: tuple[int, ...], block: bytes, bits_so_far: int) -> tuple[int, ...]:
    message = [int.from_bytes(block[i : i + 8], "big") for i in range(0, BLOCK, 8)]
    low, high = bits_so_far & MASK, bits_so_far >> 64
    state = [*chain, *(c ^ t for c, t in zip(CONSTANTS[:8], (0, 0, 0, 0, low, low, high, high), strict=True))]
    for index in range(ROUNDS):
        order = ORDER[index % 10]
        for step, (a, b, c, d) in enumerate(COLUMNS_THEN_DIAGONALS):
            first, second = order[2 * step], order[2 * step + 1]
            for word, constant, turn_d, turn_b in ((first, second, 32, 25), (second, first, 16, 11)):
                state[a] = (state[a] + state[b] + (message[word] ^ CONSTANTS[constant])) & MASK
                state[d] = _rotate(state[d] ^ state[a], turn_d)
                state[c] = (state[c] + state[d]) & MASK
                state[b] = _rotate(state[b] ^ state[c], turn_b)
    return tuple(h ^ state[i] ^ state[i + 8] for i, h in enumerate(chain))


def blake512(data: bytes) -> bytes:
    """The 64-byte digest, salt zero. A block that holds padding alone is counted as zero bits."""
    bits = 8 * len(data)
    zeros = -(len(data) + 17) % BLOCK
    padding = bytearray(1 + zeros)
    padding[0] |= 0x80
    padding[-1] |= 0x01
    padded = data + bytes(padding) + bits.to_bytes(16, "big")
    chain = START
    for start in range(0, len(padded), BLOCK):
        counted = min(bits, 8 * (start + BLOCK)) if 8 * start < bits else 0
        chain = _compress(chain, padded[start : start + BLOCK], counted)
    return b"".join(word.to_bytes(8, "big") for word in chain)
