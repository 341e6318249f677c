"""Witness graphs against circom's other generator, in C++, built with its own Makefile as a program of its own."""

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.drawn_statements import drawn_statement
from tests.proof.witness_circuits import OPERATORS, SHAPES, of_operators
from zkdata.proof import compiler
from zkdata.proof.circuit import Circuit
from zkdata.proof.compiler import compile_circuit
from zkdata.proof.inputs import Input
from zkdata.proof.witness_graph import WitnessGraph, build_graph

pytestmark = [
    pytest.mark.deep,
    pytest.mark.seen("file", "the program takes its inputs from a file and leaves its witness in one"),
]

SHAPE: dict[str, Input] = {"x": 5, "y": [[1, 2, 3], [4, 5, 6]], "line": [*range(9)]}
EDGE = 2**253 + 5


class Generator:
    """circom's C++ for a source, and the program that it becomes."""

    def __init__(self, source: str, folder: Path) -> None:
        main = folder / "program.circom"
        main.write_text(source)
        compiler._circom(main, folder, "--c")
        self._folder = folder / "program_cpp"
        # the Makefile leaves libstdc++'s header out, which newer compilers no longer bring in by themselves
        make = ["make", "-C", str(self._folder), "CFLAGS=-std=c++11 -O1 -I. -include cstdint"]
        made = subprocess.run(make, capture_output=True, text=True, timeout=1200, check=False)
        assert made.returncode == 0, f"needs {TOOLS}: {made.stderr[-2000:]}"

    def calculate(self, inputs: dict[str, Input]) -> bytes | None:
        """The `.wtns`; nothing where an assertion fails."""
        (self._folder / "input.json").write_text(json.dumps(_texts(inputs)))
        (self._folder / "witness.wtns").unlink(missing_ok=True)
        command = [str(self._folder / "program"), "input.json", "witness.wtns"]
        run = subprocess.run(command, cwd=self._folder, capture_output=True, timeout=300, check=False)
        return None if run.returncode else (self._folder / "witness.wtns").read_bytes()


TOOLS = "g++, nasm, libgmp-dev and nlohmann-json3-dev: sudo apt-get install g++ nasm libgmp-dev nlohmann-json3-dev"


def _texts(value: object) -> object:
    if isinstance(value, dict):
        return {name: _texts(inner) for name, inner in value.items()}
    return str(value) if isinstance(value, int) else [_texts(item) for item in value]  # type: ignore[union-attr]


def test_the_tools_are_there() -> None:
    """Nothing is skipped: what is missing is named with the command that installs it."""
    assert all(shutil.which(tool) for tool in ("g++", "nasm", "make")), f"install {TOOLS}"


@pytest.mark.parametrize(
    ("source", "inputs"),
    [
        (SHAPES, [SHAPE, SHAPE | {"x": 0}, SHAPE | {"x": EDGE}, SHAPE | {"x": 17}]),
        (of_operators(OPERATORS), [{"a": a, "b": b} for a in (0, 1, 7, EDGE) for b in (0, 2, 253, EDGE)]),
    ],
    ids=["shapes", "operators"],
)
def test_small_circuits_give_the_bytes_of_the_program(
    source: str, inputs: list[dict[str, Input]], tmp_path: Path
) -> None:
    """Every operation and every shape; an assertion that fails stops both."""
    program = Generator(source, tmp_path)
    compile_circuit(tmp_path / "program.circom", tmp_path)
    graph = WitnessGraph.read(build_graph(tmp_path / "program.wat"), "program")
    for given in inputs:
        wanted = program.calculate(given)
        if wanted is None:
            with pytest.raises(Exception, match="does not hold"):
                graph.calculate(given)
        else:
            assert graph.calculate(given) == wanted


@pytest.mark.parametrize("name", ["timestamp_16x4", "range_16x4", "device", "capsule_16x4"])
def test_circuits_give_the_bytes_of_the_program(name: str, tmp_path: Path) -> None:
    """One of each statement."""
    circuit = Circuit.named(name)
    circuit.build()
    inputs = drawn_statement(circuit, random.Random(name)).inputs
    program = Generator(circuit.main_source, tmp_path)
    assert WitnessGraph.open(circuit.require("wgr")).calculate(inputs) == program.calculate(inputs)
