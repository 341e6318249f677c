"""The faulty disk: compiling it, arming it, running operations on it, and reading what was called."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(__file__).with_suffix(".c")
HEALTHY = "none"


class Call(NamedTuple):
    """One call that was seen, its paths relative to the folder; a part is called PART of its target."""

    number: int
    name: str
    path: str
    target: str


@dataclass(frozen=True)
class Job:
    """One run of an operation, all paths absolute; `kill_after` in seconds."""

    operation: str
    inputs: str
    folder: str
    log: str
    heard: str
    call: int = 0
    action: str = HEALTHY
    kill_after: float | None = None


class Ended(NamedTuple):
    """How a job ended: its exit code, or minus the signal that ended it."""

    code: int
    seconds: float


def compile_to(folder: Path) -> Path:
    """The library to preload."""
    library = folder / "faulty_disk.so"
    command = ["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", str(library), str(SOURCE)]
    subprocess.run([*command, "-ldl"], check=True, capture_output=True, text=True)
    return library


def environment(library: Path) -> dict[str, str]:
    """Of a process on the faulty disk. Two threads each are enough for circuits of two rows."""
    return os.environ | {"LD_PRELOAD": str(library), "PYTHONPATH": str(ROOT), "RAYON_NUM_THREADS": "2"}


def calls(log: Path, folder: Path) -> list[Call]:
    """What was called, in the order of the numbers."""
    seen = []
    for line in log.read_text().splitlines():
        number, name, path, target = line.split("\t")
        seen.append(Call(int(number), name, _short(path, folder), _short(target, folder)))
    return sorted(seen)


def _short(path: str, folder: Path) -> str:
    if not path:
        return ""
    name = os.path.relpath(path, folder)
    return f"PART {name[1:].rsplit('.', 2)[0]}" if name.endswith(".part") and name.startswith(".") else name


class ForkServer:
    """A process with everything imported, from which jobs are forked."""

    def __init__(self, library: Path) -> None:
        command = [sys.executable, "-m", "tests.faults.fork_server"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment(library)
        )

    def run(self, *jobs: Job) -> list[Ended]:
        """All at the same time."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        stdin.write(json.dumps([asdict(job) for job in jobs]) + "\n")
        stdin.flush()
        return [Ended(*each) for each in json.loads(stdout.readline())]

    def close(self) -> None:
        """End it."""
        self._process.communicate()
