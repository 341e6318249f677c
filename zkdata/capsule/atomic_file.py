"""Files that are there whole or not at all, and readers that no file can surprise."""

import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from ..errors import ArtifactMalformed

PUBLIC_MODE = 0o644


def write_public(path: str | os.PathLike[str], data: bytes) -> None:
    """Put `data` at `path` in one step, replacing what was there; readable by everybody."""
    target = Path(path)
    with written_beside(target, data, PUBLIC_MODE) as temporary:
        temporary.replace(target)


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


@contextlib.contextmanager
def written_beside(target: Path, data: bytes, mode: int) -> Iterator[Path]:
    """A new file beside `target`, complete and on disk, that the body puts in its place; then the folder is synced.

    The name is new and the file is created exclusively, so nobody can have it open or have put a link there.
    """
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(target)


@contextlib.contextmanager
def folder_beside(target: Path) -> Iterator[Path]:
    """A new folder beside `target` that only its owner can enter; gone afterwards, with whatever is left in it."""
    folder = target.absolute().with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(made: Path, target: Path) -> None:
    """Move a finished public file to `target` on the same disk, replacing what was there."""
    descriptor = os.open(made, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        os.fchmod(descriptor, PUBLIC_MODE)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    made.replace(target)
    _sync_folder(target)


def _sync_folder(target: Path) -> None:
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
