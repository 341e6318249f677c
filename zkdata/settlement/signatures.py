"""Signatures by EIP-712 of those who agree to a claim: keepers and the signers of a gate. Needs web3's eth-account."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from zkdata.capsule.canonical_json import is_hex
from zkdata.capsule.secret_file import read_secret, write_secret
from zkdata.errors import KeyUnsafe, ToolMissing
from zkdata.settlement.outbox import Signed

try:
    from eth_account import Account
    from eth_account.messages import encode_typed_data
    from eth_account.typed_transactions.typed_transaction import TypedTransaction
    from eth_keys.exceptions import BadSignature
    from eth_utils.exceptions import ValidationError
    from hexbytes import HexBytes
except ImportError:
    raise ToolMissing("web3 is not installed; run `pip install 'zkdata[chain]'`", extra="chain") from None

SIGNATURE_BYTES = 65
SECRET_BYTES = 32
_KIND = "account-key"
KINDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "Kept": (("claimId", "bytes32"), ("content", "uint256"), ("digest", "bytes32")),
    "Approval": (("escrow", "address"), ("claimId", "bytes32"), ("content", "uint256")),
}
"""What is signed, by its name: the fields in the order of the contracts."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of `KINDS`, in the domain of the contract that will check its signature."""

    kind: str
    domain: str
    """Name of the domain; its version is 1."""
    chain_id: int
    contract: str
    values: Mapping[str, Any]

    def signable(self) -> Any:
        """As eth-account signs it."""
        return encode_typed_data(
            {"name": self.domain, "version": "1", "chainId": self.chain_id, "verifyingContract": self.contract},
            {self.kind: [{"name": name, "type": kind} for name, kind in KINDS[self.kind]]},
            dict(self.values),
        )


@dataclass(frozen=True, slots=True)
class Signer:
    """An account with its secret key in this process."""

    secret: bytes = field(repr=False)
    address: str = field(init=False)

    def __post_init__(self) -> None:
        try:
            account = Account.from_key(self.secret)
        except (ValueError, ValidationError):
            raise KeyUnsafe("this is no secret key of an account: 32 bytes, in the order of secp256k1") from None
        object.__setattr__(self, "address", account.address)

    @classmethod
    def generate(cls) -> Self:
        """A new account from the operating system's randomness."""
        return cls(bytes(Account.create().key))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a saved key; KeyUnsafe if others can read the file, or it is not an account's key."""
        text = read_secret(path, _KIND, {"secret"})["secret"]
        if not is_hex(text, SECRET_BYTES):
            raise KeyUnsafe(f"{path} holds a secret that is not {2 * SECRET_BYTES} hex digits", path=str(path))
        return cls(bytes.fromhex(text))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the key for its owner's eyes alone; never over an existing file."""
        write_secret(path, _KIND, {"secret": self.secret.hex()})

    def sign(self, message: Message) -> bytes:
        """r, s, v: 65 bytes."""
        return bytes(Account.sign_message(message.signable(), self.secret).signature)

    def signed(self, fields: Mapping[str, Any], tip: int, most: int) -> Signed:
        """A transaction with these fields and fees, ready for a node."""
        whole = {**fields, "type": 2, "maxPriorityFeePerGas": tip, "maxFeePerGas": most}
        made = Account.sign_transaction(whole, self.secret)
        return Signed("0x" + bytes(made.hash).hex(), tip, most, bytes(made.raw_transaction))

    def signed_again(self, raw: bytes, tip: int, most: int) -> Signed:
        """The same transaction with other fees."""
        fields = TypedTransaction.from_bytes(HexBytes(raw)).as_dict()
        return self.signed({name: value for name, value in fields.items() if name not in ("v", "r", "s")}, tip, most)


def signer_of(message: Message, signature: bytes) -> str | None:
    """The account that signed this, or None if nobody did."""
    if len(signature) != SIGNATURE_BYTES:
        return None
    try:
        return str(Account.recover_message(message.signable(), signature=signature))
    except (ValueError, BadSignature, ValidationError):
        return None


def short_form(signature: bytes) -> tuple[bytes, bytes]:
    """r and vs of EIP-2098: the parity of the point in the top bit of s."""
    r, s, v = signature[:32], int.from_bytes(signature[32:64], "big"), signature[64]
    return r, (s | (v - 27) << 255).to_bytes(32, "big")
