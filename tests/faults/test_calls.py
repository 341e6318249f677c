"""A fault or a death at every single call that touches the folder of an output."""

import errno
import signal
from collections.abc import Iterator

import pytest

from tests.faults.faulty_disk import Call
from tests.faults.operations import OPERATIONS
from tests.faults.trial import KILLED, REFUSED, Bench, expect_durable

RETRIED = {"open", "write", "fsync"}
"""What the system may interrupt, and both languages then ask for again."""

every_operation = pytest.mark.parametrize("operation", OPERATIONS)


@every_operation
def test_on_the_disk_before_it_has_its_name(bench: Bench, operation: str) -> None:
    """Written, synced, named, and the folder synced, in this order; the signals of a proof before the proof."""
    seen, _ = bench.healthy(operation)
    expect_durable(seen, OPERATIONS[operation].names)
    steps = [call[1:] for call in seen]
    if operation == "prove":
        first = steps.index(("rename", "PART public.json", "public.json"))
        second = steps.index(("rename", "PART proof.json", "proof.json"))
        assert ("fsync", "PART proof.json", "") in steps[:first]
        assert ("fsync", ".", "") in steps[first:second]


@every_operation
@pytest.mark.parametrize("action", [f"fail-from:{errno.ENOSPC}", f"fail:{errno.EIO}"])
def test_a_disk_that_refuses(bench: Bench, operation: str, action: str) -> None:
    """A full or broken disk is exit code 2 with the system's words; old files stay, and no part does."""
    expect_refused(bench, operation, action)


@pytest.mark.deep
@every_operation
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS])
@pytest.mark.parametrize("how", ["fail", "fail-from"])
def test_a_disk_that_refuses_in_every_way(bench: Bench, operation: str, how: str, number: int) -> None:
    """The same for more reasons, once and for good."""
    expect_refused(bench, operation, f"{how}:{number}")


def expect_refused(bench: Bench, operation: str, action: str) -> None:
    """What fsync brought to the disk no close can lose: close may fail unheard once every file has its name."""
    seen, _ = bench.healthy(operation)
    for place, call in enumerate(seen):
        lasting = seen[place:] if action.startswith("fail-from") else [call]
        unheard = call.name == "close" and not any(later.name in ("rename", "link") for later in lasting)
        assert bench.trial(operation, call.number, action).code == (0 if unheard else REFUSED), (call, action)


@every_operation
def test_a_disk_that_hesitates(bench: Bench, operation: str) -> None:
    """Interrupted calls and short writes are gone on with."""
    for call in bench.healthy(operation)[0]:
        for action in hesitations(call):
            assert bench.trial(operation, call.number, action).code == 0, (call, action)


def hesitations(call: Call) -> Iterator[str]:
    """What may happen at a call that is no failure."""
    if call.name in RETRIED:
        yield f"fail:{errno.EINTR}"
    if call.name == "write":
        yield "short"


@every_operation
def test_death_after_every_call(bench: Bench, operation: str) -> None:
    """kill -9 right after any call leaves old or new files, and the next run leaves nothing else."""
    for call in bench.healthy(operation)[0]:
        assert bench.trial(operation, call.number, "kill-after").code == KILLED, call


@pytest.mark.deep
@pytest.mark.parametrize("operation", [*OPERATIONS, "prove afresh"])
def test_death_before_every_call(bench: Bench, operation: str) -> None:
    """And right before it, and where there was no file yet."""
    for call in bench.healthy(operation)[0]:
        for action in ("kill-before", "kill-after"):
            assert bench.trial(operation, call.number, action).code == -signal.SIGKILL, call
