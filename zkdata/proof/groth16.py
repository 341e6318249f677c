"""Groth16 on files as circom and snarkjs write them, for circuits of any origin.

What the signals mean is the caller's to know.
"""

import json
from pathlib import Path

from .. import _native
from ..capsule.atomic_file import read_bounded, write_public
from .solidity import KeyPoints

MAX_WITNESS_BYTES = 2**32
MAX_JSON_BYTES = 2**26


def prove_files(zkey: Path, witness: Path, proof: Path, public: Path) -> None:
    """Prove a .wtns under a .zkey and write proof.json and public.json, each whole or not at all.

    ArtifactMalformed, ArtifactMismatch, SetupInsecure; StatementFalse where the witness does not satisfy the circuit.
    """
    key = _native.ProvingKey.open(zkey)
    points, signals = key.prove(read_bounded(witness, MAX_WITNESS_BYTES, "the witness"))
    write_public(proof, _native.proof_to_json(points).encode())
    write_public(public, (json.dumps([str(signal) for signal in signals], indent=1) + "\n").encode())


def verify_files(key: Path, public: Path, proof: Path) -> None:
    """Return if the proof holds for these signals. ProofMalformed: says nothing about truth. ProofRejected: false."""
    verification_key = _native.VerificationKey.from_json(_text(key, "the verification key"))
    signals = _native.public_from_json(_text(public, "the public signals"))
    verification_key.verify(_native.proof_from_json(_text(proof, "the proof")), signals)


def export_verification_key(zkey: Path, vkey: Path) -> None:
    """Write the verification key of a .zkey as snarkjs writes it. ArtifactMalformed, SetupInsecure."""
    write_public(vkey, _native.ProvingKey.open(zkey).verification_key().to_json().encode())


def key_points(text: str) -> KeyPoints:
    """alpha, beta, gamma, delta and IC of a verification_key.json, checked; G2 with the real part first."""
    return _native.VerificationKey.from_json(text).points()


def _text(path: Path, what: str) -> str:
    return read_bounded(path, MAX_JSON_BYTES, what).decode("utf-8", errors="replace")
