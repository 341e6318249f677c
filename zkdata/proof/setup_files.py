"""The end of a setup: what came of a ceremony is checked as a whole, and put where provers and verifiers look."""

import contextlib
import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..capsule.atomic_file import write_together
from ..capsule.outside_file import folder_beside, put_in_place
from ..errors import ArtifactMismatch, SetupInsecure
from .ceremony import transcript_of, verify_ceremony
from .circuit import Circuit
from .compiler import CIRCOM_VERSION, OPTIMISATION
from .contribution import Contribution
from .contributor import ContributorKey
from .groth16 import Progress, portion, proving_key
from .phase_one import pinned
from .powers import verify_powers
from .setup import CEREMONY, check_pair, file_digest, put_keys
from .setup_manifest import Powers, SetupManifest
from .setup_policy import check_signed
from .solidity import circuit_verifier

CODE = Callable[[str], str]
"""Keccak-256, in hex, of the code that deploys the verifier with this source."""


@dataclass(frozen=True, slots=True)
class SetupFolder:
    """What a finished setup of one circuit is handed out as."""

    circuit: Circuit
    path: Path

    def file(self, kind: str) -> Path:
        """`zkey`, `vkey.json`, `setup.json`, or `sol`: the verifier's source."""
        return self.path / f"{self.circuit.name}.{kind}"

    def manifest(self) -> SetupManifest:
        """Read, with its signatures checked."""
        return SetupManifest.load(self.file("setup.json"))

    def check(self) -> SetupManifest:
        """The manifest, once it is seen to be about the circuit as locked, and about the keys of this folder."""
        manifest = self.manifest()
        check_setup_keys(manifest, self.circuit, self.file("zkey"), self.file("vkey.json"))
        return manifest

    def install(self, *, progress: Progress | None = None) -> SetupManifest:
        """Put keys and manifest in the circuit's place, if they are a pair for it; returns the manifest."""
        manifest = self.check()
        check_pair(self.circuit, self.file("zkey"), self.file("vkey.json"), progress=progress)
        record = {"r1cs": manifest.r1cs, "vkey": manifest.vkey, "kind": CEREMONY}
        self.circuit.directory.mkdir(parents=True, exist_ok=True)
        with put_keys(self.circuit, record | {"setup": file_digest(self.file("setup.json"))}):
            for kind in ("zkey", "vkey.json", "setup.json"):
                with _copied(self.file(kind), self.circuit.artifact(kind)) as copy:
                    put_in_place(copy, self.circuit.artifact(kind))
        return manifest


def check_setup_keys(manifest: SetupManifest, circuit: Circuit, zkey: Path, vkey: Path) -> None:
    """Return if the manifest is about the circuit as locked and these keys; ArtifactMismatch says what differs."""
    due = {"circuit": circuit.name, "r1cs": circuit.digest, "zkey": file_digest(zkey), "vkey": file_digest(vkey)}
    for name, expected in due.items():
        if (found := getattr(manifest, name)) != expected:
            message = f"the setup manifest is about another {name} than the one of {circuit.name} here; get its own"
            raise ArtifactMismatch(message, what=name, expected=expected, found=found)


def folder_of(path: Path) -> SetupFolder:
    """The folder of one setup, by the manifest in it; ArtifactMismatch for none or several."""
    manifests = sorted(path.glob("*.setup.json"))
    if len(manifests) != 1:
        message = f"{path} holds {len(manifests)} setup manifests; name the folder that one setup wrote"
        raise ArtifactMismatch(message, found=len(manifests))
    return SetupFolder(Circuit.named(SetupManifest.load(manifests[0]).circuit), path)


def finalize(
    circuit: Circuit,
    ptau: Path,
    zkey: Path,
    contributions: Sequence[Contribution],
    signer: ContributorKey,
    folder: Path,
    code: CODE,
    *,
    progress: Progress | None = None,
) -> SetupManifest:
    """Check a ceremony from powers and circuit to its last contribution, and write the folder that it is handed out as.

    SetupInsecure, ArtifactMismatch or SignatureRejected for anything that is not as it should be. That strangers may
    pay on it is another question: see `setup_policy`.
    """
    powers = verify_powers(ptau, progress=portion(progress, 0.0, 0.4))
    r1cs = circuit.require("r1cs")
    if (found := file_digest(r1cs)) != circuit.digest:
        message = f"{r1cs} is not the circuit as locked: run `zkdata circuits build {circuit.name}`"
        raise ArtifactMismatch(message, expected=circuit.digest, found=found)
    verify_ceremony(r1cs, ptau, zkey, progress=portion(progress, 0.4, 0.9))
    vkey = proving_key(zkey, progress=portion(progress, 0.9, 1.0)).verification_key()
    points, name = vkey.points(), ""
    with contextlib.suppress(SetupInsecure):
        name = pinned(points)
    manifest = SetupManifest(
        circuit=circuit.name,
        r1cs=circuit.digest,
        rows=circuit.rows,
        compiler=f"circom {CIRCOM_VERSION} {OPTIMISATION}",
        phase_one=Powers(name, file_digest(ptau), powers["power"], len(powers["contributions"]), *points[:2]),
        transcript=transcript_of(zkey).hex(),
        contributions=tuple(sorted(contributions, key=lambda each: each.number)),
        zkey=file_digest(zkey),
        vkey=hashlib.sha256(vkey.to_json().encode()).hexdigest(),
    )
    check_signed(manifest, vkey.to_json())
    source = circuit_verifier(circuit, points, manifest.digest)
    manifest = manifest.signed(code(source), signer)
    folder.mkdir(mode=0o755, exist_ok=True)
    out = SetupFolder(circuit, folder)
    with _copied(zkey, out.file("zkey")) as copy:
        put_in_place(copy, out.file("zkey"))
    write_together({out.file("vkey.json"): vkey.to_json().encode(), out.file("sol"): source.encode()})
    manifest.save(out.file("setup.json"))
    return manifest


@contextlib.contextmanager
def _copied(source: Path, target: Path) -> Iterator[Path]:
    """A copy beside the target, to be put in its place."""
    with folder_beside(target) as scratch:
        yield Path(shutil.copyfile(source, scratch / target.name))
