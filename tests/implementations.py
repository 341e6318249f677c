"""The table of implementations: whatever computes hashes and signatures obeys the same laws, or one is wrong."""

from collections.abc import Callable, Sequence
from typing import Protocol

from tests.reference import babyjubjub, eddsa, keccak, poseidon
from tests.reference.babyjubjub import Point
from tests.reference.eddsa import Signature


class Implementation(Protocol):
    """What a row offers. Refusals are ValueError, except that a signature is accepted or not."""

    def poseidon(self, inputs: Sequence[int], tag: int) -> int:
        """Lane 0 of the permutation of (tag; inputs)."""

    def permute(self, state: Sequence[int]) -> list[int]:
        """Every lane."""

    def keccak256(self, data: bytes) -> bytes:
        """The digest."""

    def public_key(self, seed: bytes) -> Point:
        """A of a seed."""

    def sign(self, seed: bytes, message: int) -> Signature:
        """circomlib's deterministic signature."""

    def accepts(self, public: Point, message: int, signature: Signature) -> bool:
        """The strict verdict."""

    def divide_by_cofactor(self, public: Point) -> Point:
        """T with 8 T = A."""

    def device_secret(self, seed: bytes) -> int:
        """What capsule keys are derived from."""


class Python:
    """tests/reference: plain integers."""

    def __init__(self) -> None:
        self.poseidon = poseidon.poseidon
        self.permute = poseidon.permute
        self.keccak256 = keccak.keccak256
        self.public_key = eddsa.public_key
        self.sign = eddsa.sign
        self.accepts = eddsa.verifies
        self.divide_by_cofactor = babyjubjub.divide_by_cofactor
        self.device_secret = eddsa.device_secret


class Native:
    """zkdata._native: the Rust core."""

    def __init__(self) -> None:
        from zkdata import _native, errors

        self._native = _native
        self._rejected = errors.SignatureRejected
        self.poseidon = _native.poseidon
        self.permute = _native.poseidon_permute
        self.keccak256 = _native.keccak256
        self.public_key = _native.public_key
        self.sign = _native.sign_deterministic
        self.device_secret = _native.device_secret

    def accepts(self, public: Point, message: int, signature: Signature) -> bool:
        """None or SignatureRejected, as a verdict; any other exception is a fault."""
        try:
            self._native.verify_signature(public, message, signature)
        except self._rejected:
            return False
        return True

    def divide_by_cofactor(self, public: Point) -> Point:
        """SignatureRejected is this function's ValueError."""
        try:
            return self._native.divide_by_cofactor(public)
        except self._rejected as rejected:
            raise ValueError(str(rejected)) from rejected


IMPLEMENTATIONS: tuple[Callable[[], Implementation], ...] = (Python, Native)
