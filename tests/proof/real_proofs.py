"""Every real proof at hand, as the three files of snarkjs: ours, snarkjs' own, and other projects' where they are."""

import json
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.circuits.r1cs_file import wtns
from tests.journey_fixtures import built_circuit, shared_proof, shared_prover
from tests.proof import groth16_material as material
from tests.proof.mutators import Triple
from zkdata import _native
from zkdata.proof.signals import compress

ROOT = Path(__file__).parents[2]
SNARKJS = ROOT / "node_modules" / ".bin" / "snarkjs"
FOREIGN = {path.parent.name: path for path in sorted(ROOT.parent.glob("shared/fixtures/groth16/*/*.zkey"))}


def public_json(signals: list[int]) -> bytes:
    """Signals as snarkjs writes them."""
    return json.dumps([str(signal) for signal in signals]).encode()


def proved_twice(key: _native.ProvingKey, witness: bytes) -> Triple:
    """Two native proofs of one witness, and their signals."""
    (proof, signals), (other, _) = key.prove(witness), key.prove(witness)
    text = key.verification_key().to_json().encode()
    return Triple(
        text,
        public_json(signals),
        _native.proof_to_json(proof).encode(),
        _native.proof_to_json(other).encode(),
    )


@cache
def small() -> Triple:
    """The circuit of two rows."""
    return proved_twice(material.proving_key(), wtns(material.values()))


@cache
def small_with_a_zero() -> Triple:
    """The same, its last signal 0: a verifier that does not count takes the list without it."""
    return proved_twice(material.proving_key(), wtns(material.values(u=0)))


@cache
def by_snarkjs() -> Triple:
    """The same key and witness, proved by snarkjs."""
    with tempfile.TemporaryDirectory() as folder:
        witness = Path(folder) / "witness.wtns"
        witness.write_bytes(wtns(material.values()))
        arguments = [material.folder() / "circuit.zkey", witness, "proof.json", "public.json"]
        command = [str(SNARKJS), "groth16", "prove", *map(str, arguments)]
        subprocess.run(command, cwd=folder, check=True, timeout=120, capture_output=True)
        proof, public = ((Path(folder) / name).read_bytes() for name in ("proof.json", "public.json"))
    return Triple(small().key, public, proof, small().proof)


@cache
def claimed() -> Triple:
    """A claim of the journey: its points, and the three public inputs recomputed from values and words."""
    key = built_circuit().artifact("vkey.json").read_bytes()
    claim, proof = shared_proof()
    other = shared_prover().prove(claim)
    signals = list(compress(proof.values, proof.words))
    return Triple(
        key,
        public_json(signals),
        _native.proof_to_json(proof.points).encode(),
        _native.proof_to_json(other.points).encode(),
    )


@cache
def foreign(name: str) -> Triple:
    """Another project's key and witness; its own proof where one lies beside them."""
    path = FOREIGN[name]
    proved = proved_twice(_native.ProvingKey.open(path), (path.parent / "witness.wtns").read_bytes())
    stored = path.parent / "proof.json"
    proof = stored.read_bytes() if stored.exists() else proved.proof
    return Triple((path.parent / "verification_key.json").read_bytes(), proved.public, proof, proved.other)


REAL_PROOFS: dict[str, Callable[[], Triple]] = {
    "small": small,
    "small with a zero": small_with_a_zero,
    "by snarkjs": by_snarkjs,
    "claim": claimed,
    **{name: lambda name=name: foreign(name) for name in FOREIGN},  # type: ignore[misc]
}
"""Each made once a process."""
