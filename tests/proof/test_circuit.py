"""Circuits: generated main files, builds that happen once, and artifacts that have to be those of the lock."""

import json
import shutil
from pathlib import Path

import pytest

from zkdata.capsule.schemas import GPS_TRACE, PHOTO, TEMPERATURE
from zkdata.capsule.words import Layout
from zkdata.catalogue import catalogue
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, ResourceLimit, ToolMissing
from zkdata.proof import circuit as room
from zkdata.proof import lock
from zkdata.proof.circuit import Circuit
from zkdata.proof.lock import read_lock


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
    monkeypatch.setattr(room, "build_graph", lambda text: circuit.artifact("wgr").read_bytes())
    return Circuit.named(circuit.name)


def runs(circuit: Circuit) -> int:
    return len((circuit.directory.parents[1] / "runs").read_text())


def save(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str) -> None:
    (folder / "artifacts.lock").write_text(text)
    monkeypatch.setattr(lock, "LOCK", folder / "artifacts.lock")


def test_the_main_file_follows_from_the_catalogue() -> None:
    """Template, parameters and public signals, in the catalogue's order."""
    assert Circuit.named("capsule_16x4").main_source.splitlines()[1:] == [
        'include "statements/capsule.circom";',
        "component main {public [M, x, y]} = Capsule(16, 4, 48, 7);",
    ]
    public = "context, content, schema, count, min, max"
    assert Circuit.named("range_16x4").main_source.endswith(
        f"component main {{public [{public}]}} = Range(16, 4, 48);\n"
    )
    assert Circuit.named("device").main_source.endswith(" = Device(7);\n")


def test_a_name_that_is_not_in_the_catalogue_lists_those_that_are() -> None:
    """ArtifactMismatch helps to find the right name."""
    with pytest.raises(ArtifactMismatch, match="capsule_16x4"):
        Circuit.named("capsule_17x4")


def test_the_smallest_fitting_circuit_is_found_or_none() -> None:
    """Up to its records, with exactly the schema's limbs and their bits."""
    for schema in (TEMPERATURE, GPS_TRACE, PHOTO):
        shapes = catalogue().shapes("Capsule", schema.limbs, schema.bits)
        for least, shape in zip((1, *(smaller + 1 for smaller in shapes)), shapes, strict=False):
            for records in (least, shape):
                assert Circuit.smallest_for(records, schema).layout == Layout(shape, schema.limbs, schema.bits)
        with pytest.raises(ResourceLimit, match=schema.name):
            Circuit.smallest_for(shapes[-1] + 1, schema)


def test_a_template_has_one_circuit_for_a_shape() -> None:
    """Or none, and then those that there are; a circuit that knows no shape has no layout."""
    assert Circuit.of_shape("Range", Layout(16, 4)).name == "range_16x4"
    for shape in (Layout(17, 4), Layout(16, 4, 128)):
        with pytest.raises(ArtifactMismatch, match="range_16x4"):
            Circuit.of_shape("Range", shape)
    device = Circuit.shapeless("Device")
    assert (device.name, device.limbs, device.compressed) == ("device", 0, False)
    with pytest.raises(ArtifactMismatch, match="no layout"):
        _ = device.layout
    with pytest.raises(ArtifactMismatch, match="no circuit Nothing"):
        Circuit.shapeless("Nothing")


def test_the_largest_are_built_where_they_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of more than 2^15 rows, as the lock counts them."""
    rows = {circuit.name: 2**15 + index for index, circuit in enumerate(Circuit.all())}
    entries = {name: {"r1cs": "0" * 64, "rows": count} for name, count in rows.items()}
    save(monkeypatch, tmp_path, json.dumps(read_lock() | {"circuits": entries}))
    assert [circuit.name for circuit in Circuit.usual()] == [Circuit.all()[0].name]


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


@pytest.mark.parametrize("damage", ["sources", "wasm", "wgr", "stamp", "half installed"])
def test_a_build_starts_over_where_anything_differs(
    elsewhere: Circuit, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other sources, a changed artifact, a broken stamp and an installation that was cut short are each seen."""
    elsewhere.build()
    if damage == "sources":
        monkeypatch.setattr(room, "sources_digest", lambda main: "other")
    elif damage in ("wasm", "wgr"):
        elsewhere.artifact(damage).write_bytes(b"other")
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
        save(monkeypatch, tmp_path, json.dumps(true | {"circuits": {elsewhere.name: changed}}))
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
        ('{"circom": "2.2.3", "optimisation": "--O2", "circuits": {"capsule_16x4": {}}}', ArtifactMalformed),
        (lock.LOCK.read_text().replace('"2.2.3"', '"2.2.2"'), ArtifactMismatch),
        (lock.LOCK.read_text().replace('"--O2"', '"--O1"'), ArtifactMismatch),
        ('{"circom": "2.2.3", "optimisation": "--O2", "circuits": {}}', ArtifactMismatch),
    ],
    ids=["not JSON", "no object", "no rows", "other circom", "other level", "no entry"],
)
def test_a_lock_that_does_not_fit_is_refused(
    text: str, error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken, or about another compiler, another level or other circuits."""
    save(monkeypatch, tmp_path, text)
    with pytest.raises(error, match="--lock"):
        _ = Circuit.named("capsule_16x4").digest
    monkeypatch.setattr(lock, "LOCK", tmp_path / "absent")
    with pytest.raises(ArtifactMismatch, match="missing"):
        read_lock()


def test_the_lock_is_written_as_it_is_read(elsewhere: Circuit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--lock` compiles every circuit, and gives the same file again where no source changed."""
    monkeypatch.setattr(Circuit, "all", classmethod(lambda cls: [elsewhere]))
    save(monkeypatch, tmp_path, "left by another compiler")
    assert room.main(["--lock"]) == 0
    written = lock.LOCK.read_text()
    assert read_lock()["circuits"] == {elsewhere.name: {"r1cs": elsewhere.digest, "rows": elsewhere.rows}}
    assert room.main(["--lock"]) == 0
    assert lock.LOCK.read_text() == written and runs(elsewhere) == 2
    assert room.main([]) == 2


def test_a_named_circuit_is_locked_alone(elsewhere: Circuit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others' entries stay; what left the catalogue goes, and what was never in it is refused."""
    kept = {"r1cs": "1" * 64, "rows": 5}
    entries = {"gone": kept, "device": kept, elsewhere.name: kept}
    save(monkeypatch, tmp_path, json.dumps(read_lock() | {"circuits": entries}))
    assert room.main(["--lock", elsewhere.name]) == 0
    found = read_lock()["circuits"]
    assert (found.pop(elsewhere.name) != kept, found, runs(elsewhere)) == (True, {"device": kept}, 1)
    assert room.main(["--lock", "no_such"]) == 2


def test_an_artifact_that_was_never_made_is_missing(elsewhere: Circuit) -> None:
    """With the command that makes it."""
    with pytest.raises(ToolMissing, match="make build"):
        elsewhere.require("zkey")
