"""Where capsule files lie under their CIDs: a folder, or IPFS. What a store gives is believed by its hash alone."""

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from zkdata.capsule.atomic_file import read_bounded, write_public
from zkdata.capsule.capsule_file import MAX_BYTES
from zkdata.capsule.cid import check_cid, cid_for, digest_in
from zkdata.capsule.secret_file import private_text
from zkdata.errors import ArtifactMalformed, NotAvailable, ZkDataError
from zkdata.settlement.bounded_http import Server
from zkdata.settlement.ipfs import IpfsStore

FOLDER_MODE = 0o700


class Store(Protocol):
    """Files by their CIDs. Nothing has to be believed of it: `fetch` checks what comes."""

    @property
    def name(self) -> str:
        """Where it is, fit to be shown."""

    def put(self, data: bytes) -> str:
        """Keep a file, and return its CID once it is there."""

    def fetch(self, cid: str) -> bytes:
        """The bytes that this CID names; NotAvailable where there are none, ArtifactMismatch for others."""


@dataclass(frozen=True, slots=True)
class FolderStore:
    """A folder with a file for each CID. Any number of processes may put and fetch at once."""

    folder: Path

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        object.__setattr__(self, "folder", Path(folder))

    @property
    def name(self) -> str:
        """Its path."""
        return str(self.folder)

    def put(self, data: bytes) -> str:
        """Write the file, whole or not at all; the folder is made for its owner alone where there is none."""
        if len(data) > MAX_BYTES:
            raise ArtifactMalformed(f"a capsule file takes at most {MAX_BYTES} bytes; this is something else")
        cid = cid_for(data)
        with contextlib.suppress(FileExistsError):
            self.folder.mkdir(mode=FOLDER_MODE)
        # written again even where it is there: what was there may be damaged
        write_public(self.folder / cid, data)
        return cid

    def fetch(self, cid: str) -> bytes:
        """Read the file and compare it with its name."""
        digest_in(cid)
        try:
            data = read_bounded(self.folder / cid, MAX_BYTES, "capsule file")
        except FileNotFoundError:
            message = f"no file of this CID is in {self.name}; ask another store"
            raise NotAvailable(message, cid=cid, store=self.name) from None
        return check_cid(data, cid)


def store_at(place: str) -> Store:
    """The store that a text names: a URL of an IPFS node's API, @FILE for one that is written in a secret file, else a
    folder. ArtifactMalformed for a URL with a password, which belongs into a file."""
    if place.startswith("@"):
        return IpfsStore.at(private_text(place[1:]))
    if "://" not in place:
        return FolderStore(place)
    store = IpfsStore.at(place)
    check_shown(store.server)
    return store


def check_shown(server: Server) -> None:
    """Return for a server that a command line may name; ArtifactMalformed for a URL with a password."""
    if server.authorization:
        text = "a password on a command line is shown to everybody on this machine; write the URL into a file of mode "
        raise ArtifactMalformed(text + "0600 and name it as @FILE", what="URL")


def fetch_first(stores: Sequence[Store], cid: str) -> bytes:
    """The file from the first store that has it, in this order; what is wrong with a store only leads to the next.

    NotAvailable, with what each of them said, where none has it.
    """
    digest_in(cid)
    tried = []
    for store in stores:
        try:
            return check_cid(store.fetch(cid), cid)
        except ZkDataError as fault:
            tried.append(f"{store.name}: {fault.code}: {fault.message}")
        except OSError as fault:
            tried.append(f"{store.name}: {fault.strerror or type(fault).__name__}")
    said = "; ".join(tried) or "no store was named"
    raise NotAvailable(f"no store gives the file of this CID ({said})", cid=cid, tried=tried)
