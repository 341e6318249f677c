"""An enrolment with what makes it one: the device's own signature, and perhaps the word of a hardware key."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zkdata.capsule.atomic_file import read_text, write_public
from zkdata.capsule.canonical_json import decimal, from_text, members, to_text
from zkdata.capsule.device import DeviceKey, DevicePublic, Signature
from zkdata.capsule.enrolment_signing import enrolment_message
from zkdata.capsule.hardware_key import Attestation, HardwareKey
from zkdata.capsule.tree import REMOVED_LEAF, Enrolment
from zkdata.errors import ArtifactMalformed, ArtifactMismatch

FORMAT = "zkdata.enrolment"
VERSION = "1"
MAX_BYTES = 4096
"""One takes about 1,400."""
WORD = 2**256
_DEVICE = ("x", "y")
_SIGNATURE = ("r8x", "r8y", "s")
_ATTESTATION = ("r", "s", "x", "y")
_KEYS = (
    *("attestation", "device", "device_class", "expiry", "format", "owner_commitment", "signature"),
    *("valid_from", "valid_until", "version"),
)
LONGEST_EXPIRY = 30 * 86_400
"""Seconds from now, at most, to the expiry of a device's signature."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where devices are enrolled: a registrar's part of one registry, on one chain."""

    chain_id: int
    registry: str
    """Address."""
    registrar: str
    """Address."""

    @property
    def numbers(self) -> tuple[int, int, int]:
        """As signatures name it."""
        return self.chain_id, int(self.registry, 16), int(self.registrar, 16)


@dataclass(frozen=True, slots=True)
class SignedEnrolment:
    """What an owner hands to a registrar, and what the registrar's log has for everybody."""

    enrolment: Enrolment
    expiry: int
    """Last second, since 1970, in which the signatures may be used."""
    signature: Signature
    attestation: Attestation | None = None

    @classmethod
    def sign(
        cls, enrolment: Enrolment, place: Place, expiry: int, device: DeviceKey, hardware: HardwareKey | None = None
    ) -> "SignedEnrolment":
        """Have the device agree, and its hardware key attest. ArtifactMismatch if the enrolment is another device's."""
        if device.public != enrolment.device:
            raise ArtifactMismatch("the enrolment names another device; sign with the key of that one")
        signature = device.enrol(*place.numbers, enrolment.owner_commitment, expiry)
        attestation = hardware.attest(*place.numbers, enrolment.leaf, expiry) if hardware else None
        return cls(enrolment, expiry, signature, attestation)

    def verify(self, place: Place) -> None:
        """Return if device and hardware key signed this enrolment for this place; SignatureRejected otherwise."""
        message = enrolment_message(*place.numbers, self.enrolment.owner_commitment, self.expiry)
        self.enrolment.device.verify(message, self.signature)
        if self.attestation:
            self.attestation.verify(*place.numbers, self.enrolment.leaf, self.expiry)

    @property
    def parameters(self) -> tuple[Any, ...]:
        """`IDeviceRegistry.Enrolment`, in the order of its fields."""
        given, word = self.enrolment, self.attestation
        return (
            given.device.x,
            given.device.y,
            given.owner_commitment,
            given.device_class,
            given.valid_from,
            given.valid_until,
            given.leaf,
            self.expiry,
            [self.signature.r8x, self.signature.r8y, self.signature.s],
            (word.r, word.s, word.x, word.y) if word else (0, 0, 0, 0),
        )

    def to_json(self) -> str:
        """The one spelling, as it travels from the owner to the registrar."""
        given, word = self.enrolment, self.attestation
        body: dict[str, Any] = {
            "device": _texts(given.device, _DEVICE),
            "owner_commitment": str(given.owner_commitment),
            "device_class": str(given.device_class),
            "valid_from": str(given.valid_from),
            "valid_until": str(given.valid_until),
            "expiry": str(self.expiry),
            "signature": _texts(self.signature, _SIGNATURE),
            "attestation": None if word is None else _texts(word, _ATTESTATION),
        }
        return to_text({**body, "format": FORMAT, "version": VERSION})

    @classmethod
    def from_json(cls, text: str) -> "SignedEnrolment":
        """Read the one spelling; ArtifactMalformed, RecordInvalid or SignatureRejected for anything else."""
        document = members(from_text(text, "enrolment"), _KEYS, "enrolment")
        if (document["format"], document["version"]) != (FORMAT, VERSION):
            text = f"not an enrolment of version {VERSION}; read it with the release that wrote it"
            raise ArtifactMalformed(text, what="format")
        word = document["attestation"]
        names = ("owner_commitment", "device_class", "valid_from", "valid_until", "expiry")
        numbers = {name: decimal(document[name], WORD, name) for name in names}
        return cls(
            Enrolment(
                DevicePublic(*_numbers(document["device"], _DEVICE, "device")),
                numbers["owner_commitment"],
                numbers["device_class"],
                numbers["valid_from"],
                numbers["valid_until"],
            ),
            numbers["expiry"],
            Signature(*_numbers(document["signature"], _SIGNATURE, "signature")),
            None if word is None else Attestation(*_numbers(word, _ATTESTATION, "attestation")),
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it in one step, replacing an older one."""
        write_public(path, self.to_json().encode())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "SignedEnrolment":
        """Read a saved one."""
        return cls.from_json(read_text(path, MAX_BYTES, "the enrolment"))

    @staticmethod
    def from_event(logged: Mapping[str, Any]) -> "SignedEnrolment":
        """The struct of the event `Enrolled`. RecordInvalid or SignatureRejected where it can be none of these."""
        word = tuple(logged["attestation"][name] for name in ("r", "s", "x", "y"))
        return SignedEnrolment(
            Enrolment(
                DevicePublic(logged["deviceX"], logged["deviceY"]),
                logged["ownerCommitment"],
                logged["deviceClass"],
                logged["from"],
                logged["until"],
            ),
            logged["expiry"],
            Signature(*logged["signature"]),
            Attestation(*word) if any(word) else None,
        )


@dataclass(frozen=True, slots=True)
class Revocation:
    """The end of one enrolment: removed, or ended earlier than it was enrolled for."""

    place: int
    valid_until: int | None = None
    """The new end in milliseconds, exclusive; None removes the place, and whatever is not claimed yet with it."""

    def ended(self, enrolment: Enrolment) -> Enrolment | None:
        """What the place holds afterwards. RecordInvalid for an end before the beginning."""
        if self.valid_until is None:
            return None
        return Enrolment(
            enrolment.device,
            enrolment.owner_commitment,
            enrolment.device_class,
            enrolment.valid_from,
            self.valid_until,
        )

    def parameters(self, enrolment: Enrolment) -> tuple[int, int, int, int]:
        """`IDeviceRegistry.Revocation`, in the order of its fields, for the enrolment that stands at the place."""
        return self.place, enrolment.device.x, self.valid_until or 0, leaf_of(self.ended(enrolment))


def _texts(given: object, names: tuple[str, ...]) -> dict[str, str]:
    return {name: str(getattr(given, name)) for name in names}


def _numbers(value: object, names: tuple[str, ...], what: str) -> list[int]:
    found = members(value, names, what)
    return [decimal(found[name], WORD, f"{what}.{name}") for name in names]


def leaf_of(enrolment: Enrolment | None) -> int:
    """The leaf of a place: the enrolment's, or that of a removed one."""
    return REMOVED_LEAF if enrolment is None else enrolment.leaf
