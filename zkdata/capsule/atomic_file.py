"""Files that are there whole or not at all, and readers that no file can surprise.

A file is written beside its name, as `.NAME.<16 hex>.part`, brought to the disk, and only then given its name; then
the folder is brought to the disk. `native/src/formats/replace.rs` does the same. The writer holds an exclusive flock
on its part. A part that nobody holds belongs to a writer that was killed; the next one of that name removes it.
"""

import contextlib
import errno
import fcntl
import os
import re
import stat
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import ArtifactMalformed
from .output import check_output
from .randomness import fresh_bytes

PUBLIC_MODE = 0o644
SECRET_MODE = 0o600
ATTEMPTS = 16
"""New parts that another program may take away, before we give up."""

PATIENCE = 30.0
"""Seconds to wait for the others that write into the same folder; each holds its lock for milliseconds."""

WITHOUT_LOCKS = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS}
"""What filesystems say that have no locks. There no part is ever removed but by its writer."""


def write_public(path: str | os.PathLike[str], data: bytes) -> None:
    """Put `data` at `path` in one step, replacing what was there; readable by everybody."""
    write_together({Path(path): data})


def write_private(path: str | os.PathLike[str], data: bytes) -> None:
    """Put `data` at `path` in one step, replacing what was there; readable by its owner alone."""
    target = Path(path)
    check_output(target)
    with written_beside(target, data, SECRET_MODE) as part:
        part.replace()


def write_together(files: Mapping[Path, bytes]) -> None:
    """Each file in one step, in this order, once all of them are on the disk; readable by everybody.

    Names are not taken in one step: after a crash, new files may stand before old ones of this order, never the
    other way round. Writers of the same files at the same time come one after the other.
    """
    for target in files:
        check_output(target)
    with contextlib.ExitStack() as stack:
        parts = [stack.enter_context(written_beside(*file, PUBLIC_MODE)) for file in files.items()]
        if len(parts) > 1:
            parts[0].lock_folder()
        for part in parts:
            part.replace()


def read_bounded(path: str | os.PathLike[str], limit: int, what: str) -> bytes:
    """All of a regular file of at most `limit` bytes; ArtifactMalformed for a larger one, a pipe or a device."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ArtifactMalformed(f"{what} {path} is not a regular file", path=str(path))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read(limit + 1)
    finally:
        os.close(descriptor)
    if len(data) > limit:
        raise ArtifactMalformed(f"{what} {path} is larger than {limit} bytes; it is something else", path=str(path))
    return data


def read_text(path: str | os.PathLike[str], limit: int, what: str) -> str:
    """The same as text; ArtifactMalformed where it is not UTF-8."""
    return utf8(read_bounded(path, limit, what), what)


def utf8(data: bytes, what: str) -> str:
    """Bytes as text; ArtifactMalformed where they are not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as fault:
        message = f"{what} is not UTF-8 at byte {fault.start}; get it again"
        raise ArtifactMalformed(message, offset=fault.start) from None


@dataclass(frozen=True, slots=True)
class Part:
    """A complete file beside its target, on the disk already."""

    path: Path
    target: Path
    folder: int

    def replace(self) -> None:
        """Take the target's name, whatever file had it."""
        check_output(self.target)
        with _about(self.target):
            self.path.replace(self.target)
            os.fsync(self.folder)

    def link(self) -> None:
        """Take the target's name; FileExistsError if anything has it."""
        with _about(self.target):
            # a hard link, unlike a rename, fails where a name is taken: no key is ever lost under another
            os.link(self.path, self.target)
            os.fsync(self.folder)

    def lock_folder(self) -> None:
        """Wait until nobody else holds the folder, and hold it until this part is done."""
        until = time.monotonic() + PATIENCE
        while not _locked(self.folder):
            if time.monotonic() > until:
                raise BlockingIOError(errno.EAGAIN, "another program holds its lock", str(self.target.parent))
            time.sleep(0.005)


@contextlib.contextmanager
def written_beside(target: Path, data: bytes, mode: int) -> Iterator[Part]:
    """A part with `data`, on the disk, for the body to put in its place; gone afterwards, with every abandoned one.

    The name is new and the file is created exclusively, so nobody can have it open or have put a link there.
    """
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        path, descriptor = _begin(target, mode)
        try:
            with _about(target):
                os.fchmod(descriptor, mode)
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(descriptor, rest) :]
                os.fsync(descriptor)
            yield Part(path, target, folder)
        finally:
            _end(path, descriptor)
    finally:
        _close(folder)
    remove_abandoned(target)


def remove_abandoned(target: Path) -> None:
    """Remove the parts of `target` that no living writer holds. What cannot be removed stays for the next writer."""
    of_target = re.compile(re.escape(f".{target.name}.") + r"[0-9a-f]{16}\.part")
    with contextlib.suppress(OSError), os.scandir(target.parent) as entries:
        for name in [entry.name for entry in entries if of_target.fullmatch(entry.name)]:
            with contextlib.suppress(OSError):
                _remove_unheld(target.with_name(name))


def _remove_unheld(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
    finally:
        _close(descriptor)


def name_beside(target: Path) -> Path:
    """A new name for what is to become `target`."""
    return target.with_name(f".{target.name}.{fresh_bytes(8).hex()}.part")


def _begin(target: Path, mode: int) -> tuple[Path, int]:
    """A new empty part, and held: between its creation and its lock, another writer may take it for abandoned."""
    for _ in range(ATTEMPTS):
        path = name_beside(target)
        with _about(target):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, mode)
        held = False
        try:
            with _about(target):
                held = _locked(descriptor) and _names(path, descriptor)
        finally:
            if not held:
                _end(path, descriptor)
        if held:
            return path, descriptor
    raise BlockingIOError(errno.EAGAIN, "another program takes our new files away", str(target.parent))


def _end(path: Path, descriptor: int) -> None:
    """Let go of a part. A failure here says nothing about the target, and hides no earlier one."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
    _close(descriptor)


def _close(descriptor: int) -> None:
    """What had to be on the disk is there since fsync, so that a failing close has nothing to tell."""
    with contextlib.suppress(OSError):
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as fault:
        if fault.errno not in WITHOUT_LOCKS:
            raise
    return True


def _names(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def _about(target: Path) -> Iterator[None]:
    """A fault of the disk, told of the file that is being written and not of its part or of no file."""
    try:
        yield
    except OSError as fault:
        raise OSError(fault.errno, fault.strerror, str(target)) from None
