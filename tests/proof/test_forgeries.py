"""Keys under which anybody proves anything: the forgeries are real, and every verb refuses the key before judging."""

import json
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.circuits.r1cs_file import sections, with_sections, wtns
from tests.laws.test_pairing import true_exponents
from tests.proof import groth16_material as material
from tests.proof.forging import FORGEABLE, FORGEABLE_FOR, Key, forged, written
from tests.proof.real_proofs import ROOT, SNARKJS
from tests.reference.field import R
from zkdata import _native
from zkdata.cli import main
from zkdata.errors import ProofRejected, SetupInsecure

pytestmark = pytest.mark.xdist_group("forgeries")

SIGNALS = [2_300_000, 0, R - 1]
"""Nobody has a witness for them: the circuit's output is (x y + 5) p, and here p is 0."""

PTAU = {path.stem: path for path in sorted(ROOT.parent.glob("shared/fixtures/ptau/*.ptau"))}


def snarkjs(folder: Path, *arguments: str) -> str:
    """What snarkjs prints; its exit code is not asked for."""
    command = [str(SNARKJS), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False).stdout


def forgery(folder: Path, name: str) -> tuple[Key, dict[str, Any]]:
    """A degraded key and a proof of SIGNALS forged with it, also as key.json, public.json and proof.json."""
    key = material.key_json()
    FORGEABLE[name].degrade(key)
    proof = forged(FORGEABLE[name], key, SIGNALS)
    write(folder, key, proof)
    return key, proof


def write(folder: Path, key: Key, proof: dict[str, Any]) -> None:
    """The three files."""
    documents = {"key": key, "public": [str(signal) for signal in SIGNALS], "proof": proof}
    for stem, document in documents.items():
        (folder / f"{stem}.json").write_text(json.dumps(document))


@pytest.mark.parametrize("name", FORGEABLE)
def test_a_forgeable_key_is_refused(tmp_path: Path, name: str) -> None:
    """snarkjs accepts the forgery, so it is one; we refuse the key; under the honest key it proves nothing."""
    key, proof = forgery(tmp_path, name)
    assert "OK!" in snarkjs(tmp_path, "groth16", "verify", "key.json", "public.json", "proof.json")
    with pytest.raises(SetupInsecure):
        _native.VerificationKey.from_json(json.dumps(key))
    with pytest.raises(ProofRejected):
        material.proving_key().verification_key().verify(_native.proof_from_json(json.dumps(proof)), SIGNALS)


@pytest.mark.parametrize("name", FORGEABLE_FOR)
def test_a_key_that_is_forgeable_for_some_signals_is_refused(tmp_path: Path, name: str) -> None:
    """A statement that nobody proved is accepted by snarkjs: the key is refused, or at least the proof."""
    signals, relation = FORGEABLE_FOR[name]
    key = material.key_json()
    relation.degrade(key)
    proof = written(*relation.forge(key, key["IC"][0]))
    write(tmp_path, key, proof)
    (tmp_path / "public.json").write_text(json.dumps([str(signal) for signal in signals]))
    assert "OK!" in snarkjs(tmp_path, "groth16", "verify", "key.json", "public.json", "proof.json")
    points = _native.proof_from_json(json.dumps(proof))
    with pytest.raises((SetupInsecure, ProofRejected)):
        _native.VerificationKey.from_json(json.dumps(key)).verify(points, signals)
    with pytest.raises((SetupInsecure, ProofRejected)):
        _native.VerificationKey.from_json(json.dumps(key)).verify_many([(points, signals)])


def test_opposite_points_of_ic_are_refused() -> None:
    """With IC_2 = -IC_1 a proof for (u, v) is one for (u + 1, v + 1): neither signal is bound."""
    drawn = true_exponents(8)
    left = drawn.a * drawn.b - drawn.alpha * drawn.beta
    twins = replace(drawn, ic=(drawn.ic[0], drawn.ic[1], -drawn.ic[1]))
    twins = replace(twins, c=(left - twins.combined * twins.gamma) * pow(twins.delta, -1, R) % R)
    assert twins.holds() and replace(twins, public=tuple(signal + 1 for signal in twins.public)).holds()
    with pytest.raises(SetupInsecure):
        _native.VerificationKey.from_json(twins.key_json())


def command(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    """Exit code of a command under --json, and the code of its error."""
    code = main([*map(str, arguments), "--json"])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return code, json.loads(out)["error"]["code"]


@pytest.mark.parametrize("proof", ["forged", "honest", "malformed"])
def test_verify_says_nothing_about_a_proof_under_such_a_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], proof: str
) -> None:
    """Whatever the proof, the exit code is 2 and the error is the key's: neither valid nor false."""
    key, forged_proof = forgery(tmp_path, "delta is gamma")
    write(tmp_path, key, {"forged": forged_proof, "honest": material.proof_json(), "malformed": {}}[proof])
    paths = [tmp_path / name for name in ("key.json", "public.json", "proof.json")]
    assert command(capsys, "groth16", "verify", *paths) == (2, "SetupInsecure")


def test_no_contract_is_written_for_such_a_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`export verifier` refuses it and leaves nothing behind; the honest key of the same shape is exported."""
    forgery(tmp_path, "delta is gamma")
    output = tmp_path / "Verifier.sol"
    export = ["export", "verifier", tmp_path / "key.json", output, "--circuit", "capsule_16x4"]
    assert command(capsys, *export) == (2, "SetupInsecure")
    assert not list(tmp_path.glob("*.sol*"))
    (tmp_path / "key.json").write_text(json.dumps(material.key_json()))
    assert main([str(argument) for argument in export]) == 0 and output.exists()


@cache
def without_contribution() -> bytes:
    """Our own key as it would be had nobody contributed: both deltas are generators."""
    header = sections(material.zkey())[2]
    deltas = material.montgomery(*material.G1_GENERATOR, *(p for pair in material.G2_GENERATOR for p in pair))
    return with_sections(material.zkey(), {2: header[:468] + deltas + header[660:]})


@pytest.mark.parametrize("origin", ["by hand", *PTAU])
def test_a_key_without_a_contribution(tmp_path: Path, capsys: pytest.CaptureFixture[str], origin: str) -> None:
    """A .zkey straight from `groth16 setup` proves for snarkjs, can be forged with, and is refused by our `prove`."""
    (tmp_path / "witness.wtns").write_bytes(wtns(material.values()))
    if origin == "by hand":
        (tmp_path / "first.zkey").write_bytes(without_contribution())
    else:
        snarkjs(tmp_path, "groth16", "setup", str(material.folder() / "circuit.r1cs"), str(PTAU[origin]), "first.zkey")
    outputs = [tmp_path / "proof.json", tmp_path / "public.json"]
    prove = ["groth16", "prove", tmp_path / "first.zkey", tmp_path / "witness.wtns", *outputs]
    assert command(capsys, *prove) == (2, "SetupInsecure")
    assert not any(output.exists() for output in outputs)

    snarkjs(tmp_path, "zkey", "export", "verificationkey", "first.zkey", "exported.json")
    key = json.loads((tmp_path / "exported.json").read_text())
    assert key["vk_delta_2"] == key["vk_gamma_2"]
    write(tmp_path, key, forged(FORGEABLE["delta is gamma"], key, SIGNALS))
    assert "OK!" in snarkjs(tmp_path, "groth16", "verify", "key.json", "public.json", "proof.json")
    paths = [tmp_path / name for name in ("key.json", "public.json", "proof.json")]
    assert command(capsys, "groth16", "verify", *paths) == (2, "SetupInsecure")
