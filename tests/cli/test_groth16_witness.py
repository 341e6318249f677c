"""`zkdata groth16 graph` and `witness`: from circom's text and an input file to the witness that circom would write."""

import json
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.proof.conftest import PRODUCT
from tests.proof.witness_circuits import with_body
from zkdata.cli import main
from zkdata.proof.compiler import compile_circuit
from zkdata.proof.witness import WitnessCalculator

pytestmark = pytest.mark.xdist_group("groth16")


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """product.wat, product.wasm and product.wgr, the last by the command."""
    folder = tmp_path_factory.mktemp("graph")
    (folder / "product.circom").write_text(PRODUCT)
    compile_circuit(folder / "product.circom", folder)
    assert main(["groth16", "graph", str(folder / "product.wat"), str(folder / "product.wgr")]) == 0
    return folder


def calculate(folder: Path, text: str, circuit: str = "product.wgr") -> int:
    """The exit code; the witness comes to witness.wtns."""
    (folder / "input.json").write_text(text)
    files = [folder / circuit, folder / "input.json", folder / "witness.wtns"]
    return main(["groth16", "witness", *map(str, files)])


@pytest.mark.parametrize("circuit", ["product.wgr", "product.wasm"])
def test_the_witness_is_circoms_and_for_its_owner_alone(product: Path, circuit: str) -> None:
    """Numbers as numbers, as decimal text and as hexadecimal text; of the graph and of a module."""
    wanted = WitnessCalculator.open(product / "product.wasm").calculate({"a": 2, "b": [[3, 5], [255, 2**70]]})
    assert calculate(product, f'{{"a": "0x2", "b": [[3, "5"], ["0xff", {2**70}]]}}', circuit) == 0
    assert (product / "witness.wtns").read_bytes() == wanted
    assert (product / "witness.wtns").stat().st_mode & 0o777 == 0o600


def test_a_false_statement_is_exit_code_1_and_writes_nothing(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With its place, also as JSON."""
    (product / "witness.wtns").unlink(missing_ok=True)
    assert calculate(product, '{"a": 0, "b": [[1, 2], [3, 4]]}') == 1
    assert "Product, line 13, does not hold" in capsys.readouterr().err
    assert not (product / "witness.wtns").exists()


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "7", '{"a": 1.5, "b": []}', '{"a": true, "b": []}', '{"a": null}', '{"a": "-1"}', '{"a": "7e3"}',
        '{"a": 1, "a": 2}', '{"a": 1, "b": [[1, 2], [3, 4]], "c": 5}', '{"a": -1, "b": [[1, 2], [3, 4]]}',
        '{"b": [[1, 2], [3, 4]]}', "[" * 10**5,
    ],
)  # fmt: skip
def test_inputs_that_are_none_are_exit_code_2(product: Path, text: str, request: pytest.FixtureRequest) -> None:
    """No object, no numbers, a name twice, an input too many, too few, outside the field, or lists without a bottom.

    Those would overflow the stack where another package has raised the recursion limit.
    """
    request.addfinalizer(partial(sys.setrecursionlimit, sys.getrecursionlimit()))
    sys.setrecursionlimit(10**6)
    assert calculate(product, text) == 2


def test_a_circuit_that_no_graph_can_say_is_named_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2 and nothing written; what there is to write over is not an input."""
    (tmp_path / "main.circom").write_text(with_body("var t[2] = [4, 5]; out <-- t[a];"))
    compile_circuit(tmp_path / "main.circom", tmp_path)
    assert main(["groth16", "graph", "--json", str(tmp_path / "main.wat"), str(tmp_path / "main.wgr")]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "CircuitUnsupported"
    assert error["message"].startswith("Strange, line 5: ")
    assert not (tmp_path / "main.wgr").exists()
    assert main(["groth16", "graph", str(tmp_path / "main.wat"), str(tmp_path / "main.wat")]) == 2
