"""Poseidon's constants from the Grain LFSR, as the paper's appendix F defines them (eprint 2019/458).

The parameters are circomlib's: BN254 scalar field, S-box x^5, 8 full rounds and the partial rounds below.
Only the method is shared with circomlib; every number here is derived, none is copied.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from .field import R, inverse

FULL_ROUNDS = 8
FIELD_BITS = 254
PARTIAL_ROUNDS = dict(zip(range(2, 18), (56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68), strict=True))
"""Partial rounds by width t: the least that is safe at 128 bits, rounded as the paper's script does."""

USED_WIDTHS = (2, 3, 4, 5, 6, 9, 17)
"""Widths that appear in the table of hash uses (circuits/catalogue.json); others are never generated."""


class Constants(NamedTuple):
    """What one width needs: t * rounds additive constants in order of use, and a t x t mixing matrix."""

    rounds: tuple[int, ...]
    matrix: tuple[tuple[int, ...], ...]


def _bits(width: int) -> Iterator[int]:
    """Grain's self-shrinking stream: of each pair of bits, the second counts if the first is 1."""
    fields = ((1, 2), (0, 4), (FIELD_BITS, 12), (width, 12), (FULL_ROUNDS, 10), (PARTIAL_ROUNDS[width], 10))
    state = [int(bit) for value, size in fields for bit in format(value, f"0{size}b")] + [1] * 30

    def step() -> int:
        bit = state[62] ^ state[51] ^ state[38] ^ state[23] ^ state[13] ^ state[0]
        state.pop(0)
        state.append(bit)
        return bit

    for _ in range(160):
        step()
    while True:
        keep, bit = step(), step()
        if keep:
            yield bit


def _integer(bits: Iterator[int]) -> int:
    value = 0
    for _ in range(FIELD_BITS):
        value = value << 1 | next(bits)
    return value


@cache
def constants(width: int) -> Constants:
    """Round constants by rejection (a draw of r or more is thrown away), then a Cauchy matrix 1 / (x_i + y_j)."""
    bits = _bits(width)
    rounds: list[int] = []
    while len(rounds) < width * (FULL_ROUNDS + PARTIAL_ROUNDS[width]):
        candidate = _integer(bits)
        if candidate < R:
            rounds.append(candidate)
    while True:
        draws = [_integer(bits) % R for _ in range(2 * width)]
        xs, ys = draws[:width], draws[width:]
        distinct = len(set(draws)) == 2 * width
        if distinct and all((x + y) % R for x in xs for y in ys):
            return Constants(tuple(rounds), tuple(tuple(inverse((x + y) % R) for y in ys) for x in xs))
