"""`zkdata groth16`: snarkjs' order of arguments, and exit codes that tell false from malformed."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.journey_fixtures import built_circuit, shared_journey
from zkdata.catalogue import CIRCUITS
from zkdata.cli import main
from zkdata.proof.circuit import Circuit
from zkdata.proof.witness import WitnessCalculator

pytestmark = pytest.mark.xdist_group("groth16")


@pytest.fixture(scope="module")
def circuit() -> Circuit:
    return built_circuit()


@pytest.fixture(scope="module")
def files(circuit: Circuit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """witness.wtns, and proof.json and public.json as the command wrote them."""
    folder = tmp_path_factory.mktemp("groth16")
    witness = WitnessCalculator.open(circuit.require("wasm")).calculate(shared_journey().claim().inputs)
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


def test_snarkjs_takes_what_we_write(circuit: Circuit, files: Path) -> None:
    """snarkjs verifies our proof with our key, under its own command of the same order."""
    snarkjs = CIRCUITS.parent / "node_modules" / ".bin" / "snarkjs"
    arguments = [circuit.artifact("vkey.json"), files / "public.json", files / "proof.json"]
    ran = subprocess.run([snarkjs, "groth16", "verify", *arguments], capture_output=True, text=True, check=False)
    assert ran.returncode == 0 and "OK!" in ran.stdout
