"""EdDSA over BabyJubJub with Poseidon, wire-compatible with circomlib: S * B8 = R8 + 8 h A.

h is Poseidon under tag 0 of (R8.x, R8.y, A.x, A.y, message). Nonces are deterministic: for vectors, not for devices.
"""

from .babyjubjub import COFACTOR, IDENTITY, SUBGROUP_ORDER, Point, add, in_subgroup, multiply, multiply_base8
from .blake512 import blake512
from .field import R
from .poseidon import poseidon

Signature = tuple[int, int, int]
"""(R8.x, R8.y, S)."""

SEED_BYTES = 32


def expand(seed: bytes) -> tuple[int, bytes]:
    """The pruned scalar (a multiple of 8 with bit 254 set), and the half of the digest that nonces come from."""
    if len(seed) != SEED_BYTES:
        raise ValueError(f"a seed has {SEED_BYTES} bytes, not {len(seed)}")
    digest = bytearray(blake512(seed))
    digest[0] &= 0xF8
    digest[31] = digest[31] & 0x7F | 0x40
    return int.from_bytes(digest[:32], "little"), bytes(digest[32:])


def public_key(seed: bytes) -> Point:
    """A = (scalar / 8) * B8."""
    return multiply_base8(expand(seed)[0] >> 3)


def challenge(nonce_point: Point, public: Point, message: int) -> int:
    """h of the signing equation."""
    return poseidon((*nonce_point, *public, message), 0)


def sign(seed: bytes, message: int) -> Signature:
    """circomlib's deterministic signature of a field element."""
    if not 0 <= message < R:
        raise ValueError("a message is a field element")
    scalar, prefix = expand(seed)
    public = multiply_base8(scalar >> 3)
    nonce = int.from_bytes(blake512(prefix + message.to_bytes(32, "little")), "little") % SUBGROUP_ORDER
    nonce_point = multiply_base8(nonce)
    return (*nonce_point, (nonce + challenge(nonce_point, public, message) * scalar) % SUBGROUP_ORDER)


def equation_holds(public: Point, message: int, signature: Signature) -> bool:
    """The signing equation alone, on any pairs of numbers: what a forger has to meet."""
    x, y, response = signature
    hashed = challenge((x, y), public, message)
    return multiply_base8(response) == add((x, y), multiply(COFACTOR * hashed, public))


def verifies(public: Point, message: int, signature: Signature) -> bool:
    """Strict: A and R8 on the curve and in the prime subgroup, A not the identity, S and message canonical."""
    x, y, response = signature
    canonical = 0 <= message < R and 0 <= response < SUBGROUP_ORDER
    if not canonical or public == IDENTITY or not in_subgroup(public) or not in_subgroup((x, y)):
        return False
    return equation_holds(public, message, signature)


def device_secret(seed: bytes) -> int:
    """What capsule keys are derived from: apart from the signing scalar, which a leaked nonce would give away."""
    if len(seed) != SEED_BYTES:
        raise ValueError(f"a seed has {SEED_BYTES} bytes, not {len(seed)}")
    return int.from_bytes(blake512(b"zkdata device secret, version 1" + seed), "little") % R
