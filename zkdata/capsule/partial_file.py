"""A large file on its way here: it comes in pieces, each known by its SHA-256, and goes on where a killed one stopped.

What came lies in a folder beside its target that only its owner can enter, named by the digest of the whole file, so
that what is kept of one file is never gone on with for another. Only pieces that are right are written. A crash can
tear the last ones, so everything is hashed again before it goes on.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ..errors import ArtifactMalformed, ArtifactMismatch
from .atomic_file import SECRET_MODE
from .outside_file import put_in_place

PIECE_BYTES = 2**20
"""Of each piece but the last; what IPFS nodes exchange as one block."""

FOLDER_MODE = 0o700


@dataclass(frozen=True, slots=True)
class Pieces:
    """What is known of a file before it is here: its size in bytes, and digests in hexadecimal."""

    size: int
    sha256: str
    digests: tuple[str, ...]
    """SHA-256 of each piece, in order."""

    @classmethod
    def of(cls, path: Path) -> Self:
        """Those of a file that is here."""
        whole, size, digests = hashlib.sha256(), 0, []
        with path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                whole.update(piece)
                size += len(piece)
                digests.append(hashlib.sha256(piece).hexdigest())
        return cls(size, whole.hexdigest(), tuple(digests))

    def length(self, place: int) -> int:
        """Bytes of the piece at this place."""
        return min(PIECE_BYTES, self.size - place * PIECE_BYTES)

    def are_at(self, path: Path) -> bool:
        """Whether the very file is there."""
        try:
            if path.lstat().st_size != self.size:
                return False
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256
        except FileNotFoundError:
            return False


class PartialFile:
    """The pieces that are here, from the first on without a gap."""

    def __init__(self, path: Path, descriptor: int, wanted: Pieces) -> None:
        self.path, self.wanted = path, wanted
        self.count = 0
        """How many pieces are here."""
        self._descriptor, self._whole = descriptor, hashlib.sha256()
        self._take_up()

    @property
    def is_complete(self) -> bool:
        """Whether there is nothing more to come."""
        return self.count == len(self.wanted.digests)

    def add(self, piece: bytes) -> None:
        """Write the next piece; ArtifactMismatch, with nothing written, where it is another."""
        if not self._is_next(piece):
            text = f"piece {self.count} of {len(self.wanted.digests)} is not what its digest says; fetch it elsewhere"
            raise ArtifactMismatch(text, place=self.count)
        try:
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as fault:
            raise OSError(fault.errno, fault.strerror, str(self.path)) from None
        self._count(piece)

    def check(self) -> None:
        """Return if all pieces together are the file; ArtifactMismatch says that their list is not of it."""
        if not self.is_complete or self._whole.hexdigest() != self.wanted.sha256:
            self.discard()
            raise ArtifactMismatch("the pieces do not make the file of this digest; get the list of them anew")

    def put(self, target: Path) -> None:
        """Give the complete file its place, in one step, replacing what was there."""
        put_in_place(self.path, target)
        self.discard()

    def discard(self) -> None:
        """Throw away what is here."""
        self.path.unlink(missing_ok=True)
        # another program may have begun anew in it
        with contextlib.suppress(OSError):
            self.path.parent.rmdir()

    def _take_up(self) -> None:
        """Count what an earlier run left, up to the first piece that is torn or missing, and cut off the rest."""
        while not self.is_complete:
            piece = os.read(self._descriptor, self.wanted.length(self.count))
            if not self._is_next(piece):
                break
            self._count(piece)
        kept = os.lseek(self._descriptor, self.count * PIECE_BYTES if not self.is_complete else self.wanted.size, 0)
        os.ftruncate(self._descriptor, kept)

    def _is_next(self, piece: bytes) -> bool:
        return not self.is_complete and hashlib.sha256(piece).hexdigest() == self.wanted.digests[self.count]

    def _count(self, piece: bytes) -> None:
        self._whole.update(piece)
        self.count += 1


@contextlib.contextmanager
def partial_file(target: Path, wanted: Pieces) -> Iterator[PartialFile]:
    """What is here of a file that is to become `target`; it stays for the next run unless it is put or discarded.

    BlockingIOError while another program fetches the same file.
    """
    folder = _folder(target, wanted)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=FOLDER_MODE)
    _check_ours(folder)
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    descriptor = os.open(folder / target.name, flags, SECRET_MODE)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ArtifactMalformed(f"{folder / target.name} is not a regular file; take it away", path=str(folder))
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BlockingIOError(errno.EAGAIN, "another program fetches this file now", str(target)) from None
        yield PartialFile(folder / target.name, descriptor, wanted)
    finally:
        os.close(descriptor)


def discard_partial(target: Path, wanted: Pieces) -> None:
    """Throw away what an earlier run left of a file that is in its place now, unless another program is at it."""
    if _folder(target, wanted).exists():
        with contextlib.suppress(BlockingIOError), partial_file(target, wanted) as partial:
            partial.discard()


def _folder(target: Path, wanted: Pieces) -> Path:
    return target.with_name(f".{target.name}.{wanted.sha256}")


def _check_ours(folder: Path) -> None:
    """Whoever else could write into it could exchange the file between its check and its place."""
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o077:
        raise ArtifactMalformed(f"{folder} is not a folder of yours alone; take it away", path=str(folder))
