"""Small ceremonies: powers of tau, keys and contributors for a circuit of three public signals, as a claim has."""

import atexit
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.circuits.r1cs_file import r1cs
from tests.proof.groth16_material import CIRCUIT
from zkdata import _native
from zkdata.proof import phase_one
from zkdata.proof.circuit import Circuit
from zkdata.proof.contribution import Contribution, constants_digest
from zkdata.proof.contributor import ContributorKey
from zkdata.proof.phase_one import PhaseOne
from zkdata.proof.setup import file_digest
from zkdata.proof.setup_files import SetupFolder, finalize
from zkdata.proof.setup_manifest import SetupManifest

NAME = "capsule_48x1"
POWER = 4
BEACON = bytes(range(32))
NAMES = ("alice", "bob", "carol")
CODE = "c0" * 32
"""In place of the verifier's code, where no compiler is asked."""


@cache
def scratch() -> Path:
    """A folder of this process, until it ends."""
    temporary = tempfile.TemporaryDirectory(prefix="zkdata-ceremony-")
    atexit.register(temporary.cleanup)
    return Path(temporary.name)


@cache
def powers() -> Path:
    """Prepared powers with two contributions and a beacon."""
    folder = scratch()
    _native.ptau_new(folder / "0.ptau", POWER)
    _native.ptau_contribute(folder / "0.ptau", folder / "1.ptau", "alice", b"")
    _native.ptau_contribute(folder / "1.ptau", folder / "2.ptau", "bob", b"dice")
    _native.ptau_beacon(folder / "2.ptau", folder / "3.ptau", "beacon", BEACON, 10)
    _native.ptau_prepare(folder / "3.ptau", folder / "powers.ptau")
    return folder / "powers.ptau"


@cache
def circuit_file() -> Path:
    """The circuit."""
    path = scratch() / "circuit.r1cs"
    path.write_bytes(r1cs(CIRCUIT))
    return path


@cache
def key_of(name: str) -> ContributorKey:
    """The key of somebody of this name."""
    return ContributorKey.generate()


@cache
def first_key() -> Path:
    """The key before anybody contributed."""
    path = scratch() / "0.zkey"
    _native.setup_new(circuit_file(), powers(), path)
    return path


def contributed(
    names: Sequence[str] = NAMES, keys: Sequence[ContributorKey] = (), *, beacon: bool = True
) -> tuple[Path, list[Contribution]]:
    """A key to which these contributed, each with his own key if none is given, and what they signed."""
    folder = Path(tempfile.mkdtemp(dir=scratch()))
    before, signed = first_key(), []
    for number, name in enumerate(names, 1):
        after = folder / f"{number}.zkey"
        shown = _native.setup_contribute(before, after, name, b"")
        key = keys[number - 1] if keys else key_of(name)
        signed.append(Contribution.signed(number, name, shown.hex(), constants(after), key))
        before = after
    if beacon:
        _native.setup_beacon(before, folder / "last.zkey", "beacon", BEACON, 10)
        before = folder / "last.zkey"
    return before, signed


def constants(zkey: Path) -> str:
    """What a contributor to this key signs for."""
    return constants_digest(_native.InsecureKey.open(zkey).points())


@cache
def ceremony() -> tuple[Path, list[Contribution]]:
    """One that is as it should be."""
    return contributed()


def claimed(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Circuit:
    """A claim's circuit of the catalogue whose r1cs is the small one, in a folder of its own."""
    locked = {"r1cs": file_digest(circuit_file()), "rows": len(CIRCUIT.rows)}
    monkeypatch.setattr(Circuit, "_locked", lambda _: locked)
    small = replace(Circuit.named(NAME), directory=folder)
    monkeypatch.setattr(Circuit, "named", classmethod(lambda *_: small))
    folder.mkdir(exist_ok=True)
    small.artifact("r1cs").write_bytes(circuit_file().read_bytes())
    return small


def pin(monkeypatch: pytest.MonkeyPatch, zkey: Path | None = None) -> str:
    """Put the small powers, or those of this key, on the list of ceremonies that everybody knows; their name there."""
    alpha, beta, *_ = _native.InsecureKey.open(zkey or first_key()).points()
    monkeypatch.setattr(phase_one, "PINNED", {**phase_one.PINNED, "rehearsal": PhaseOne(alpha, beta)})
    return "rehearsal"


def finished(
    circuit: Circuit,
    folder: Path,
    made: tuple[Path, list[Contribution]] | None = None,
    code: Callable[[str], str] = lambda _: CODE,
) -> tuple[SetupFolder, SetupManifest]:
    """What a ceremony is handed out as."""
    zkey, signed = made or ceremony()
    manifest = finalize(circuit, powers(), zkey, signed, key_of("coordinator"), folder, code)
    return SetupFolder(circuit, folder), manifest
