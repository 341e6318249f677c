"""Enrolment: a device and a hardware key each sign for one place, owner and time, and for no other."""

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tests.capsule.strategies import DEVICE
from zkdata.capsule.device import DeviceKey, Signature
from zkdata.capsule.enrolment_signing import attestation_message, enrolment_message
from zkdata.capsule.hardware_key import P256_ORDER, P256_PRIME, HardwareKey, HardwarePublic, SoftwareP256Key
from zkdata.capsule.hashing import FIELD_ORDER, hashed
from zkdata.capsule.owner import OwnerKey
from zkdata.errors import KeyUnsafe, SignatureRejected

VECTORS = Path(__file__).parents[1] / "vectors"
ENROLMENTS = json.loads((VECTORS / "enrolment.json").read_text())["cases"]
WYCHEPROOF = json.loads((VECTORS / "p256.json").read_text())["cases"]

KEY = SoftwareP256Key(2**255 - 19)
OWNER = OwnerKey(2**200 + 12345)
PLACE = {"chain_id": 31337, "registry": 2**159 + 7, "registrar": 2**158 + 9, "expiry": 1_800_000_000}
FOR_DEVICE = {**PLACE, "owner_commitment": OWNER.commitment(DEVICE.public)}
FOR_HARDWARE = {**PLACE, "leaf": 2**250 + 3}
BOUNDS = {
    "chain_id": (1, 2**64),
    "registry": (1, 2**160),
    "registrar": (1, 2**160),
    "owner_commitment": (0, FIELD_ORDER),
    "leaf": (0, FIELD_ORDER),
    "expiry": (0, 2**64),
}


def _numbers(case: dict[str, Any]) -> dict[str, int]:
    """The place of a vector as this package's arguments."""
    addresses = {name: int(case[name], 16) for name in ("registry", "registrar")}
    return {"chain_id": int(case["chain"]), "expiry": int(case["expiry"]), **addresses}


@pytest.mark.parametrize("case", ENROLMENTS)
def test_both_messages_are_those_of_the_page(case: dict[str, Any]) -> None:
    """What device and hardware key sign is byte for byte what the reference computes."""
    place = _numbers(case)
    assert enrolment_message(**place, owner_commitment=int(case["owner_commitment"])) == int(case["message"])
    assert "0x" + attestation_message(**place, leaf=int(case["leaf"])).hex() == case["hardware_message"]
    device = DeviceKey(bytes.fromhex(case["seed"]))
    assert OwnerKey(int(case["owner_key"])).commitment(device.public) == int(case["owner_commitment"])
    device.public.verify(int(case["message"]), Signature(*map(int, case["signature"])))


def test_a_device_agrees_to_one_enrolment() -> None:
    """Its signature verifies for this chain, registry, registrar, owner and expiry, and for no other."""
    signature = DEVICE.enrol(**FOR_DEVICE)
    DEVICE.public.verify(enrolment_message(**FOR_DEVICE), signature)
    others = [{**FOR_DEVICE, name: number + 1} for name, number in FOR_DEVICE.items()]
    others.append({**FOR_DEVICE, "registry": PLACE["registrar"], "registrar": PLACE["registry"]})
    others.append({**FOR_DEVICE, "owner_commitment": OwnerKey(2**201).commitment(DEVICE.public)})
    for other in others:
        with pytest.raises(SignatureRejected):
            DEVICE.public.verify(enrolment_message(**other), signature)
    with pytest.raises(SignatureRejected):
        DeviceKey(bytes(range(1, 33))).public.verify(enrolment_message(**FOR_DEVICE), signature)


def test_an_enrolment_is_no_capsule() -> None:
    """A device that signs capsules has not agreed to an enrolment: no message of one is a message of the other."""
    numbers = list(FOR_DEVICE.values())
    assert hashed("message", numbers[:3]) != enrolment_message(**FOR_DEVICE)


def test_a_hardware_key_vouches_for_one_leaf() -> None:
    """Its attestation verifies for this chain, registry, registrar, leaf and expiry, and for no other."""
    attestation = KEY.attest(**FOR_HARDWARE)
    assert attestation.public == KEY.public
    attestation.verify(**FOR_HARDWARE)
    others = [{**FOR_HARDWARE, name: number + 1} for name, number in FOR_HARDWARE.items()]
    others.append({**FOR_HARDWARE, "registry": PLACE["registrar"], "registrar": PLACE["registry"]})
    for other in others:
        with pytest.raises(SignatureRejected, match="not by this hardware key"):
            attestation.verify(**other)


def test_an_attestation_is_of_its_own_key_and_numbers() -> None:
    """Another key's, a changed r or s, and r and s exchanged are refused."""
    attestation = KEY.attest(**FOR_HARDWARE)
    stranger = SoftwareP256Key(2**254 + 1).public
    spoiled = [
        replace(attestation, x=stranger.x, y=stranger.y),
        replace(attestation, y=P256_PRIME - attestation.y),
        replace(attestation, r=attestation.r % (P256_ORDER - 1) + 1),
        replace(attestation, s=attestation.s % (P256_ORDER - 1) + 1),
        replace(attestation, r=attestation.s, s=attestation.r),
    ]
    for other in spoiled:
        with pytest.raises(SignatureRejected, match="not by this hardware key"):
            other.verify(**FOR_HARDWARE)


def test_s_of_either_half_is_accepted() -> None:
    """(r, n - s) verifies as (r, s) does: secure hardware answers with both."""
    attestation = KEY.attest(**FOR_HARDWARE)
    replace(attestation, s=P256_ORDER - attestation.s).verify(**FOR_HARDWARE)


@pytest.mark.parametrize("number", [0, -1, P256_ORDER, P256_ORDER + 1, 2**256, True, 1.0, "1", None])
def test_r_and_s_lie_between_zero_and_the_order(number: Any) -> None:
    """0, n and above, negative numbers and what is no number are refused for r and for s, in both ways in."""
    attestation = KEY.attest(**FOR_HARDWARE)
    for name in ("r", "s"):
        with pytest.raises(SignatureRejected, match=r"not in \[1, n\)"):
            replace(attestation, **{name: number})
        numbers = {"r": attestation.r, "s": attestation.s, name: number}
        with pytest.raises(SignatureRejected, match=r"not in \[1, n\)"):
            attestation.public.verify(attestation_message(**FOR_HARDWARE), **numbers)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda x, y: (x, y + 1),
        lambda x, y: (x + 1, y),
        lambda x, y: (y, x),
        lambda x, y: (x + P256_PRIME, y),
        lambda x, y: (x, y + P256_PRIME),
        lambda x, y: (x, y - P256_PRIME),
        lambda x, y: (-x, y),
        lambda x, y: (0, 0),
        lambda x, y: (2**256 + x, y),
        lambda x, y: (str(x), y),
        lambda x, y: (x, None),
    ],
)
def test_only_a_point_of_the_curve_is_a_hardware_key(spoil: Callable[[int, int], tuple[Any, Any]]) -> None:
    """Pairs off the curve, aliases above the prime, the point at infinity and what is no number are refused."""
    attestation = KEY.attest(**FOR_HARDWARE)
    x, y = spoil(attestation.x, attestation.y)
    with pytest.raises(SignatureRejected, match=r"not a point of P-256"):
        HardwarePublic(x, y)
    with pytest.raises(SignatureRejected, match=r"not a point of P-256"):
        replace(attestation, x=x, y=y)


@pytest.mark.parametrize("name", FOR_DEVICE)
def test_a_device_signs_no_number_out_of_range(name: str) -> None:
    """An alias above the modulus or the width, a negative number and what is no number are refused before signing."""
    least, bound = BOUNDS[name]
    for number in (least - 1, bound, bound + 1, FIELD_ORDER + FOR_DEVICE[name], True, "1", None, 1.0):
        with pytest.raises(SignatureRejected):
            DEVICE.enrol(**{**FOR_DEVICE, name: number})
    for number in (least, bound - 1):
        DEVICE.enrol(**{**FOR_DEVICE, name: number})


@pytest.mark.parametrize("name", FOR_HARDWARE)
def test_a_hardware_key_signs_no_number_out_of_range(name: str) -> None:
    """The same for the hardware key's text."""
    least, bound = BOUNDS[name]
    for number in (least - 1, bound, bound + 1, FIELD_ORDER + FOR_HARDWARE[name], True, "1", None, 1.0):
        with pytest.raises(SignatureRejected):
            KEY.attest(**{**FOR_HARDWARE, name: number})
    for number in (least, bound - 1):
        KEY.attest(**{**FOR_HARDWARE, name: number}).verify(**{**FOR_HARDWARE, name: number})


@pytest.mark.parametrize("case", WYCHEPROOF, ids=lambda case: f"{case[0]}")
def test_wycheproof(case: list[Any]) -> None:
    """Valid vectors verify and invalid ones are refused, edge cases of arithmetic among them."""
    _, _, valid, x, y, message, r, s = case

    def verify() -> None:
        HardwarePublic(int(x), int(y)).verify(bytes.fromhex(message), int(r), int(s))

    if valid:
        verify()
    else:
        with pytest.raises(SignatureRejected):
            verify()


class Token(HardwareKey):
    """An adapter as one writes it for a smart card, with an answer of the test's choice."""

    def __init__(self, answer: Callable[[bytes], Any]) -> None:
        self.answer = answer

    @property
    def public(self) -> HardwarePublic:
        """As listed."""
        return KEY.public

    def sign(self, message: bytes) -> bytes:
        """What the card says."""
        return self.answer(message)


def test_an_adapter_needs_a_public_key_and_a_signature() -> None:
    """Hardware that answers in DER by its own key attests as the key in a file does."""
    Token(KEY.sign).attest(**FOR_HARDWARE).verify(**FOR_HARDWARE)


@pytest.mark.parametrize(
    "answer",
    [
        lambda message: b"",
        lambda message: KEY.sign(message) + b"\0",
        lambda message: KEY.sign(message)[:-1],
        lambda message: bytes(64),
        lambda message: "text",
        lambda message: None,
        lambda message: encode_dss_signature(0, 1),
        lambda message: encode_dss_signature(1, P256_ORDER),
        lambda message: KEY.sign(message + b"\0"),
        lambda message: KEY.sign(b""),
        lambda message: SoftwareP256Key(2**254 + 1).sign(message),
    ],
)
def test_what_hardware_answers_is_verified(answer: Callable[[bytes], Any]) -> None:
    """An answer in another form, by another key or over another text is refused before anyone pays gas for it."""
    with pytest.raises(SignatureRejected):
        Token(answer).attest(**FOR_HARDWARE)


@pytest.mark.seen("file", "it opens the file to others, to have it refused")
def test_a_software_key_comes_back(tmp_path: Path) -> None:
    """Saved for its owner alone, loaded equal, never overwritten, and of no other kind."""
    key = SoftwareP256Key.generate()
    key.save(tmp_path / "key")
    assert SoftwareP256Key.load(tmp_path / "key") == key
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    with pytest.raises(KeyUnsafe, match="never overwritten"):
        KEY.save(tmp_path / "key")
    with pytest.raises(KeyUnsafe):
        DeviceKey.load(tmp_path / "key")
    OWNER.save(tmp_path / "owner")
    with pytest.raises(KeyUnsafe):
        SoftwareP256Key.load(tmp_path / "owner")
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(KeyUnsafe, match="chmod 600"):
        SoftwareP256Key.load(tmp_path / "key")


@pytest.mark.parametrize("secret", ["0", "1", "-1", "007", str(P256_ORDER), str(2**256), "x", 5, None])
def test_a_software_key_that_is_none_is_refused(secret: Any, tmp_path: Path) -> None:
    """Zero, small, negative, non-canonical and overlarge secrets are refused, and the refusal does not tell them."""
    KEY.save(tmp_path / "key")
    document = {**json.loads((tmp_path / "key").read_text()), "secret": secret}
    (tmp_path / "key").write_text(json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n")
    with pytest.raises(KeyUnsafe):
        SoftwareP256Key.load(tmp_path / "key")


@pytest.mark.parametrize("secret", [0, 1, 2**128 - 1, P256_ORDER, True, "7", None])
def test_a_weak_number_makes_no_software_key(secret: Any) -> None:
    """Small numbers, n and above, and what is no number are refused."""
    with pytest.raises(KeyUnsafe):
        SoftwareP256Key(secret)


def test_keys_are_not_shown_and_differ() -> None:
    """No text of a key tells its secret; a hundred keys are a hundred different ones."""
    assert str(KEY.secret) not in f"{KEY} {KEY!r}"
    assert len({SoftwareP256Key.generate().secret for _ in range(100)}) == 100
