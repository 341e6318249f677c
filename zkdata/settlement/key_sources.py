"""Where keys may come from: a server, a folder, a content store. A source is believed by the digests alone."""

import contextlib
import os
import stat
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

from zkdata.capsule.cid import cid_of
from zkdata.capsule.partial_file import PIECE_BYTES, Pieces
from zkdata.capsule.secret_file import private_text
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, NotAvailable
from zkdata.settlement.bounded_http import Patience, Server
from zkdata.settlement.ranged_http import get_pieces
from zkdata.settlement.stores import Store, check_shown, store_at

STORE = "store:"
PATIENCE = Patience(attempts=4, each=60.0, total=180.0)
"""For each piece of a file, so that 18 kB a second are fast enough."""


KeyPieces: TypeAlias = Generator[bytes, None, None]


class KeySource(Protocol):
    """Gives files that somebody published, by name or by digest."""

    @property
    def name(self) -> str:
        """Where it is, fit to be shown."""

    def pieces(self, file: str, wanted: Pieces, first: int) -> KeyPieces:
        """The pieces of the file of this name from the place `first` on, not checked; an error where there are none."""


@dataclass(frozen=True, slots=True)
class HttpSource:
    """A file at a URL, or a folder there with files by their names."""

    server: Server
    patience: Patience = field(default=PATIENCE, repr=False)

    @property
    def name(self) -> str:
        """Where it is, without what is secret in its URL."""
        return self.server.name

    def pieces(self, file: str, wanted: Pieces, first: int) -> KeyPieces:
        """With a range where something is here already; a server that knows no ranges gives all of it again."""
        target = "" if _is_file(self.server.path, file, self.name) else f"/{file}"
        start = first * PIECE_BYTES
        return get_pieces(self.server, target, size=wanted.size, start=start, step=PIECE_BYTES, patience=self.patience)


@dataclass(frozen=True, slots=True)
class LocalSource:
    """A file on this machine, or a folder with files by their names."""

    path: Path

    @property
    def name(self) -> str:
        """Its path."""
        return str(self.path)

    def pieces(self, file: str, wanted: Pieces, first: int) -> KeyPieces:
        """Read from a regular file of the right size."""
        path = self.path / file
        if not self.path.is_dir():
            _is_file(self.name, file, self.name)
            path = self.path
        with _reading(self.name), os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as opened:
            status = os.fstat(opened.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise ArtifactMalformed(f"{path} is not a regular file", path=str(path))
            if status.st_size != wanted.size:
                raise ArtifactMismatch(f"{path} is a file of another size; ask another source", path=str(path))
            opened.seek(first * PIECE_BYTES)
            for place in range(first, len(wanted.digests)):
                yield opened.read(wanted.length(place))


@dataclass(frozen=True, slots=True)
class StoreSource:
    """A content store that has each piece of a file under its CID."""

    store: Store

    @property
    def name(self) -> str:
        """That of the store."""
        return self.store.name

    def pieces(self, file: str, wanted: Pieces, first: int) -> KeyPieces:
        """By their digests; the name of the file says nothing here."""
        with _reading(self.name):
            for digest in wanted.digests[first:]:
                yield self.store.fetch(cid_of(bytes.fromhex(digest)))


def keep_pieces(store: Store, path: Path, wanted: Pieces) -> None:
    """Put a file into a content store, each piece under its CID."""
    for piece in LocalSource(path).pieces(path.name, wanted, 0):
        store.put(piece)


def source_at(place: str) -> KeySource:
    """The source that a text names: an http or https URL or a path, of a file or of a folder; `store:` before what
    names a content store; or @FILE for a URL that is written in a secret file. ArtifactMalformed for a URL with a
    password, which belongs into a file."""
    if place.startswith(STORE):
        return StoreSource(store_at(place.removeprefix(STORE)))
    if place.startswith("@"):
        return HttpSource(Server.at(private_text(place[1:])))
    if "://" not in place:
        return LocalSource(Path(place))
    source = HttpSource(Server.at(place))
    check_shown(source.server)
    return source


@contextlib.contextmanager
def _reading(name: str) -> Iterator[None]:
    """Faults of the disk as what is wrong with a source."""
    try:
        yield
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise NotAvailable(f"{name} gives nothing: {reason}; ask another source", store=name) from None


def _is_file(path: str, file: str, name: str) -> bool:
    """Whether a path names a file and no folder; NotAvailable for a file of another kind than the one wanted."""
    kind = Path(path).suffix
    if kind not in (".zkey", ".json"):
        return False
    if kind != Path(file).suffix:
        raise NotAvailable(f"{name} names a {kind} file, and is not asked for {file}", store=name)
    return True
