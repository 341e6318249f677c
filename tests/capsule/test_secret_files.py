"""Secret files: readable by nobody else, whole or not there, never overwritten, and of one kind."""

import dataclasses
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.capsule.strategies import DEVICE, RECORDS, START, names, readings
from zkdata.capsule.delivery import BuyerKey
from zkdata.capsule.device import DeviceKey
from zkdata.capsule.opening import Opening
from zkdata.capsule.owner import OwnerKey
from zkdata.capsule.record import Digest, Enum, Field, Schema
from zkdata.capsule.schemas import PAYMENT, PHOTO, SENSOR_READING, TEMPERATURE
from zkdata.capsule.seal import seal
from zkdata.capsule.words import Places
from zkdata.errors import ArtifactMalformed, KeyUnsafe, RecordInvalid, SignatureRejected

OWNER = OwnerKey(2**200 + 12345)
BUYER = BuyerKey(2**200 + 54321)
OPENING = seal(TEMPERATURE, readings("21.5", "-3"), DEVICE, sequence=987654321987654321).opening
Secret = DeviceKey | OwnerKey | BuyerKey | Opening
KINDS = {"device": DEVICE, "owner": OWNER, "buyer": BUYER, "opening": OPENING}
SECRETS = pytest.mark.parametrize("secret", KINDS.values(), ids=KINDS)


def all_that_an_error_holds(fault: BaseException) -> str:
    """Messages, arguments and attributes of an error and of everything it was raised from or during."""
    told = ""
    current: BaseException | None = fault
    while current is not None:
        told += f"{current} {current.args} {vars(current)} {getattr(current, 'doc', '')}"
        current = current.__cause__ or current.__context__
    return told


@SECRETS
def test_a_secret_comes_back(secret: Secret, tmp_path: Path) -> None:
    """Loading what was saved gives an equal secret."""
    secret.save(tmp_path / "secret")
    assert type(secret).load(tmp_path / "secret") == secret


@SECRETS
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_a_secret_file_is_its_owners_alone(secret: Secret, umask: int, tmp_path: Path) -> None:
    """The mode is 0600 under any umask, and nothing is left beside the file."""
    before = os.umask(umask)
    try:
        secret.save(tmp_path / "secret")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert names(tmp_path) == ["secret"]


@SECRETS
@pytest.mark.seen("file", "it opens the file to others, to have it refused")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o602, 0o610])
def test_a_file_open_to_others_is_refused(secret: Secret, mode: int, tmp_path: Path) -> None:
    """Any right of group or world is refused, and the message says how to take it away."""
    secret.save(tmp_path / "secret")
    (tmp_path / "secret").chmod(mode)
    with pytest.raises(KeyUnsafe, match="chmod 600"):
        type(secret).load(tmp_path / "secret")


@SECRETS
def test_only_a_regular_file_is_read(secret: Secret, tmp_path: Path) -> None:
    """A link, a pipe and a folder are refused, and none of them blocks."""
    secret.save(tmp_path / "secret")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "folder").mkdir(0o700)
    for name in ("link", "pipe", "folder"):
        with pytest.raises(KeyUnsafe):
            type(secret).load(tmp_path / name)


@SECRETS
def test_a_secret_is_never_overwritten(secret: Secret, tmp_path: Path) -> None:
    """Saving onto a file, or onto a link to nowhere, is refused and changes nothing."""
    (tmp_path / "taken").write_text("other")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("taken", "link"):
        with pytest.raises(KeyUnsafe, match="never overwritten"):
            secret.save(tmp_path / name)
    assert (tmp_path / "taken").read_text() == "other"
    assert names(tmp_path) == ["link", "taken"]


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk leaves neither a part of the secret under its name nor one beside it."""

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        DEVICE.save(tmp_path / "secret")
    assert names(tmp_path) == []


@SECRETS
def test_a_secret_of_another_kind_is_refused(secret: Secret, tmp_path: Path) -> None:
    """An owner key is not loaded as a device key, nor any other kind as another."""
    secret.save(tmp_path / "secret")
    for other in KINDS.values():
        if other is not secret:
            with pytest.raises(KeyUnsafe):
                type(other).load(tmp_path / "secret")


Damage = Callable[[bytes], bytes]


def _changed(name: str, value: Any) -> Damage:
    def damage(data: bytes) -> bytes:
        document = json.loads(data)
        document[name] = value
        return json.dumps(document, sort_keys=True, separators=(",", ":")).encode() + b"\n"

    return damage


@SECRETS
@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-3],
        lambda data: data + b" ",
        lambda data: data + data,
        lambda data: data.replace(b'"format"', b'"Format"'),
        lambda data: data.replace(b",", b", ", 1),
        lambda data: data.replace(b'"version":', b'"version":"0","version":'),
        lambda data: data[:40] + b"\xff" + data[41:],
        lambda data: b"[" * 100_000,
        lambda data: b"null",
        lambda data: b"7" * 5000,
        lambda data: data + b" " * 2**24,
        _changed("version", "3"),
        _changed("version", 1),
        _changed("extra", "1"),
    ],
)
def test_a_damaged_secret_is_refused_without_telling_it(secret: Secret, damage: Damage, tmp_path: Path) -> None:
    """Every damage is KeyUnsafe, and nothing that hangs on the error holds the secret."""
    secret.save(tmp_path / "secret")
    data = (tmp_path / "secret").read_bytes()
    (tmp_path / "secret").write_bytes(damage(data))
    with pytest.raises(KeyUnsafe) as refusal:
        type(secret).load(tmp_path / "secret")
    told = all_that_an_error_holds(refusal.value)
    assert not any(hidden in told for hidden in secrets_of(secret))


def secrets_of(secret: Secret) -> list[str]:
    """The spellings of a secret that must never be shown."""
    if isinstance(secret, DeviceKey):
        return [secret.seed.hex(), str(secret.secret), repr(secret.seed)]
    if isinstance(secret, OwnerKey | BuyerKey):
        return [str(secret.secret), hex(secret.secret)]
    shown = (secret.key, secret.sequence, secret.signature.s, secret.device.x, secret.base, secret.values[0][0])
    return [str(number) for number in shown]


@SECRETS
def test_a_secret_is_not_shown(secret: Secret) -> None:
    """Neither repr nor str of a secret tells it."""
    assert not any(hidden in f"{secret} {secret!r}" for hidden in secrets_of(secret))


@pytest.mark.parametrize("seed", ["00" * 31, "0" * 64, "F" * 64, "g" * 64, 7, None, "\u0660" * 64])
def test_a_seed_that_is_none_is_refused(seed: Any, tmp_path: Path) -> None:
    """Short, constant, upper-case, non-hex and non-text seeds are refused."""
    DEVICE.save(tmp_path / "key")
    data = (tmp_path / "key").read_bytes()
    (tmp_path / "key").write_bytes(_changed("seed", seed)(data))
    with pytest.raises(KeyUnsafe):
        DeviceKey.load(tmp_path / "key")


@pytest.mark.parametrize("number", ["0", "1", "-1", "007", str(2**254), "x", 5, None])
def test_an_owner_key_that_is_none_is_refused(number: Any, tmp_path: Path) -> None:
    """Zero, small, negative, non-canonical and overlarge owner keys are refused."""
    OWNER.save(tmp_path / "key")
    data = (tmp_path / "key").read_bytes()
    (tmp_path / "key").write_bytes(_changed("secret", number)(data))
    with pytest.raises(KeyUnsafe):
        OwnerKey.load(tmp_path / "key")


@pytest.mark.parametrize("number", ["0", "1", "-1", "007", str(2**252), "x", 5, None])
def test_a_buyer_key_that_is_none_is_refused(number: Any, tmp_path: Path) -> None:
    """Zero, small, negative, non-canonical and overlarge buyer keys are refused."""
    BUYER.save(tmp_path / "key")
    data = (tmp_path / "key").read_bytes()
    (tmp_path / "key").write_bytes(_changed("secret", number)(data))
    with pytest.raises(KeyUnsafe):
        BuyerKey.load(tmp_path / "key")


PARCEL = Schema("parcel", (Field("weight", "kg", 9), Enum("state", ("sent", "here")), Digest("invoice")))
"""Every kind of field, which no circuit takes together yet."""


@pytest.mark.parametrize("schema", [SENSOR_READING, PAYMENT, PHOTO, PARCEL])
def test_an_opening_holds_its_schema_whole(schema: Schema, tmp_path: Path) -> None:
    """Numbers, choices and digests come back with their names, units, decimals and order."""
    examples = {Field: "-0.5", Enum: "CHF", Digest: bytes(range(32))}
    limbs = tuple(
        limb
        for field in schema.fields
        for limb in field.encode(field.choices[-1] if isinstance(field, Enum) else examples[type(field)])
    )
    opening = dataclasses.replace(OPENING, schema=schema, count=1, places=Places(START, (0,), (limbs, limbs)))
    opening.save(tmp_path / "opening")
    again = Opening.load(tmp_path / "opening")
    assert (again, again.schema.id, again.records) == (opening, schema.id, opening.records)


def test_an_opening_of_version_1_is_refused(tmp_path: Path) -> None:
    """What an older release wrote is KeyUnsafe and names the version that is read here."""
    OPENING.save(tmp_path / "opening")
    data = (tmp_path / "opening").read_bytes()
    (tmp_path / "opening").write_bytes(_changed("version", "1")(data))
    with pytest.raises(KeyUnsafe, match="version 2"):
        Opening.load(tmp_path / "opening")


NUMBER = {"decimals": 2, "kind": "number", "name": "t", "unit": "u"}


def _schema(**changes: Any) -> dict[str, Any]:
    """A schema's JSON whose only field is changed."""
    return {"fields": [NUMBER | changes], "name": "t", "version": 2}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("count", "0"),
        ("count", str(RECORDS + 1)),
        ("count", "1"),
        ("deltas", ["0"] * (RECORDS - 2)),
        ("base", str(2**48)),
        ("key", str(2**254)),
        ("sequence", str(2**64)),
        ("device", {"x": "1", "y": "1"}),
        ("device", {"x": "0", "y": "1"}),
        ("schema", {"fields": [], "name": "temperature", "version": 2}),
        ("schema", {"fields": [NUMBER], "name": "t"}),
        ("schema", _schema() | {"version": 1}),
        ("schema", _schema(name="é")),
        ("schema", _schema(kind="float")),
        ("schema", _schema(decimals="2")),
        ("schema", _schema(decimals=10)),
        ("schema", _schema(choices=["a"])),
        ("schema", {"fields": [NUMBER] * 2, "name": "t", "version": 2}),
        ("schema", {"fields": [{"kind": "digest", "name": "d"}], "name": "t", "version": 2}),
        ("values", [["0"]] * (RECORDS - 1)),
        ("values", [["0", "0"]] * RECORDS),
        ("values", [[str(2**48)]] * RECORDS),
        ("values", "0"),
    ],
)
def test_an_opening_that_makes_no_sense_is_refused(name: str, value: Any, tmp_path: Path) -> None:
    """A wrong count, limb, number or point in an opening has a typed error."""
    OPENING.save(tmp_path / "opening")
    data = (tmp_path / "opening").read_bytes()
    (tmp_path / "opening").write_bytes(_changed(name, value)(data))
    with pytest.raises((ArtifactMalformed, SignatureRejected, RecordInvalid)):
        Opening.load(tmp_path / "opening")


def test_every_generated_key_is_another() -> None:
    """A thousand keys of each kind are a thousand different ones."""
    assert len({OwnerKey.generate().secret for _ in range(1000)}) == 1000
    assert len({DeviceKey.generate().seed for _ in range(200)}) == 200
    assert len({BuyerKey.generate().secret for _ in range(200)}) == 200


@pytest.mark.parametrize("seed", [b"", bytes(31), bytes(range(33)), bytes(32), b"\xff" * 32, "a" * 32])
def test_a_weak_seed_makes_no_device(seed: Any) -> None:
    """A seed of another length, or of one repeated byte, is refused."""
    with pytest.raises(KeyUnsafe):
        DeviceKey(seed)
