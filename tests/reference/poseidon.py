"""Poseidon exactly as the paper writes it: no optimised rounds, so that it can judge those that have them."""

from collections.abc import Sequence
from operator import mul

from .field import R
from .grain import FULL_ROUNDS, PARTIAL_ROUNDS, USED_WIDTHS, constants


def permute(state: Sequence[int]) -> list[int]:
    """One permutation of `len(state)` lanes: add constants, x^5 on all lanes or on the first, mix."""
    width = len(state)
    if width not in USED_WIDTHS or not all(0 <= lane < R for lane in state):
        raise ValueError(f"a state is {USED_WIDTHS} field elements wide")
    rounds, matrix = constants(width)
    lanes = list(state)
    partial = PARTIAL_ROUNDS[width]
    for index in range(FULL_ROUNDS + partial):
        lanes = [(lane + rounds[index * width + i]) % R for i, lane in enumerate(lanes)]
        full = index < FULL_ROUNDS // 2 or index >= FULL_ROUNDS // 2 + partial
        lanes = [pow(lane, 5, R) if full or i == 0 else lane for i, lane in enumerate(lanes)]
        lanes = [sum(map(mul, row, lanes)) % R for row in matrix]
    return lanes


def poseidon(inputs: Sequence[int], tag: int = 0) -> int:
    """Hash of `inputs` under a domain `tag` that sits in the capacity lane; tag 0 is circomlib's Poseidon."""
    return permute([tag, *inputs])[0]
