"""A prover that works for days: many threads, thousands of proofs, an interpreter that others go on using.

A short run each time, the whole one in the deep tier; and each thing that watches is seen to catch what it watches for.
"""

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.circuits.r1cs_file import wtns
from tests.proof import endurance, groth16_material
from tests.proof.squarings import write_squarings
from zkdata import _native, dev_setup

KERNELS = ("best", "portable")
THREADS = 8
GROWTH = 1.01
WAIT = 0.1
"""Seconds."""

WHOLE = pytest.mark.deep


@pytest.fixture(params=KERNELS)
def key(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> _native.ProvingKey:
    """The small key, read for each kernel."""
    monkeypatch.setenv("ZKDATA_KERNEL", request.param)
    return _native.ProvingKey.open(groth16_material.folder() / "circuit.zkey")


def witnesses(count: int) -> tuple[list[bytes], list[list[int]]]:
    """No two alike, and their public signals."""
    values = [groth16_material.values(p=place + 1, u=2 * place, x=3 * place + 1) for place in range(count)]
    return [wtns(wires) for wires in values], [wires[1:4] for wires in values]


@pytest.mark.parametrize("count", [100, pytest.param(1000, marks=WHOLE)])
def test_proofs_at_once_are_not_mixed(key: _native.ProvingKey, count: int) -> None:
    """Eight threads, as many witnesses as proofs: each proof is of its own witness, and all verify."""
    given, expected = witnesses(count)
    proved = endurance.proved_at_once(key.prove, given, THREADS)
    assert endurance.mixed(proved, expected) == []
    key.verification_key().verify_many(proved)


def test_a_mixed_proof_is_caught() -> None:
    """Two answers exchanged, as by a prover that shares what it writes to."""
    given, expected = witnesses(16)
    proved = endurance.proved_at_once(groth16_material.proving_key().prove, given, THREADS)
    proved[3], proved[12] = proved[12], proved[3]
    assert endurance.mixed(proved, expected) == [3, 12]


def in_a_row(count: int, warm_up: int, *fault: str, kernel: str = "best") -> dict[str, Any]:
    """In a process that does nothing else."""
    command = [sys.executable, "-m", "tests.proof.endurance", str(count), str(warm_up), *fault]
    ran = subprocess.run(
        command,
        env={**os.environ, "ZKDATA_KERNEL": kernel},
        capture_output=True,
        text=True,
        check=False,
        timeout=3600,
    )
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


@pytest.mark.parametrize("kernel", ["best", pytest.param("portable", marks=WHOLE)])
@pytest.mark.parametrize(("count", "warm_up"), [(100, 250), pytest.param(10_000, 500, marks=WHOLE)])
def test_memory_stays_and_no_proof_comes_twice(count: int, warm_up: int, kernel: str) -> None:
    """Of one witness in one process: after the warm-up at most a hundredth more memory; A, B and C differ each time."""
    found = in_a_row(count, warm_up, kernel=kernel)
    assert found["after"] <= found["before"] * GROWTH
    assert found["repeated"] == [0, 0, 0]


def test_a_repeated_proof_and_a_leak_are_caught() -> None:
    """A prover that gives its last proof again, in the same memory; and one that keeps four kibibytes each time."""
    repeated, leaking = in_a_row(100, 10, "repeat"), in_a_row(100, 10, "leak")
    assert repeated["repeated"] == [99, 99, 99]
    assert repeated["after"] <= repeated["before"] * GROWTH < leaking["after"]


@pytest.fixture(scope="module", params=[13, pytest.param(16, marks=WHOLE)])
def large(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, bytes]]:
    """A key of some size and a witness."""
    folder = tmp_path_factory.mktemp("endurance")
    r1cs, witness = write_squarings(folder, 2**request.param - 8)
    dev_setup(r1cs, folder / "large.zkey")
    yield folder / "large.zkey", witness.read_bytes()
    (folder / "large.zkey").unlink()


READS = 20  # of a key that takes some milliseconds


def beaten(work: Callable[[], object], beats: int) -> None:
    """The work is done, and a heart has beaten all the while."""
    with endurance.Heart() as heart:
        work()
    assert heart.beats >= beats
    assert heart.held_back < WAIT


def test_a_heart_beats_while_proofs_run(large: tuple[Path, bytes]) -> None:
    """Large ones, one after another."""
    key = _native.ProvingKey.open(large[0])
    beaten(lambda: [key.prove(large[1]) for _ in range(3)], beats=10)


def test_a_heart_beats_while_small_proofs_run(key: _native.ProvingKey) -> None:
    """Many of them at once, each of which takes the interpreter and lets it go."""
    beaten(lambda: endurance.proved_at_once(key.prove, witnesses(50)[0], THREADS), beats=10)


def test_a_heart_beats_while_a_key_is_read(large: tuple[Path, bytes]) -> None:
    """From a file, and from memory."""
    contents = large[0].read_bytes()
    beaten(lambda: [_native.ProvingKey.open(source) for source in (large[0], contents) * READS], beats=10)


def test_a_lock_that_is_held_is_caught() -> None:
    """Somebody sleeps with the interpreter in hand, as a prover would that does not let it go."""
    asleep = ctypes.PyDLL(None).usleep  # through PyDLL the lock is kept
    with endurance.Heart() as heart:
        asleep(300_000)
    assert heart.held_back > WAIT
