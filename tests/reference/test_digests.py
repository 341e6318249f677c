"""BLAKE-512 and Keccak-256 against their published answers and another implementation."""

import random

import pytest
from eth_hash.auto import keccak

from tests.reference.blake512 import blake512
from tests.reference.keccak import keccak256
from zkdata import _native

BLAKE_PUBLISHED = {
    b"\0": "97961587f6d970faba6d2478045de6d1fabd09b61ae50932054d52bc29d31be4"
    "ff9102b9f69e2bbdb83be13d4b9c06091e5fa0b48bd081b634058be0ec49beb3",
    bytes(144): "313717d608e9cf758dcb1eb0f0c3cf9fc150b2d500fb33f51c52afc99d358a2f"
    "1374b8a38bba7974e7f6ef79cab16f22ce1e649d6e01ad9589c213045d545dde",
}
"""The two vectors of the BLAKE submission's annex."""


@pytest.mark.parametrize("message", BLAKE_PUBLISHED)
def test_blake512_gives_the_published_digests(message: bytes) -> None:
    """One byte and 144 bytes of zero hash to what the designers published."""
    assert blake512(message).hex() == BLAKE_PUBLISHED[message]


@pytest.mark.parametrize("length", [0, 1, 31, 32, 64, 135, 136, 137, 271, 272, 273, 1000])
def test_keccak_agrees_with_another_implementation(length: int) -> None:
    """Digests equal eth-hash's and the native core's on both sides of every block boundary."""
    data = random.Random(length).randbytes(length)
    assert keccak256(data) == keccak(data) == _native.keccak256(data)


def test_keccak_is_not_sha3() -> None:
    """The empty message hashes to Ethereum's well-known value, which differs from SHA3-256's."""
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
