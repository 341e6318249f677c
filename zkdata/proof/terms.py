"""Whom a claim pays: bound in the proof, so that whoever submits it cannot redirect the money."""

from dataclasses import dataclass

from ..capsule.hashing import keccak256
from ..errors import ParametersInvalid

ADDRESS_BYTES = 20
NOBODY = bytes(ADDRESS_BYTES)


@dataclass(frozen=True, slots=True)
class Terms:
    """Recipient of the payment, and the fee for the relayer who brings the claim to the chain."""

    recipient: bytes
    """20 bytes; given as bytes, or as 0x and 40 hex digits."""
    relayer: bytes = NOBODY
    """With nobody named, the fee goes to the sender of the claim."""
    fee: int = 0
    """In the token's smallest unit, taken out of the payment."""

    def __init__(self, recipient: bytes | str, relayer: bytes | str = NOBODY, fee: int = 0) -> None:
        object.__setattr__(self, "recipient", _address(recipient, "recipient"))
        object.__setattr__(self, "relayer", _address(relayer, "relayer"))
        object.__setattr__(self, "fee", fee)
        if self.recipient == NOBODY:
            raise ParametersInvalid("terms: the zero address cannot be paid; name a recipient", parameter="recipient")
        if isinstance(fee, bool) or not isinstance(fee, int) or not 0 <= fee < 2**256:
            raise ParametersInvalid("terms: the fee is a whole number of token units below 2^256", parameter="fee")

    @property
    def digest(self) -> int:
        """First 248 bits of keccak256(abi.encode(recipient, relayer, fee))."""
        return self.digest_on(0)

    def digest_on(self, number: int) -> int:
        """The same for a request of a market, whose scope does not name it: its number is hashed after the fee."""
        words = self.recipient.rjust(32, b"\0") + self.relayer.rjust(32, b"\0") + self.fee.to_bytes(32, "big")
        named = number.to_bytes(32, "big") if number else b""
        return int.from_bytes(keccak256(words + named), "big") >> 8


def _address(value: bytes | str, name: str) -> bytes:
    if isinstance(value, bytes) and len(value) == ADDRESS_BYTES:
        return value
    if isinstance(value, str) and value[:2] == "0x" and len(value) == 2 + 2 * ADDRESS_BYTES and _hex(value[2:]):
        digits = value[2:]
        mixed = digits not in (digits.lower(), digits.upper())
        if mixed and digits != _checksummed(digits.lower()):
            message = (
                f"terms: the {name}'s checksum (EIP-55) is wrong: a character was mistyped; copy the address again"
            )
            raise ParametersInvalid(message, parameter=name)
        return bytes.fromhex(digits)
    raise ParametersInvalid(f"terms: the {name} is {ADDRESS_BYTES} bytes, or 0x and 40 hex digits", parameter=name)


def _hex(text: str) -> bool:
    return all(character in "0123456789abcdefABCDEF" for character in text)


def _checksummed(digits: str) -> str:
    """EIP-55: a letter is upper case where the hash of the lower-case digits has a nibble of 8 or more."""
    nibbles = keccak256(digits.encode()).hex()
    return "".join(d.upper() if int(n, 16) >= 8 else d for d, n in zip(digits, nibbles, strict=False))
