"""What a long run is watched with: memory, repeated proofs, mixed answers, and a heart that beats meanwhile.

python -m tests.proof.endurance COUNT WARM_UP             proofs of one witness in this process, as JSON
python -m tests.proof.endurance COUNT WARM_UP repeat      the last proof each time instead
python -m tests.proof.endurance COUNT WARM_UP leak        the same, and some memory kept each time
"""

import ctypes
import gc
import json
import subprocess
import sys
import threading
import time
from array import array
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.circuits.r1cs_file import wtns
from tests.proof import groth16_material as material

Proved = tuple[Any, list[int]]
Prove = Callable[[bytes], Proved]

TICK = 0.005
LEAKED_BYTES = 4096
COORDINATE_BITS = 64

CONTROL = f"""
import select, sys, time
print("ready", flush=True)
last, longest = time.monotonic(), 0.0
while not select.select([sys.stdin], [], [], {TICK})[0]:
    now = time.monotonic()
    longest, last = max(longest, now - last - {TICK}), now
print(longest)
"""


def proved_at_once(prove: Prove, witnesses: Sequence[bytes], threads: int) -> list[Proved]:
    """A proof of each witness, in their order, by so many threads."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(prove, witnesses))


def mixed(proved: Sequence[Proved], expected: Sequence[Sequence[int]]) -> list[int]:
    """Places where the public signals are not those of the witness."""
    return [place for place, ((_, public), own) in enumerate(zip(proved, expected, strict=True)) if public != [*own]]


def resident_kibibytes() -> int:
    """What this process holds now, less what the allocator keeps for later, which comes and goes by some hundred."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def proved_in_a_row(count: int, warm_up: int, fault: str = "") -> dict[str, Any]:
    """Memory after the warm-up and at the end, and how many of each proof's points were there before."""
    prove, witness = material.proving_key().prove, wtns(material.values())
    kept: list[bytearray] = []
    last = prove(witness)

    def one() -> Any:
        nonlocal last
        if fault == "leak":
            kept.append(bytearray(LEAKED_BYTES))
        if not fault:
            last = prove(witness)
        return last[0]

    seen = [array("Q", bytes(8 * count)) for _ in "ABC"]  # there before the first look at memory
    for _ in range(warm_up):
        one()
    before = resident_kibibytes()
    for place in range(count):
        a, b, c = one()
        for column, x in zip(seen, (a[0], b[0][0], c[0]), strict=True):
            column[place] = x % 2**COORDINATE_BITS
    after = resident_kibibytes()
    return {"before": before, "after": after, "repeated": [count - len(set(column)) for column in seen]}


class Heart:
    """A thread that wants to beat every few milliseconds, and the longest it was kept from it.

    A busy machine keeps anyone waiting. Another process beats beside it, to tell that from a lock of the interpreter's.
    """

    def __init__(self) -> None:
        self.beats = 0
        self.longest = 0.0
        self.elsewhere = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat)

    @property
    def held_back(self) -> float:
        """Seconds that this process waited longer than the other."""
        return self.longest - self.elsewhere

    def __enter__(self) -> Self:
        self._control = subprocess.Popen(
            [sys.executable, "-IS", "-c", CONTROL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._control.stdout is not None
        self._control.stdout.readline()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()
        told, _ = self._control.communicate("\n", timeout=30)
        self.elsewhere = float(told)

    def _beat(self) -> None:
        last = time.monotonic()
        while not self._done.wait(TICK):
            now = time.monotonic()
            self.longest = max(self.longest, now - last - TICK)
            self.beats, last = self.beats + 1, now


if __name__ == "__main__":
    print(json.dumps(proved_in_a_row(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])))
