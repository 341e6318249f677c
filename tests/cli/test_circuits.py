"""`zkdata circuits` and `zkdata export`: the catalogue and the lock, as a table and as data."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.journey_fixtures import CIRCUIT, built_circuit
from zkdata.catalogue import CIRCUITS, catalogue
from zkdata.cli import main
from zkdata.proof.circuit import Circuit


def test_list_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    """An array with one object for each circuit of the catalogue; rows and digest are the lock's."""
    assert main(["circuits", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    entries = json.loads((CIRCUITS / "catalogue.json").read_text())["circuits"]
    lock = json.loads((CIRCUITS / "artifacts.lock").read_text())["circuits"]
    assert [each["name"] for each in listed] == [each["name"] for each in entries]
    for each, entry in zip(listed, entries, strict=True):
        assert set(each) >= {"name", "template", "parameters", "rows", "public_signals", "digest"}
        assert {key: each[key] for key in ("template", "parameters", "public_signals")} == {
            key: entry[key] for key in ("template", "parameters", "public_signals")
        }
        assert (each["rows"], each["digest"]) == (lock[each["name"]]["rows"], lock[each["name"]]["r1cs"])


def test_list_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """A heading, and a line for each circuit."""
    assert main(["circuits", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:2] == ["NAME", "TEMPLATE"]
    assert [line.split()[0] for line in lines[1:]] == list(catalogue().circuits)


def test_show(capsys: pytest.CaptureFixture[str]) -> None:
    """One circuit with its values in order and the sizes of its artifacts."""
    circuit = built_circuit()
    assert main(["circuits", "show", CIRCUIT, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["values"] == list(circuit.values)
    assert shown["artifacts"]["zkey"]["bytes"] == circuit.artifact("zkey").stat().st_size
    assert main(["circuits", "show", CIRCUIT]) == 0
    assert f"{circuit.rows:,}"[:2] in capsys.readouterr().out


def test_build_keeps_what_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    """A second build makes no other key."""
    key = built_circuit().artifact("zkey")
    before = key.stat()
    assert main(["circuits", "build", CIRCUIT, "--json"]) == 0
    assert [each["name"] for each in json.loads(capsys.readouterr().out)] == [CIRCUIT]
    assert (key.stat().st_ino, key.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize(
    ("arguments", "built"),
    [([], ["small", "edge"]), (["--all"], ["small", "edge", "large"]), (["large"], ["large"])],
)
def test_build_leaves_the_largest_out(
    arguments: list[str], built: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Above 2^15 rows a circuit is built where it is named, or all are."""
    rows = {"small": 5, "edge": 2**15, "large": 2**15 + 1}
    circuits = {
        name: SimpleNamespace(name=name, rows=count, build=list, directory=name) for name, count in rows.items()
    }
    monkeypatch.setattr(Circuit, "all", classmethod(lambda cls: list(circuits.values())))
    monkeypatch.setattr(Circuit, "named", classmethod(lambda cls, name: circuits[name]))
    monkeypatch.setattr("zkdata.proof.setup.setup_development", lambda circuit: None)
    assert main(["circuits", "build", "--json", *arguments]) == 0
    assert [each["name"] for each in json.loads(capsys.readouterr().out)] == built
    assert main(["circuits", "build", "large", "--all"]) == 2


def test_export_a_verifier(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The exported contract is the one that an escrow is deployed with, under the name that was asked for."""
    from zkdata.proof.verifier import Verifier
    from zkdata.settlement.contracts import compile_verifier
    from zkdata.settlement.judges import _compiled

    circuit, output = built_circuit(), tmp_path / "Verifier.sol"
    key = circuit.artifact("vkey.json")
    assert main(["export", "verifier", str(key), str(output)]) == 0, "a key that was made here is known"
    assert compile_verifier(output.read_text(), "ClaimVerifier") == _compiled(Verifier(circuit))
    assert main(["export", "verifier", str(key), str(output), "--name", "Mine", "--circuit", CIRCUIT, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["contract"] == "Mine"
    assert "contract Mine {" in output.read_text()


@pytest.mark.parametrize("name", ["timestamp_16x4", "range_16x4", "device"])
def test_export_any_statement(name: str, tmp_path: Path) -> None:
    """A contract for each statement that is not compressed, with an input for each public value and no counts."""
    output = tmp_path / "Verifier.sol"
    circuit = built_circuit(name)
    assert main(["export", "verifier", str(circuit.artifact("vkey.json")), str(output)]) == 0
    source = output.read_text()
    assert f"uint256[{len(circuit.values)}] calldata inputs" in source and "valueCount" not in source


def test_what_cannot_be_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No key, one of an unknown circuit or of another statement, a name that is none, an output over the key."""
    key, output = built_circuit().artifact("vkey.json"), tmp_path / "Verifier.sol"
    broken = tmp_path / "vkey.json"
    broken.write_text("{}")
    foreign = tmp_path / "foreign.json"
    foreign.write_text(key.read_text() + " ")
    for arguments in (
        [broken, output, "--circuit", CIRCUIT],
        [foreign, output],
        [key, output, "--circuit", CIRCUIT, "--name", "no name"],
        [key, output, "--circuit", "no_such"],
        [key, output, "--circuit", "device"],
        [built_circuit("device").artifact("vkey.json"), output, "--circuit", CIRCUIT],
        [broken, broken, "--circuit", CIRCUIT],
    ):
        assert main(["export", "verifier", *map(str, arguments)]) == 2
        assert not output.exists()
        assert capsys.readouterr().err
