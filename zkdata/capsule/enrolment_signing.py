"""What device and hardware key sign so that a device may be enrolled; each text holds for one place and time."""

from ..errors import SignatureRejected
from .hashing import FIELD_ORDER, hashed

_LABEL = b"zkdata enrolment, version 2"
_ADDRESS_BOUND = 2**160
_WORD_BOUND = 2**64
"""Chain ids end at 2^63 by EIP-2294; times in seconds end below that."""


def enrolment_message(chain_id: int, registry: int, registrar: int, owner_commitment: int, expiry: int) -> int:
    """What a device signs: addresses as integers, expiry in seconds. SignatureRejected for a number out of range."""
    _check_place(chain_id, registry, registrar, expiry)
    _check("owner commitment", owner_commitment, 0, FIELD_ORDER)
    return hashed("enrolment", [chain_id, registry, registrar, owner_commitment, expiry])


def attestation_message(chain_id: int, registry: int, registrar: int, leaf: int, expiry: int) -> bytes:
    """What a hardware key signs: a label, then each number in 32 bytes. SignatureRejected for a number out of range."""
    _check_place(chain_id, registry, registrar, expiry)
    _check("leaf", leaf, 0, FIELD_ORDER)
    return _LABEL + b"".join(number.to_bytes(32, "big") for number in (chain_id, registry, registrar, leaf, expiry))


def _check_place(chain_id: int, registry: int, registrar: int, expiry: int) -> None:
    _check("chain id", chain_id, 1, _WORD_BOUND)
    _check("registry address", registry, 1, _ADDRESS_BOUND)
    _check("registrar address", registrar, 1, _ADDRESS_BOUND)
    _check("expiry", expiry, 0, _WORD_BOUND)


def _check(name: str, number: int, least: int, bound: int) -> None:
    # a number of r or more would hash as a smaller one, so that one signature served two places
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number < bound:
        message = f"an enrolment's {name} is a whole number in [{least}, {bound}); take it from the registry as it is"
        raise SignatureRejected(message, name=name, number=number)
