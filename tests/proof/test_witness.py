"""Witnesses: the bytes that snarkjs would write, and modules that cannot do harm."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from wasmtime import wat2wasm

from tests.journey_fixtures import built_circuit
from tests.reference.device import example_device
from zkdata.capsule.hashing import FIELD_ORDER
from zkdata.catalogue import CIRCUITS
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, ResourceLimit, StatementFalse, ToolMissing
from zkdata.proof import sandbox
from zkdata.proof.circuit import Circuit
from zkdata.proof.claim import Claim
from zkdata.proof.inputs import Input
from zkdata.proof.sandbox import load_module
from zkdata.proof.witness import WitnessCalculator, signal_hash, wtns

SNARKJS = CIRCUITS.parent / "node_modules" / "snarkjs" / "build" / "cli.cjs"
INPUTS: dict[str, Input] = {"a": 2**250 + 7, "b": [[3, FIELD_ORDER - 1], [2**64, 0]]}


def elements(file: bytes) -> list[int]:
    body = file[-32 * int.from_bytes(file[60:64], "little") :]
    return [int.from_bytes(body[at : at + 32], "little") for at in range(0, len(body), 32)]


def snarkjs_witness(folder: Path, wasm: Path, inputs: dict[str, Input]) -> bytes:
    def text(value: Input) -> object:
        return str(value) if isinstance(value, int) else [text(item) for item in value]

    (folder / "input.json").write_text(json.dumps({name: text(value) for name, value in inputs.items()}))
    command = ["node", SNARKJS, "wtns", "calculate", wasm, folder / "input.json", folder / "witness.wtns"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (folder / "witness.wtns").read_bytes()


def strange(body: str, name: str = "strange") -> WitnessCalculator:
    """A calculator of a module that circom never made: the exports of a circuit, except for what `body` says."""
    return WitnessCalculator(load_module(bytes(wat2wasm(f"(module {body})"))), name)


def lookalike(**bodies: str) -> WitnessCalculator:
    """A calculator of the module below."""
    return strange(lookalike_text(**bodies))


def lookalike_text(**bodies: str) -> str:
    """A module with a circuit's imports and exports; keyword arguments replace the bodies of single functions."""
    prime = "".join(
        f"(if (i32.eq (local.get 0) (i32.const {i})) (then (return (i32.const {FIELD_ORDER >> 32 * i & 0xFFFFFFFF}))))"
        for i in range(8)
    )
    functions = {
        "getFieldNumLen32": ("(result i32)", "(i32.const 8)"),
        "getRawPrime": ("", ""),
        "readSharedRWMemory": ("(param i32) (result i32)", prime + "(i32.const 0)"),
        "getSharedRWMemoryStart": ("(result i32)", "(i32.const 0)"),
        "init": ("(param i32)", ""),
        "getInputSize": ("(result i32)", "(i32.const 1)"),
        "getInputSignalSize": ("(param i32 i32) (result i32)", "(i32.const 1)"),
        "setInputSignal": ("(param i32 i32 i32)", ""),
        "getWitnessSize": ("(result i32)", "(i32.const 2)"),
        "getWitness": ("(param i32)", ""),
        "getMessageChar": ("(result i32)", "(i32.const 0)"),
    }
    text = '(import "runtime" "exceptionHandler" (func $refuse (param i32)))'
    text += '(import "runtime" "printErrorMessage" (func $hear)) (memory (export "memory") 1)'
    for name, (signature, body) in functions.items():
        text += f'(func (export "{name}") {signature} {bodies.get(name, body)})'
    return text


def test_the_witness_holds_inputs_and_output_in_circoms_order(calculator: WitnessCalculator) -> None:
    """Wire 0 is 1, then output, public and private inputs; the file says version, field and count."""
    file = calculator.calculate({"a": 2, "b": [[3, 5], [7, 11]]})
    assert file[:12] == b"wtns" + bytes([2, 0, 0, 0, 2, 0, 0, 0])
    assert elements(file)[:7] == [1, 2310, 2, 3, 5, 7, 11]


def test_a_calculator_gives_the_same_bytes_again(calculator: WitnessCalculator) -> None:
    """No run leaves anything behind for the next one."""
    assert calculator.calculate(INPUTS) == calculator.calculate(INPUTS)
    assert calculator.calculate(INPUTS) != calculator.calculate(INPUTS | {"a": 1})


def test_signal_hashes_are_fnv_1a() -> None:
    """The published vectors of 64-bit FNV-1a."""
    assert signal_hash("") == 0xCBF29CE484222325
    assert signal_hash("a") == 0xAF63DC4C8601EC8C
    assert signal_hash("foobar") == 0x85944171F73967E8


@pytest.mark.deep
def test_the_file_is_byte_for_byte_that_of_snarkjs(
    calculator: WitnessCalculator, product: Path, tmp_path: Path
) -> None:
    """On the small circuit, with values at the edges of the field."""
    assert calculator.calculate(INPUTS) == snarkjs_witness(tmp_path, product / "product.wasm", INPUTS)


@pytest.mark.deep
def test_the_witness_of_a_claim_is_byte_for_byte_that_of_snarkjs(
    claim: Claim, circuit: Circuit, tmp_path: Path
) -> None:
    """On the claim circuit, whole."""
    ours = WitnessCalculator.open(circuit.artifact("wasm")).calculate(claim.inputs)
    assert ours == snarkjs_witness(tmp_path, circuit.artifact("wasm"), claim.inputs)


def test_an_assertion_that_fails_is_a_false_statement_with_its_place(calculator: WitnessCalculator) -> None:
    """Template and line come from circom's own message."""
    with pytest.raises(StatementFalse) as caught:
        calculator.calculate(INPUTS | {"a": 0})
    assert (caught.value.circuit, caught.value.template, caught.value.line) == ("product", "Product", 13)


@pytest.mark.parametrize(
    "inputs",
    [
        {"a": 1},
        {"a": 1, "b": [[1, 2], [3]]},
        {"a": [1, 1], "b": [1, 2, 3, 4]},
        {"a": [1, 1], "b": [1, 2, 3]},
        {"a": 1, "b": [1, 2, 3, 4], "d": 1},
        {"a": FIELD_ORDER, "b": [1, 2, 3, 4]},
        {"a": -1, "b": [1, 2, 3, 4]},
    ],
    ids=["missing", "short", "long", "moved", "unknown", "at the order", "negative"],
)
def test_inputs_that_are_not_the_circuits_are_refused(calculator: WitnessCalculator, inputs: dict[str, Input]) -> None:
    """A missing, short, long, unknown or non-canonical input is named before anything is computed."""
    with pytest.raises(ArtifactMismatch):
        calculator.calculate(inputs)


def test_no_value_of_an_input_is_shown(calculator: WitnessCalculator) -> None:
    """Inputs are secret: the refusal names signal and position only."""
    with pytest.raises(ArtifactMismatch) as caught:
        calculator.calculate({"a": 1, "b": [1, 2, 3, FIELD_ORDER + 123456789]})
    assert caught.value.evidence == {"signal": "b", "index": 3}
    assert "123456789" not in str(caught.value) and str(FIELD_ORDER + 123456789) not in str(caught.value)


def test_a_module_stops_when_its_fuel_is_used_up(calculator: WitnessCalculator) -> None:
    """Whether it is merely large or never ends, and at any point of the run."""
    for fuel in (1, 100, 2000):
        with pytest.raises(ResourceLimit) as caught:
            replace(calculator, fuel=fuel).calculate(INPUTS)
        assert caught.value.limit == fuel
    endless = replace(lookalike(getWitness="(loop $on (br $on))"), fuel=10**7)
    with pytest.raises(ResourceLimit):
        endless.calculate({"a": 1})


def test_a_module_gets_no_more_memory_than_allowed(calculator: WitnessCalculator) -> None:
    """Neither at its start, nor later, nor for the witness that it says it has."""
    growing = lookalike(init="(if (i32.lt_s (memory.grow (i32.const 100)) (i32.const 0)) (then unreachable))")
    growing.calculate({"a": 1})
    with pytest.raises(ArtifactMalformed):
        replace(growing, memory=2**20).calculate({"a": 1})
    with pytest.raises(ResourceLimit):
        replace(calculator, memory=2**16).calculate(INPUTS)
    with pytest.raises(ArtifactMalformed, match="wires"):
        lookalike(getWitnessSize="(i32.const 0x7fffffff)").calculate({"a": 1})
    with pytest.raises(ArtifactMalformed, match="wires"):
        lookalike(getWitnessSize="(i32.const -1)").calculate({"a": 1})


def test_the_lookalike_is_taken_for_a_circuit() -> None:
    """So that each refusal below is of the one thing that was changed in it."""
    assert elements(lookalike().calculate({"a": 7})) == [7, 7]


@pytest.mark.parametrize(
    "bodies",
    [
        {"getFieldNumLen32": "(i32.const 6)"},
        {"readSharedRWMemory": "(i32.const 1)"},
        {"getSharedRWMemoryStart": "(i32.const -1)"},
        {"getSharedRWMemoryStart": "(i32.const 65530)"},
        {"getWitness": "unreachable"},
        {"setInputSignal": "(call $refuse (i32.const 2))"},
        {"setInputSignal": "(call $refuse (i32.const 99))"},
        {"getMessageChar": "(i32.const 65)", "setInputSignal": "(call $hear)"},
    ],
    ids=str,
)
def test_a_module_that_behaves_like_no_circuit_is_malformed(bodies: dict[str, str]) -> None:
    """Another field, pointers outside of memory, traps, unknown complaints and endless talk are ArtifactMalformed."""
    with pytest.raises(ArtifactMalformed):
        lookalike(**bodies).calculate({"a": 1})


@pytest.mark.parametrize(
    ("export", "other"),
    [
        ('"init") (param i32)', '"init") (param i64 i64)'),
        ('"getInputSize") (result i32) (i32.const 1)', '"getInputSize") (result f64) (f64.const 1)'),
        ('"getWitness") (param i32)', '"getWitness") (param i64)'),
        ('(export "getWitness")', '(export "getWitnesses")'),
        ('(export "getMessageChar")', '(export "getMessage")'),
    ],
)
def test_a_module_with_an_export_of_another_type_or_name_is_malformed(export: str, other: str) -> None:
    """Everything else is as it should be."""
    talking = lookalike_text(setInputSignal="(call $hear)")
    assert export in talking
    with pytest.raises(ArtifactMalformed):
        strange(talking.replace(export, other)).calculate({"a": 1})


def test_endless_recursion_is_a_limit() -> None:
    """The module's stack is bounded."""
    recursion = lookalike(init="(call $deep)) (func $deep (call $deep) (call $deep)")
    with pytest.raises(ResourceLimit):
        recursion.calculate({"a": 1})


@pytest.mark.parametrize(
    "body",
    [
        "",
        '(memory (export "memory") 1)',
        '(func (export "memory"))',
        '(memory (export "memory") 1) (func (export "getFieldNumLen32"))',
        '(import "wasi_snapshot_preview1" "random_get" (func (param i32) (result i32)))(memory (export "memory") 1)',
        '(import "runtime" "exceptionHandler" (func)) (memory (export "memory") 1)',
    ],
    ids=["empty", "no functions", "memory is a function", "no result", "asks for WASI", "other import"],
)
def test_a_module_that_is_no_circuit_is_malformed(body: str) -> None:
    """Missing exports, other types, and imports that no circuit has, WASI above all."""
    with pytest.raises(ArtifactMalformed):
        strange(body).calculate({"a": 1})


def test_a_file_that_is_no_module_is_malformed_and_an_absent_one_missing(tmp_path: Path) -> None:
    """Garbage is refused before it runs; a circuit that was never built says how to build it."""
    (tmp_path / "garbage.wasm").write_bytes(b"\0asm" + bytes(100))
    with pytest.raises(ArtifactMalformed):
        WitnessCalculator.open(tmp_path / "garbage.wasm")
    with pytest.raises(ToolMissing, match="make build"):
        WitnessCalculator.open(tmp_path / "absent.wasm")


def test_wtns_counts_its_values() -> None:
    """Header and body agree."""
    assert wtns(bytes(64))[60:64] == (2).to_bytes(4, "little")


def test_the_module_cache_is_private_or_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cached module is native code: from a folder that others can enter nothing is loaded or stored."""
    monkeypatch.setattr(sandbox, "CACHE", tmp_path)
    wasm = bytes(wat2wasm("(module)"))
    load_module(wasm)
    (folder,) = tmp_path.iterdir()
    (stored,) = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, stored.stat().st_mode & 0o077) == (0o700, 0)
    stored.write_bytes(b"cut short")
    load_module(wasm)
    assert stored.read_bytes() != b"cut short"
    stored.unlink()
    folder.chmod(0o750)
    load_module(wasm)
    assert not list(folder.iterdir())


def test_witnesses_leave_no_memory_behind() -> None:
    """Forty witnesses of 6,300 rows take no more memory than the first ten: each run's instance is freed."""
    calculator = WitnessCalculator.open(built_circuit("device").require("wasm"))
    inputs = example_device().inputs

    def resident_after(runs: int) -> int:
        for _ in range(runs):
            calculator.calculate(inputs)
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    assert resident_after(10) + 8 * 2**20 > resident_after(40)
