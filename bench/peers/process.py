"""Runs a command again and again, each time as a process of its own, for each order `run`.

python -m bench.peers.process COMMAND ARGUMENT ..
"""

# Linux counts what a process held before it became another program, so whoever starts the command has to be small.
import os
import sys
import time

from .resident import say


def run(command: list[str]) -> dict[str, float]:
    """One run: seconds by the clock, of the processor, and the most memory held at once."""
    quiet = [(os.POSIX_SPAWN_OPEN, output, os.devnull, os.O_WRONLY, 0) for output in (1, 2)]
    started = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - started
    if code := os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak_kibibytes": usage.ru_maxrss}


if __name__ == "__main__":
    say({"load": None})
    for _ in sys.stdin:
        say(run(sys.argv[1:]))
