"""Both keys of a circuit: fetched together, believed by the manifest, put in place only if they are sound."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journey_fixtures import built_circuit
from tests.proof.ceremonies import claimed, contributed, finished
from tests.settlement.hostile_server import Files, serving
from zkdata.capsule.partial_file import PIECE_BYTES, Pieces
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, Cancelled, SetupInsecure, ZkDataError
from zkdata.proof.circuit import Circuit
from zkdata.proof.key_manifest import KeyManifest
from zkdata.proof.setup import check_keys, kind_of_keys
from zkdata.proof.verifier import Verifier
from zkdata.settlement.bounded_http import Server
from zkdata.settlement.fetched_keys import fetch_keys
from zkdata.settlement.key_sources import HttpSource, LocalSource


@pytest.fixture(scope="module")
def published() -> tuple[Circuit, KeyManifest]:
    circuit = built_circuit("timestamp_16x4")
    return circuit, KeyManifest.of(circuit)


def files_of(circuit: Circuit) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (circuit.artifact("zkey"), circuit.artifact("vkey.json"))}


def test_both_keys(published: tuple[Circuit, KeyManifest], tmp_path: Path) -> None:
    """They come together, are recorded as what they are, and are not fetched twice."""
    circuit, manifest = published
    mine, heard = replace(circuit, directory=tmp_path / "new" / circuit.name), list[tuple[str, float]]()
    with serving(Files(files_of(circuit))) as server:
        sources = [HttpSource(Server.at(server.url))]
        size = manifest.zkey.size + manifest.vkey.size
        assert fetch_keys(mine, manifest, sources, lambda doing, part: heard.append((doing, part))) == size
        assert files_of(mine) == files_of(circuit)
        assert {each.name for each in mine.directory.iterdir()} == {*files_of(circuit), "keys.json", "build.lock"}
        assert (mine.directory / "keys.json").read_bytes() == (circuit.directory / "keys.json").read_bytes()
        mine.artifact("r1cs").symlink_to(circuit.artifact("r1cs"))
        check_keys(mine)
        parts = [part for doing, part in heard if doing == mine.artifact("zkey").name]
        assert parts == [(place + 1) / 6 for place in range(6)] and heard[-1][0] == "checking the keys"
        before = (mine.directory / "keys.json").stat().st_ino
        assert fetch_keys(mine, manifest, sources) == 0 and len(server.seen) == 2
        assert (mine.directory / "keys.json").stat().st_ino == before
        # one of them is damaged, or their record is lost
        mine.artifact("vkey.json").write_text("{}")
        assert fetch_keys(mine, manifest, sources) == manifest.vkey.size
        (mine.directory / "keys.json").unlink()
        assert fetch_keys(mine, manifest, []) == 0
        assert files_of(mine) == files_of(circuit)
        check_keys(mine)


def test_a_manifest_that_lies(published: tuple[Circuit, KeyManifest], tmp_path: Path) -> None:
    """Files that are what it says, but no sound keys, no pair, or another circuit's: old keys stay, new ones go."""
    circuit, manifest = published
    other = built_circuit("range_16x4")
    zkey, vkey = circuit.artifact("zkey"), circuit.artifact("vkey.json")
    mine = replace(circuit, directory=tmp_path / "mine")
    assert fetch_keys(mine, manifest, [LocalSource(circuit.directory)]) > 0
    before = files_of(mine)
    (tmp_path / "weak.json").write_text(_finished_by_nobody(vkey.read_text()))
    (tmp_path / "torn.zkey").write_bytes(zkey.read_bytes()[:-1])
    cases: list[tuple[Path, Path, type[ZkDataError]]] = [
        (zkey, other.artifact("vkey.json"), ArtifactMismatch),
        (other.artifact("zkey"), other.artifact("vkey.json"), ArtifactMismatch),
        (tmp_path / "torn.zkey", vkey, ArtifactMalformed),
        (zkey, tmp_path / "weak.json", SetupInsecure),
        (vkey, zkey, ArtifactMalformed),
    ]
    for first, second, error in cases:
        lying = replace(manifest, zkey=Pieces.of(first), vkey=Pieces.of(second))
        (tmp_path / "given").mkdir(exist_ok=True)
        (tmp_path / "given" / zkey.name).write_bytes(first.read_bytes())
        (tmp_path / "given" / vkey.name).write_bytes(second.read_bytes())
        with pytest.raises(error):
            fetch_keys(mine, lying, [LocalSource(tmp_path / "given")])
        assert files_of(mine) == before and not list(mine.directory.glob(".*"))
    with pytest.raises(ArtifactMismatch, match="another circuit"):
        fetch_keys(other, manifest, [])


def _finished_by_nobody(text: str) -> str:
    """A verification key with gamma = delta."""
    document = json.loads(text)
    document["vk_gamma_2"] = document["vk_delta_2"]
    return json.dumps(document)


def test_a_stop_in_between(published: tuple[Circuit, KeyManifest], tmp_path: Path) -> None:
    """What the caller raises ends it, as no fault of a source; the next call goes on."""
    circuit, manifest = published
    mine = replace(circuit, directory=tmp_path)

    def stop(doing: str, part: float) -> None:
        if doing == mine.artifact("zkey").name and part > 0.4:
            raise Cancelled("enough")

    with serving(Files(files_of(circuit))) as server:
        with pytest.raises(Cancelled):
            fetch_keys(mine, manifest, [HttpSource(Server.at(server.url)), HttpSource(Server.at(server.url))], stop)
        assert not mine.artifact("zkey").exists() and len(server.seen) == 2
        assert fetch_keys(mine, manifest, [HttpSource(Server.at(server.url))]) == manifest.zkey.size - 3 * PIECE_BYTES
    assert files_of(mine) == files_of(circuit)


def test_two_at_once(published: tuple[Circuit, KeyManifest], tmp_path: Path) -> None:
    """The second is told that another program fetches the same file; afterwards there is one whole pair."""
    circuit, manifest = published
    mine = replace(circuit, directory=tmp_path)
    told: list[BaseException | int] = []

    def second(doing: str, part: float) -> None:
        if not told and part == 1:
            thread = threading.Thread(target=_noted(told, lambda: fetch_keys(mine, manifest, [])))
            thread.start()
            thread.join()

    assert fetch_keys(mine, manifest, [LocalSource(circuit.directory)], second) > 0
    assert isinstance(told[0], BlockingIOError)
    assert files_of(mine) == files_of(circuit)


def _noted(told: list[BaseException | int], work: Callable[[], int]) -> Callable[[], None]:
    def run() -> None:
        try:
            told.append(work())
        except (ZkDataError, OSError) as fault:
            told.append(fault)

    return run


def test_keys_of_a_ceremony(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their setup manifest comes with them, and has to be about them."""
    circuit = claimed(monkeypatch, tmp_path / "circuit")
    setup, _ = finished(circuit, tmp_path / "setup")
    setup.install()
    manifest = KeyManifest.of(circuit)
    mine = replace(circuit, directory=tmp_path / "mine")
    fetch_keys(mine, manifest, [LocalSource(circuit.directory)])
    mine.artifact("r1cs").symlink_to(circuit.artifact("r1cs"))
    assert kind_of_keys(mine) == "ceremony" and Verifier(mine).setup == setup.manifest()

    other, _ = finished(circuit, tmp_path / "other", contributed())
    source = tmp_path / "source"
    source.mkdir()
    for kind in ("zkey", "vkey.json"):
        (source / circuit.artifact(kind).name).write_bytes(setup.file(kind).read_bytes())
    lie = other.file("setup.json").read_bytes()
    (source / circuit.artifact("setup.json").name).write_bytes(lie)
    theirs = replace(circuit, directory=tmp_path / "theirs")
    with pytest.raises(ArtifactMismatch, match="another zkey"):
        fetch_keys(theirs, replace(manifest, setup=Pieces.of(other.file("setup.json"))), [LocalSource(source)])
    assert not theirs.artifact("zkey").exists() and not theirs.artifact("setup.json").exists()
