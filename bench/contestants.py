"""Who is timed: our core and its peers, each as a command that answers orders as `bench/peers/resident.py` says.

A library has its key and witness loaded and is asked for the work alone; a process starts, loads, works, writes and
ends. `make peers` builds what registries have. rapidsnark is under the LGPL and is never built or shipped by us: unpack
a release of it, with its bin and lib, into build/peers/rapidsnark, or let RAPIDSNARK name the folder.
"""

import hashlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

from bench.materials import FOLDER, ROOT, Material
from zkdata.proof.groth16 import prove_files

OURS = "zkdata"
PORTABLE = "zkdata, portable kernel"
PREPARED = "zkdata, prepared"
OPERATIONS = ("prove", "verify", "witness", "claim", "setup", "journey")

COMMAND = Path(sys.executable).with_name("zkdata")
RAPIDSNARK = Path(os.environ.get("RAPIDSNARK", FOLDER / "rapidsnark"))
LIBRARY = RAPIDSNARK / "lib" / "librapidsnark.so"
ARKWORKS = FOLDER / "target" / "release" / "arkworks-prover"
SNARKJS = ROOT / "node_modules" / ".bin" / "snarkjs"
NODE_WORKER = ROOT / "bench" / "peers" / "snarkjs.mjs"
NODE_WITNESS = ROOT / "bench" / "peers" / "witness.mjs"
PTAU = ROOT / "build" / "snarkjs"

NO_GNARK = "it reads no circom key, and its Go module was not to be had when this was written"


@dataclass(frozen=True, slots=True)
class Contestant:
    """One prover at one operation; `absent` says why it is not timed, where it is not."""

    operation: str
    kind: str
    name: str
    command: tuple[str, ...]
    absent: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    verdict: tuple[Path, Path] | None = None
    """Where a process leaves proof and signals; a library is asked to save them."""
    slow: bool = False
    """Run three times only, whatever the others do."""
    prepared: dict[str, float] = field(default_factory=dict)
    """What was done once for it, before it was started: `seconds`, and the `bytes` that it keeps."""


def contestants(operation: str, made: Material, scratch: Path) -> Iterator[Contestant]:
    """All of one operation on one circuit, ours first in each kind."""
    yield from {
        "prove": _prove,
        "verify": _verify,
        "witness": _witness,
        "claim": _claim,
        "setup": _setup,
        "journey": _journey,
    }[operation](made, scratch)


def _ours(*arguments: object) -> tuple[str, ...]:
    return (sys.executable, "-m", "bench.peers.ours", *map(str, arguments))


def _rapidsnark(*arguments: object) -> tuple[str, ...]:
    return (sys.executable, "-m", "bench.peers.rapidsnark", str(LIBRARY), *map(str, arguments))


def _node(*arguments: object) -> tuple[str, ...]:
    return ("node", str(NODE_WORKER), *map(str, arguments))


def _process(*command: object) -> tuple[str, ...]:
    return (sys.executable, "-m", "bench.peers.process", *map(str, command))


def _missing(*files: Path) -> str:
    absent = [str(file.relative_to(ROOT) if file.is_relative_to(ROOT) else file) for file in files if not file.exists()]
    return f"no {', '.join(absent)}" if absent else ""


def _prove(made: Material, scratch: Path) -> Iterator[Contestant]:
    files = made.file("zkey"), made.witness
    portable = {"ZKDATA_KERNEL": "portable"}
    yield Contestant("prove", "library", OURS, _ours("prove", *files))
    yield Contestant("prove", "library", PORTABLE, _ours("prove", *files), environment=portable)
    yield _prepared(made, scratch / "prepared")
    yield Contestant("prove", "library", "rapidsnark", _rapidsnark("prove", *files), _missing(LIBRARY))
    yield Contestant(
        "prove", "library", "arkworks", (str(ARKWORKS), "prove", *map(str, files)), _missing(ARKWORKS), slow=True
    )
    yield Contestant("prove", "library", "gnark", (), NO_GNARK)
    yield Contestant("prove", "library", "snarkjs", _node("prove", *files), _missing(SNARKJS), slow=True)

    def process(name: str, *tool: str | Path, absent: str = "") -> Contestant:
        written = scratch / f"{name}.proof.json", scratch / f"{name}.public.json"
        return Contestant("prove", "process", name, _process(*tool, *files, *written), absent, verdict=written)

    prover = RAPIDSNARK / "bin" / "prover"
    yield process(OURS, COMMAND, "groth16", "prove")
    yield replace(process(PORTABLE, COMMAND, "groth16", "prove"), environment=portable)
    yield process("rapidsnark", prover, absent=_missing(prover))
    yield replace(process("snarkjs", SNARKJS, "groth16", "prove", absent=_missing(SNARKJS)), slow=True)


def _prepared(made: Material, folder: Path) -> Contestant:
    """Ours with a key that is prepared here; loading it is to check what was kept."""
    prepare = [COMMAND, "groth16", "prepare", "--json", "--folder", folder, made.file("zkey")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(prepare, check=True, capture_output=True, text=True, cwd=ROOT, env=environment)
    told = json.loads(done.stdout)
    once = {"seconds": told["seconds"], "bytes": told["bytes"]}
    command = _ours("prove", made.file("zkey"), made.witness, folder)
    return Contestant("prove", "library", PREPARED, command, prepared=once)


def _verify(made: Material, scratch: Path) -> Iterator[Contestant]:
    """All verify a proof of ours, which is made here."""
    proof, public = scratch / "proof.json", scratch / "public.json"
    key, witness = made.file("zkey"), made.witness
    prove_files(key, witness, proof, public)
    files = made.file("vkey.json"), public, proof
    yield Contestant("verify", "library", OURS, _ours("verify", *files))
    yield Contestant("verify", "library", "rapidsnark", _rapidsnark("verify", *files), _missing(LIBRARY))
    yield Contestant(
        "verify", "library", "arkworks", (str(ARKWORKS), "verify", str(key), str(witness)), _missing(ARKWORKS)
    )
    yield Contestant("verify", "library", "gnark", (), NO_GNARK)
    yield Contestant("verify", "library", "snarkjs", _node("verify", *files), _missing(SNARKJS))
    tool = RAPIDSNARK / "bin" / "verifier"
    yield Contestant("verify", "process", OURS, _process(COMMAND, "groth16", "verify", *files))
    yield Contestant("verify", "process", "rapidsnark", _process(tool, *files), _missing(tool))
    yield Contestant("verify", "process", "snarkjs", _process(SNARKJS, "groth16", "verify", *files), _missing(SNARKJS))


def _witness(made: Material, _: Path) -> Iterator[Contestant]:
    yield Contestant("witness", "library", OURS, _ours("witness", made.file("wgr"), made.inputs))
    node = _node("witness", made.file("wasm"), made.inputs)
    yield Contestant("witness", "library", "node's WASM", node, _missing(SNARKJS))


def _claim(made: Material, _: Path) -> Iterator[Contestant]:
    """Witness and proof together; no peer has both."""
    yield Contestant("claim", "library", OURS, _ours("claim", made.file("wgr"), made.inputs, made.file("zkey")))


def _setup(made: Material, scratch: Path) -> Iterator[Contestant]:
    """By one party, who knows the trapdoor; snarkjs' half of it, from powers that a ceremony made before."""
    r1cs, zkey = made.file("r1cs"), scratch / "made.zkey"
    power = made.domain.bit_length() - 1
    ptau = PTAU / f"power-{power}.ptau"
    yield Contestant(
        "setup", "process", OURS, _process(COMMAND, "groth16", "setup", r1cs, zkey, scratch / "made.json"), slow=True
    )
    yield Contestant("setup", "process", "gnark", (), NO_GNARK)
    yield Contestant("setup", "process", "rapidsnark", (), "it has none")
    yield Contestant("setup", "process", "arkworks", (), "it reads no .r1cs")
    yield Contestant(
        "setup",
        "process",
        "snarkjs",
        _process(SNARKJS, "groth16", "setup", r1cs, ptau, scratch / "theirs.zkey"),
        _missing(SNARKJS, ptau),
        slow=True,
    )


def _journey(made: Material, scratch: Path) -> Iterator[Contestant]:
    """From the records of a full capsule to a proof that its verifier takes. Nobody but us seals, so we do it for all.

    A peer's resident workers repeat the work on one witness, which spares them what their processes say to each other.
    """
    proof, public, wires = scratch / "journey.proof.json", scratch / "journey.public.json", scratch / "journey.wtns"
    key, vkey, wasm = made.file("zkey"), made.file("vkey.json"), made.file("wasm")
    prove_files(key, made.witness, proof, public)
    path, seal = (sys.executable, "-m", "bench.peers.path"), _ours("seal", made.name)

    def in_turn(*workers: tuple[str, ...]) -> tuple[str, ...]:
        after = [word for worker in workers for word in ("--then", *worker)]
        return (sys.executable, "-m", "bench.peers.in_turn", *after)

    with_node = "rapidsnark, witness by node"
    prover, verifier = RAPIDSNARK / "bin" / "prover", RAPIDSNARK / "bin" / "verifier"
    yield Contestant("journey", "library", OURS, (*path, made.name))
    resident = in_turn(
        seal,
        _node("witness", wasm, made.inputs),
        _rapidsnark("prove", key, made.witness),
        _rapidsnark("verify", vkey, public, proof),
    )
    yield Contestant("journey", "library", with_node, resident, _missing(SNARKJS, LIBRARY))
    yield Contestant("journey", "process", OURS, _process(*path, made.name, "--once"))
    processes = in_turn(
        seal,
        _process("node", NODE_WITNESS, wasm, made.inputs, wires),
        _process(prover, key, wires, proof, public),
        _process(verifier, vkey, public, proof),
    )
    yield Contestant("journey", "process", with_node, processes, _missing(SNARKJS, prover, verifier))
    commands = in_turn(
        seal,
        _process(SNARKJS, "wtns", "calculate", wasm, made.inputs, wires),
        _process(SNARKJS, "groth16", "prove", key, wires, proof, public),
        _process(SNARKJS, "groth16", "verify", vkey, public, proof),
    )
    yield Contestant("journey", "process", "snarkjs", commands, _missing(SNARKJS), slow=True)


def versions() -> dict[str, str]:
    """Of everything that is timed."""

    def said(*command: str) -> str:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.stdout.partition("\n")[0].strip()

    found = {"zkdata": version("zkdata"), "python": platform.python_version(), "node": said("node", "--version")}
    package = ROOT / "node_modules" / "snarkjs" / "package.json"
    if package.exists():
        found["snarkjs"] = json.loads(package.read_text())["version"]
    if LIBRARY.exists():
        label, digest = RAPIDSNARK / "VERSION", hashlib.sha256(LIBRARY.read_bytes()).hexdigest()
        told = label.read_text().strip() if label.exists() else RAPIDSNARK.name
        found["rapidsnark"] = f"{told}; library {digest[:16]}"
    lock = (ROOT / "bench" / "peers" / "arkworks" / "Cargo.lock").read_text().split('name = "ark-groth16"\nversion = "')
    found["arkworks"] = f"ark-groth16 {lock[1].partition(chr(34))[0]}" if ARKWORKS.exists() else ""
    return found
