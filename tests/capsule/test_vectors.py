"""Frozen capsules of version 2: every number on the way from limbs to file is the committed one."""

from typing import Any

import pytest

from tests.laws.vectors import vectors
from tests.reference.babyjubjub import divide_by_cofactor
from zkdata.capsule import device
from zkdata.capsule.capsule_file import CapsuleFile, Header
from zkdata.capsule.cipher import decrypt, encrypt
from zkdata.capsule.delivery import BuyerKey, Delivery
from zkdata.capsule.device import DevicePublic, Signature
from zkdata.capsule.hashing import hashed
from zkdata.capsule.seal import message
from zkdata.capsule.tree import content_root
from zkdata.capsule.words import Places

CASES = vectors("capsule")["cases"]
each_case = pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])


def file_of(case: dict[str, Any]) -> CapsuleFile:
    """The file as this package writes it from the case's limbs and key."""
    given, (records, fields, bits) = case["inputs"], case["shape"]
    header = Header(given["schema"], given["slotLength"], records, fields, bits, given["count"])
    words = header.layout.pack(places_of(case))
    return CapsuleFile(header, hashed("key", [given["key"]]), encrypt(words, given["key"], header))


def places_of(case: dict[str, Any]) -> Places:
    """The case's limbs."""
    given = case["inputs"]
    return Places(given["base"], tuple(given["deltas"]), tuple(tuple(row) for row in given["values"]))


@each_case
def test_a_capsule_is_frozen(case: dict[str, Any]) -> None:
    """Form, words, ciphertext, root, commitment, content, file and CID."""
    file, given = file_of(case), case["inputs"]
    assert file.header.form == case["form"]
    assert file.header.layout.pack(places_of(case)) == case["plain_words"]
    assert list(file.words) == case["words"]
    assert (content_root(file.words), file.key_commitment) == (case["tree_root"], case["key_commitment"])
    assert (file.content, file.to_json(), file.cid) == (case["content"], case["file"], case["cid"])
    again = CapsuleFile.from_json(case["file"])
    assert again == file
    assert file.header.layout.unpack(decrypt(again.words, given["key"], again.header)) == places_of(case)


@each_case
def test_what_the_device_signed_is_frozen(case: dict[str, Any]) -> None:
    """Message and signature; T is A / 8 in Montgomery coordinates."""
    given, public = case["inputs"], tuple(case["public_key"])
    assert message(case["content"], given["sequence"]) == case["message"]
    DevicePublic(*public).verify(case["message"], Signature(*given["R8"], given["S"]))
    share = device.divide_by_cofactor(public)
    assert share == divide_by_cofactor(public)
    assert list(device.montgomery(share)) == given["T"]


@each_case
def test_what_was_sold_opens(case: dict[str, Any]) -> None:
    """Where the case has a buyer, the signals and the release secret give him the key."""
    if "buyer_secret" in case:
        content, ephemeral, wrap = case["signals"][10], *case["signals"][15:17]
        delivery = Delivery(content, ephemeral, wrap, case["inputs"]["releaseSecret"])
        assert delivery.key_for(BuyerKey(case["buyer_secret"])) == case["inputs"]["key"]
