"""What does sealing a recording of 100,000 records take, and how much of it is spent in hashing and signing?

.venv/bin/python -m pytest bench/bench_seal.py -o python_files='bench_*.py' -q -s

Times are processor seconds of this process. `native` is what the hash, cipher, tree and signing calls of the native
core take; the rest is Python: limbs, words, digests, files and openings.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from zkdata import _native
from zkdata.capsule.device import DeviceKey
from zkdata.capsule.record import Record
from zkdata.capsule.schemas import SENSOR_READING
from zkdata.capsule.seal import HOUR, seal_recording

COUNT = 100_000
CALLS = ("poseidon", "seal_words", "content_root", "sign", "device_secret")
STEPS = {"every 4.5 seconds, 800 a slot": 4_500, "a minute, 60 a slot": 60_000, "four minutes, 15 a slot": 240_000}
"""Milliseconds between records: capsules of the largest shape, of a middle one, of the smallest."""


@pytest.fixture(scope="module")
def written() -> list[list[str]]:
    """Readings as an instrument writes them."""
    spans = ((-20, 60, 2), (0, 100, 1), (900, 200, 1), (3, 1, 3))
    parts = (index * 7919 % 10_007 / 10_007 for index in range(COUNT))
    return [[f"{low + span * part:.{digits}f}" for low, span, digits in spans] for part in parts]


@pytest.fixture
def spent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Processor seconds spent so far in each of the native calls."""
    seconds: Counter[str] = Counter()

    def timed(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def measure(*arguments: Any) -> Any:
            start = time.process_time()
            result = call(*arguments)
            seconds[name] += time.process_time() - start
            return result

        return measure

    for name in CALLS:
        monkeypatch.setattr(_native, name, timed(name, getattr(_native, name)))
    return seconds


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
@pytest.mark.benchmark(timer=time.process_time)
def test_seal_recording(benchmark: BenchmarkFixture, spent: Counter[str], written: list[list[str]], step: int) -> None:
    """Three rounds; more than half is native."""
    key, rounds = DeviceKey.generate(), 3
    records = [Record(483_000 * HOUR + step * index, values) for index, values in enumerate(written)]
    capsules = benchmark.pedantic(seal_recording, (SENSOR_READING, records, key), rounds=rounds)
    assert sum(capsule.file.header.count for capsule in capsules) == COUNT
    total, native = benchmark.stats.stats.total / rounds, sum(spent.values()) / rounds
    by_call = {name: round(seconds / rounds, 3) for name, seconds in spent.items()}
    figures = {"capsules": len(capsules), "seconds": round(total, 2), "native share": round(native / total, 2)}
    benchmark.extra_info.update(figures | by_call)
    print(f"\n{COUNT} records: {figures} {by_call}")
    assert native > total / 2


def test_make_records(benchmark: BenchmarkFixture, written: list[list[str]]) -> None:
    """The records themselves, from decimal text, which whoever reads an instrument pays before sealing."""
    benchmark.pedantic(lambda: [Record(index, values) for index, values in enumerate(written)], rounds=3)
