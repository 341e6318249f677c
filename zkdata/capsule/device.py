"""The device's key: it signs capsules, and capsule keys are derived from it."""

import os
from dataclasses import dataclass, field
from typing import Self

from .. import _native
from ..errors import KeyUnsafe, SignatureRejected
from .canonical_json import is_hex
from .enrolment_signing import enrolment_message
from .hashing import FIELD_ORDER
from .randomness import fresh_bytes
from .secret_file import read_secret, write_secret

SEED_BYTES = 32
_KIND = "device-key"


@dataclass(frozen=True, slots=True)
class Signature:
    """EdDSA-Poseidon over BabyJubJub, as circomlib writes it."""

    r8x: int
    r8y: int
    s: int


@dataclass(frozen=True, slots=True)
class DevicePublic:
    """A, the device's public key: a point of BabyJubJub's prime subgroup. SignatureRejected for any other point."""

    x: int
    y: int

    def __post_init__(self) -> None:
        _native.divide_by_cofactor((self.x, self.y))

    def verify(self, message: int, signature: Signature) -> None:
        """Return if the signature is this device's over `message`; SignatureRejected otherwise."""
        _native.verify_signature((self.x, self.y), message, (signature.r8x, signature.r8y, signature.s))


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """The secret seed of a device and what follows from it."""

    seed: bytes = field(repr=False)
    public: DevicePublic = field(init=False)

    def __post_init__(self) -> None:
        if not isinstance(self.seed, bytes) or len(self.seed) != SEED_BYTES:
            raise KeyUnsafe(f"a device seed is {SEED_BYTES} bytes of randomness; use DeviceKey.generate()")
        if len(set(self.seed)) == 1:
            raise KeyUnsafe("a device seed of one repeated byte is not random; use DeviceKey.generate()")
        object.__setattr__(self, "public", DevicePublic(*_native.public_key(self.seed)))

    @classmethod
    def generate(cls) -> Self:
        """A new device from the operating system's randomness."""
        return cls(fresh_bytes(SEED_BYTES))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a saved key; KeyUnsafe if others can read the file, or it is not a device key."""
        text = read_secret(path, _KIND, {"seed"})["seed"]
        if not is_hex(text, SEED_BYTES):
            raise KeyUnsafe(f"{path} holds a seed that is not {2 * SEED_BYTES} hex digits; restore it", path=str(path))
        return cls(bytes.fromhex(text))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the key for its owner's eyes alone; never over an existing file."""
        write_secret(path, _KIND, {"seed": self.seed.hex()})

    @property
    def secret(self) -> int:
        """What capsule keys are derived from; independent of the signing scalar."""
        return _native.device_secret(self.seed)

    def sign(self, message: int) -> Signature:
        """Sign a field element with a hedged nonce."""
        return Signature(*_native.sign(self.seed, message))

    def enrol(self, chain_id: int, registry: int, registrar: int, owner_commitment: int, expiry: int) -> Signature:
        """Agree to be enrolled for one owner, by one registrar in one registry, until `expiry` in seconds."""
        return self.sign(enrolment_message(chain_id, registry, registrar, owner_commitment, expiry))


def divide_by_cofactor(point: tuple[int, int]) -> tuple[int, int]:
    """T with 8 T = `point`, which shows that it is in the prime subgroup; SignatureRejected if it is not."""
    return _native.divide_by_cofactor(point)


def montgomery(point: tuple[int, int]) -> tuple[int, int]:
    """(u, v) of an Edwards point, u = (1 + y) / (1 - y) and v = u / x; SignatureRejected where x is 0 or y is 1."""
    x, y = point
    try:
        u = (1 + y) * pow(1 - y, -1, FIELD_ORDER) % FIELD_ORDER
        return u, u * pow(x, -1, FIELD_ORDER) % FIELD_ORDER
    except ValueError:
        message = "a point of order 1 or 2 has no Montgomery coordinates; take a device key of the prime subgroup"
        raise SignatureRejected(message) from None
