"""A whole ceremony for the smallest claim, by us and by snarkjs, each accepted by the other, and a proof under it."""

import random
import subprocess
from pathlib import Path

import pytest

from tests.drawn_statements import drawn_statement
from tests.journey_fixtures import built_circuit
from tests.proof.ceremonies import key_of, pin
from tests.proof.real_proofs import SNARKJS
from zkdata.proof.ceremony import contribute, end_with_beacon, first_key, verify_ceremony
from zkdata.proof.contribution import Contribution
from zkdata.proof.groth16 import export_verification_key, prove, verify
from zkdata.proof.powers import begin_powers, contribute_powers, end_powers, prepare_powers, verify_powers
from zkdata.proof.setup_files import finalize
from zkdata.proof.setup_policy import check_setup
from zkdata.proof.witness_graph import WitnessGraph
from zkdata.settlement.contracts import verifier_code_hash

pytestmark = [pytest.mark.deep, pytest.mark.xdist_group("full ceremony")]

CIRCUIT, POWER = "capsule_16x4", 14
BEACON = bytes(range(32))


def snarkjs(*words: str | Path) -> str:
    """What snarkjs says, with a heap that takes keys of this size."""
    command = ["node", "--max-old-space-size=4096", str(SNARKJS), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=1800, check=True).stdout


@pytest.fixture(scope="module")
def powers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two contributions and a beacon, prepared, and verified by us."""
    folder = tmp_path_factory.mktemp("powers")
    begin_powers(folder / "0.ptau", POWER)
    contribute_powers(folder / "0.ptau", folder / "1.ptau", "alice")
    contribute_powers(folder / "1.ptau", folder / "2.ptau", "bob", entropy=b"dice")
    end_powers(folder / "2.ptau", folder / "3.ptau", BEACON, 10)
    prepare_powers(folder / "3.ptau", folder / "powers.ptau")
    assert len(verify_powers(folder / "powers.ptau")["contributions"]) == 3
    return folder / "powers.ptau"


def test_snarkjs_accepts_ours(powers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three contributions and a beacon; strangers may pay on the finished setup, if its powers are on the list."""
    circuit = built_circuit(CIRCUIT)
    r1cs = circuit.require("r1cs")
    first_key(r1cs, powers, tmp_path / "0.zkey")
    signed = []
    for number, name in enumerate(("alice", "bob", "carol"), 1):
        before, after = tmp_path / f"{number - 1}.zkey", tmp_path / f"{number}.zkey"
        signed.append(contribute(before, after, name, key_of(name), tmp_path / f"{number}.json"))
    end_with_beacon(tmp_path / "3.zkey", tmp_path / "last.zkey", BEACON, 10)
    said = snarkjs("zkey", "verify", r1cs, powers, tmp_path / "last.zkey")
    assert "ZKey Ok!" in said and all(name in said for name in ("alice", "bob", "carol"))

    given = powers, tmp_path / "last.zkey", signed, key_of("coordinator"), tmp_path / "setup", verifier_code_hash
    pin(monkeypatch, tmp_path / "0.zkey")
    manifest = finalize(circuit, *given)
    vkey = (tmp_path / f"setup/{CIRCUIT}.vkey.json").read_text()
    assert check_setup(circuit, vkey, manifest).contributors == ("alice", "bob", "carol")
    assert Contribution.load(tmp_path / "1.json") == signed[0]


def test_we_accept_snarkjs(powers: Path, tmp_path: Path) -> None:
    """Its first key is ours, byte for byte; its two contributions and its beacon verify, and a proof under its key."""
    circuit = built_circuit(CIRCUIT)
    r1cs = circuit.require("r1cs")
    first_key(r1cs, powers, tmp_path / "ours.zkey")
    snarkjs("zkey", "new", r1cs, powers, tmp_path / "0.zkey")
    assert (tmp_path / "0.zkey").read_bytes() == (tmp_path / "ours.zkey").read_bytes()
    for number, name in enumerate(("dan", "eve"), 1):
        files = tmp_path / f"{number - 1}.zkey", tmp_path / f"{number}.zkey"
        snarkjs("zkey", "contribute", *files, f"-n={name}", "-e=entropy")
    snarkjs("zkey", "beacon", tmp_path / "2.zkey", tmp_path / "last.zkey", BEACON.hex(), "10", "-n=last")
    found = verify_ceremony(r1cs, powers, tmp_path / "last.zkey")["contributions"]
    assert [each["name"] for each in found] == ["dan", "eve", "last"]
    witness = WitnessGraph.open(circuit.require("wgr")).calculate(
        drawn_statement(circuit, random.Random(CIRCUIT)).inputs
    )
    export_verification_key(tmp_path / "last.zkey", tmp_path / "vkey.json")
    verify(tmp_path / "vkey.json", prove(tmp_path / "last.zkey", witness))
