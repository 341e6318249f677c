"""snarkjs as a separate process: found, its version checked, stopped in time, and its words read without belief.

It ends with exit code 0 after some failures, and says so only in a line of its log; both are looked at.
"""

import contextlib
import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, NoReturn

from ..capsule.atomic_file import read_bounded
from ..capsule.output import check_outputs
from ..capsule.outside_file import folder_beside, put_in_place
from ..catalogue import CIRCUITS
from ..errors import ArtifactMalformed, ArtifactMismatch, ResourceLimit, ToolMissing
from .container import check_container

CHECKOUT = CIRCUITS.parent / "node_modules" / ".bin" / "snarkjs"
SERIES = "0.7"
"""The versions that are known here, 0.7.x; package.json pins one of them."""

TIMEOUT_SECONDS = 600.0
POLL_SECONDS = 0.05
MAX_JSON_BYTES = 2**26
KEPT_BYTES = 2**16
"""Of the output, at its beginning and at its end; the rest is read and forgotten."""

MESSAGE_CHARACTERS = 400
INSTALL = "run `make build` in a checkout, or `npm install --global snarkjs@0.7.6`"
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_LOGGED = re.compile(r"\[([A-Z]+)\]\s+snarkJS: ?(.*)")


class File(NamedTuple):
    """A file for snarkjs, and which: r1cs, wtns, zkey, ptau or json."""

    path: Path
    kind: str


@dataclass(frozen=True, slots=True)
class Ending:
    """How one run ended."""

    code: int
    text: str
    """What it wrote, without colours."""

    def says(self, message: str) -> bool:
        """Whether exactly this is one of the lines of its log."""
        return any(logged[2].strip() == message for logged in _LOGGED.finditer(self.text))

    @property
    def complaint(self) -> str:
        """The first error of its log, or the last thing it wrote; stack traces left out."""
        errors = [logged[2].strip() for logged in _LOGGED.finditer(self.text) if logged[1] == "ERROR"]
        plain = [line.strip() for line in self.text.splitlines() if line.strip() and not line.startswith("    at ")]
        return (errors or plain[-1:] or ["nothing"])[0][:MESSAGE_CHARACTERS]

    @property
    def clean(self) -> bool:
        """Exit code 0, and no error in the log."""
        return self.code == 0 and all(logged[1] != "ERROR" for logged in _LOGGED.finditer(self.text))

    @property
    def threw(self) -> bool:
        """Whether it stopped by an exception that nobody caught, with a stack trace."""
        return re.search(r"^    at ", self.text, re.MULTILINE) is not None


class SnarkjsProcess:
    """One snarkjs: `executable`, else that of this checkout, else the first on PATH."""

    def __init__(self, executable: Path | None = None, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self.executable = _find(executable)
        self.version = _version(self.executable)
        self.timeout = timeout

    def run(self, arguments: Sequence[str], scratch: Path, entropy: str = "") -> Ending:
        """Run one command in the folder `scratch`; ResourceLimit, with nothing left running, after `timeout` seconds.

        Without entropy its input is closed; entropy goes through a pipe, where no list of processes shows it.
        """
        environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(scratch)}
        try:
            process = subprocess.Popen(
                [str(self.executable), *arguments],
                cwd=scratch,
                env=environment,
                stdin=subprocess.PIPE if entropy else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as fault:
            raise _missing(f"{self.executable} does not start ({fault.strerror})") from None
        try:
            if process.stdin is not None:
                with contextlib.suppress(BrokenPipeError), process.stdin:
                    process.stdin.write(entropy.encode() + b"\n")
            output = self._listen(process)
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
        if process.returncode == 127:  # of `env`, which its first line calls
            raise _missing("node is not on PATH, and snarkjs runs on it")
        return Ending(process.returncode, _ANSI.sub("", output.decode("utf-8", "replace")).strip())

    def make(self, command: str, inputs: Sequence[File], output: File, *options: str, entropy: str = "") -> None:
        """Run a command that turns inputs into one binary file; it is put in place when it is whole, and not before."""
        sources = check_files(inputs, [output.path])
        with folder_beside(output.path) as scratch:
            made = scratch / f"made.{output.kind}"
            ending = self.run([*command.split(), *sources, str(made), *options], scratch, entropy)
            if not ending.clean or not made.is_file():
                refuse(ending, command, inputs)
            check_container(made, output.kind)
            put_in_place(made, output.path)

    def _listen(self, process: "subprocess.Popen[bytes]") -> bytes:
        """What it writes until it ends."""
        if process.stdout is None:
            return b""
        deadline = time.monotonic() + self.timeout
        head, tail, over = bytearray(), bytearray(), False
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while (left := deadline - time.monotonic()) > 0:
                if selector.select(0 if over else min(left, POLL_SECONDS)):
                    chunk = os.read(process.stdout.fileno(), KEPT_BYTES)
                    room = KEPT_BYTES - len(head)
                    head += chunk[:room]
                    tail = (tail + chunk[room:])[-KEPT_BYTES:]
                    if not chunk:
                        break
                elif over:  # ended and heard to the end, though something that it started may hold the pipe
                    break
                else:
                    over = process.poll() is not None
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            message = f"snarkjs did not finish in {self.timeout:g} s: raise the timeout"
            raise ResourceLimit(message, tool="snarkjs", seconds=self.timeout) from None
        return bytes(head + tail)


def check_files(inputs: Sequence[File], outputs: Sequence[Path]) -> list[str]:
    """Absolute paths of the inputs: regular files, whole if they are binary, and none of them an output."""
    for source in inputs:
        if source.kind == "json":
            read_bounded(source.path, MAX_JSON_BYTES, "the file")
        else:
            check_container(source.path, source.kind)
    check_outputs(outputs, [source.path for source in inputs])
    return [str(source.path.absolute()) for source in inputs]


def refuse(ending: Ending, command: str, inputs: Sequence[File]) -> NoReturn:
    """ArtifactMalformed, with what snarkjs said about these files."""
    names = " and ".join(source.path.name for source in inputs) or "its arguments"
    message = f"snarkjs {command} refuses {names}: {ending.complaint}"
    raise ArtifactMalformed(message, tool="snarkjs", exit_code=ending.code, output=ending.complaint)


def _find(executable: Path | None) -> Path:
    if executable is not None:
        chosen = Path(executable)
    elif CHECKOUT.exists():
        chosen = CHECKOUT
    else:
        on_path = shutil.which("snarkjs")
        if on_path is None:
            raise _missing("snarkjs is not installed")
        chosen = Path(on_path)
    if not chosen.is_file():
        raise _missing(f"there is no snarkjs at {chosen}")
    return chosen.absolute()


def _missing(reason: str) -> ToolMissing:
    return ToolMissing(f"{reason}: {INSTALL}", tool="snarkjs")


def _version(executable: Path) -> str:
    """As its package.json says: asked for its version, snarkjs prints its help and fails."""
    found = next(_versions(executable.resolve()), None)
    if found is None or not re.fullmatch(re.escape(SERIES) + r"\.\d+", found):
        message = f"{executable} is snarkjs {found or 'of no known version'}, {SERIES}.x is supported: {INSTALL}"
        raise ArtifactMismatch(message, tool="snarkjs", found=found, expected=f"{SERIES}.x")
    return found


def _versions(executable: Path) -> Iterator[str]:
    for folder in executable.parents:
        with contextlib.suppress(OSError, ValueError):
            package = json.loads((folder / "package.json").read_bytes())
            if isinstance(package, dict) and package.get("name") == "snarkjs":
                yield str(package.get("version"))
