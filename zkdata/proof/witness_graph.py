"""Witnesses from graphs of our own, `.wgr`, which the native core calculates; the result is the bytes of a `.wtns`.

A graph is built from the text that circom writes of a circuit's module (`--wat`). It holds none of the compiler's code:
straight-line operations on field elements for each template, and which component runs which. `native/src/witness/` says
the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from .. import _native
from ..capsule.atomic_file import read_bounded, read_text
from ..capsule.hashing import FIELD_ORDER
from ..errors import ArtifactMismatch, StatementFalse, ToolMissing
from .inputs import FIELD_BYTES, Input, flatten

GRAPH_LIMIT = 256 * 2**20  # bytes of .wgr; the largest of our circuits has 2 MiB
TEXT_LIMIT = 2**30  # bytes of .wat; that circuit has 26 MiB
GRAPH_VERSION = 1


def build_graph(text: Path) -> bytes:
    """The graph of a circuit, from its `.wat`. CircuitUnsupported names what a graph cannot say, and where that is."""
    return _native.build_witness_graph(read_text(text, TEXT_LIMIT, "the module's text"))


@dataclass(frozen=True, slots=True)
class WitnessGraph:
    """A circuit's graph, ready for any number of witnesses, in any number of threads."""

    name: str
    _graph: _native.WitnessGraph = field(repr=False)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read a `.wgr`. ToolMissing where it was never built, ArtifactMalformed where it is none."""
        try:
            data = read_bounded(path, GRAPH_LIMIT, "the witness graph")
        except FileNotFoundError:
            raise ToolMissing(f"{path.name} has not been built: run `make build`", path=str(path)) from None
        return cls.read(data, path.stem)

    @classmethod
    def read(cls, data: bytes, name: str) -> Self:
        """A graph from the bytes of a `.wgr`; refusals call it `name`."""
        return cls(name, _native.WitnessGraph.open(data))

    @property
    def operations(self) -> int:
        """Operations of all templates, each counted once."""
        return self._graph.instruction_count

    def calculate(self, inputs: Mapping[str, Input]) -> bytes:
        """The `.wtns` of these inputs. StatementFalse where a constraint or assertion does not hold for them."""
        rows = [(name, self._values(name, value)) for name, value in inputs.items()]
        count = sum(len(values) for _, values in rows) // FIELD_BYTES
        if count != self._graph.input_count:
            expected = self._graph.input_count
            message = f"{self.name} takes {expected} input values, {count} were given: a signal is missing"
            raise ArtifactMismatch(message, expected=expected, found=count)
        answer = self._graph.calculate(rows)
        if isinstance(answer, bytes):
            return answer
        template, line = answer
        message = f"{self.name}: {template}, line {line}, does not hold; the statement's check() says which record"
        raise StatementFalse(message, circuit=self.name, template=template, line=line)

    def _values(self, name: str, value: Input) -> bytes:
        flat = list(flatten(value))
        size = self._graph.input_size(name)
        if size != len(flat):
            expects = "does not know it" if size is None else f"expects {size}"
            message = f"input {name} has {len(flat)} values, but {self.name} {expects}: build the circuit again"
            raise ArtifactMismatch(message, signal=name, found=len(flat))
        for position, element in enumerate(flat):
            if not 0 <= element < FIELD_ORDER:
                message = f"input {name}, value {position} is not a field element"
                raise ArtifactMismatch(message, signal=name, index=position)
        return b"".join(element.to_bytes(FIELD_BYTES, "little") for element in flat)
