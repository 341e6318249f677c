"""One proof before three verifiers that share no code: the native core, py_ecc and snarkjs, which have to agree."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ..capsule.atomic_file import read_bounded, write_public
from ..errors import (
    ArtifactMalformed,
    ArtifactMismatch,
    ProofMalformed,
    ProofRejected,
    SetupInsecure,
    VerifiersDisagree,
    ZkDataError,
)
from . import reference_groth16
from .groth16 import MAX_JSON_BYTES, export_verification_key, prove_files, verify_files
from .snarkjs import Snarkjs

REFUSALS = (ArtifactMalformed, ArtifactMismatch, ProofMalformed, SetupInsecure)
NAMES = ("the verification key", "the public signals", "the proof")


class Answer(StrEnum):
    """What a verifier can say of a proof."""

    VALID = "valid"
    FALSE = "false"
    REFUSED = "refused"
    """Malformed or insecure: nothing is said about truth."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one verifier said."""

    verifier: str
    answer: Answer
    reason: str
    """The name of its error and its message; empty for a valid proof."""
    seconds: float


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """The verdicts of verifiers that agree that a proof is valid, in the order native, py_ecc, snarkjs."""

    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class ProverCheck:
    """Two provers' proofs of one witness, which every verifier accepts, with the same public signals."""

    native_seconds: float
    snarkjs_seconds: float
    native: CrossCheck
    snarkjs: CrossCheck


def cross_check(vkey: Path, public: Path, proof: Path, *, snarkjs: Snarkjs | None = None) -> CrossCheck:
    """Return if all three accept. Where all are against it, raise what `verify_files` raises; VerifiersDisagree else.

    The native verdict has to be py_ecc's too. snarkjs has to share it about truth; of files that the others refuse it
    takes many, so there its answer is reported only. An error carries `verdicts`: who, what, in how many seconds.
    """
    theirs = snarkjs or Snarkjs()
    with tempfile.TemporaryDirectory() as scratch:  # of one reading, so that all see the same bytes
        copies = [Path(scratch) / name for name in ("vkey.json", "public.json", "proof.json")]
        texts = [
            read_bounded(path, MAX_JSON_BYTES, name) for path, name in zip((vkey, public, proof), NAMES, strict=True)
        ]
        for copy, data in zip(copies, texts, strict=True):
            write_public(copy, data)
        # py_ecc is to refuse by itself what is not UTF-8: half of a surrogate pair can stand in no text
        decoded = [data.decode("utf-8", "surrogateescape") for data in texts]
        native, refusal = _judge("native", lambda: verify_files(*copies))
        py_ecc, _ = _judge("py_ecc", lambda: reference_groth16.verify(*decoded))
        other, _ = _judge("snarkjs", lambda: theirs.verify(*copies))
    verdicts = (native, py_ecc, other)
    judged = verdicts if native.answer is not Answer.REFUSED else (native, py_ecc)
    if len({verdict.answer for verdict in judged}) > 1:
        told = "; ".join(f"{verdict.verifier}: {verdict.answer} {verdict.reason}".rstrip() for verdict in verdicts)
        message = f"the verifiers disagree, so rely on none of them, and report these three files ({told})"
        raise VerifiersDisagree(message, verdicts=_evidence(verdicts))
    if refusal is not None:
        refusal.evidence["verdicts"] = _evidence(verdicts)
        raise refusal
    return CrossCheck(verdicts)


def cross_check_provers(zkey: Path, witness: Path, *, snarkjs: Snarkjs | None = None) -> ProverCheck:
    """Prove one witness with the native core and with snarkjs; all verifiers accept both, the signals are the same."""
    theirs = snarkjs or Snarkjs()
    with tempfile.TemporaryDirectory() as scratch:
        vkey = Path(scratch) / "vkey.json"
        paths = [Path(scratch) / f"{who}_{what}.json" for who in ("our", "their") for what in ("proof", "public")]
        export_verification_key(zkey, vkey)
        started = time.perf_counter()
        prove_files(zkey, witness, paths[0], paths[1])
        between = time.perf_counter()
        theirs.prove(zkey, witness, paths[2], paths[3])
        ended = time.perf_counter()
        ours, other = (cross_check(vkey, public, proof, snarkjs=theirs) for proof, public in (paths[:2], paths[2:]))
        if reference_groth16.read_signals(paths[1].read_text()) != reference_groth16.read_signals(paths[3].read_text()):
            raise VerifiersDisagree("the native core and snarkjs give other public signals for one witness: report it")
    return ProverCheck(between - started, ended - between, ours, other)


def _judge(verifier: str, verify: Callable[[], None]) -> tuple[Verdict, ZkDataError | None]:
    """The verdict, and the error that it came with. A missing tool or a time limit is no verdict, and passes."""
    started = time.perf_counter()
    answer = Answer.VALID
    error: ZkDataError | None = None
    try:
        verify()
    except ProofRejected as fault:
        answer, error = Answer.FALSE, fault
    except REFUSALS as fault:
        answer, error = Answer.REFUSED, fault
    reason = "" if error is None else f"{error.code}: {error.message}"
    return Verdict(verifier, answer, reason, round(time.perf_counter() - started, 4)), error


def _evidence(verdicts: tuple[Verdict, ...]) -> list[tuple[str, str, float]]:
    return [(verdict.verifier, verdict.answer.value, verdict.seconds) for verdict in verdicts]
