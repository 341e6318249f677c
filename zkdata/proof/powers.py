"""Phase 1 of a setup on files, as snarkjs reads and writes them: powers of a number tau that nobody knows."""

from pathlib import Path

from .. import _native
from ..capsule.output import check_outputs
from .contribution import check_name
from .groth16 import Progress


def begin_powers(ptau: Path, power: int, *, progress: Progress | None = None) -> None:
    """Write the powers of 1, for circuits of up to 2^power rows. Nobody may use them before somebody contributed."""
    check_outputs([ptau], [])
    _native.ptau_new(ptau, power, progress)


def contribute_powers(
    old: Path, new: Path, name: str, *, entropy: bytes = b"", progress: Progress | None = None
) -> str:
    """Multiply tau, alpha and beta by fresh randomness, and this entropy, and forget it; the contribution's hash."""
    check_outputs([new], [old])
    check_name(name)
    return _native.ptau_contribute(old, new, name, entropy, progress).hex()


def end_powers(
    old: Path, new: Path, value: bytes, iterations: int, name: str = "beacon", *, progress: Progress | None = None
) -> str:
    """Make the last contribution of a public number, hashed 2^iterations times; its hash."""
    check_outputs([new], [old])
    check_name(name)
    return _native.ptau_beacon(old, new, name, value, iterations, progress).hex()


def prepare_powers(old: Path, new: Path, *, progress: Progress | None = None) -> None:
    """Add the Lagrange polynomials at tau, of every size: what phase 2 starts from."""
    check_outputs([new], [old])
    _native.ptau_prepare(old, new, progress)


def verify_powers(ptau: Path, *, progress: Progress | None = None) -> "_native.PtauReport":
    """Return what is there, if all of it is what its contributions left. SetupInsecure, ArtifactMalformed."""
    return _native.ptau_verify(ptau, progress)
