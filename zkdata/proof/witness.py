"""Witnesses, by running circom's generated WebAssembly under limits; the result is the bytes of a `.wtns` file.

For a `.wasm` that somebody brings, and as an oracle: our own circuits go through `witness_graph`.

The module gets memory, fuel and four small host functions, but no files, no clock and no randomness. Values go in and
out in bulk through a driver module that shares the circuit's memory: one call in, one call out, however many signals.
"""

import atexit
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..capsule.atomic_file import read_bounded
from ..capsule.hashing import FIELD_ORDER
from ..errors import ArtifactMalformed, ArtifactMismatch, ResourceLimit, StatementFalse, ToolMissing
from .inputs import FIELD_BYTES, Input, flatten
from .sandbox import MODULE_LIMIT, load_module, new_store

if TYPE_CHECKING:
    import wasmtime

FUEL = 500 * 10**9  # instructions: a claim of 48 records takes 2.7 * 10^9 (0.3 s), so this ends within a minute
MEMORY_LIMIT = 2 * 2**30  # bytes
MESSAGE_LIMIT = 2**12  # characters that a module may say before it is stopped
INPUT_ROW = struct.Struct(f"<IIi4x{FIELD_BYTES}s")  # hash high, hash low, position in the signal, value

DRIVER = f"""
(module
  (import "circuit" "memory" (memory $circuit 0))
  (import "circuit" "setInputSignal" (func $set (param i32 i32 i32)))
  (import "circuit" "getWitness" (func $get (param i32)))
  (memory $own (export "memory") 1)
  (func (export "load") (param $shared i32) (param $count i32)
    (local $row i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (memory.copy $circuit $own
          (local.get $shared) (i32.add (local.get $row) (i32.const 16)) (i32.const {FIELD_BYTES}))
        (call $set
          (i32.load $own (local.get $row))
          (i32.load $own offset=4 (local.get $row))
          (i32.load $own offset=8 (local.get $row)))
        (local.set $row (i32.add (local.get $row) (i32.const {INPUT_ROW.size})))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next))))
  (func (export "dump") (param $shared i32) (param $count i32)
    (local $signal i32)
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $signal) (local.get $count)))
        (call $get (local.get $signal))
        (memory.copy $own $circuit
          (i32.mul (local.get $signal) (i32.const {FIELD_BYTES})) (local.get $shared) (i32.const {FIELD_BYTES}))
        (local.set $signal (i32.add (local.get $signal) (i32.const 1)))
        (br $next)))))
"""

_REASONS = {
    1: "signal not found",
    2: "too many signals set",
    3: "signal already set",
    4: "assertion failed",
    5: "not enough memory",
    6: "input signal longer than declared",
    7: "array access out of bounds",
}
_ASSERTION = 4
_PLACE = re.compile(r"template ([A-Za-z_$][\w$]*?)(?:_\d+)? line: (\d+)")


def signal_hash(name: str) -> int:
    """64-bit FNV-1a of a signal's name, by which circom's module knows its inputs."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def wtns(values: bytes) -> bytes:
    """A `.wtns` file, version 2, around the little-endian values of all wires."""
    header = struct.pack("<I32sI", FIELD_BYTES, FIELD_ORDER.to_bytes(FIELD_BYTES, "little"), len(values) // FIELD_BYTES)
    sections = (struct.pack("<IQ", number, len(body)) + body for number, body in ((1, header), (2, values)))
    return b"wtns" + struct.pack("<II", 2, 2) + b"".join(sections)


@dataclass(frozen=True, slots=True)
class WitnessCalculator:
    """A circuit's generated module, ready to be run any number of times."""

    module: "wasmtime.Module" = field(repr=False)
    name: str
    fuel: int = FUEL
    memory: int = MEMORY_LIMIT

    @classmethod
    def open(cls, path: Path, *, fuel: int = FUEL, memory: int = MEMORY_LIMIT) -> "WitnessCalculator":
        """Read a `.wasm`. ToolMissing where it was never built, ArtifactMalformed where it is no circuit."""
        try:
            wasm = read_bounded(path, MODULE_LIMIT, "the circuit module")
        except FileNotFoundError:
            raise ToolMissing(f"{path.name} has not been built: run `make build`", path=str(path)) from None
        return cls(load_module(wasm), path.stem, fuel, memory)

    def calculate(self, inputs: Mapping[str, Input]) -> bytes:
        """The `.wtns` of these inputs. StatementFalse where a constraint or assertion does not hold for them."""
        import wasmtime

        run = _Run(self)
        try:
            return wtns(run.values(inputs))
        except wasmtime.Trap as trap:
            if trap.trap_code == wasmtime.TrapCode.OUT_OF_FUEL:
                message = f"{self.name} used up its {self.fuel} instructions: give the calculator more fuel"
                raise ResourceLimit(message, limit=self.fuel) from trap
            if trap.trap_code == wasmtime.TrapCode.STACK_OVERFLOW:
                raise ResourceLimit(f"{self.name} used up its stack: the module recurses without end") from trap
            raise self._malformed(f"it stops with: {trap.message}") from trap
        except wasmtime.WasmtimeError as error:
            raise self._malformed(str(error).partition("\n")[0]) from error
        finally:
            run.close()

    def _malformed(self, reason: str) -> ArtifactMalformed:
        message = f"{self.name} is not a module generated by circom for this field ({reason}): build the circuit again"
        return ArtifactMalformed(message, circuit=self.name)


class _Run:
    """One instance of a module, for one witness."""

    def __init__(self, calculator: WitnessCalculator) -> None:
        self._calculator = calculator
        self._name = calculator.name
        self._said = ""
        self._exports: Mapping[str, Any] = {}
        self._store: wasmtime.Store | None = None

    def close(self) -> None:
        """Free the instance. Its store holds this run's own methods, a circle that no garbage collector sees."""
        if self._store is not None:
            self._store.close()

    def values(self, inputs: Mapping[str, Input]) -> bytes:
        """Little-endian values of all wires, in their order."""
        self._instantiate()
        if self._whole("getFieldNumLen32") * 4 != FIELD_BYTES or self._prime() != FIELD_ORDER:
            raise self._calculator._malformed("its field is another one")
        shared = self._whole("getSharedRWMemoryStart")
        self._call("init", 0)
        rows = b"".join(self._rows(inputs))
        count = len(rows) // INPUT_ROW.size
        expected = self._whole("getInputSize")
        if count != expected:
            message = f"{self._name} takes {expected} input values, {count} were given: a signal is missing"
            raise ArtifactMismatch(message, expected=expected, found=count)
        self._make_room(len(rows))
        self._driver["memory"].write(self._store, rows, 0)
        self._driver["load"](self._store, shared, count)
        return self._dump(shared)

    def _instantiate(self) -> None:
        import wasmtime

        calculator = self._calculator
        memory = next((e.type for e in calculator.module.exports if e.name == "memory"), None)
        if not isinstance(memory, wasmtime.MemoryType):
            raise calculator._malformed("it exports no memory")
        asked = memory.limits.min * 2**16
        if asked > calculator.memory:
            message = f"{self._name} asks for {asked} bytes of memory, above the limit of {calculator.memory}"
            raise ResourceLimit(message, limit=calculator.memory)
        self._store = new_store(calculator.fuel, calculator.memory)
        linker = wasmtime.Linker(self._store.engine)
        no_value = wasmtime.FuncType([], [])
        linker.define_func("runtime", "exceptionHandler", wasmtime.FuncType([wasmtime.ValType.i32()], []), self._refuse)
        linker.define_func("runtime", "printErrorMessage", no_value, self._hear)
        for name in ("writeBufferMessage", "showSharedRWMemory"):  # what log() writes; nobody reads it here
            linker.define_func("runtime", name, no_value, lambda: None)
        instance = linker.instantiate(self._store, calculator.module)
        self._exports = instance.exports(self._store)
        linker.define_instance(self._store, "circuit", instance)
        self._driver: Mapping[str, Any] = linker.instantiate(self._store, _driver_module()).exports(self._store)

    def _rows(self, inputs: Mapping[str, Input]) -> Iterator[bytes]:
        for name, value in inputs.items():
            high, low = divmod(signal_hash(name), 2**32)
            flat = list(flatten(value))
            size = self._whole("getInputSignalSize", _signed(high), _signed(low))
            if size != len(flat):
                expects = "does not know it" if size <= 0 else f"expects {size}"
                message = f"input {name} has {len(flat)} values, but {self._name} {expects}: build the circuit again"
                raise ArtifactMismatch(message, signal=name, found=len(flat))
            for position, element in enumerate(flat):
                if not 0 <= element < FIELD_ORDER:
                    raise ArtifactMismatch(
                        f"input {name}, value {position} is not a field element", signal=name, index=position
                    )
                yield INPUT_ROW.pack(high, low, position, element.to_bytes(FIELD_BYTES, "little"))

    def _dump(self, shared: int) -> bytes:
        count = self._whole("getWitnessSize")
        if not 0 < count * FIELD_BYTES <= self._calculator.memory:
            raise self._calculator._malformed(f"it has {count} wires")
        self._make_room(count * FIELD_BYTES)
        self._driver["dump"](self._store, shared, count)
        return bytes(self._driver["memory"].read(self._store, 0, count * FIELD_BYTES))

    def _make_room(self, size: int) -> None:
        memory = self._driver["memory"]
        missing = -(-size // 2**16) - memory.size(self._store)
        if missing > 0:
            memory.grow(self._store, missing)

    def _prime(self) -> int:
        self._call("getRawPrime")
        limbs = [self._whole("readSharedRWMemory", index) % 2**32 for index in range(FIELD_BYTES // 4)]
        return sum(limb << 32 * index for index, limb in enumerate(limbs))

    def _call(self, name: str, *arguments: int) -> object:
        function = self._exports.get(name)
        if not callable(function):
            raise self._calculator._malformed(f"it exports no {name}")
        return function(self._store, *arguments)

    def _whole(self, name: str, *arguments: int) -> int:
        result = self._call(name, *arguments)
        if not isinstance(result, int):
            raise self._calculator._malformed(f"{name} returns no number")
        return result

    def _hear(self) -> None:
        while len(self._said) < MESSAGE_LIMIT:
            character = self._whole("getMessageChar")
            if character == 0:
                self._said += "\n"
                return
            self._said += chr(character % 256)
        raise self._calculator._malformed("it does not stop talking")

    def _refuse(self, code: int) -> None:
        reason = _REASONS.get(code, f"code {code}")
        if code != _ASSERTION:
            raise self._calculator._malformed(reason)
        place = _PLACE.search(self._said)
        if place is None:
            raise StatementFalse(f"{self._name}: an assertion of the circuit does not hold", circuit=self._name)
        template, line = place[1], int(place[2])
        message = f"{self._name}: {template}, line {line}, does not hold; the statement's check() says which record"
        raise StatementFalse(message, circuit=self._name, template=template, line=line)


@cache
def _driver_module() -> "wasmtime.Module":
    import wasmtime

    return load_module(bytes(wasmtime.wat2wasm(DRIVER)))


atexit.register(_driver_module.cache_clear)  # while wasmtime can still free it


def _signed(half: int) -> int:
    return half - 2**32 if half >= 2**31 else half
