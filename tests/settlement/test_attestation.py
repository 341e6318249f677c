"""An attestation as a file: one spelling, bounded, and nothing else is read as one."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zkdata.errors import ArtifactMalformed, KeyUnsafe
from zkdata.settlement.attestation import MAX_BYTES, Kept
from zkdata.settlement.signatures import Message, Signer, signer_of

SIGNER = Signer(bytes(range(1, 33)))
VALUES = {"claimId": bytes(32), "content": 7, "digest": bytes(range(32))}
MESSAGE = Message("Kept", "zkdata escrow", 31337, "0x" + "11" * 20, VALUES)
KEPT = Kept(SIGNER.address, bytes(range(32)), SIGNER.sign(MESSAGE))


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=65, max_size=65), st.binary(min_size=32, max_size=32))
def test_there_and_back(digest: bytes, signature: bytes, seed: bytes) -> None:
    """What is written is what is read, and is written so again."""
    kept = Kept(SIGNER.address, digest, signature)
    assert Kept.from_json(kept.to_json()) == kept and len(kept.to_json()) < MAX_BYTES


@given(st.data())
def test_another_character_is_another_word_or_none(data: st.DataObject) -> None:
    """A changed file is refused, or says something that nobody signed."""
    text = KEPT.to_json()
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters(codec="ascii").filter(lambda each: each != text[place]))
    changed = text[:place] + letter + text[place + 1 :]
    try:
        kept = Kept.from_json(changed)
    except ArtifactMalformed:
        return
    assert kept != KEPT
    message = Message(
        MESSAGE.kind, MESSAGE.domain, MESSAGE.chain_id, MESSAGE.contract, VALUES | {"digest": kept.digest}
    )
    assert signer_of(message, kept.signature) != kept.keeper


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("keeper", KEPT.keeper.lower()),
        ("keeper", "0x12"),
        ("keeper", 5),
        ("digest", "0x" + "AB" * 32),
        ("digest", "0x" + "ab" * 31),
        ("digest", "ab" * 33),
        ("digest", "0x" + " a" * 32),
        ("signature", "0x" + "ab" * 64),
        ("signature", None),
        ("version", "2"),
        ("format", "zkdata.capsule"),
        ("more", "x"),
    ],
)
def test_what_is_none(name: str, value: object) -> None:
    """Parts of another length, kind or spelling, another version, and parts too many."""
    document = json.loads(KEPT.to_json()) | {name: value}
    with pytest.raises(ArtifactMalformed):
        Kept.from_json(json.dumps(document, sort_keys=True, separators=(",", ":")))


def test_files(tmp_path: Path) -> None:
    """Written whole and read bounded; an account's key is read only where nobody else can."""
    KEPT.save(tmp_path / "kept.json")
    assert Kept.load(tmp_path / "kept.json") == KEPT
    (tmp_path / "long.json").write_text(" " * (MAX_BYTES + 1))
    (tmp_path / "other.json").write_bytes(b"\xff")
    for name in ("long.json", "other.json"):
        with pytest.raises(ArtifactMalformed):
            Kept.load(tmp_path / name)
    key = tmp_path / "account.key"
    SIGNER.save(key)
    assert Signer.load(key) == SIGNER and key.stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeyUnsafe):
        SIGNER.save(key)
    for text in (key.read_text().replace("01", "0A", 1), "{}", key.read_text().replace("account", "buyer")):
        (tmp_path / "bad.key").write_text(text)
        (tmp_path / "bad.key").chmod(0o600)
        with pytest.raises(KeyUnsafe) as refused:
            Signer.load(tmp_path / "bad.key")
        assert SIGNER.secret.hex()[8:] not in str(refused.value.args)
    key.chmod(0o644)
    with pytest.raises(KeyUnsafe):
        Signer.load(key)
