"""Sell data without showing it first: capsules, proofs about them, and an escrow that pays on a valid proof.

    records -> capsule -> witness -> proof -> claim -> payment

Names load when they are first used, so that `import zkdata` is fast and needs no extra.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from . import errors
from .errors import ZkDataError

if TYPE_CHECKING:
    from .capsule.capsule_file import CapsuleFile
    from .capsule.delivery import BuyerKey, Delivery, deliver
    from .capsule.device import DeviceKey, DevicePublic
    from .capsule.opening import Opening
    from .capsule.owner import OwnerKey
    from .capsule.record import Digest, Enum, Field, Record, Schema
    from .capsule.schemas import GPS_TRACE, PAYMENT, PHOTO, SENSOR_READING, TEMPERATURE
    from .capsule.seal import Capsule, open_capsule, seal, seal_recording, unseal
    from .capsule.tree import Enrolment, Registry
    from .proof.circuit import Circuit
    from .proof.claim import Claim
    from .proof.device import Device
    from .proof.groth16 import Groth16Proof, dev_setup, prove, prove_many, verify, verify_many
    from .proof.proof import Proof
    from .proof.prover import Prover, prove_statement
    from .proof.range import Range
    from .proof.request import Mode, Request
    from .proof.terms import Terms
    from .proof.timestamp import Timestamp
    from .proof.verifier import Verifier
    from .settlement.chain import Chain
    from .settlement.claim_file import KeptClaim
    from .settlement.delivered import open_delivered
    from .settlement.deployment import Deployment
    from .settlement.draft import Draft
    from .settlement.escrow import Escrow
    from .settlement.gate import SignatureGate
    from .settlement.ipfs import IpfsStore
    from .settlement.keeper import Keeper
    from .settlement.outbox import Outbox
    from .settlement.panel import Panel
    from .settlement.registry import DeviceRegistry
    from .settlement.settling import Settled, settle
    from .settlement.signatures import Signer
    from .settlement.signed_enrolment import Revocation, SignedEnrolment
    from .settlement.stores import FolderStore
    from .settlement.token import Token
    from .settlement.wallet import Wallet

__all__ = [  # noqa: RUF022 - plain sorted order
    "BuyerKey",
    "Capsule",
    "CapsuleFile",
    "Chain",
    "Circuit",
    "Claim",
    "Delivery",
    "Deployment",
    "Device",
    "DeviceKey",
    "DevicePublic",
    "DeviceRegistry",
    "Digest",
    "Draft",
    "Enrolment",
    "Enum",
    "Escrow",
    "Field",
    "FolderStore",
    "GPS_TRACE",
    "Groth16Proof",
    "IpfsStore",
    "Keeper",
    "KeptClaim",
    "Mode",
    "Opening",
    "Outbox",
    "OwnerKey",
    "PAYMENT",
    "PHOTO",
    "Panel",
    "Proof",
    "Prover",
    "Range",
    "Record",
    "Registry",
    "Request",
    "Revocation",
    "SENSOR_READING",
    "Schema",
    "Settled",
    "SignatureGate",
    "SignedEnrolment",
    "Signer",
    "TEMPERATURE",
    "Terms",
    "Timestamp",
    "Token",
    "Verifier",
    "Wallet",
    "ZkDataError",
    "deliver",
    "dev_setup",
    "errors",
    "open_capsule",
    "open_delivered",
    "prove",
    "prove_many",
    "prove_statement",
    "seal",
    "seal_recording",
    "settle",
    "unseal",
    "verify",
    "verify_many",
]

_ROOMS = {
    "capsule.capsule_file": ("CapsuleFile",),
    "capsule.delivery": ("BuyerKey", "Delivery", "deliver"),
    "capsule.device": ("DeviceKey", "DevicePublic"),
    "capsule.opening": ("Opening",),
    "capsule.owner": ("OwnerKey",),
    "capsule.record": ("Digest", "Enum", "Field", "Record", "Schema"),
    "capsule.schemas": ("GPS_TRACE", "PAYMENT", "PHOTO", "SENSOR_READING", "TEMPERATURE"),
    "capsule.seal": ("Capsule", "open_capsule", "seal", "seal_recording", "unseal"),
    "capsule.tree": ("Enrolment", "Registry"),
    "proof.circuit": ("Circuit",),
    "proof.claim": ("Claim",),
    "proof.device": ("Device",),
    "proof.groth16": ("Groth16Proof", "dev_setup", "prove", "prove_many", "verify", "verify_many"),
    "proof.proof": ("Proof",),
    "proof.prover": ("Prover", "prove_statement"),
    "proof.range": ("Range",),
    "proof.request": ("Mode", "Request"),
    "proof.terms": ("Terms",),
    "proof.timestamp": ("Timestamp",),
    "proof.verifier": ("Verifier",),
    "settlement.chain": ("Chain",),
    "settlement.claim_file": ("KeptClaim",),
    "settlement.delivered": ("open_delivered",),
    "settlement.deployment": ("Deployment",),
    "settlement.draft": ("Draft",),
    "settlement.escrow": ("Escrow",),
    "settlement.gate": ("SignatureGate",),
    "settlement.ipfs": ("IpfsStore",),
    "settlement.keeper": ("Keeper",),
    "settlement.outbox": ("Outbox",),
    "settlement.panel": ("Panel",),
    "settlement.registry": ("DeviceRegistry",),
    "settlement.settling": ("Settled", "settle"),
    "settlement.signatures": ("Signer",),
    "settlement.signed_enrolment": ("Revocation", "SignedEnrolment"),
    "settlement.stores": ("FolderStore",),
    "settlement.token": ("Token",),
    "settlement.wallet": ("Wallet",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}


if not TYPE_CHECKING:  # a type checker sees the imports above, and no name that is not there

    def __getattr__(name):
        if name not in _ROOM_OF:
            raise AttributeError(f"module 'zkdata' has no attribute {name!r}")
        value = getattr(import_module(f".{_ROOM_OF[name]}", __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted([*_ROOM_OF, "ZkDataError", "errors"])
