"""Points of proofs and keys as integers, coordinates in the order of snarkjs' JSON: in G2 the real part first."""

from typing import TypeAlias

G1: TypeAlias = tuple[int, int]
G2: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
Points: TypeAlias = tuple[G1, G2, G1]
"""A, B and C."""
KeyPoints: TypeAlias = tuple[G1, G2, G2, G2, list[G1]]
"""alpha, beta, gamma, delta and IC, as `_native.VerificationKey.points()` returns them."""
