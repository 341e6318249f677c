"""Files that hold a secret: theirs alone to read, never overwritten, and marked with what kind of secret they hold."""

import os
import stat
from pathlib import Path
from typing import Any

from ..errors import ArtifactMalformed, KeyUnsafe
from .atomic_file import SECRET_MODE, remove_abandoned, written_beside
from .canonical_json import from_text, members, to_text

VERSION = "1"
"""Of the keys; other kinds say which they are of."""

MAX_BYTES = 16 * 2**20
"""Room for the opening of the largest shape; a key takes a hundred bytes."""


def write_secret(path: str | os.PathLike[str], kind: str, body: dict[str, Any], version: str = VERSION) -> None:
    """Write a secret of `kind`, 0600, whole or not at all. A file that is already there stays: KeyUnsafe."""
    target = Path(path)
    text = to_text({**body, "format": f"zkdata.{kind}", "version": version}) + "\n"
    try:
        if os.path.lexists(target):
            raise FileExistsError
        with written_beside(target, text.encode(), SECRET_MODE) as part:
            part.link()
    except FileExistsError:
        # what a killed writer of this very secret left behind is as secret as the file
        remove_abandoned(target)
        message = f"{target} exists and is never overwritten: move it away, or choose another name"
        raise KeyUnsafe(message, path=str(path)) from None


def read_secret(path: str | os.PathLike[str], kind: str, keys: set[str], version: str = VERSION) -> dict[str, Any]:
    """The body of a secret, with exactly these keys; KeyUnsafe if others can read it, or it is not of this kind."""
    text = private_text(path)
    try:
        document = members(from_text(text, "it"), {*keys, "format", "version"}, "it")
    except ArtifactMalformed:
        document = {}
    expected = (f"zkdata.{kind}", version)
    if (document.pop("format", None), document.pop("version", None)) != expected:
        message = f"{path} is not a file of format zkdata.{kind}, version {version}, or is damaged; name another file"
        raise KeyUnsafe(message, path=str(path), expected=kind)
    return document


def private_text(path: str | os.PathLike[str]) -> str:
    """What a file says that its owner alone can read, without the last line's end; KeyUnsafe if others can."""
    if Path(path).is_symlink():
        raise KeyUnsafe(f"{path} is a symbolic link; name the file itself", path=str(path))
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        # asked of the open file, so that it cannot be exchanged between the check and the reading
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise KeyUnsafe(f"{path} is not a regular file", path=str(path))
        if status.st_mode & 0o077:
            mode = f"{status.st_mode & 0o777:04o}"
            message = f"{path} can be read or changed by others (mode {mode}); run: chmod 600 {path}"
            raise KeyUnsafe(message, path=str(path), mode=mode)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read(MAX_BYTES + 1)
    finally:
        os.close(descriptor)
    text = "" if len(data) > MAX_BYTES else data.decode("ascii", errors="replace")
    return text.removesuffix("\n")
