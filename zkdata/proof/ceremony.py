"""Phase 2 of a setup on files, as snarkjs reads and writes them: the key of one circuit, contributed to by many."""

from pathlib import Path

from .. import _native
from ..capsule.output import check_outputs
from ..errors import SetupInsecure
from .contribution import Contribution, check_name, constants_digest
from .contributor import ContributorKey
from .groth16 import Progress


def first_key(r1cs: Path, ptau: Path, zkey: Path, *, progress: Progress | None = None) -> str:
    """Make the key that a ceremony begins with; its circuit hash. Anybody can make it again, byte for byte.

    ArtifactMismatch where the powers are too few, or not prepared; SetupInsecure where nobody contributed to them.
    """
    check_outputs([zkey], [r1cs, ptau])
    return _native.setup_new(r1cs, ptau, zkey, progress).hex()


def contribute(
    old: Path,
    new: Path,
    name: str,
    key: ContributorKey,
    signed: Path,
    *,
    entropy: bytes = b"",
    progress: Progress | None = None,
) -> Contribution:
    """Mix fresh randomness, and this entropy, into a key, forget it, and sign for what came of it.

    SetupInsecure where an earlier contribution is not right. That the key is one of the circuit is not checked: see
    `verify_ceremony`.
    """
    check_outputs([new, signed], [old])
    check_name(name)
    _native.setup_contribute(old, new, name, entropy, progress)
    return sign_last(new, key, signed)


def sign_last(zkey: Path, key: ContributorKey, signed: Path) -> Contribution:
    """Sign for the last contribution to a key, made with whatever tool."""
    check_outputs([signed], [zkey])
    made = _native.setup_contributions(zkey)["contributions"]
    if not made or made[-1]["kind"] == "beacon":
        raise SetupInsecure(f"{zkey} ends with no contribution that somebody could sign for", number=len(made))
    constants = constants_digest(_native.InsecureKey.open(zkey).points())
    word = Contribution.signed(len(made), made[-1]["name"], made[-1]["hash"].hex(), constants, key)
    word.save(signed)
    return word


def end_with_beacon(
    old: Path, new: Path, value: bytes, iterations: int, name: str = "beacon", *, progress: Progress | None = None
) -> str:
    """Make the last contribution of a public number, hashed 2^iterations times; its hash."""
    check_outputs([new], [old])
    check_name(name)
    return _native.setup_beacon(old, new, name, value, iterations, progress).hex()


def verify_ceremony(r1cs: Path, ptau: Path, zkey: Path, *, progress: Progress | None = None) -> "_native.Contributions":
    """Return who contributed, if the key follows from circuit and powers by their contributions alone.

    ArtifactMismatch names the section of another circuit or other powers, SetupInsecure the contribution. The powers
    are for `powers.verify_powers` to check.
    """
    return _native.setup_verify(r1cs, ptau, zkey, progress)


def transcript_of(zkey: Path) -> bytes:
    """What contributors left in a key: its section 10. ArtifactMalformed."""
    return _native.setup_transcript(zkey)


def checked_chain(transcript: bytes, vkey: str) -> "list[_native.Contribution]":
    """The contributions of a transcript, each checked upon those before it, up to delta of this verification key.

    SetupInsecure, ArtifactMalformed. Beacons are not computed again.
    """
    return _native.setup_chain(transcript, vkey)["contributions"]
