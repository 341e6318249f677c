"""Several workers as one: for each order `run`, every one of them once, each after the one before.

python -m bench.peers.in_turn WORKER ARGUMENT .. --then WORKER ARGUMENT ..
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from .resident import say

THEN = "--then"


def commands(words: Sequence[str]) -> Iterator[list[str]]:
    """What stands between the marks."""
    return (list(command) for mark, command in groupby(words, THEN.__eq__) if not mark)


class Worker:
    """One of them."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.load: dict[str, float] | None = self._answer()["load"]

    def run(self) -> dict[str, float]:
        """Once."""
        assert self._process.stdin is not None
        print("run", file=self._process.stdin, flush=True)
        taken: dict[str, float] = self._answer()
        return taken

    def end(self) -> None:
        """No more orders."""
        self._process.communicate()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{' '.join(self._command)} ended")
        answer: dict[str, Any] = json.loads(line)
        return answer


def together(taken: Sequence[dict[str, float]], wall: float) -> dict[str, float]:
    """The clock's time from first to last, the processor's of all, and the most memory that one of them held."""
    peak = max(each["peak_kibibytes"] for each in taken)
    return {"wall": wall, "cpu": sum(each["cpu"] for each in taken), "peak_kibibytes": peak}


if __name__ == "__main__":
    workers = [Worker(command) for command in commands(sys.argv[1:])]
    loads = [worker.load for worker in workers if worker.load]
    say({"load": together(loads, sum(load["wall"] for load in loads)) if loads else None})
    for _ in sys.stdin:
        started = time.perf_counter()
        done = [worker.run() for worker in workers]
        say(together(done, time.perf_counter() - started))
    for worker in workers:
        worker.end()
