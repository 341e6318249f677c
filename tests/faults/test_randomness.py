"""Without the system's randomness nothing secret is made, and nothing is written."""

import errno
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.operations import EVERY
from tests.faults.trial import REFUSED, Bench, found

MAKERS = ["prove", "setup", "powers", "generate"]
BROKEN = [f"random:{errno.EIO}", f"no-random:{errno.EIO}", f"no-random:{errno.ENOSYS}", f"no-random:{errno.EPERM}"]


@pytest.mark.parametrize("action", BROKEN)
@pytest.mark.parametrize("operation", MAKERS)
def test_no_randomness_no_secret(bench: Bench, operation: str, action: str) -> None:
    """A failing getrandom, with no random device to ask instead, is an error, and every file stays as it was."""
    with bench.laid(operation) as job:
        before = found(Path(job.folder))
        (ended,) = bench.server.run(replace(job, action=action))
        heard = Path(job.heard).read_text()
        assert ended.code == REFUSED and "gave no randomness; nothing secret" in heard and heard.count("\n") == 1, heard
        assert found(Path(job.folder)) == before


@pytest.mark.parametrize("operation", MAKERS)
def test_an_old_kernel(bench: Bench, operation: str) -> None:
    """Without the call getrandom, the devices of the same generator serve; there is no other source."""
    with bench.laid(operation) as job:
        (ended,) = bench.server.run(replace(job, action=f"random:{errno.ENOSYS}"))
        assert ended.code == 0, Path(job.heard).read_text()
        row = EVERY[operation]
        assert found(Path(job.folder)).keys() == set(row.names)
        row.whole(bench.inputs, row.before(bench.inputs), found(Path(job.folder)))
