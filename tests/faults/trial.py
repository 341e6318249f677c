"""One trial: files as they were, an operation that is stopped, the law over what is left, and the next run."""

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.faults.faulty_disk import HEALTHY, Call, Ended, ForkServer, Job, calls
from tests.faults.operations import EVERY, Files

KILLED = -signal.SIGKILL
REFUSED = 2


def found(folder: Path) -> dict[str, bytes]:
    """Everything in a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@dataclass(frozen=True)
class Bench:
    """Where trials take place."""

    server: ForkServer
    inputs: Path
    scratch: Path

    @contextmanager
    def laid(self, operation: str) -> "Iterator[Job]":
        """A folder of its own with the files as they were before, and the healthy job on it."""
        with tempfile.TemporaryDirectory(dir=self.scratch) as place:
            folder = Path(place, "out")
            folder.mkdir()
            for name, data in EVERY[operation].before(self.inputs).items():
                (folder / name).write_bytes(data)
            log, heard = Path(place, "log"), Path(place, "heard")
            yield Job(operation, str(self.inputs), str(folder), str(log), str(heard))

    def healthy(self, operation: str) -> tuple[list[Call], Ended]:
        """The calls of an undisturbed run, and how it ended; what it leaves is new and whole."""
        with self.laid(operation) as job:
            (ended,) = self.server.run(job)
            self.expect_lawful(job, ended)
            assert ended.code == 0, Path(job.heard).read_text()
            return calls(Path(job.log), Path(job.folder)), ended

    def trial(self, operation: str, call: int = 0, action: str = HEALTHY, *, kill_after: float | None = None) -> Ended:
        """Stop the operation there, and hold the law against what is left, then and after the next run."""
        with self.laid(operation) as job:
            (ended,) = self.server.run(replace(job, call=call, action=action, kill_after=kill_after))
            self.expect_lawful(job, ended)
            if ended.code == REFUSED:
                expect_told(job, action)
            self.expect_next_run(job)
            return ended

    def expect_lawful(self, job: Job, ended: Ended) -> None:
        """Every name holds the old file or a new whole one, and whoever lives to tell has left no part and no trace."""
        row, left = EVERY[job.operation], found(Path(job.folder))
        before: Files = row.before(self.inputs)
        final = {name: left[name] for name in row.names if name in left}
        assert final.keys() >= before.keys(), "an old file is gone"
        row.whole(self.inputs, before, final)
        wider = [path.name for path in Path(job.folder).iterdir() if path.stat().st_mode & 0o777 & ~row.mode]
        assert not wider, f"more rights than {row.mode:04o}: {wider}"
        if ended.code == KILLED:
            return
        heard = Path(job.heard).read_text()
        assert ended.code in (0, REFUSED) and "Traceback" not in heard, heard
        assert left.keys() == final.keys(), f"left behind: {sorted(left.keys() - final.keys())}"
        if ended.code == 0:
            assert final.keys() == set(row.names) and not any(final[name] == before.get(name) for name in final)
        else:
            assert heard.count("\n") == 1, heard

    def expect_next_run(self, job: Job) -> None:
        """The next one succeeds, or finds the secret there already, and nothing else is left."""
        row = EVERY[job.operation]
        secret_is_there = row.is_secret and set(row.names) <= found(Path(job.folder)).keys()
        (ended,) = self.server.run(replace(job, call=0, action=HEALTHY))
        if secret_is_there:
            assert ended.code == REFUSED and "never overwritten" in Path(job.heard).read_text()
        else:
            assert ended.code == 0, Path(job.heard).read_text()
        self.expect_lawful(job, ended)


def expect_told(job: Job, action: str) -> None:
    """A refusal says what the system said, and about which of the user's files."""
    heard = Path(job.heard).read_text()
    number = action.partition(":")[2]
    assert not number or os.strerror(int(number)) in heard, heard
    assert job.folder in heard and ".part" not in heard, heard


def expect_durable(seen: list[Call], names: tuple[str, ...]) -> None:
    """Each file is on the disk before it gets its name, by one step, and the folder is after it."""
    steps = [call[1:] for call in seen]
    for name in names:
        part = f"PART {name}"
        named = [place for place, step in enumerate(steps) if step in (("rename", part, name), ("link", part, name))]
        assert len(named) == 1, f"{name} does not get its name by one step"
        written = [place for place, (call, path, _) in enumerate(steps) if path == part and "write" in call]
        synced = [place for place, (call, path, _) in enumerate(steps) if path == part and call.endswith("sync")]
        assert written and synced, f"{name} is not brought to the disk"
        assert written[-1] < synced[-1] < named[0], f"{name} gets its name before it is on the disk"
        assert ("fsync", ".", "") in steps[named[0] + 1 :], f"the folder is not brought to the disk after {name}"
        assert not any(path == name and call in ("open", "write") for call, path, _ in steps)
