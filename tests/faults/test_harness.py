"""The harness catches writers that are wrong, and does what it says in a command of its own."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.faulty_disk import calls, environment
from tests.faults.operations import OLD, OPERATIONS, PLANTED
from tests.faults.trial import KILLED, Bench, expect_durable


def caught(bench: Bench, operation: str, action: str) -> list[str]:
    """What the law says about a planted writer, at each call where it says something."""
    faults = []
    for call in bench.healthy(operation)[0]:
        try:
            bench.trial(operation, call.number, action)
        except AssertionError as fault:
            faults.append(f"{call.name} {call.path}: {fault}")
    return faults


@pytest.mark.parametrize("action", ["kill-after", f"fail:{errno.ENOSPC}", f"fail-from:{errno.EIO}"])
def test_a_naive_writer_is_caught(bench: Bench, action: str) -> None:
    """One that writes into the file itself leaves a part of it."""
    assert any("neither old nor new" in fault for fault in caught(bench, "naive", action))


def test_a_short_write_is_caught(bench: Bench) -> None:
    """The disk does take less when told to: a writer that does not look leaves a part."""
    assert any("neither old nor new" in fault for fault in caught(bench, "careless", "short"))


def test_a_littering_writer_is_caught(bench: Bench) -> None:
    """One that does not clear its part away is told so, when it fails and when it is killed."""
    for action in (f"fail:{errno.ENOSPC}", "kill-after"):
        assert any("left behind" in fault for fault in caught(bench, "littering", action))


def test_a_proof_before_its_signals_is_caught(bench: Bench) -> None:
    """A new proof that stands beside old signals does not verify."""
    assert any("ProofRejected" in fault or "does not verify" in fault for fault in rejected(bench))


def rejected(bench: Bench) -> list[str]:
    """As `caught`, with what verifying says."""
    from zkdata.errors import ProofRejected

    faults = []
    for call in bench.healthy("proof first")[0]:
        try:
            bench.trial("proof first", call.number, "kill-after")
        except (AssertionError, ProofRejected) as fault:
            faults.append(repr(fault))
    return faults


@pytest.mark.parametrize("writer", ["naive", "unsynced", "littering"])
def test_a_file_that_is_not_brought_to_the_disk_is_caught(bench: Bench, writer: str) -> None:
    """No death of a process shows a missing fsync; the order of the calls does."""
    seen, _ = bench.healthy(writer)
    with pytest.raises(AssertionError, match=r"get its name by one step|brought to the disk"):
        expect_durable(seen, PLANTED[writer].names)


@pytest.mark.parametrize(
    ("action", "code", "said"),
    [
        (f"fail-from:{errno.ENOSPC}", 2, "No space left on device; check the path"),
        ("kill-after", KILLED, ""),
        ("short", 0, "wrote"),
    ],
)
def test_the_command_itself(
    library: Path, bench: Bench, inputs: Path, tmp_path: Path, action: str, code: int, said: str
) -> None:
    """The same in a process that was started as users start it."""
    folder, log = tmp_path / "out", tmp_path / "log"
    folder.mkdir()
    (folder / "Verifier.sol").write_bytes(OLD)
    write = next(call.number for call in bench.healthy("export")[0] if call.name == "write")
    armed = {
        "FAULTY_DISK_FOLDER": str(folder),
        "FAULTY_DISK_LOG": str(log),
        "FAULTY_DISK_CALL": str(write),
        "FAULTY_DISK_ACTION": action,
    }
    arguments = ["export", "verifier", str(inputs / "vkey.json"), str(folder / "Verifier.sol")]
    command = [sys.executable, "-m", "zkdata.cli", *arguments, "--circuit", "capsule_16x4"]
    ran = subprocess.run(
        command, env=environment(library) | armed, capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == code and said in ran.stderr and "Traceback" not in ran.stderr
    assert calls(log, folder)[write - 1].name == "write"
    files = {"Verifier.sol": (folder / "Verifier.sol").read_bytes()}
    OPERATIONS["export"].whole(inputs, {"Verifier.sol": OLD}, files)
    assert (files["Verifier.sol"] == OLD) == (code != 0)
