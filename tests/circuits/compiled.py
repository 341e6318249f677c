"""Compiles test circuits with the pinned compiler and keeps them under build/tests/circuits by digest of their sources.

python -m tests.circuits.compiled LEVEL SOURCES MAIN OUT     the child process that compiles
"""

import atexit
import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from tests.circuits.broken import Hole, twin
from tests.circuits.forged import Rows, Wires
from zkdata import _native
from zkdata.catalogue import CIRCUITS
from zkdata.proof import compiler
from zkdata.proof.circuit import Circuit
from zkdata.proof.inputs import Input
from zkdata.proof.witness import WitnessCalculator

HOUSE = CIRCUITS.parent
STORE = HOUSE / "build" / "tests" / "circuits"
SHIPPED, EVERY_SIGNAL = "--O2", "--O0"
"""Levels: as circuits ship, and with no signal taken out, which the witness of a broken twin needs."""


@dataclass(frozen=True)
class Compiled:
    """The artifacts of one test circuit, read on first use."""

    directory: Path
    stem: str = "main"

    @cached_property
    def rows(self) -> Rows:
        """The r1cs."""
        return Rows.read((self.directory / f"{self.stem}.r1cs").read_bytes())

    @cached_property
    def wires(self) -> Wires:
        """Names of its wires."""
        return Wires.read((self.directory / f"{self.stem}.sym").read_text())

    @cached_property
    def calculator(self) -> WitnessCalculator:
        """Its witness generator, let go while wasmtime can still free it."""
        atexit.register(lambda: vars(self).pop("calculator", None))
        return WitnessCalculator.open(self.directory / f"{self.stem}.wasm")

    def wire(self, name: str) -> int:
        """The wire of a signal of the main component; KeyError where the compiler took it out."""
        return self.wires.wire_of[f"main.{name}"]

    def wtns(self, inputs: Mapping[str, Input]) -> bytes:
        """The witness of these inputs as a file; StatementFalse where the generator itself refuses."""
        return self.calculator.calculate(inputs)

    def accepts(self, wtns: bytes) -> bool:
        """Whether all rows are satisfied, in the native core's judgement, which is fast."""
        return _native.r1cs_unsatisfied(self.directory / f"{self.stem}.r1cs", wtns) is None

    def values(self, wtns: bytes) -> list[int]:
        """Values of all wires."""
        data = wtns[-32 * self.rows.wire_count :]
        return [int.from_bytes(data[i : i + 32], "little") for i in range(0, len(data), 32)]


def compiled(main: str, level: str = SHIPPED, replaced: Mapping[str, str] | None = None) -> Compiled:
    """Compile a main source against circuits/, in which the files of `replaced` (path: text) are exchanged or added."""
    sources = {str(path.relative_to(CIRCUITS)): path.read_text() for path in sorted(CIRCUITS.rglob("*.circom"))}
    sources |= replaced or {}
    key = hashlib.sha256(repr((compiler.CIRCOM_DIGEST, level, main, sorted(sources.items()))).encode()).hexdigest()
    directory = STORE / key[:24]
    STORE.mkdir(parents=True, exist_ok=True)
    with (STORE / f"{key[:24]}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)  # tests that run side by side compile a circuit once
        if not directory.is_dir():
            with tempfile.TemporaryDirectory(dir=STORE, prefix=".") as scratch:
                _compile(main, level, sources, Path(scratch))
                (Path(scratch) / "out").rename(directory)
    return Compiled(directory)


@cache
def shipped(name: str) -> Compiled:
    """A circuit of the catalogue, as `make build` leaves it; built first where it is not there."""
    circuit = Circuit.named(name)
    circuit.build()
    return Compiled(circuit.directory, circuit.name)


@cache
def gadgets(name: str) -> Compiled:
    """A file of gadgets/, as circuits ship."""
    return compiled(_gadget_source(name))


@cache
def broken_gadgets(name: str, *holes: Hole) -> Compiled:
    """Its twin, with every signal kept."""
    return compiled(_gadget_source(name), EVERY_SIGNAL, twin(list(holes)))


def _gadget_source(name: str) -> str:
    return (Path(__file__).parent / "gadgets" / f"{name}.circom").read_text()


def _compile(main: str, level: str, sources: Mapping[str, str], scratch: Path) -> None:
    tree, out, source = scratch / "circuits", scratch / "out", scratch / "main" / "main.circom"
    out.mkdir()
    for name, text in [*((f"circuits/{name}", text) for name, text in sources.items()), ("main/main.circom", main)]:
        path = scratch / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    child = subprocess.run(
        [sys.executable, "-m", "tests.circuits.compiled", level, str(tree), str(source), str(out)],
        cwd=HOUSE,
        env=os.environ | {"PYTHONPATH": str(HOUSE)},
        capture_output=True,
        text=True,
        check=False,
    )
    if child.returncode != 0:
        raise AssertionError(f"a test circuit does not compile:\n{child.stderr}")


def _compile_here(level: str, tree: str, main: str, out: str) -> int:
    compiler.OPTIMISATION = level
    vars(compiler)["CIRCUITS"] = Path(tree)
    return compiler.main([main, out])


if __name__ == "__main__":
    sys.exit(_compile_here(*sys.argv[1:]))
