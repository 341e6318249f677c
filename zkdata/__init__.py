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
    from .capsule.device import DeviceKey, DevicePublic
    from .capsule.opening import Opening
    from .capsule.owner import OwnerKey
    from .capsule.record import TEMPERATURE, Field, Record, Schema
    from .capsule.seal import Capsule, open_capsule, seal
    from .capsule.tree import Enrolment, Registry
    from .proof.circuit import Circuit
    from .proof.groth16 import Groth16Proof, dev_setup, prove, prove_many, verify, verify_many
    from .proof.proof import Proof
    from .proof.prover import Prover
    from .proof.request import Mode, Request
    from .proof.statement import Claim
    from .proof.terms import Terms
    from .proof.verifier import Verifier
    from .settlement.chain import Chain
    from .settlement.escrow import Escrow
    from .settlement.token import Token

__all__ = [  # noqa: RUF022 - plain sorted order
    "Capsule",
    "CapsuleFile",
    "Chain",
    "Circuit",
    "Claim",
    "DeviceKey",
    "DevicePublic",
    "Enrolment",
    "Escrow",
    "Field",
    "Groth16Proof",
    "Mode",
    "Opening",
    "OwnerKey",
    "Proof",
    "Prover",
    "Record",
    "Registry",
    "Request",
    "Schema",
    "TEMPERATURE",
    "Terms",
    "Token",
    "Verifier",
    "ZkDataError",
    "dev_setup",
    "errors",
    "open_capsule",
    "prove",
    "prove_many",
    "seal",
    "verify",
    "verify_many",
]

_ROOMS = {
    "capsule.capsule_file": ("CapsuleFile",),
    "capsule.device": ("DeviceKey", "DevicePublic"),
    "capsule.opening": ("Opening",),
    "capsule.owner": ("OwnerKey",),
    "capsule.record": ("Field", "Record", "Schema", "TEMPERATURE"),
    "capsule.seal": ("Capsule", "open_capsule", "seal"),
    "capsule.tree": ("Enrolment", "Registry"),
    "proof.circuit": ("Circuit",),
    "proof.groth16": ("Groth16Proof", "dev_setup", "prove", "prove_many", "verify", "verify_many"),
    "proof.proof": ("Proof",),
    "proof.prover": ("Prover",),
    "proof.request": ("Mode", "Request"),
    "proof.statement": ("Claim",),
    "proof.terms": ("Terms",),
    "proof.verifier": ("Verifier",),
    "settlement.chain": ("Chain",),
    "settlement.escrow": ("Escrow",),
    "settlement.token": ("Token",),
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
