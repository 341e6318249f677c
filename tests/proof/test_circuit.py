"""Circuits: generated main files, builds that happen once, and artifacts that have to be those of the lock."""

import json
import shutil
from pathlib import Path

import pytest

from zkdata.errors import ArtifactMalformed, ArtifactMismatch, ResourceLimit, ToolMissing
from zkdata.proof import circuit as room
from zkdata.proof.circuit import Circuit, read_lock


@pytest.fixture
def elsewhere(circuit: Circuit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Circuit:
    """The circuit with an empty build folder, and a compiler that hands out what was built before and counts."""

    def compile_circuit(main: Path, out: Path) -> None:
        with (tmp_path / "runs").open("a") as runs:
            runs.write("x")
        for kind in room.COMPILED:
            shutil.copy(circuit.artifact(kind), out / f"{main.stem}.{kind}")

    monkeypatch.setattr(room, "BUILD", tmp_path / "circuits")
    monkeypatch.setattr(room, "compile_circuit", compile_circuit)
    return Circuit.named(circuit.name)


def runs(circuit: Circuit) -> int:
    return len((circuit.directory.parents[1] / "runs").read_text())


def lock(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str) -> None:
    (folder / "artifacts.lock").write_text(text)
    monkeypatch.setattr(room, "LOCK", folder / "artifacts.lock")


def test_the_main_file_follows_from_the_catalogue() -> None:
    """Template, parameters and public signals, in the catalogue's order."""
    assert Circuit.named("capsule_16x1").main_source.splitlines()[1:] == [
        'include "statements/capsule.circom";',
        "component main {public [M, x, y]} = Capsule(16, 1, 7);",
    ]


def test_a_name_that_is_not_in_the_catalogue_lists_those_that_are() -> None:
    """ArtifactMismatch helps to find the right name."""
    with pytest.raises(ArtifactMismatch, match="capsule_16x1"):
        Circuit.named("capsule_17x1")


def test_the_smallest_fitting_circuit_is_found_or_none() -> None:
    """Up to its records, with exactly its fields."""
    assert Circuit.smallest_for(1, 1).name == Circuit.smallest_for(16, 1).name == "capsule_16x1"
    for records, fields in ((10**6, 1), (16, 5)):
        with pytest.raises(ResourceLimit):
            Circuit.smallest_for(records, fields)


def test_what_is_built_is_what_the_lock_says(circuit: Circuit) -> None:
    """Digest and rows of the r1cs on disk."""
    data = circuit.artifact("r1cs").read_bytes()
    assert (room.hashlib.sha256(data).hexdigest(), room.r1cs_rows(data)) == (circuit.digest, circuit.rows)


def test_a_second_build_reuses_the_first(elsewhere: Circuit) -> None:
    """The compiler runs once, and nothing is written again."""
    elsewhere.build()
    before = {path: path.stat().st_mtime_ns for path in elsewhere.directory.iterdir() if path.name != "build.lock"}
    elsewhere.build()
    assert runs(elsewhere) == 1
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert {path.name for path in before} == {
        "built.json",
        *(f"{elsewhere.name}.{k}" for k in ("circom", *room.COMPILED)),
    }


@pytest.mark.parametrize("damage", ["sources", "wasm", "stamp", "half installed"])
def test_a_build_starts_over_where_anything_differs(
    elsewhere: Circuit, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other sources, a changed artifact, a broken stamp and an installation that was cut short are each seen."""
    elsewhere.build()
    if damage == "sources":
        monkeypatch.setattr(room, "sources_digest", lambda main: "other")
    elif damage == "wasm":
        elsewhere.artifact("wasm").write_bytes(b"other")
    elif damage == "stamp":
        (elsewhere.directory / "built.json").write_text("{")
    else:
        (elsewhere.directory / "built.json").unlink()
    elsewhere.build()
    elsewhere.build()
    assert runs(elsewhere) == 2


def test_an_r1cs_that_is_not_the_locked_one_is_refused_and_not_installed(
    elsewhere: Circuit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows and digest both count; what was there before stays."""
    true = read_lock()
    entry = true["circuits"][elsewhere.name]
    for changed in ({**entry, "rows": entry["rows"] + 1}, {**entry, "r1cs": "0" * 64}):
        lock(monkeypatch, tmp_path, json.dumps(true | {"circuits": {elsewhere.name: changed}}))
        with pytest.raises(ArtifactMismatch, match="--lock") as caught:
            elsewhere.build()
        assert caught.value.found == entry
        assert not elsewhere.artifact("r1cs").exists()
    assert not [path for path in room.BUILD.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{", ArtifactMalformed),
        ("[]", ArtifactMalformed),
        ('{"circom": "2.2.3", "optimisation": "--O2", "circuits": {"capsule_16x1": {}}}', ArtifactMalformed),
        (room.LOCK.read_text().replace('"2.2.3"', '"2.2.2"'), ArtifactMismatch),
        (room.LOCK.read_text().replace('"--O2"', '"--O1"'), ArtifactMismatch),
        ('{"circom": "2.2.3", "optimisation": "--O2", "circuits": {}}', ArtifactMismatch),
    ],
    ids=["not JSON", "no object", "no rows", "other circom", "other level", "no entry"],
)
def test_a_lock_that_does_not_fit_is_refused(
    text: str, error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken, or about another compiler, another level or other circuits."""
    lock(monkeypatch, tmp_path, text)
    with pytest.raises(error, match="--lock"):
        _ = Circuit.named("capsule_16x1").digest
    monkeypatch.setattr(room, "LOCK", tmp_path / "absent")
    with pytest.raises(ArtifactMismatch, match="missing"):
        read_lock()


def test_the_lock_is_written_as_it_is_read(elsewhere: Circuit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--lock` compiles every circuit, and gives the committed file again where no source changed."""
    committed = room.LOCK.read_text()
    monkeypatch.setattr(room, "LOCK", tmp_path / "artifacts.lock")
    assert room.main(["--lock"]) == 0
    assert (tmp_path / "artifacts.lock").read_text() == committed
    assert room.main([]) == 2


def test_an_artifact_that_was_never_made_is_missing(elsewhere: Circuit) -> None:
    """With the command that makes it."""
    with pytest.raises(ToolMissing, match="make build"):
        elsewhere.require("zkey")
