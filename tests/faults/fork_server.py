"""Runs operations in processes of their own without paying for Python's start each time.

Started with the faulty disk preloaded. A line on stdin is a JSON list of jobs; each is forked, armed and run at the
same time as the others; the answer is a line with a list of [exit code or minus the signal, seconds].
"""

import ctypes
import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from tests.faults.operations import EVERY
from zkdata.errors import ZkDataError

FAULT_OF_OURS = 70


def run(job: dict[str, Any]) -> int:
    """In the child: the operation under the widest umask, its words on stderr, its exit code."""
    heard = os.open(job["heard"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(heard, sys.stdout.fileno())
    os.dup2(heard, sys.stderr.fileno())
    os.close(heard)
    os.umask(0)
    arm = ctypes.CDLL(None).faulty_disk_arm
    try:
        arm(job["folder"].encode(), job["log"].encode(), ctypes.c_long(job["call"]), job["action"].encode())
        return EVERY[job["operation"]].run(Path(job["inputs"]), Path(job["folder"]))
    except (ZkDataError, OSError) as refused:
        sys.stderr.write(f"{type(refused).__name__}: {refused}\n")
        return 2
    except BaseException:
        traceback.print_exc()
        return FAULT_OF_OURS
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def serve() -> None:
    """Until stdin ends."""
    for line in sys.stdin:
        children: list[tuple[int, float]] = []
        jobs = json.loads(line)
        for job in jobs:
            child = os.fork()
            if child == 0:
                os._exit(run(job))
            children.append((child, time.monotonic()))
        for job, (child, started) in zip(jobs, children, strict=True):
            if job["kill_after"] is not None:
                time.sleep(max(0.0, started + job["kill_after"] - time.monotonic()))
                os.kill(child, signal.SIGKILL)
        answer = []
        for child, started in children:
            _, status = os.waitpid(child, 0)
            answer.append([os.waitstatus_to_exitcode(status), time.monotonic() - started])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
