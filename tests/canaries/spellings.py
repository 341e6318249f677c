"""How a secret could be written, and a table that finds any of many thousand secrets in one pass over a text."""

import base64
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

LEAST_BITS = 120
"""A fresh secret of 128 bits has fewer once in 256 times."""
LEAST_VARIETY = 10
"""Distinct bytes, and distinct steps between neighbours: fixed secrets like 2^200 + 1 or bytes(range(32)) have fewer,
and stand in pages, vectors and tests for all to see. Sixteen random bytes have so few once in a million times."""
ORDERS = (
    0x30644E72E131A029B85045B68181585D2833E84879B9709143E1F593F0000001,
    0x30644E72E131A029B85045B68181585D97816A916871CA8D3C208C16D87CFD47,
    0x60C89CE5C263405370A08B6D0302B0BAB3EEDB83920EE0A677297DC392126F1,
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
)
"""Of the fields and groups of BN254, BabyJubJub, P-256 and secp256k1: tests try them and their neighbours as keys."""
NEIGHBOURS = 8
PIECE, START = 8, 24
"""Bytes of a spelling that the table is asked for, and that are compared where they are found, before the whole is."""
TABLE_BITS = 22
MIX = np.uint64(0x9E3779B97F4A7C15)
LIMB = 2**64


@dataclass(frozen=True, slots=True)
class Secret:
    """A number that nobody else may see, and whose it is."""

    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class Found:
    """A secret in a text, where it begins, and how it is written there."""

    secret: Secret
    place: int
    writing: str
    length: int


def is_random(number: int) -> bool:
    """Whether it looks drawn by chance from at least 2^128, and not made up by the one who wrote the test."""
    if number.bit_length() < LEAST_BITS or any(abs(number - order) <= NEIGHBOURS for order in ORDERS):
        return False
    data = _bytes(number)
    steps = {(after - before) % 256 for before, after in pairwise(data)}
    return min(len(set(data)), len(steps)) >= LEAST_VARIETY


def spellings(number: int) -> dict[str, bytes]:
    """By name: decimal, hexadecimal, bytes, base64, Python's bytes, and lists of bytes or of limbs of 64 bits."""
    big = _bytes(number)
    little = big[::-1]
    padded = number.to_bytes(-(-len(big) // 8) * 8)
    limbs = [int.from_bytes(padded[at : at + 8]) for at in range(0, len(padded), 8)]
    return {
        "decimal": str(number).encode(),
        "hexadecimal": f"{number:x}".encode(),
        "hexadecimal in capitals": f"{number:X}".encode(),
        "hexadecimal, last byte first": little.hex().encode(),
        "bytes": big,
        "bytes, last first": little,
        "base64": base64.b64encode(big).rstrip(b"="),
        "base64 for URLs": base64.urlsafe_b64encode(big).rstrip(b"="),
        "base64, last byte first": base64.b64encode(little).rstrip(b"="),
        "bytes as Python shows them": _shown(big),
        "bytes as Python shows them, last first": _shown(little),
        "a list of bytes": str([*big])[1:-1].encode(),
        "a list of bytes, last first": str([*little])[1:-1].encode(),
        "a list of limbs": str(limbs)[1:-1].encode(),
        "a list of limbs, last first": str(limbs[::-1])[1:-1].encode(),
    }


class Table:
    """All secrets so far. A text is read once, however many there are."""

    def __init__(self) -> None:
        self._marked = np.zeros(2**TABLE_BITS, dtype=np.bool_)
        self._pieces: dict[int, list[tuple[bytes, Secret]]] = {}
        self._known: set[int] = set()

    def add(self, secret: Secret) -> None:
        """From now on look for it, unless it was made up."""
        if secret.number in self._known or not is_random(secret.number):
            return
        self._known.add(secret.number)
        starts = {spelled[:START] for spelled in spellings(secret.number).values()}
        pieces = [int.from_bytes(start[:PIECE], "little") for start in starts]
        for piece, start in zip(pieces, starts, strict=True):
            self._pieces.setdefault(piece, []).append((start, secret))
        self._marked[_slots(np.array(pieces, dtype=np.uint64))] = True

    def find(self, text: bytes) -> Iterator[Found]:
        """Each place where a secret begins, in the order of the text."""
        if len(text) < PIECE or not self._pieces:
            return
        windows = np.ndarray((len(text) - PIECE + 1,), dtype="<u8", buffer=text, strides=(1,))
        for place in np.flatnonzero(self._marked[_slots(windows)]).tolist():
            for start, secret in self._pieces.get(int(windows[place]), ()):
                if text.startswith(start, place):
                    written = spellings(secret.number).items()
                    whole = [(name, each) for name, each in written if text.startswith(each, place)]
                    yield from (Found(secret, place, name, len(each)) for name, each in whole[:1])


class Texts:
    """Many texts, to be read as one."""

    BETWEEN = b"\n\0\n"

    def __init__(self, texts: Sequence[bytes]) -> None:
        self.whole = self.BETWEEN.join(texts)
        self._ends: list[int] = []
        end = -len(self.BETWEEN)
        for text in texts:
            end += len(text) + len(self.BETWEEN)
            self._ends.append(end)

    def number(self, place: int) -> int:
        """Which of them has this place."""
        return bisect_right(self._ends, place)


def _bytes(number: int) -> bytes:
    return number.to_bytes(-(-number.bit_length() // 8))


def _shown(data: bytes) -> bytes:
    return repr(data)[2:-1].encode()


def _slots(pieces: "np.ndarray[tuple[int], np.dtype[np.uint64]]") -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    return (pieces * MIX) >> np.uint64(64 - TABLE_BITS)
