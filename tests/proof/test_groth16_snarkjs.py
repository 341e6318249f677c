"""The same files in both directions: snarkjs, as a separate process, reads what we write, and we read what it writes.

Key, witness and proof of other projects are tried as well where a folder beside the checkout holds them.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.circuits.r1cs_file import wtns
from tests.proof import groth16_material as material
from zkdata import _native
from zkdata.errors import ProofRejected, SetupInsecure

ROOT = Path(__file__).parents[2]
SNARKJS = ROOT / "node_modules" / ".bin" / "snarkjs"
FOREIGN = {path.parent.name: path for path in sorted(ROOT.parent.glob("shared/fixtures/groth16/*/*.zkey"))}


def snarkjs(folder: Path, *arguments: str) -> str:
    """What snarkjs says; it must succeed."""
    command = [str(SNARKJS), *arguments]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=True)
    return run.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Our circuit, key, witness, proof and verification key, under the names snarkjs' manual uses."""
    proof, public = material.proved()
    shutil.copy(material.folder() / "circuit.r1cs", tmp_path)
    shutil.copy(material.folder() / "circuit.zkey", tmp_path)
    (tmp_path / "witness.wtns").write_bytes(wtns(material.values()))
    (tmp_path / "vkey.json").write_text(material.proving_key().verification_key().to_json())
    (tmp_path / "proof.json").write_text(_native.proof_to_json(proof))
    (tmp_path / "public.json").write_text(json.dumps([str(signal) for signal in public]))
    return tmp_path


def test_snarkjs_verifies_our_proof(folder: Path) -> None:
    """snarkjs accepts our proof under our key."""
    assert "OK!" in snarkjs(folder, "groth16", "verify", "vkey.json", "public.json", "proof.json")


def test_snarkjs_proves_with_our_key(folder: Path) -> None:
    """snarkjs proves with our .zkey and .wtns, and we verify what it wrote."""
    snarkjs(folder, "groth16", "prove", "circuit.zkey", "witness.wtns", "theirs.json", "signals.json")
    proof = _native.proof_from_json((folder / "theirs.json").read_text())
    public = _native.public_from_json((folder / "signals.json").read_text())
    assert public == material.proved()[1]
    material.proving_key().verification_key().verify(proof, public)


def test_snarkjs_exports_the_same_key(folder: Path) -> None:
    """The verification key that snarkjs takes out of our .zkey is ours to the byte, stored pairing included."""
    snarkjs(folder, "zkey", "export", "verificationkey", "circuit.zkey", "theirs.json")
    assert (folder / "theirs.json").read_text() == (folder / "vkey.json").read_text()


@pytest.mark.deep
def test_we_prove_with_a_key_of_snarkjs(folder: Path) -> None:
    """A key from snarkjs' own ceremony proves and verifies here and there; before its contribution it is refused."""
    snarkjs(folder, "powersoftau", "new", "bn128", "4", "new.ptau")
    snarkjs(folder, "powersoftau", "contribute", "new.ptau", "contributed.ptau", "--name=one", "-e=entropy")
    snarkjs(folder, "powersoftau", "prepare", "phase2", "contributed.ptau", "final.ptau")
    snarkjs(folder, "groth16", "setup", "circuit.r1cs", "final.ptau", "first.zkey")
    with pytest.raises(SetupInsecure, match="phase 2"):
        _native.ProvingKey.open(folder / "first.zkey")
    snarkjs(folder, "zkey", "contribute", "first.zkey", "theirs.zkey", "--name=one", "-e=entropy")
    snarkjs(folder, "zkey", "verify", "circuit.r1cs", "final.ptau", "theirs.zkey")

    key = _native.ProvingKey.open(folder / "theirs.zkey")
    assert (key.constraint_count, key.domain_size, key.public_count) == (2, 8, 3)
    proof, _ = key.prove(wtns(material.values()))
    (folder / "proof.json").write_text(_native.proof_to_json(proof))
    (folder / "vkey.json").write_text(key.verification_key().to_json())
    assert "OK!" in snarkjs(folder, "groth16", "verify", "vkey.json", "public.json", "proof.json")
    snarkjs(folder, "zkey", "export", "verificationkey", "theirs.zkey", "exported.json")
    assert (folder / "exported.json").read_text() == (folder / "vkey.json").read_text()


@pytest.mark.deep
def test_snarkjs_contributes_to_our_key(folder: Path) -> None:
    """A contribution by snarkjs on top of our key gives a key that works."""
    snarkjs(folder, "zkey", "contribute", "circuit.zkey", "theirs.zkey", "--name=one", "-e=entropy")
    key = _native.ProvingKey.open(folder / "theirs.zkey")
    key.verification_key().verify(*key.prove(wtns(material.values())))


@pytest.mark.parametrize("origin", ["ours", *FOREIGN])
def test_keys_prove_and_verify(origin: str) -> None:
    """A key, ours or another project's, proves its witness and agrees with the verification key and proof beside it."""
    path = FOREIGN.get(origin, material.folder() / "circuit.zkey")
    key = _native.ProvingKey.open(path)
    witness = path.parent / "witness.wtns"
    proof, public = key.prove(witness.read_bytes() if witness.exists() else wtns(material.values()))
    key.verification_key().verify(proof, public)
    with pytest.raises(ProofRejected):
        key.verification_key().verify(proof, [public[0] ^ 1, *public[1:]])
    vkey = path.parent / "verification_key.json"
    if vkey.exists():
        assert _native.VerificationKey.from_json(vkey.read_text()).to_json() == vkey.read_text()
        assert key.verification_key().to_json() == vkey.read_text()
    stored = path.parent / "proof.json"
    if stored.exists():
        key.verification_key().verify(_native.proof_from_json(stored.read_text()), public)
