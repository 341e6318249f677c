"""How a capsule key reaches the buyer alone, by docs/reference/statements.md."""

import hashlib
from dataclasses import dataclass

from .babyjubjub import SUBGROUP_ORDER, multiply_base8
from .field import R
from .montgomery import TORSION_U, affine, double, from_edwards, lift, multiply, times
from .sealing import hashed

EPHEMERAL_BITS = 248


def times_base8(scalar: int) -> int:
    """u of scalar * B8: a buyer key of a buyer's secret, an ephemeral of k."""
    return affine(from_edwards(multiply_base8(scalar)))[0]


def buyer_key(secret: int) -> int:
    """The u of b B8, for b in [1, l)."""
    if not 1 <= secret < SUBGROUP_ORDER:
        raise ValueError("a buyer's secret is in [1, l)")
    return times_base8(secret)


def is_buyer_key(u: int) -> bool:
    """True for the u of a point that eight does not kill."""
    if u in TORSION_U:
        return False
    try:
        lift(u)
    except ValueError:
        return False
    return True


def is_ephemeral_secret(k: int) -> bool:
    """Odd, and of 248 bits exactly, so that the circuit's ladder meets no exception."""
    return k % 2 == 1 and 2 ** (EPHEMERAL_BITS - 1) < k < 2**EPHEMERAL_BITS


def shared_u(k: int, buyer_key: int) -> int:
    """What the owner computes: u of k (8 P); a buyer key of small order has none."""
    eightfold = double(double(double(lift(buyer_key))))
    return affine(multiply(k, eightfold))[0]


def mask(shared: int, ephemeral: int, content: int, release_secret: int) -> int:
    """What hides the key: it takes the shared point and the release secret to know it."""
    return hashed("mask", (shared, ephemeral, content, release_secret))


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the chain shows of a sale, the release secret apart."""

    content: int
    ephemeral: int
    wrap: int

    def open(self, buyer_secret: int, release_secret: int) -> int:
        """The capsule key, by the buyer: u of 8 b E needs neither k nor v."""
        shared = times(8 * buyer_secret, self.ephemeral)
        return (self.wrap - mask(shared, self.ephemeral, self.content, release_secret)) % R


def deliver(key: int, content: int, buyer_key: int, k: int, release_secret: int) -> Delivery:
    """The key for one buyer; nothing checks k, a test may take any."""
    if not is_buyer_key(buyer_key):
        raise ValueError("no key of a buyer: of small order, or of no point")
    ephemeral = times_base8(k)
    return Delivery(content, ephemeral, (key + mask(shared_u(k, buyer_key), ephemeral, content, release_secret)) % R)


def release_hash(release_secret: int) -> int:
    """What the release secret is checked against."""
    return hashed("release", (release_secret,))


def nobody() -> tuple[int, int]:
    """The i that hits the curve first, and the u of 8 Q."""
    i = 0
    while True:
        digest = hashlib.sha256(f"zkdata nobody, version 2, {i}".encode()).digest()
        try:
            return i, times(8, int.from_bytes(digest[:31], "big"))
        except ValueError:
            i += 1


NOBODY = nobody()[1]
"""The buyer key of those who buy the proof alone."""
