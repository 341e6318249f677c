"""A finished setup looked at again by somebody who was not there: every statement of its manifest, one by one."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..capsule.atomic_file import read_text
from ..errors import ArtifactMismatch, ZkDataError
from .ceremony import transcript_of, verify_ceremony
from .contribution import constants_digest
from .groth16 import MAX_JSON_BYTES, Progress, key_points, portion, proving_key
from .phase_one import pinned
from .points import KeyPoints
from .powers import verify_powers
from .setup import file_digest
from .setup_files import CODE, SetupFolder, folder_of
from .setup_manifest import SetupManifest
from .setup_policy import LEAST_CONTRIBUTORS, check_contributors, check_signed
from .solidity import circuit_verifier

PASSED, FAILED, SKIPPED = "passed", "failed", "not checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found."""

    about: str
    outcome: str
    detail: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What all looks found."""

    manifest: SetupManifest
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether everything was looked at and is as it should be."""
        return all(each.outcome == PASSED for each in self.findings)


def audit(folder: Path, ptau: str | os.PathLike[str] | None, code: CODE, *, progress: Progress | None = None) -> Audit:
    """Check what a setup was handed out as, from the powers of tau to the verifier's code. Nothing is fetched.

    Without the powers, what hangs on them is not checked, and the audit does not pass. ArtifactMalformed or
    SignatureRejected where there is no manifest to audit.
    """
    setup = folder_of(folder)
    manifest = setup.manifest()
    looks = _Looks(setup, manifest, None if ptau is None else Path(ptau), code)
    names = tuple(_LOOKS)
    found = []
    for place, about in enumerate(names):
        part = portion(progress, place / len(names), (place + 1) / len(names))
        try:
            detail = _LOOKS[about](looks, part)
            found.append(Finding(about, PASSED, detail))
        except _NotHere as missing:
            found.append(Finding(about, SKIPPED, str(missing)))
        except (ZkDataError, FileNotFoundError) as fault:
            found.append(Finding(about, FAILED, str(fault)))
    return Audit(manifest, tuple(found))


class _NotHere(Exception):
    """What a look needs was not given."""


@dataclass(frozen=True, slots=True)
class _Looks:
    setup: SetupFolder
    manifest: SetupManifest
    ptau: Path | None
    code: CODE

    def signatures(self, _: Progress | None) -> str:
        self.manifest.check()
        return f"by {self.manifest.signer}"

    def circuit(self, _: Progress | None) -> str:
        circuit = self.setup.circuit
        _same("r1cs", circuit.digest, self.manifest.r1cs)
        _same("rows", circuit.rows, self.manifest.rows)
        _same("the r1cs that is built here", circuit.digest, file_digest(circuit.require("r1cs")))
        return f"{circuit.name}, {circuit.rows:,} rows, {circuit.digest}"

    def powers(self, progress: Progress | None) -> str:
        ptau, said = self._powers(), self.manifest.phase_one
        _same("the powers of tau", said.ptau, file_digest(ptau))
        found = verify_powers(ptau, progress=progress)
        _same("the power", said.power, found["power"])
        _same("contributions to phase 1", said.contributions, len(found["contributions"]))
        return f"2^{said.power}, {said.contributions} contributions, {said.ptau}"

    def phase_one(self, _: Progress | None) -> str:
        name = pinned(self._points())
        said = self.manifest.phase_one
        _same("the phase 1", (name, *self._points()[:2]), (said.name, said.alpha, said.beta))
        return name

    def chain(self, progress: Progress | None) -> str:
        files = self.setup.circuit.require("r1cs"), self._powers(), self.setup.file("zkey")
        verify_ceremony(*files, progress=progress)
        _same("the transcript", self.manifest.transcript, transcript_of(files[2]).hex())
        return "the key follows from circuit and powers by its contributions alone"

    def contributions(self, _: Progress | None) -> str:
        chain = check_signed(self.manifest, self._vkey())
        return f"{len(chain)}, upon constants {constants_digest(self._points())[:16]}"

    def contributors(self, _: Progress | None) -> str:
        check_contributors(self.manifest)
        return f"{', '.join(each.name for each in self.manifest.contributions)} (at least {LEAST_CONTRIBUTORS})"

    def keys(self, progress: Progress | None) -> str:
        self.setup.check()
        key = proving_key(self.setup.file("zkey"), progress=progress).verification_key()
        _same("the verification key", key.to_json(), self._vkey())
        return f"proving key {self.manifest.zkey[:16]}, verification key {self.manifest.vkey[:16]}"

    def verifier(self, _: Progress | None) -> str:
        source = circuit_verifier(self.setup.circuit, self._points(), self.manifest.digest)
        kept = read_text(self.setup.file("sol"), MAX_JSON_BYTES, "the verifier's source")
        _same("the verifier's source", source, kept)
        _same("the verifier's code", self.manifest.code, self.code(source))
        return f"code {self.manifest.code}, answers {self.manifest.digest}"

    def _powers(self) -> Path:
        if self.ptau is None:
            raise _NotHere("name the powers of tau with --ptau")
        return self.ptau

    def _vkey(self) -> str:
        return read_text(self.setup.file("vkey.json"), MAX_JSON_BYTES, "the verification key")

    def _points(self) -> KeyPoints:
        return key_points(self._vkey())


_LOOKS: dict[str, Callable[[_Looks, Progress | None], str]] = {
    "signatures": _Looks.signatures,
    "circuit": _Looks.circuit,
    "phase 1, file": _Looks.powers,
    "phase 1, on the list": _Looks.phase_one,
    "phase 2, chain": _Looks.chain,
    "phase 2, signed": _Looks.contributions,
    "contributors": _Looks.contributors,
    "keys": _Looks.keys,
    "verifier": _Looks.verifier,
}


def _same(what: str, expected: object, found: object) -> None:
    if expected != found:
        message = f"{what} differs from what the manifest says; get manifest and files from one setup"
        raise ArtifactMismatch(message, what=what)
