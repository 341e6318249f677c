"""P-256 keys of secure hardware (Secure Enclave, StrongBox, TPM, smart card): they vouch for a device's enrolment."""

import os
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from ..errors import ArtifactMalformed, KeyUnsafe, SignatureRejected
from .canonical_json import decimal
from .enrolment_signing import attestation_message
from .randomness import fresh_integer
from .secret_file import read_secret, write_secret

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""n of SEC 2, the order of the curve; r, s and secrets lie in [1, n)."""

P256_PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1
"""p of SEC 2; coordinates lie in [0, p)."""

_CURVE = ec.SECP256R1()
_ECDSA = ec.ECDSA(SHA256())
_KIND = "hardware-key"


@dataclass(frozen=True, slots=True)
class HardwarePublic:
    """A public key on P-256, as registries list it. SignatureRejected for any other pair of numbers."""

    x: int
    y: int

    def __post_init__(self) -> None:
        self._key()

    def verify(self, message: bytes, r: int, s: int) -> None:
        """Return if (r, s) is this key's ECDSA over `message`, with s in either half; SignatureRejected otherwise."""
        _check_scalar("r", r)
        _check_scalar("s", s)
        try:
            self._key().verify(encode_dss_signature(r, s), message, _ECDSA)
        except InvalidSignature:
            text = "the attestation is not by this hardware key over this enrolment; have the key attest this very one"
            raise SignatureRejected(text, x=self.x, y=self.y) from None

    def _key(self) -> ec.EllipticCurvePublicKey:
        try:
            # OpenSSL reduces coordinates, so that one point had several names
            if not (self.x < P256_PRIME and self.y < P256_PRIME):
                raise ValueError
            return ec.EllipticCurvePublicNumbers(self.x, self.y, _CURVE).public_key()
        except (TypeError, ValueError):
            text = "the hardware key is not a point of P-256; take x and y from its certificate or public key"
            raise SignatureRejected(text, x=self.x, y=self.y) from None


@dataclass(frozen=True, slots=True)
class Attestation:
    """A hardware key's word for an enrolment, as a registry's contract takes it: ECDSA (r, s) and public key (x, y)."""

    r: int
    s: int
    x: int
    y: int

    def __post_init__(self) -> None:
        _check_scalar("r", self.r)
        _check_scalar("s", self.s)
        HardwarePublic(self.x, self.y)

    @property
    def public(self) -> HardwarePublic:
        """The key that vouches; whether it is one to trust, the registry's list says."""
        return HardwarePublic(self.x, self.y)

    def verify(self, chain_id: int, registry: int, registrar: int, leaf: int, expiry: int) -> None:
        """Return if it is about this enrolment; SignatureRejected otherwise. Whether it has expired, the chain says."""
        self.public.verify(attestation_message(chain_id, registry, registrar, leaf, expiry), self.r, self.s)


class HardwareKey(ABC):
    """The adapter of a key that never leaves its hardware: give it the public key, and a way to sign."""

    @property
    @abstractmethod
    def public(self) -> HardwarePublic:
        """The public half."""

    @abstractmethod
    def sign(self, message: bytes) -> bytes:
        """ECDSA with SHA-256 over `message`, DER as hardware answers it."""

    def attest(self, chain_id: int, registry: int, registrar: int, leaf: int, expiry: int) -> Attestation:
        """Vouch for one leaf: addresses as integers, expiry in seconds. What hardware answers is verified first."""
        message = attestation_message(chain_id, registry, registrar, leaf, expiry)
        try:
            r, s = decode_dss_signature(self.sign(message))
        except (TypeError, ValueError):
            raise SignatureRejected("the hardware did not answer in DER; convert its signature in `sign`") from None
        attestation = Attestation(r, s, self.public.x, self.public.y)
        attestation.public.verify(message, r, s)
        return attestation


@dataclass(frozen=True, slots=True)
class SoftwareP256Key(HardwareKey):
    """A key in a file in place of hardware, for tests and development: whoever reads the file can vouch."""

    secret: int = field(repr=False)

    def __post_init__(self) -> None:
        whole = isinstance(self.secret, int) and not isinstance(self.secret, bool)
        if not whole or not 2**128 <= self.secret < P256_ORDER:
            raise KeyUnsafe("a P-256 secret is a random number below n; use SoftwareP256Key.generate()")

    @classmethod
    def generate(cls) -> Self:
        """A new key from the operating system's randomness."""
        return cls(fresh_integer(2**128, P256_ORDER))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a saved key; KeyUnsafe if others can read the file, or it is not such a key."""
        text = read_secret(path, _KIND, {"secret"})["secret"]
        try:
            secret = decimal(text, P256_ORDER, "secret")
        except ArtifactMalformed:
            secret = None
        if secret is None:
            raise KeyUnsafe(f"{path} holds no secret of P-256; restore it", path=str(path))
        return cls(secret)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the key for its owner's eyes alone; never over an existing file."""
        write_secret(path, _KIND, {"secret": str(self.secret)})

    @property
    def public(self) -> HardwarePublic:
        """The public half."""
        numbers = self._key().public_key().public_numbers()
        return HardwarePublic(numbers.x, numbers.y)

    def sign(self, message: bytes) -> bytes:
        """ECDSA with SHA-256 over `message`, in DER; the nonce is OpenSSL's."""
        return self._key().sign(message, _ECDSA)

    def _key(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(self.secret, _CURVE)


def _check_scalar(name: str, number: int) -> None:
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number < P256_ORDER:
        text = f"{name} of an attestation is not in [1, n); have the hardware key attest again"
        raise SignatureRejected(text, name=name, number=number)
