"""The owner's key: it claims what the owner's devices sealed, without saying which device."""

import os
from dataclasses import dataclass, field
from typing import Self

from ..errors import ArtifactMalformed, KeyUnsafe
from .canonical_json import decimal
from .device import DevicePublic
from .hashing import FIELD_ORDER, hashed
from .randomness import fresh_integer
from .secret_file import read_secret, write_secret

_KIND = "owner-key"


@dataclass(frozen=True, slots=True)
class OwnerKey:
    """A secret field element; nullifiers and commitments follow from it."""

    secret: int = field(repr=False)

    def __post_init__(self) -> None:
        whole = isinstance(self.secret, int) and not isinstance(self.secret, bool)
        if not whole or not 2**128 <= self.secret < FIELD_ORDER:
            raise KeyUnsafe("an owner key is a random field element; use OwnerKey.generate()")

    @classmethod
    def generate(cls) -> Self:
        """A new owner from the operating system's randomness."""
        return cls(fresh_integer(2**128, FIELD_ORDER))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a saved key; KeyUnsafe if others can read the file, or it is not an owner key."""
        text = read_secret(path, _KIND, {"secret"})["secret"]
        try:
            secret = decimal(text, FIELD_ORDER, "secret")
        except ArtifactMalformed:
            secret = None
        if secret is None:
            raise KeyUnsafe(f"{path} holds an owner key that is not a field element; restore it", path=str(path))
        return cls(secret)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the key for its owner's eyes alone; never over an existing file."""
        write_secret(path, _KIND, {"secret": str(self.secret)})

    def commitment(self, device: DevicePublic) -> int:
        """What the registry holds for one device; another device of the same owner has an unrelated one."""
        return hashed("owner", [self.secret, device.x])

    def nullifier(self, device: DevicePublic, scope: int, slot: int) -> int:
        """Spent when a claim on this device's slot is paid in this scope; the same however often the slot is sealed."""
        return hashed("nullifier", [self.secret, device.x, scope, slot])
