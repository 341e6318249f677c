"""Circuits of the catalogue, and their artifacts under `build/circuits/NAME/`.

`circuits/artifacts.lock` holds the digest and the rows of every r1cs that the committed sources give. A build that
gives anything else is refused, because keys, verifiers and deployed contracts belong to one r1cs.

    python -m zkdata.proof.circuit --lock [NAME ..]       compile every circuit, or those named, and lock what comes out
    python -m zkdata.proof.circuit --inspect [NAME ..]    compile the usual circuits; any warning of the compiler fails
"""

import fcntl
import hashlib
import json
import struct
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..capsule.atomic_file import write_public
from ..capsule.outside_file import put_in_place
from ..capsule.record import Schema
from ..capsule.words import Layout
from ..catalogue import CIRCUITS, CircuitEntry, catalogue
from ..errors import ArtifactMalformed, ArtifactMismatch, ResourceLimit, ToolMissing, ZkDataError
from .compiler import CIRCOM_DIGEST, CIRCOM_VERSION, OPTIMISATION, compile_circuit, inspect
from .lock import RELOCK, read_lock, save_lock
from .witness_graph import GRAPH_VERSION, build_graph

BUILD = CIRCUITS.parent / "build" / "circuits"
COMPILED = ("r1cs", "wgr", "wasm", "sym")
"""`wasm` is circom's own witness generator, for checks against it; nothing that proves needs it."""

USUAL_ROWS = 2**15
"""Circuits with more take minutes and gigabytes to build, and are built only where they are asked for."""

CLAIM = "Capsule"
"""The template of claims."""


@dataclass(frozen=True, slots=True)
class Circuit:
    """One entry of the catalogue with the files that come from it."""

    entry: CircuitEntry
    directory: Path

    @classmethod
    def named(cls, name: str) -> "Circuit":
        """The circuit of this name; ArtifactMismatch lists the names there are."""
        known = catalogue().circuits
        if name not in known:
            raise ArtifactMismatch(f"no circuit {name!r} in the catalogue; there are: {', '.join(known)}", circuit=name)
        return cls(known[name], BUILD / name)

    @classmethod
    def all(cls) -> "list[Circuit]":
        """Every circuit, in the order of the catalogue."""
        return [cls.named(name) for name in catalogue().circuits]

    @classmethod
    def usual(cls) -> "list[Circuit]":
        """Every circuit but the largest."""
        return [circuit for circuit in cls.all() if circuit.rows <= USUAL_ROWS]

    @classmethod
    def smallest_for(cls, records: int, schema: Schema) -> "Circuit":
        """The smallest claim circuit for this many records of a schema; ResourceLimit where none is large enough."""
        wanted = (schema.limbs, schema.bits)
        fitting = [
            circuit
            for circuit in cls._of(CLAIM)
            if (shape := circuit.entry.shape) and shape[1:] == wanted and shape[0] >= records
        ]
        if not fitting:
            message = f"no circuit holds {records} records of schema {schema.name}: seal fewer, in shorter slots"
            raise ResourceLimit(message, records=records, fields=schema.limbs)
        return min(fitting, key=lambda circuit: circuit.layout.records)

    @classmethod
    def of_shape(cls, template: str, layout: Layout) -> "Circuit":
        """The circuit of a template for capsules of this shape; ArtifactMismatch lists the shapes there are."""
        known = cls._of(template)
        for circuit in known:
            if circuit.entry.shape == (layout.records, layout.fields, layout.bits):
                return circuit
        shape = f"{layout.records} x {layout.fields} limbs of {layout.bits} bits"
        names = ", ".join(circuit.name for circuit in known)
        raise ArtifactMismatch(f"no circuit {template} takes a capsule of {shape}; there are: {names}", shape=shape)

    @classmethod
    def shapeless(cls, template: str) -> "Circuit":
        """The one circuit of a template that knows no shape; ArtifactMismatch where it is not in the catalogue."""
        for circuit in cls._of(template):
            return circuit
        raise ArtifactMismatch(f"no circuit {template} in the catalogue: restore it from version control")

    @classmethod
    def _of(cls, template: str) -> "list[Circuit]":
        return [circuit for circuit in cls.all() if circuit.template == template]

    @property
    def name(self) -> str:
        """As in the catalogue, and in file names."""
        return self.entry.name

    @property
    def template(self) -> str:
        """Name of the Circom template."""
        return self.entry.template

    @property
    def public_signals(self) -> tuple[str, ...]:
        """Names of the public inputs, in their order, each element of an array by itself."""
        return self.entry.public_signals

    @property
    def compressed(self) -> bool:
        """Whether the public inputs are M, x and y, over values and words, or the values themselves."""
        return bool(self.entry.values)

    @property
    def values(self) -> tuple[str, ...]:
        """Names of the public values, in their order: those that the signals compress, or the signals themselves."""
        return self.entry.values or self.public_signals

    @property
    def limbs(self) -> int:
        """K; 0 where the circuit knows no shape."""
        return self.entry.shape[1] if self.entry.shape else 0

    @property
    def layout(self) -> Layout:
        """Shape of the capsules that this circuit is about; ArtifactMismatch where it knows none."""
        if self.entry.shape is None:
            raise ArtifactMismatch(f"{self.name} is about capsules of any shape: it has no layout", circuit=self.name)
        return Layout(*self.entry.shape)

    @property
    def main_source(self) -> str:
        """The generated main file."""
        arguments = ", ".join(str(value) for value in self.entry.parameters.values())
        public = dict.fromkeys(name.partition("[")[0] for name in self.public_signals)
        return (
            f"pragma circom {CIRCOM_VERSION};\n"
            f'include "{self.entry.file}";\n'
            f"component main {{public [{', '.join(public)}]}} = {self.template}({arguments});\n"
        )

    def artifact(self, kind: str) -> Path:
        """Where an artifact lies: `r1cs`, `wgr`, `wasm`, `sym`, `circom`, `zkey`, `vkey.json` or
        `setup.json`."""
        return self.directory / f"{self.name}.{kind}"

    @property
    def digest(self) -> str:
        """SHA-256 of the r1cs, as locked."""
        return str(self._locked()["r1cs"])

    @property
    def rows(self) -> int:
        """Constraints, as locked."""
        return int(self._locked()["rows"])

    def build(self) -> None:
        """Compile, compare with the lock, and put the artifacts in place; nothing to do where they are there."""
        with self.alone():
            if self._built():
                return
            with tempfile.TemporaryDirectory(dir=BUILD, prefix=".") as scratch:
                found = self._compile(Path(scratch))
                locked = self._locked()
                if found != locked:
                    message = (
                        f"{self.name} compiles to {found['rows']} rows, digest {found['r1cs'][:16]}; the lock says "
                        f"{locked['rows']}, {str(locked['r1cs'])[:16]}. If the sources changed on purpose: {RELOCK}"
                    )
                    raise ArtifactMismatch(message, circuit=self.name, expected=locked, found=found)
                graph = build_graph(Path(scratch) / f"{self.name}.wat")
                write_public(Path(scratch) / f"{self.name}.wgr", graph)
                self._install(Path(scratch))

    def require(self, kind: str) -> Path:
        """Path of an artifact that must be there; ToolMissing says how to make it."""
        path = self.artifact(kind)
        if not path.is_file():
            raise ToolMissing(f"{path.name} has not been made yet: run `make build`", circuit=self.name, artifact=kind)
        return path

    def _locked(self) -> dict[str, Any]:
        lock = read_lock()
        if self.name not in lock["circuits"]:
            message = f"artifacts.lock has no entry for {self.name}: {RELOCK}"
            raise ArtifactMismatch(message, circuit=self.name)
        return dict(lock["circuits"][self.name])

    def _compile(self, scratch: Path) -> dict[str, Any]:
        compile_circuit(self._write_main(scratch), scratch)
        r1cs = (scratch / f"{self.name}.r1cs").read_bytes()
        return {"r1cs": hashlib.sha256(r1cs).hexdigest(), "rows": r1cs_rows(r1cs)}

    def _write_main(self, scratch: Path) -> Path:
        source = scratch / f"{self.name}.circom"
        source.write_text(self.main_source)
        return source

    def _install(self, scratch: Path) -> None:
        """The stamp goes first and comes back last: whatever stops this half-way, the next build starts over."""
        self._stamp.unlink(missing_ok=True)
        for kind in ("circom", *COMPILED):
            put_in_place(scratch / f"{self.name}.{kind}", self.artifact(kind))
        write_public(self._stamp, json.dumps(self._state()).encode())

    @property
    def _stamp(self) -> Path:
        return self.directory / "built.json"

    def _state(self) -> dict[str, str | int]:
        """What the artifacts were made from, and what they are."""
        files = {kind: hashlib.sha256(self.artifact(kind).read_bytes()).hexdigest() for kind in COMPILED}
        return {"sources": sources_digest(self.main_source), "graph": GRAPH_VERSION, **files}

    def _built(self) -> bool:
        try:
            return bool(json.loads(self._stamp.read_bytes()) == self._state() and self._state()["r1cs"] == self.digest)
        except (FileNotFoundError, ValueError):
            return False

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Two builds of one circuit wait for each other."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / "build.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def sources_digest(main_source: str) -> str:
    """Digest of everything a compilation depends on: the main file, our Circom sources, the compiler and its level."""
    state = hashlib.sha256(f"{CIRCOM_DIGEST}\0{OPTIMISATION}\0{main_source}\0".encode())
    for path in sorted(CIRCUITS.rglob("*.circom")):
        text = path.read_bytes()
        state.update(f"{path.relative_to(CIRCUITS)}\0{len(text)}\0".encode() + text)
    return state.hexdigest()


def r1cs_rows(data: bytes) -> int:
    """Number of constraints in an r1cs, from its header."""
    try:
        magic, version, sections = struct.unpack_from("<4sII", data)
        position = 12
        for _ in range(sections):
            kind, size = struct.unpack_from("<IQ", data, position)
            position += 12
            if (magic, version, kind) == (b"r1cs", 1, 1):
                (field_bytes,) = struct.unpack_from("<I", data, position)
                # after the prime: wires, outputs, public and private inputs (4 bytes each), labels (8), constraints
                return int(struct.unpack_from("<I", data, position + 4 + field_bytes + 24)[0])
            position += size
    except struct.error:
        pass
    raise ArtifactMalformed("not an .r1cs file with a header section: build the circuit again")


def write_lock(names: Sequence[str] = ()) -> dict[str, Any]:
    """Compile every circuit of the catalogue, or those named and keep the other entries; write and return the lock."""
    found = {}
    for circuit in [Circuit.named(name) for name in names] or Circuit.all():
        with tempfile.TemporaryDirectory() as scratch:
            found[circuit.name] = circuit._compile(Path(scratch))
    kept = read_lock()["circuits"] if names else {}
    entries = kept | found
    circuits = {circuit.name: entries[circuit.name] for circuit in Circuit.all() if circuit.name in entries}
    return save_lock(circuits)


def inspect_sources(names: Sequence[str] = ()) -> None:
    """Compile the usual circuits, or those named, with each warning of circom counted as an error."""
    for circuit in [Circuit.named(name) for name in names] or Circuit.usual():
        with tempfile.TemporaryDirectory() as scratch:
            inspect(circuit._write_main(Path(scratch)))


def main(arguments: list[str]) -> int:
    """The command line above."""
    try:
        match arguments:
            case ["--lock", *names]:
                for name, entry in write_lock(names)["circuits"].items():
                    sys.stdout.write(f"{name}: {entry['rows']} rows, {entry['r1cs']}\n")
            case ["--inspect", *names]:
                inspect_sources(names)
            case _:
                sys.stderr.write((__doc__ or "") + "\n")
                return 2
    except ZkDataError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
