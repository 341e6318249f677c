"""The end of a setup: what is handed out is checked as a whole, audited by a stranger, and put in place."""

import json
import shutil
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.proof import ceremonies
from tests.proof.ceremonies import CODE, ceremony, claimed, contributed, finished, key_of, pin, powers
from zkdata import _native
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, KeyUnsafe, SetupInsecure, SignatureRejected, ZkDataError
from zkdata.proof.circuit import Circuit
from zkdata.proof.contribution import Contribution
from zkdata.proof.contributor import ContributorKey, check_signature
from zkdata.proof.key_manifest import KeyManifest
from zkdata.proof.setup import check_keys, kind_of_keys, put_keys, setup_development
from zkdata.proof.setup_audit import FAILED, PASSED, SKIPPED, audit
from zkdata.proof.setup_files import SetupFolder, folder_of
from zkdata.proof.setup_manifest import SetupManifest
from zkdata.proof.verifier import Verifier


@pytest.fixture
def circuit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Circuit:
    """A claim's circuit, small, with powers on the list."""
    pin(monkeypatch)
    return claimed(monkeypatch, tmp_path / "circuit")


@pytest.fixture
def setup(circuit: Circuit, tmp_path: Path) -> SetupFolder:
    """A finished setup of it."""
    return finished(circuit, tmp_path / "setup")[0]


def outcomes(setup: SetupFolder, ptau: Path | None) -> dict[str, str]:
    """What an audit finds, by what it looked at."""
    found = audit(setup.path, ptau, lambda _: CODE)
    assert found.passed == all(each.outcome == PASSED for each in found.findings)
    return {each.about: each.outcome for each in found.findings}


def test_an_audit_passes(setup: SetupFolder) -> None:
    """Nine looks, each of them passed; without the powers two cannot be taken, and the audit does not pass."""
    whole = outcomes(setup, powers())
    assert len(whole) == 9 and set(whole.values()) == {PASSED}
    without = outcomes(setup, None)
    assert [about for about, outcome in without.items() if outcome == SKIPPED] == ["phase 1, file", "phase 2, chain"]


def _change(kind: str, change: Callable[[bytes], bytes]) -> Callable[[SetupFolder], None]:
    def act(setup: SetupFolder) -> None:
        path = setup.file(kind)
        path.write_bytes(change(path.read_bytes()))

    return act


def _again(**changes: object) -> Callable[[SetupFolder], None]:
    """The manifest with other contents, signed anew."""

    def act(setup: SetupFolder) -> None:
        manifest = setup.manifest()
        given = {"code": manifest.code, **changes}
        code = str(given.pop("code"))
        replace(manifest, **given).signed(code, key_of("coordinator")).save(setup.file("setup.json"))  # type: ignore[arg-type]

    return act


def _other_powers(setup: SetupFolder) -> None:
    """Nothing in the folder changes: the auditor brings other powers."""


LIES: dict[str, tuple[Callable[[SetupFolder], None], set[str]]] = {
    "a proving key with a byte more": (_change("zkey", lambda data: data + b"\0"), {"phase 2, chain", "keys"}),
    "another circuit's rows": (_again(rows=7), {"circuit", "verifier"}),
    "another r1cs": (_again(r1cs="00" * 32), {"circuit", "keys", "verifier"}),
    "other powers": (_other_powers, {"phase 1, file", "phase 2, chain"}),
    "more contributions to phase 1 than there were": (
        _again(phase_one=None),
        {"phase 1, file", "verifier"},
    ),
    "another transcript": (_again(transcript="00" * 68), {"phase 2, chain", "phase 2, signed", "verifier"}),
    "another verification key": (_again(vkey="00" * 32), {"keys", "verifier"}),
    "a verifier of another key": (_change("sol", lambda text: text.replace(b"1", b"2", 1)), {"verifier"}),
    "another verifier's code": (_again(code="00" * 32), {"verifier"}),
}


@pytest.mark.parametrize("what", LIES)
def test_an_audit_says_what_is_wrong(what: str, setup: SetupFolder, tmp_path: Path) -> None:
    """Each statement that is not so is named, and no other one is."""
    lie, expected = LIES[what]
    ptau = powers()
    if what == "other powers":
        ptau = tmp_path / "other.ptau"
        _native.ptau_contribute(ceremonies.scratch() / "3.ptau", tmp_path / "4.ptau", "dan", b"")
        _native.ptau_prepare(tmp_path / "4.ptau", ptau)
    if what.startswith("more contributions"):
        lie = _again(phase_one=replace(setup.manifest().phase_one, contributions=9))
    lie(setup)
    found = outcomes(setup, ptau)
    assert {about for about, outcome in found.items() if outcome == FAILED} == expected


def test_a_manifest_comes_back_as_it_was(setup: SetupFolder) -> None:
    """One spelling; digest and signatures hold for what is read."""
    text = setup.file("setup.json").read_text().removesuffix("\n")
    manifest = SetupManifest.from_json(text)
    document = json.loads(text)
    assert manifest == setup.manifest() and document["ceremony"] == manifest.ceremony
    for name in document:
        with pytest.raises(ArtifactMalformed):
            SetupManifest.from_json(json.dumps({key: value for key, value in document.items() if key != name}))
    with pytest.raises(ArtifactMalformed):
        SetupManifest.from_json(text.replace(",", ", "))
    with pytest.raises(SignatureRejected):
        SetupManifest.from_json(text.replace('"rows":"2"', '"rows":"3"'))


def test_keys_are_put_in_place(setup: SetupFolder, circuit: Circuit) -> None:
    """Provers and verifiers take them, with their manifest; development keys do not replace them unasked."""
    setup.install()
    check_keys(circuit)
    assert kind_of_keys(circuit) == "ceremony"
    assert Verifier(circuit).setup == setup.manifest()
    setup_development(circuit)
    assert Verifier(circuit).setup == setup.manifest()
    circuit.artifact("vkey.json").unlink()
    with pytest.raises(ArtifactMismatch, match="ceremony"):
        setup_development(circuit)


def test_keys_of_another_setup_are_not_put_in_place(setup: SetupFolder, circuit: Circuit, tmp_path: Path) -> None:
    """A key that the manifest does not name, though it is one of this circuit."""
    other, _ = finished(circuit, tmp_path / "other", contributed())
    shutil.copy(other.file("zkey"), setup.file("zkey"))
    with pytest.raises(ArtifactMismatch, match="zkey"):
        setup.install()
    assert not circuit.artifact("zkey").exists()


def test_a_folder_is_of_one_setup(setup: SetupFolder, tmp_path: Path) -> None:
    """None or two are refused."""
    assert folder_of(setup.path).path == setup.path
    with pytest.raises(ArtifactMismatch, match="0 setup manifests"):
        folder_of(tmp_path)
    shutil.copy(setup.file("setup.json"), setup.path / "other.setup.json")
    with pytest.raises(ArtifactMismatch, match="2 setup manifests"):
        folder_of(setup.path)


def test_a_key_manifest_names_the_setup(setup: SetupFolder, circuit: Circuit) -> None:
    """Whoever fetches keys of a ceremony fetches what they rest on; the record says which keys are there."""
    setup.install()
    manifest = KeyManifest.of(circuit)
    assert manifest.setup is not None and manifest.kind == "ceremony"
    assert KeyManifest.from_json(manifest.to_json()) == manifest
    with put_keys(circuit, {"r1cs": manifest.r1cs, "vkey": manifest.vkey.sha256, "kind": "development"}):
        pass
    assert not circuit.artifact("setup.json").exists()


def _section(data: bytes, wanted: int) -> int:
    at = 12
    while True:
        kind, size = struct.unpack_from("<IQ", data, at)
        if kind == wanted:
            return at + 12
        at += 12 + size


def test_a_ceremony_that_is_not_as_it_should_be(circuit: Circuit, tmp_path: Path) -> None:
    """Nothing is written of a key that was changed, or of one that nobody signed for."""
    zkey, signed = ceremony()
    data = bytearray(zkey.read_bytes())
    at = _section(bytes(data), 8)
    data[at : at + 64], data[at + 64 : at + 128] = data[at + 64 : at + 128], data[at : at + 64]
    changed = tmp_path / "changed.zkey"
    changed.write_bytes(data)
    with pytest.raises(ZkDataError):
        finished(circuit, tmp_path / "setup", (changed, signed))
    with pytest.raises(SetupInsecure, match="nobody signed for contribution 2, 'bob'"):
        finished(circuit, tmp_path / "setup", (zkey, [signed[0], signed[2]]))
    assert not (tmp_path / "setup").exists()


def test_a_contribution_is_signed(tmp_path: Path) -> None:
    """It comes back as it was, and a changed one is refused."""
    word = ceremony()[1][0]
    word.save(tmp_path / "1.signed.json")
    assert Contribution.load(tmp_path / "1.signed.json") == word
    text = (tmp_path / "1.signed.json").read_text()
    (tmp_path / "1.signed.json").write_text(text.replace('"alice"', '"alicf"'))
    with pytest.raises(SignatureRejected):
        Contribution.load(tmp_path / "1.signed.json")
    for name in ("", " alice", "alice ", "al\nice", "älice", "a" * 65):
        with pytest.raises(ArtifactMalformed):
            Contribution.signed(1, name, word.hash, word.constants, key_of("alice"))


def test_a_contributors_key(tmp_path: Path) -> None:
    """It is kept as every secret is, shows nothing of itself, and signs for one kind of document alone."""
    key = ContributorKey.generate()
    key.save(tmp_path / "key")
    assert ContributorKey.load(tmp_path / "key") == key and key.seed.hex() not in repr(key)
    signature = key.sign("setup", "text")
    check_signature(key.public, "setup", "text", signature)
    for public, label, text in (
        (key.public, "contribution", "text"),
        (key.public, "setup", "texts"),
        ("00" * 32, "setup", "text"),
    ):
        with pytest.raises(SignatureRejected):
            check_signature(public, label, text, signature)
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(KeyUnsafe):
        ContributorKey.load(tmp_path / "key")
    (tmp_path / "key").unlink()
    with pytest.raises(KeyUnsafe):
        ContributorKey(b"short")
