"""Circom, pinned, as WebAssembly in a child process.

    python -m zkdata.proof.compiler MAIN OUT           write NAME.r1cs, NAME.wasm, NAME.wat and NAME.sym into OUT
    python -m zkdata.proof.compiler --inspect MAIN     lint; any warning fails

The compiler sees three directories and nothing else: that of MAIN and `circuits/` to read, OUT to write. It has its own
process because it is a separate program, and so that a runaway compilation can be stopped.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ..catalogue import CIRCUITS
from ..errors import ArtifactMalformed, ArtifactMismatch, ResourceLimit, ToolMissing, ZkDataError
from .sandbox import load_module, new_store

CIRCOM = CIRCUITS.parent / "node_modules" / "circom2" / "circom.wasm"
CIRCOM_VERSION = "2.2.3"
CIRCOM_DIGEST = "96fc92a93768f38979db6c2bac4b1aa9fc7d66742121a63d4c4792d5b4037162"
OPTIMISATION = "--O2"  # rows and keys depend on it
MEMORY_LIMIT = 2**32  # all that 32-bit WebAssembly can address: the largest circuits need most of it
TIMEOUT_SECONDS = 3600.0
ERROR_CHARACTERS = 4000
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def compile_circuit(main: Path, out: Path, *, timeout: float = TIMEOUT_SECONDS) -> None:
    """Compile a main file into `out`: NAME.r1cs, NAME.wasm, NAME.wat and NAME.sym, with NAME the file's stem."""
    _run_child([str(main), str(out)], main, timeout)


def inspect(main: Path, *, timeout: float = TIMEOUT_SECONDS) -> None:
    """Compile a main file with every warning of circom counted as an error."""
    _run_child(["--inspect", str(main)], main, timeout)


def read_circom() -> bytes:
    """The compiler's bytes, checked to be the pinned version."""
    try:
        wasm = CIRCOM.read_bytes()
    except FileNotFoundError:
        raise ToolMissing(
            "the circom compiler is not installed: run `make build`, or `npm ci`", tool="circom"
        ) from None
    digest = hashlib.sha256(wasm).hexdigest()
    if digest != CIRCOM_DIGEST:
        raise ArtifactMismatch(
            f"{CIRCOM.name} is not circom {CIRCOM_VERSION}: run `npm ci` to get the pinned one",
            expected=CIRCOM_DIGEST,
            found=digest,
        )
    return wasm


def _run_child(arguments: list[str], main: Path, timeout: float) -> None:
    read_circom()
    command = [sys.executable, "-m", "zkdata.proof.compiler", *arguments]
    environment = os.environ | {"PYTHONPATH": str(CIRCUITS.parent)}
    try:
        child = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        raise ResourceLimit(
            f"circom did not finish {main.name} in {timeout:g} s: raise the timeout", seconds=timeout
        ) from None
    if child.returncode != 0:
        text = child.stderr.strip()[-ERROR_CHARACTERS:]
        raise ArtifactMalformed(f"circom refuses {main.name}:\n{text}", circuit=main.stem, output=text)


def _circom(main: Path, out: Path, *flags: str) -> str:
    """Run the compiler in this process and return what it wrote to standard error, which is where warnings go."""
    import wasmtime

    if not main.is_file():
        raise ArtifactMalformed(f"no such file: {main}")
    store = new_store(fuel=2**62, memory=MEMORY_LIMIT)
    with tempfile.NamedTemporaryFile() as said:
        wasi = wasmtime.WasiConfig()
        wasi.argv = ["circom", f"/main/{main.name}", OPTIMISATION, *flags, "-l", "/circuits", "-o", "/out"]
        wasi.stderr_file = said.name
        wasi.preopen_dir(str(main.parent), "/main", fs_mutable=False)
        wasi.preopen_dir(str(CIRCUITS), "/circuits", fs_mutable=False)
        wasi.preopen_dir(str(out), "/out", fs_mutable=True)
        store.set_wasi(wasi)
        linker = wasmtime.Linker(store.engine)
        linker.define_wasi()
        start = linker.instantiate(store, load_module(read_circom())).exports(store)["_start"]
        if not isinstance(start, wasmtime.Func):
            raise ArtifactMismatch("circom.wasm has no start function: run `npm ci`")
        try:
            start(store)
        except wasmtime.ExitTrap as end:
            failed = bool(end.code)
        except wasmtime.Trap as trap:
            raise ArtifactMalformed(f"{_said(said.name)}\ncircom stopped: {trap.message}") from trap
        else:
            failed = False
        text = _said(said.name)
    if failed:
        raise ArtifactMalformed(text)
    return text


def _said(path: str) -> str:
    return _ANSI.sub("", Path(path).read_text("utf-8", "replace")).strip()


def _compile_here(main: Path, out: Path) -> None:
    _circom(main, out, "--r1cs", "--wasm", "--wat", "--sym")
    generated = out / f"{main.stem}_js"  # holds the generator twice, and two scripts for Node, which nothing here uses
    for kind in ("wasm", "wat"):
        (generated / f"{main.stem}.{kind}").replace(out / f"{main.stem}.{kind}")
    shutil.rmtree(generated)


def _inspect_here(main: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        text = _circom(main, Path(scratch), "--r1cs", "--inspect")
    if "warning[" in text:
        raise ArtifactMalformed(f"{text}\nEach of these warnings has to go.")


def main(arguments: list[str]) -> int:
    """The command line above."""
    try:
        match arguments:
            case ["--inspect", source]:
                _inspect_here(Path(source).resolve())
            case [source, out]:
                _compile_here(Path(source).resolve(), Path(out).resolve())
            case _:
                sys.stderr.write((__doc__ or "") + "\n")
                return 2
    except ZkDataError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
