"""A process that repeats one piece of work on request, and says what each repetition took.

It writes one line of JSON when it is ready: what loading took. Each line it reads is then an order, `run` or `save
FILE ..`, and each answer one line of JSON. Workers in other languages keep to the same.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol


class Work(Protocol):
    """What is repeated; everything it needs is loaded when it has been made."""

    def run(self) -> object:
        """Once."""

    def save(self, *files: str) -> None:
        """What the last run gave."""


def peak_kibibytes() -> int:
    """The most memory that this process has held at once, since it became this program."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


def measured(work: Callable[[], object]) -> dict[str, Any]:
    """Seconds by the clock and of the processor, all threads of this process, and its peak of memory until now."""
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    work()
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": wall, "cpu": cpu, "peak_kibibytes": peak_kibibytes()}


def serve(make: Callable[[], Work]) -> None:
    """Answer orders until there are no more."""
    made: list[Work] = []
    say({"load": measured(lambda: made.append(make()))})
    work = made[0]
    for line in sys.stdin:
        order, *files = line.split()
        if order == "run":
            say(measured(work.run))
        else:
            say({"said": getattr(work, order)(*files)})


def say(answer: object) -> None:
    """One line."""
    print(json.dumps(answer), flush=True)
