"""Where a file may be written: never through a link, over a folder, device or pipe, over an input, or twice."""

import errno
import os
import stat
from collections.abc import Sequence
from pathlib import Path

from ..errors import ArtifactMalformed, ArtifactMismatch


def check_outputs(outputs: Sequence[Path], inputs: Sequence[Path]) -> None:
    """Before any work: ArtifactMalformed for an output that is no file, ArtifactMismatch for one that is also another.

    FileNotFoundError where an output's folder is not there.
    """
    for index, output in enumerate(outputs):
        check_output(output)
        if not output.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, "no such folder; make it first", str(output.parent))
        if any(_same(output, other) for other in (*inputs, *outputs[:index])):
            message = f"{output} is named twice; an output needs a name of its own"
            raise ArtifactMismatch(message, path=str(output))


def check_output(path: str | os.PathLike[str]) -> None:
    """Return for a regular file and for a name that is free; else ArtifactMalformed."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if stat.S_ISLNK(mode):
        raise ArtifactMalformed(f"{path} is a symbolic link; name the file itself", path=str(path))
    if not stat.S_ISREG(mode):
        raise ArtifactMalformed(f"{path} is not a regular file; name another output", path=str(path))


def _same(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other)
    return os.path.realpath(one) == os.path.realpath(other)
