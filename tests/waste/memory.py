"""The memory of another process, searched while it waits."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PIECE = 2**24
REGION = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw")


def left_behind(program: str, needles: Mapping[str, bytes], *arguments: str, library: Path | None = None) -> set[str]:
    """Which needles are in the writable memory of a Python that has run this program; it waits while it is searched.

    With a library, the native core is that file.
    """
    command = [sys.executable, "-c", PREAMBLE + program + AFTERWARDS, str(library or ""), *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "done\n"
            return _found(process.pid, needles)
        finally:
            process.kill()


PREAMBLE = """
import importlib.machinery, importlib.util, sys
if library := sys.argv.pop(1):
    loader = importlib.machinery.ExtensionFileLoader("zkdata._native", library)
    native = importlib.util.module_from_spec(importlib.util.spec_from_loader("zkdata._native", loader))
    loader.exec_module(native)
else:
    from zkdata import _native as native
"""
AFTERWARDS = """
print("done", flush=True)
sys.stdin.read()
"""


def _found(pid: int, needles: Mapping[str, bytes]) -> set[str]:
    found = set()
    maps = Path(f"/proc/{pid}/maps").read_text()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for start, end in ((int(low, 16), int(high, 16)) for low, high in REGION.findall(maps)):
            for at in range(start, end, PIECE):
                memory.seek(at)
                try:
                    piece = memory.read(min(PIECE + 32, end - at))
                except OSError:
                    continue
                found |= {name for name, needle in needles.items() if needle in piece}
    return found
