"""Witness graphs: the bytes of circom's own generator for every circuit, the same refusals, files that do no harm."""

import random
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.drawn_statements import drawn_statement
from tests.proof.conftest import PRODUCT
from tests.proof.witness_circuits import BY_ZERO, OPERATORS, SHAPES, UNSUPPORTED, of_operators, with_body
from zkdata.capsule.hashing import FIELD_ORDER
from zkdata.errors import (
    ArtifactMalformed,
    ArtifactMismatch,
    CircuitUnsupported,
    ResourceLimit,
    StatementFalse,
    ToolMissing,
    ZkDataError,
)
from zkdata.proof.circuit import Circuit
from zkdata.proof.compiler import compile_circuit
from zkdata.proof.inputs import Input
from zkdata.proof.witness import WitnessCalculator
from zkdata.proof.witness_graph import WitnessGraph, build_graph

HALF = FIELD_ORDER // 2
EDGES = (
    0, 1, 2, 3, 63, 64, 253, 254, 255, 2**31, 2**32, 2**64 - 1, 2**64, 2**253, 2**253 + 5, HALF - 1, HALF, HALF + 1,
    HALF + 2, FIELD_ORDER - 254, FIELD_ORDER - 64, FIELD_ORDER - 2, FIELD_ORDER - 1,
)  # fmt: skip
"""Around zero, the sign, the width of a shift, the limbs and the order."""

BUILT = ("capsule_16x4", "timestamp_16x4", "range_16x4", "device", "capsule_8x2w128")
ELEMENT = st.one_of(st.sampled_from(EDGES), st.integers(0, FIELD_ORDER - 1), st.integers(0, 20))

Pair = tuple[WitnessGraph, WitnessCalculator]


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Pair]:
    """Compile a source once: its graph, and circom's generator."""
    known: dict[str, Pair] = {}

    def pair(source: str) -> Pair:
        if source not in known:
            folder = tmp_path_factory.mktemp("graph")
            (folder / "main.circom").write_text(source)
            compile_circuit(folder / "main.circom", folder)
            graph = WitnessGraph.read(build_graph(folder / "main.wat"), "main")
            known[source] = graph, WitnessCalculator.open(folder / "main.wasm")
        return known[source]

    return pair


def outcome(calculate: Callable[[dict[str, Input]], bytes], inputs: dict[str, Input]) -> object:
    """The bytes, or class and evidence of the refusal."""
    try:
        return calculate(inputs)
    except ZkDataError as error:
        return type(error), str(error), error.evidence


def same(pair: Pair, inputs: dict[str, Input]) -> object:
    """What both say."""
    graph, wasm = pair
    ours = outcome(graph.calculate, inputs)
    assert ours == outcome(wasm.calculate, inputs), inputs
    return ours


@pytest.mark.parametrize("a", EDGES)
def test_every_operation_does_what_circoms_generator_does(a: int, compiled: Callable[[str], Pair]) -> None:
    """On each pair of values at the edges of sign, shift, limb and field, in either order."""
    pair = compiled(of_operators(OPERATORS))
    for b in EDGES:
        assert isinstance(same(pair, {"a": a, "b": b}), bytes)


def test_whole_division_is_that_of_circom_and_refuses_zero(compiled: Callable[[str], Pair]) -> None:
    """Circom's generator stops at a division by zero; a graph says that the statement is false, and where."""
    pair = compiled(of_operators(BY_ZERO))
    for a in EDGES:
        for b in EDGES[1:]:
            assert isinstance(same(pair, {"a": a, "b": b}), bytes)
        with pytest.raises(ArtifactMalformed):
            pair[1].calculate({"a": a, "b": 0})
        with pytest.raises(StatementFalse) as caught:
            pair[0].calculate({"a": a, "b": 0})
        assert (caught.value.template, caught.value.line) == ("Operators", 6)


shapes_inputs = st.fixed_dictionaries(
    {
        "x": ELEMENT,
        "y": st.lists(st.lists(ELEMENT, min_size=3, max_size=3), min_size=2, max_size=2),
        "line": st.lists(ELEMENT, min_size=9, max_size=9),
    }
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(inputs=shapes_inputs, last=st.integers(0, 1001))
def test_every_shape_of_a_template_gives_the_same_bytes_or_the_same_refusal(
    inputs: dict[str, Input], last: int, compiled: Callable[[str], Pair]
) -> None:
    """Functions that return early, choices within choices, arrays, mixed components, buses, tags, parallels, logs."""
    inputs["y"][1][2] = last  # type: ignore[index]  # most draws pass the assertion about it
    same(compiled(SHAPES), inputs)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"x": 17}, "assert(x != 17)"),
        ({"y": [[1, 2, 3], [4, 3, 6]]}, "assert(y[1][1] != 3)"),
        ({"y": [[1, 2, 3], [4, 5, 1000]]}, "digits(y[1][2])"),
    ],
)
def test_an_assertion_that_fails_names_its_place(
    change: dict[str, Input], said: str, compiled: Callable[[str], Pair]
) -> None:
    """Under a condition, after it, and in a function, which is named by the line that calls it."""
    inputs: dict[str, Input] = {"x": 5, "y": [[1, 2, 3], [4, 5, 6]], "line": [*range(9)]}
    pair = compiled(SHAPES)
    assert isinstance(same(pair, inputs), bytes)
    refused = same(pair, inputs | change)
    assert isinstance(refused, tuple)
    assert refused[0] is StatementFalse
    assert (refused[2]["template"], refused[2]["line"]) == ("Shapes", SHAPES[: SHAPES.index(said)].count("\n") + 1)


def test_a_bus_is_an_input_as_a_whole_or_in_parts(compiled: Callable[[str], Pair]) -> None:
    """By circom's names, and not in two ways at once."""
    pair = compiled(SHAPES)
    whole: dict[str, Input] = {"x": 5, "y": [[1, 2, 3], [4, 5, 6]], "line": [*range(9)]}
    parts = {name: value for name, value in whole.items() if name != "line"}
    parts |= {"line.a.x": 0, "line.a.y": [1, 2], "line.b[0].x": 3, "line.b[0].y": [4, 5], "line.b[1].x": 6}
    assert same(pair, parts | {"line.b[1].y": [7, 8]}) == same(pair, whole)
    with pytest.raises(ArtifactMismatch):
        pair[0].calculate(whole | {"line.a.x": 0, "x": 5})


@pytest.mark.parametrize(("construct", "body"), UNSUPPORTED.items())
def test_what_a_graph_cannot_say_is_refused_by_name_and_place(construct: str, body: str, tmp_path: Path) -> None:
    """CircuitUnsupported; circom's generator takes it."""
    (tmp_path / "main.circom").write_text(with_body(body))
    compile_circuit(tmp_path / "main.circom", tmp_path)
    with pytest.raises(CircuitUnsupported) as caught:
        build_graph(tmp_path / "main.wat")
    assert caught.value.construct == construct
    assert (caught.value.template, caught.value.line) == ("Strange", 5)
    WitnessCalculator.open(tmp_path / "main.wasm").calculate({"a": 1})


def _circuits() -> list[object]:
    deep = [circuit.name for circuit in Circuit.all() if circuit.name not in BUILT]
    return [*BUILT, *(pytest.param(name, marks=pytest.mark.deep) for name in deep)]


@pytest.mark.parametrize("name", _circuits())
def test_every_circuit_gives_circoms_bytes_for_true_statements_and_false_ones(name: str) -> None:
    """Drawn statements, each as it is and with one input changed at a time."""
    circuit, draw = Circuit.named(name), random.Random(name)
    circuit.build()
    pair = WitnessGraph.open(circuit.require("wgr")), WitnessCalculator.open(circuit.require("wasm"))
    inputs = drawn_statement(circuit, draw).inputs
    assert isinstance(same(pair, inputs), bytes)
    refused = 0
    for signal in draw.sample(sorted(inputs), min(8, len(inputs))):
        refused += not isinstance(same(pair, inputs | {signal: _changed(inputs[signal], draw)}), bytes)
    assert refused > 0


def _changed(value: Input, draw: random.Random) -> Input:
    if isinstance(value, int):
        return draw.choice([*EDGES, (value + 1) % FIELD_ORDER, draw.randrange(FIELD_ORDER)])
    place = draw.randrange(len(value))
    return [_changed(item, draw) if index == place else item for index, item in enumerate(value)]


@pytest.fixture(scope="session")
def pair(compiled: Callable[[str], Pair]) -> Pair:
    """Of the product circuit: a is public and not zero, b are two pairs."""
    return compiled(PRODUCT)


INPUTS: dict[str, Input] = {"a": 2**250 + 7, "b": [[3, FIELD_ORDER - 1], [2**64, 0]]}


@pytest.mark.parametrize(
    "wrong", [
        {"a": 1}, {"b": [[3, 5], [7, 11]]}, {}, INPUTS | {"c": 1}, INPUTS | {"b": [1, 2, 3]}, INPUTS | {"b": [1] * 5},
        INPUTS | {"a": FIELD_ORDER}, INPUTS | {"a": -1}, INPUTS | {"a": 2**300}, INPUTS | {"a": []}, INPUTS | {"a": 0},
    ],
)  # fmt: skip
def test_wrong_inputs_are_refused_as_by_the_module(pair: Pair, wrong: dict[str, Input]) -> None:
    """Missing, unknown, too few, too many, outside the field, or false."""
    refused = same(pair, wrong)
    assert isinstance(refused, tuple)
    assert refused[0] in (ArtifactMismatch, StatementFalse)


def test_threads_with_different_inputs_do_not_mix(pair: Pair) -> None:
    """Eight threads, one graph."""
    graph, wasm = pair
    wanted = {n: wasm.calculate({"a": n, "b": [[n, 2], [3, n]]}) for n in range(1, 9)}
    found: dict[int, set[bytes]] = {n: set() for n in wanted}

    def work(n: int) -> None:
        found[n].update(graph.calculate({"a": n, "b": [[n, 2], [3, n]]}) for _ in range(200))

    threads = [threading.Thread(target=work, args=(n,)) for n in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: {file} for n, file in wanted.items()}


def test_a_graph_with_a_planted_fault_gives_another_witness(circuit: Circuit, claim_inputs: dict[str, Input]) -> None:
    """The comparison above sees it: of the operations, additions are made subtractions one at a time."""
    data = circuit.require("wgr").read_bytes()
    right = WitnessGraph.read(data, "right").calculate(claim_inputs)
    draw, caught = random.Random(7), 0
    for _ in range(40):
        place = draw.randrange(len(data) - len(data) // 2, len(data))
        wrong = data[:place] + bytes([data[place] ^ 1 << draw.randrange(8)]) + data[place + 1 :]
        try:
            caught += WitnessGraph.read(wrong, "wrong").calculate(claim_inputs) != right
        except (ArtifactMalformed, ArtifactMismatch, ResourceLimit, StatementFalse):
            caught += 1
    assert caught >= 36


@pytest.fixture(scope="session")
def claim_inputs(circuit: Circuit) -> dict[str, Input]:
    """Of a true claim."""
    return dict(drawn_statement(circuit, random.Random("planted")).inputs)


def test_a_file_that_is_no_graph_is_malformed(tmp_path: Path, circuit: Circuit) -> None:
    """Another format, another version, an end cut off, bytes after the end; one that is not there was never built."""
    data = circuit.require("wgr").read_bytes()
    for wrong in (b"", b"\0asm\1\0\0\0", b"wgr\0\2\0\0\0" + data[8:], data[:-1], data + b"\0", data[:40]):
        with pytest.raises(ArtifactMalformed):
            WitnessGraph.read(wrong, "wrong")
    with pytest.raises(ToolMissing):
        WitnessGraph.open(tmp_path / "none.wgr")


def test_a_text_that_circom_did_not_write_is_malformed(tmp_path: Path) -> None:
    """Nothing, another module, and one that ends within a function."""
    for text in ("", "(module)", "(func $init (type $_t_i32)\ni32.const 1"):
        (tmp_path / "main.wat").write_text(text)
        with pytest.raises(ArtifactMalformed):
            build_graph(tmp_path / "main.wat")
