"""Runs one command line of zkdata again and again, each time in a process of its own that may be killed.

    python -m tests.settlement.settler ARGUMENT ...

Everything is imported once; for a line on stdin a child is forked and its number printed, and for another one how it
ended: until then the number is its own.
"""

import os
import sys

from zkdata.cli import main
from zkdata.proof import prover
from zkdata.settlement import claim_file, deployment, settling, wallet

IMPORTED = (claim_file, deployment, prover, settling, wallet)


def run() -> None:
    """Fork for each line."""
    while sys.stdin.readline():
        child = os.fork()
        if child == 0:
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os._exit(main(sys.argv[1:]))
        print(child, flush=True)
        sys.stdin.readline()
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    run()
