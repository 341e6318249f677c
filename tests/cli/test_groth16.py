"""`zkdata groth16`: snarkjs' order of arguments, and exit codes that tell false from malformed."""

import json
from pathlib import Path

import pytest

from tests.journey_fixtures import built_circuit, shared_journey
from tests.proof.snarkjs_stand_ins import logged, stand_in
from zkdata.cli import main
from zkdata.proof.circuit import Circuit
from zkdata.proof.witness_graph import WitnessGraph

pytestmark = [
    pytest.mark.xdist_group("groth16"),
    pytest.mark.seen("file", "witnesses lie here as other tools leave them; what this package writes holds none"),
]


@pytest.fixture(scope="module")
def circuit() -> Circuit:
    return built_circuit()


@pytest.fixture(scope="module")
def files(circuit: Circuit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """witness.wtns, and proof.json and public.json as the command wrote them."""
    folder = tmp_path_factory.mktemp("groth16")
    witness = WitnessGraph.open(circuit.require("wgr")).calculate(shared_journey().claim().inputs)
    (folder / "witness.wtns").write_bytes(witness)
    arguments = [circuit.artifact("zkey"), *(folder / name for name in ("witness.wtns", "proof.json", "public.json"))]
    assert main(["groth16", "prove", *map(str, arguments)]) == 0
    return folder


def verify(circuit: Circuit, public: Path, proof: Path) -> int:
    """The exit code."""
    return main(["groth16", "verify", str(circuit.artifact("vkey.json")), str(public), str(proof)])


def test_prove_then_verify(circuit: Circuit, files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A proof that the command wrote is valid: exit code 0, `valid` on stdout, and nothing on stderr."""
    assert verify(circuit, files / "public.json", files / "proof.json") == 0
    assert tuple(capsys.readouterr()) == ("valid\n", "")
    assert len(json.loads((files / "public.json").read_text())) == 3
    assert sorted(path.name for path in files.iterdir()) == ["proof.json", "public.json", "witness.wtns"]


def test_a_signal_that_was_not_proven(
    circuit: Circuit, files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A well-formed proof that does not verify is exit code 1, as text and as JSON."""
    m, x, y = json.loads((files / "public.json").read_text())
    public = tmp_path / "public.json"
    public.write_text(json.dumps([m, x, str(int(y) - 1)]))
    assert verify(circuit, public, files / "proof.json") == 1
    assert capsys.readouterr().err.startswith("zkdata: ProofRejected: ")
    command = ["groth16", "verify", "--json", str(circuit.artifact("vkey.json")), str(public)]
    assert main([*command, str(files / "proof.json")]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "ProofRejected"


@pytest.mark.parametrize(
    "text", ["", "[]", '["1","2"]', '["0x1","2","3"]', '["01","2","3"]', "[1,2,3]", '["1","2","-3"]', '{"0":"1"}']
)
def test_malformed_is_not_false(circuit: Circuit, files: Path, tmp_path: Path, text: str) -> None:
    """What is no list of three canonical numbers says nothing about the proof: exit code 2."""
    public = tmp_path / "public.json"
    public.write_text(text)
    assert verify(circuit, public, files / "proof.json") == 2


def test_a_damaged_proof_or_key(circuit: Circuit, files: Path, tmp_path: Path) -> None:
    """Files that are not what they are called, and files in another order, are exit code 2."""
    damaged = tmp_path / "proof.json"
    damaged.write_text((files / "proof.json").read_text().replace('"pi_a"', '"pi_x"'))
    assert verify(circuit, files / "public.json", damaged) == 2
    assert verify(circuit, files / "proof.json", files / "public.json") == 2
    key = [str(files / "proof.json"), str(files / "public.json"), str(files / "proof.json")]
    assert main(["groth16", "verify", *key]) == 2


def test_a_witness_that_is_none(circuit: Circuit, files: Path, tmp_path: Path) -> None:
    """A witness that does not satisfy the circuit is a false statement, 1; one that is no witness is malformed, 2."""
    witness = bytearray((files / "witness.wtns").read_bytes())
    outputs = [str(tmp_path / "proof.json"), str(tmp_path / "public.json")]
    witness[-32] ^= 1
    (tmp_path / "false.wtns").write_bytes(witness)
    assert main(["groth16", "prove", str(circuit.artifact("zkey")), str(tmp_path / "false.wtns"), *outputs]) == 1
    (tmp_path / "short.wtns").write_bytes(witness[:-7])
    assert main(["groth16", "prove", str(circuit.artifact("zkey")), str(tmp_path / "short.wtns"), *outputs]) == 2
    assert main(["groth16", "prove", str(tmp_path / "short.wtns"), str(files / "witness.wtns"), *outputs]) == 2
    assert not (tmp_path / "proof.json").exists() and not (tmp_path / "public.json").exists()


def test_an_output_over_an_input(circuit: Circuit, files: Path) -> None:
    """The witness is not overwritten by a slip of the hand."""
    witness = files / "witness.wtns"
    before = witness.read_bytes()
    command = ["groth16", "prove", str(circuit.artifact("zkey")), str(witness)]
    assert main([*command, str(witness), str(files / "public.json")]) == 2
    assert main([*command, str(files / "proof.json"), str(files / "proof.json")]) == 2
    assert witness.read_bytes() == before


def cross_check(circuit: Circuit, public: Path, proof: Path) -> int:
    """The exit code, with the answer as JSON."""
    return main(["groth16", "cross-check", "--json", str(circuit.artifact("vkey.json")), str(public), str(proof)])


def test_three_verifiers_take_what_we_write(circuit: Circuit, files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Native core, py_ecc and snarkjs are listed with their answers; as text, one a line."""
    assert cross_check(circuit, files / "public.json", files / "proof.json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["valid"] is True
    assert [(each["verifier"], each["answer"]) for each in told["verdicts"]] == [
        (name, "valid") for name in ("native", "py_ecc", "snarkjs")
    ]
    arguments = [circuit.artifact("vkey.json"), files / "public.json", files / "proof.json"]
    assert main(["groth16", "cross-check", *map(str, arguments)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [[name, "valid"] for name in ("native", "py_ecc", "snarkjs")]


def test_three_verifiers_reject(
    circuit: Circuit, files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What all call false is exit code 1, what is malformed 2; who said what is in the evidence."""
    m, x, y = json.loads((files / "public.json").read_text())
    public = tmp_path / "public.json"
    for signals, code, error, answers in (
        ([m, x, str(int(y) - 1)], 1, "ProofRejected", ["false"] * 3),
        ([m, x], 2, "ProofMalformed", ["refused", "refused", "false"]),
    ):
        public.write_text(json.dumps(signals))
        assert cross_check(circuit, public, files / "proof.json") == code
        told = json.loads(capsys.readouterr().out)["error"]
        assert told["code"] == error
        assert [verdict[1] for verdict in told["evidence"]["verdicts"]] == answers


def test_verifiers_that_disagree(
    circuit: Circuit,
    files: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A snarkjs that calls everything invalid is exit code 2: nothing is said about the proof."""
    script = f"{logged('ERROR', 'Invalid proof')}; exit 1"
    monkeypatch.setattr("zkdata.proof.snarkjs_process.CHECKOUT", stand_in(tmp_path, script))
    assert cross_check(circuit, files / "public.json", files / "proof.json") == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "VerifiersDisagree"
