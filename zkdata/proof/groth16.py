"""Groth16 on files as circom and snarkjs write them, for circuits of any origin.

A source is a file's name or its contents: `bytes` and other buffers are contents, everything else names a file. What
the signals mean is the caller's to know.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeAlias

from .. import _native
from .._native import ProvingKey, VerificationKey
from ..capsule.atomic_file import read_bounded, utf8, write_public, write_together
from ..capsule.output import check_outputs
from ..errors import ArtifactMalformed, ProofMalformed
from .points import KeyPoints, Points

Source: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview
Progress: TypeAlias = Callable[[float], object]
"""Called with the part that is done, from 0 to 1; raise `Cancelled` in it to stop the work."""

READING = 0.3
"""Of the time to read a key and prove once, what reading takes; for progress only."""

FOLDER_MODE = 0o700
MAX_WITNESS_BYTES = 2**32
MAX_JSON_BYTES = 2**22
"""As in the core's reader: room for a key of 20,000 signals at 182 bytes each."""


@dataclass(frozen=True, slots=True)
class Groth16Proof:
    """A proof with its public signals: well-formed, not yet known to be true."""

    points: Points
    """A, B, C; the coordinates of B with the real part first."""
    public: tuple[int, ...]

    @classmethod
    def read(cls, proof: Source, public: Source) -> Self:
        """A proof.json and a public.json; ProofMalformed for anything that is not canonical."""
        try:
            texts = _text(proof, "the proof"), _text(public, "the public signals")
        except ArtifactMalformed as fault:
            raise ProofMalformed(fault.message, **fault.evidence) from None
        return cls(_native.proof_from_json(texts[0]), tuple(_native.public_from_json(texts[1])))

    @property
    def proof_json(self) -> str:
        """As snarkjs writes it."""
        return _native.proof_to_json(self.points)

    @property
    def public_json(self) -> str:
        """As snarkjs writes it."""
        return _native.public_to_json(self.public)

    def save(self, proof: str | os.PathLike[str], public: str | os.PathLike[str]) -> None:
        """Write both files, each whole or not at all.

        A crash can leave new signals beside an older proof, never a new proof beside older signals.
        """
        write_together({Path(public): self.public_json.encode(), Path(proof): self.proof_json.encode()})


def proving_key(zkey: Source, *, progress: Progress | None = None) -> ProvingKey:
    """A .zkey, read once for any number of proofs. ArtifactMalformed, SetupInsecure."""
    return ProvingKey.open(_native_source(zkey), progress)


def prepared_key(
    zkey: Source, folder: str | os.PathLike[str] | None = None, *, progress: Progress | None = None
) -> ProvingKey:
    """The same for those who prove with it again and again: a proof takes less time, the key several times the memory.

    Multiples of its points are kept in `folder`, by default `prepared_folder()`, under the digest of the key: made by
    the first who asks, which takes as long as some fifteen proofs, and checked against the key by all others.
    `ProvingKey.prepared` says where they are, how long they are and, where they were made now, in how many seconds.
    ArtifactMalformed, SetupInsecure.
    """
    chosen = private_folder(Path(prepared_folder() if folder is None else folder))
    return ProvingKey.open_prepared(_native_source(zkey), chosen, progress)


def prepared_folder() -> Path:
    """Where prepared keys are kept: below XDG_CACHE_HOME, or ~/.cache."""
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (named if named.is_absolute() else Path.home() / ".cache") / "zkdata" / "prepared"


def private_folder(path: Path) -> Path:
    """This folder, made where it is not there; ArtifactMalformed where others than its owner may come in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=FOLDER_MODE, exist_ok=True)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o077:
        message = f"{path} is not a folder of yours alone; run chmod 700 on it, or name another one"
        raise ArtifactMalformed(message, path=str(path))
    return path


def verification_key(source: Source) -> VerificationKey:
    """A verification_key.json, read once for any number of checks. ArtifactMalformed, SetupInsecure."""
    return VerificationKey.from_json(_text(source, "the verification key"))


def prove(key: Source | ProvingKey, witness: Source, *, progress: Progress | None = None) -> Groth16Proof:
    """Prove a .wtns under a .zkey; the proof is verified before it is returned.

    ArtifactMalformed, ArtifactMismatch, SetupInsecure; StatementFalse where the witness does not satisfy the circuit.
    """
    data = _contents(witness, MAX_WITNESS_BYTES, "the witness")
    if not isinstance(key, ProvingKey):
        key = proving_key(key, progress=portion(progress, 0.0, READING))
        progress = portion(progress, READING, 1.0)
    points, public = key.prove(data, progress)
    return Groth16Proof(points, tuple(public))


def prove_many(key: Source | ProvingKey, witnesses: Iterable[Source]) -> Iterator[Groth16Proof]:
    """Prove each witness when its turn comes; the key is read once."""
    key = key if isinstance(key, ProvingKey) else proving_key(key)
    return (prove(key, witness) for witness in witnesses)


def verify(key: Source | VerificationKey, proof: Groth16Proof) -> None:
    """Return if the proof holds. ProofMalformed: says nothing about truth. ProofRejected: false."""
    key = key if isinstance(key, VerificationKey) else verification_key(key)
    key.verify(proof.points, proof.public)


def verify_many(key: Source | VerificationKey, proofs: Iterable[Groth16Proof]) -> None:
    """Return if every proof holds, several times faster than one by one.

    ProofMalformed names the first that is malformed; ProofRejected carries the places of all that are false as `which`.
    """
    key = key if isinstance(key, VerificationKey) else verification_key(key)
    key.verify_many([(proof.points, proof.public) for proof in proofs])


def dev_setup(
    r1cs: Source,
    zkey: str | os.PathLike[str],
    vkey: str | os.PathLike[str] | None = None,
    *,
    progress: Progress | None = None,
) -> None:
    """Make keys for an .r1cs in one step and with one party, who could forge: for development and local chains only."""
    outputs = [Path(path) for path in (zkey, vkey) if path is not None]
    check_outputs(outputs, [Path(r1cs)] if isinstance(r1cs, str | os.PathLike) else [])
    made = _native.setup_development(_native_source(r1cs), zkey, progress)
    if vkey is not None:
        write_public(vkey, made.to_json().encode())


def prove_files(zkey: Path, witness: Path, proof: Path, public: Path, *, progress: Progress | None = None) -> None:
    """Prove a .wtns under a .zkey and write proof.json and public.json, as `Groth16Proof.save` does."""
    check_outputs([proof, public], [zkey, witness])
    prove(zkey, witness, progress=progress).save(proof, public)


def verify_files(key: Path, public: Path, proof: Path) -> None:
    """Check a proof.json and a public.json, in snarkjs' order of arguments."""
    verification = verification_key(key)
    verify(verification, Groth16Proof.read(proof, public))


def export_verification_key(zkey: Source, vkey: str | os.PathLike[str]) -> None:
    """Write the verification key of a .zkey as snarkjs writes it. ArtifactMalformed, SetupInsecure."""
    write_public(vkey, proving_key(zkey).verification_key().to_json().encode())


def key_points(text: str) -> KeyPoints:
    """alpha, beta, gamma, delta and IC of a verification_key.json, checked; G2 with the real part first."""
    return VerificationKey.from_json(text).points()


def portion(progress: Progress | None, start: float, end: float) -> Progress | None:
    """What to tell of one part of the work, so that the whole goes from 0 to 1."""
    return None if progress is None else lambda part: progress(start + (end - start) * part)


def _contents(source: Source, limit: int, what: str) -> bytes:
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    return read_bounded(source, limit, what)


def _native_source(source: Source) -> "_native.Source":
    return bytes(source) if isinstance(source, bytearray | memoryview) else source


def _text(source: Source, what: str) -> str:
    return utf8(_contents(source, MAX_JSON_BYTES, what), what)
