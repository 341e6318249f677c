"""What an owner hands to a registrar as a file: read as it was written, or refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from zkdata.capsule.device import DeviceKey
from zkdata.capsule.hardware_key import SoftwareP256Key
from zkdata.capsule.owner import OwnerKey
from zkdata.capsule.tree import Enrolment
from zkdata.errors import ArtifactMalformed, SignatureRejected, ZkDataError
from zkdata.settlement.signed_enrolment import Place, SignedEnrolment

PLACE = Place(31337, "0x" + "11" * 20, "0x" + "22" * 20)


@pytest.fixture(scope="module", params=(False, True))
def signed(request: pytest.FixtureRequest) -> SignedEnrolment:
    """Without the word of a hardware key, and with it."""
    device = DeviceKey.generate()
    enrolment = Enrolment(device.public, OwnerKey.generate().commitment(device.public), 7, 0, 2**47)
    hardware = SoftwareP256Key.generate() if request.param else None
    return SignedEnrolment.sign(enrolment, PLACE, 1_800_000_000, device, hardware)


def test_there_and_back(signed: SignedEnrolment, tmp_path: Path) -> None:
    """The same enrolment, whose signatures still hold for the one place they were made for."""
    signed.save(tmp_path / "agreed.json")
    read = SignedEnrolment.load(tmp_path / "agreed.json")
    assert read == signed and read.to_json() == signed.to_json()
    read.verify(PLACE)
    with pytest.raises(SignatureRejected):
        read.verify(Place(31337, PLACE.registry, "0x" + "23" * 20))


@pytest.mark.parametrize(
    "changed",
    [
        {"version": "2"},
        {"format": "zkdata.proof"},
        {"device": {"x": "1", "y": "1"}},
        {"device": {"x": "1"}},
        {"device_class": "-1"},
        {"device_class": 7},
        {"valid_until": "0"},
        {"expiry": str(2**256)},
        {"signature": []},
        {"attestation": {"r": "0", "s": "1", "x": "1", "y": "1"}},
        {"more": "1"},
    ],
)
def test_what_is_none(signed: SignedEnrolment, changed: dict[str, Any]) -> None:
    """A typed error for another version, a point or a number that is none, a part too many."""
    document = json.loads(signed.to_json()) | changed
    with pytest.raises(ZkDataError):
        SignedEnrolment.from_json(json.dumps(document, sort_keys=True, separators=(",", ":")))


def test_another_spelling(signed: SignedEnrolment) -> None:
    """One document, one text."""
    with pytest.raises(ArtifactMalformed, match="canonical"):
        SignedEnrolment.from_json(json.dumps(json.loads(signed.to_json())))


def test_a_changed_number_is_not_signed(signed: SignedEnrolment) -> None:
    """Whoever changes its owner or its expiry on the way is found out by the registrar."""
    for name in ("owner_commitment", "expiry"):
        document = json.loads(signed.to_json())
        document[name] = str(int(document[name]) + 1)
        changed = SignedEnrolment.from_json(json.dumps(document, sort_keys=True, separators=(",", ":")))
        with pytest.raises(SignatureRejected):
            changed.verify(PLACE)
