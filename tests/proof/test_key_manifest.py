"""A manifest of keys says which they are, in one spelling, and is about one circuit as locked."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.journey_fixtures import built_circuit
from tests.proof.curve_points import plus
from zkdata.capsule.canonical_json import to_text
from zkdata.capsule.partial_file import PIECE_BYTES, Pieces
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, SetupInsecure, ToolMissing, ZkDataError
from zkdata.proof.circuit import Circuit
from zkdata.proof.key_manifest import MOST_PIECES, KeyManifest
from zkdata.proof.setup import check_keys, check_pair, put_keys, setup_development

NAME = "timestamp_16x4"


@pytest.fixture(scope="module")
def manifest() -> KeyManifest:
    return KeyManifest.of(built_circuit(NAME))


@pytest.fixture
def copied(tmp_path: Path) -> Circuit:
    """The circuit with its keys in a folder of their own."""
    circuit = built_circuit(NAME)
    copy = replace(circuit, directory=tmp_path)
    for name in ("r1cs", "zkey", "vkey.json"):
        shutil.copy(circuit.artifact(name), copy.artifact(name))
    shutil.copy(circuit.directory / "keys.json", tmp_path / "keys.json")
    return copy


def test_what_it_says(manifest: KeyManifest, tmp_path: Path) -> None:
    """Circuit, kind, digest of the lock, sizes and digests; and it comes back as it was."""
    circuit = built_circuit(NAME)
    manifest.save(tmp_path / "keys.json")
    document = json.loads((tmp_path / "keys.json").read_text())
    assert (document["circuit"], document["kind"], document["r1cs"]) == (NAME, "development", circuit.digest)
    assert int(document["zkey"]["bytes"]) == circuit.artifact("zkey").stat().st_size
    assert len(document["zkey"]["pieces"]) == -(-int(document["zkey"]["bytes"]) // PIECE_BYTES)
    assert document["vkey"]["pieces"] == [document["vkey"]["sha256"]]
    assert manifest.vkey == Pieces.of(circuit.artifact("vkey.json"))
    assert KeyManifest.load(tmp_path / "keys.json") == manifest
    assert KeyManifest.from_json(manifest.to_json()).record == json.loads(
        (circuit.directory / "keys.json").read_bytes()
    )
    manifest.check_circuit(circuit)


def _set(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        *above, last = path.split("/")
        for each in above:
            document = document[each]
        document[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (_set("format", "zkdata.key"), ArtifactMalformed),
        (_set("version", "2"), ArtifactMalformed),
        (_set("version", 1), ArtifactMalformed),
        (_set("circuit", 5), ArtifactMalformed),
        (_set("r1cs", "AB" * 32), ArtifactMalformed),
        (_set("r1cs", None), ArtifactMalformed),
        (_set("kind", "ceremony"), SetupInsecure),
        (_set("kind", ["development"]), SetupInsecure),
        (_set("more", "1"), ArtifactMalformed),
        (_set("zkey", []), ArtifactMalformed),
        (_set("zkey/bytes", 5), ArtifactMalformed),
        (_set("zkey/bytes", "05"), ArtifactMalformed),
        (_set("zkey/bytes", "-5"), ArtifactMalformed),
        (_set("zkey/bytes", str(2**23)), ArtifactMalformed),
        (_set("zkey/bytes", str(MOST_PIECES * PIECE_BYTES + 1)), ArtifactMalformed),
        (_set("zkey/pieces", "ab" * 32), ArtifactMalformed),
        (_set("zkey/pieces", ["ab" * 32]), ArtifactMalformed),
        (_set("zkey/pieces", ["../" * 21 + "x"] * 6), ArtifactMalformed),
        (_set("zkey/sha256", "ab" * 31), ArtifactMalformed),
        (_set("vkey/bytes", str(2**23)), ArtifactMalformed),
    ],
    ids=range(20),
)
def test_what_is_no_manifest(
    manifest: KeyManifest, change: Callable[[dict[str, Any]], None], error: type[ZkDataError]
) -> None:
    """Another form, sizes that its pieces do not have, and keys that are said to be more than development keys."""
    document = json.loads(manifest.to_json())
    change(document)
    with pytest.raises(error):
        KeyManifest.from_json(to_text(document))


@pytest.mark.parametrize("text", ["", "{}", "[" * 1000, "null"])
def test_other_files_are_no_manifests(manifest: KeyManifest, text: str, tmp_path: Path) -> None:
    """Nor is the same document in another spelling, or a file without an end."""
    for each in (text, manifest.to_json() + " ", json.dumps(json.loads(manifest.to_json()))):
        with pytest.raises(ArtifactMalformed):
            KeyManifest.from_json(each)
    with (tmp_path / "large").open("wb") as file:
        file.truncate(2**30)
    with pytest.raises(ArtifactMalformed):
        KeyManifest.load(tmp_path / "large")


def test_it_is_about_one_circuit(manifest: KeyManifest) -> None:
    """Another circuit, and another build of the same, are refused."""
    with pytest.raises(ArtifactMismatch, match="another circuit"):
        manifest.check_circuit(Circuit.named("range_16x4"))
    with pytest.raises(ArtifactMismatch, match="another build"):
        replace(manifest, r1cs="ab" * 32).check_circuit(Circuit.named(NAME))


def test_only_good_keys_are_published(copied: Circuit) -> None:
    """Keys that are no pair, not as they were recorded, of another build, or not there, get no manifest."""
    KeyManifest.of(copied)
    vkey, record = copied.artifact("vkey.json"), copied.directory / "keys.json"
    text, told = vkey.read_text(), record.read_text()
    document = json.loads(text)
    document["vk_alpha_1"] = plus(document["IC"][0], document["IC"][1])
    vkey.write_text(json.dumps(document))
    with pytest.raises(ArtifactMismatch, match="as they were made"):
        KeyManifest.of(copied)
    with put_keys(copied, json.loads(told) | {"vkey": Pieces.of(vkey).sha256}):
        pass
    with pytest.raises(ArtifactMismatch, match="not a pair"):
        KeyManifest.of(copied)
    vkey.write_text(text)
    for other in (told.replace("development", "ceremony"), told.replace('"r1cs": "', '"r1cs": "00'), "", "[]"):
        record.write_text(other)
        with pytest.raises(ArtifactMismatch, match="as they were made"):
            KeyManifest.of(copied)
    record.write_text(told)
    KeyManifest.of(copied)
    copied.artifact("zkey").unlink()
    with pytest.raises(ToolMissing):
        KeyManifest.of(copied)


def test_keys_of_another_shape_are_refused(manifest: KeyManifest, tmp_path: Path) -> None:
    """A pair that belongs together, of a circuit with other rows or inputs."""
    circuit, other = built_circuit(NAME), built_circuit("range_16x4")
    check_pair(circuit, circuit.artifact("zkey"), circuit.artifact("vkey.json"))
    with pytest.raises(ArtifactMismatch, match="rows"):
        check_pair(circuit, other.artifact("zkey"), other.artifact("vkey.json"))
    with pytest.raises(ArtifactMismatch, match="not a pair"):
        check_pair(circuit, circuit.artifact("zkey"), other.artifact("vkey.json"))


def test_keys_that_were_put_are_kept_by_setup(copied: Circuit, manifest: KeyManifest) -> None:
    """A later build makes no others; what is stopped while they are put is not taken for keys of this circuit."""
    with pytest.raises(ZeroDivisionError), put_keys(copied, manifest.record):
        raise ZeroDivisionError
    with pytest.raises(ArtifactMismatch):
        check_keys(copied)
    with put_keys(copied, manifest.record):
        pass
    check_keys(copied)
    before = copied.artifact("zkey").stat().st_ino
    setup_development(copied)
    assert copied.artifact("zkey").stat().st_ino == before
