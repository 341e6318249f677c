"""Who took part in a setup: a key of Ed25519 by which a name stands for what was contributed under it."""

import os
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ..capsule.canonical_json import is_hex
from ..capsule.randomness import fresh_bytes
from ..capsule.secret_file import read_secret, write_secret
from ..errors import KeyUnsafe, SignatureRejected

SEED_BYTES = KEY_BYTES = 32
SIGNATURE_BYTES = 64
_KIND = "contributor-key"


@dataclass(frozen=True, slots=True)
class ContributorKey:
    """The secret key of somebody who takes part in setups, or who signs what came of one."""

    seed: bytes = field(repr=False)
    public: str = field(init=False)
    """In hex."""

    def __post_init__(self) -> None:
        if not isinstance(self.seed, bytes) or len(self.seed) != SEED_BYTES:
            raise KeyUnsafe(f"a contributor's seed is {SEED_BYTES} random bytes; use ContributorKey.generate()")
        public = self._key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        object.__setattr__(self, "public", public.hex())

    @classmethod
    def generate(cls) -> Self:
        """A new key from the operating system's randomness."""
        return cls(fresh_bytes(SEED_BYTES))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a saved key; KeyUnsafe if others can read the file, or it is not a contributor's key."""
        text = read_secret(path, _KIND, {"seed"})["seed"]
        if not is_hex(text, SEED_BYTES):
            raise KeyUnsafe(f"{path} holds a seed that is not {2 * SEED_BYTES} hex digits; restore it", path=str(path))
        return cls(bytes.fromhex(text))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the key for its owner's eyes alone; never over an existing file."""
        write_secret(path, _KIND, {"seed": self.seed.hex()})

    def sign(self, label: str, text: str) -> str:
        """Sign a document of one kind; no signature of one kind is one of another."""
        return self._key().sign(_message(label, text)).hex()

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def check_signature(public: str, label: str, text: str, signature: str) -> None:
    """Return if the document was signed with the key of this public one; SignatureRejected otherwise."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(
            bytes.fromhex(signature), _message(label, text)
        )
    except (InvalidSignature, ValueError):
        message = f"the key {public[:16]} did not sign this {label}; get it again from whoever signed it"
        raise SignatureRejected(message, key=public) from None


def _message(label: str, text: str) -> bytes:
    return f"zkdata {label}, version 1\n{text}".encode()
