"""Files that another program writes: in a folder that only we can enter, then put in place whole."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from .atomic_file import PUBLIC_MODE, name_beside
from .output import check_output


@contextlib.contextmanager
def folder_beside(target: Path) -> Iterator[Path]:
    """A new folder beside `target` that only its owner can enter; gone afterwards, with whatever is left in it."""
    folder = name_beside(target.absolute())
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(made: Path, target: Path) -> None:
    """Move a finished public file to `target` on the same disk, replacing what was there."""
    check_output(target)
    descriptor = os.open(made, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        os.fchmod(descriptor, PUBLIC_MODE)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    made.replace(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
