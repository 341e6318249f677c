"""Witnesses and their graphs as files: `circuit.wat` to `circuit.wgr`, and that with `input.json` to `witness.wtns`.

`input.json` is what circom's own generators take: each input by its name, nested lists of numbers, or of strings of
decimal digits (hexadecimal ones after `0x`). A bus may be an object of its fields.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from ..capsule.atomic_file import read_text, write_private, write_public
from ..capsule.canonical_json import nests_deeply
from ..capsule.output import check_outputs
from ..errors import ArtifactMalformed
from .inputs import Input
from .witness_graph import WitnessGraph, build_graph

INPUT_LIMIT = 2**28  # bytes of input.json
_NUMBER = re.compile(r"[0-9]{1,78}|0[xX][0-9a-fA-F]{1,64}", re.ASCII)


def write_graph(text: Path, graph: Path) -> WitnessGraph:
    """Build the graph of a circuit from its `.wat`, check that it reads back, and write it."""
    check_outputs([graph], [text])
    data = build_graph(text)
    read = WitnessGraph.read(data, graph.stem)
    write_public(graph, data)
    return read


def write_witness(circuit: Path, inputs: Path, witness: Path) -> int:
    """Calculate with a `.wgr`, or with the `.wasm` that circom generated, and write a `.wtns`, which only its owner can
    read; its wires. StatementFalse where the inputs do not satisfy the circuit."""
    check_outputs([witness], [circuit, inputs])
    values = read_inputs(inputs)
    if circuit.suffix == ".wasm":
        from .witness import WitnessCalculator

        data = WitnessCalculator.open(circuit).calculate(values)
    else:
        data = WitnessGraph.open(circuit).calculate(values)
    write_private(witness, data)
    return int.from_bytes(data[60:64], "little")


def read_inputs(path: Path) -> dict[str, Input]:
    """The inputs of a circuit by name; ArtifactMalformed, which quotes nothing, where it is no such file."""
    text = read_text(path, INPUT_LIMIT, "the inputs")
    try:
        if nests_deeply(text):
            raise ValueError
        document = json.loads(text, object_pairs_hook=_without_repeats)
        if not isinstance(document, dict):
            raise ValueError
        pairs = [pair for name, value in document.items() for pair in _named(name, value)]
        inputs = {name: _numbers(value) for name, value in pairs}
    except ValueError:
        inputs = None
    # raised out here, so that the error does not carry the text of a secret file in its context
    if inputs is None:
        message = (
            f"{path.name} does not give each input as a number or nested lists of numbers: see `input.json` of circom"
        )
        raise ArtifactMalformed(message, path=str(path))
    return inputs


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError
    return fields


def _named(name: str, value: object) -> Iterator[tuple[str, object]]:
    """An input by its name; of a bus each field by its own, as circom names them."""
    if isinstance(value, dict):
        for field, inner in value.items():
            yield from _named(f"{name}.{field}", inner)
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for place, item in enumerate(value):
            yield from _named(f"{name}[{place}]", item)
    else:
        yield name, value


def _numbers(value: object) -> Input:
    match value:
        case bool() | float() | None:
            raise ValueError
        case int():
            return value
        case str() if _NUMBER.fullmatch(value):
            return int(value, 16 if value[1:2] in ("x", "X") else 10)
        case list():
            return [_numbers(item) for item in value]
    raise ValueError
