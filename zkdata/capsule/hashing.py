"""Poseidon under the tags of the catalogue, and Keccak. Every hash in the package goes through here."""

from collections.abc import Sequence

from .. import _native
from ..catalogue import catalogue

FIELD_ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617
"""r, the order of BN254's groups: words, keys, hashes and signals are integers in [0, r)."""


def tag(use: str, a: int = 0, b: int = 0) -> int:
    """The tag of a use in the catalogue, with its two 32-bit parameters."""
    if not (0 <= a < 2**32 and 0 <= b < 2**32):
        raise ValueError(f"tag parameters are 32 bits each, not {a} and {b}")
    return catalogue().uses[use].tag + (a << 32) + b


def hashed(use: str, inputs: Sequence[int], a: int = 0, b: int = 0) -> int:
    """H_use(inputs): lane 0 of the permutation of (tag; inputs). The number of inputs must be the use's own."""
    arity = catalogue().uses[use].arity
    if len(inputs) != arity:
        raise ValueError(f"hash use {use!r} takes {arity} inputs, not {len(inputs)}")
    return _native.poseidon(inputs, tag(use, a, b))


def keccak256(data: bytes) -> bytes:
    """Keccak-256 as Ethereum uses it."""
    return _native.keccak256(data)
