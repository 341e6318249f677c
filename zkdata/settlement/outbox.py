"""What a key has signed, on disk before it is sent: a crash loses no transaction and makes none twice.

One SQLite file for one or more keys. Threads and processes share it: a nonce is taken, signed and written in one step.
The file may hold release secrets, which are in the transactions, so nobody else can read it.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from zkdata.errors import ArtifactMalformed, KeyUnsafe

VERSION = 1
BUSY_SECONDS = 30
TABLES = """
CREATE TABLE sent (
    number INTEGER PRIMARY KEY, chain TEXT NOT NULL, sender TEXT NOT NULL, nonce INTEGER NOT NULL,
    once TEXT, label TEXT NOT NULL, mined TEXT,
    UNIQUE (chain, sender, nonce), UNIQUE (chain, sender, once)
) STRICT;
CREATE TABLE signed (
    hash TEXT PRIMARY KEY, number INTEGER NOT NULL REFERENCES sent ON DELETE CASCADE,
    tip INTEGER NOT NULL, most INTEGER NOT NULL, raw BLOB NOT NULL
) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Signed:
    """A transaction with its signature: what a node takes."""

    hash: str
    tip: int
    """Wei for a unit of gas above the base fee."""
    most: int
    """Wei for a unit of gas at most."""
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """One transaction of a key: a nonce, and what was signed with it, the first version first."""

    number: int
    nonce: int
    label: str
    versions: tuple[Signed, ...]
    """More than one where the fees were raised: at most one of them is ever mined."""
    mined: str | None
    """The hash of the version that was mined and confirmed; empty where another transaction took the nonce."""


Sign = Callable[[int], Signed]
"""Signs with this nonce."""


class Outbox:
    """Opens the file, or makes it."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._lock = threading.RLock()
        try:
            self._open()
        except sqlite3.DatabaseError as fault:
            raise ArtifactMalformed(f"{self.path} is no outbox ({fault}); name another file", path=str(path)) from None

    def __repr__(self) -> str:
        return f"<outbox {self.path.name}>"

    def add(self, chain: str, sender: str, least: int, label: str, sign: Sign, once: str | None = None) -> Sent:
        """Take the next nonce, at least this one, sign and keep; under a name that was used `once`, what that made."""
        with self._changing() as tables:
            if once is not None and (found := self.named(chain, sender, once)) is not None:
                return found
            highest = tables.execute(
                "SELECT coalesce(max(nonce), -1) FROM sent WHERE chain = ? AND sender = ?", (chain, sender)
            ).fetchone()[0]
            nonce = max(least, highest + 1)
            (number,) = tables.execute(
                "INSERT INTO sent (chain, sender, nonce, once, label) VALUES (?, ?, ?, ?, ?) RETURNING number",
                (chain, sender, nonce, once, label),
            ).fetchone()
            self._keep(number, sign(nonce))
            return self._sent(number)

    def again(self, sent: Sent, signed: Signed) -> Sent:
        """Keep another version with the same nonce."""
        with self._changing():
            self._keep(sent.number, signed)
            return self._sent(sent.number)

    def renumber(self, sent: Sent, chain: str, sender: str, least: int, sign: Sign) -> Sent:
        """Another nonce, where somebody else's transaction took the first: no version with that one can be mined."""
        with self._changing() as tables:
            highest = tables.execute(
                "SELECT max(nonce) FROM sent WHERE chain = ? AND sender = ?", (chain, sender)
            ).fetchone()[0]
            nonce = max(least, highest + 1)
            tables.execute("UPDATE sent SET nonce = ? WHERE number = ?", (nonce, sent.number))
            tables.execute("DELETE FROM signed WHERE number = ?", (sent.number,))
            self._keep(sent.number, sign(nonce))
            return self._sent(sent.number)

    def settle(self, sent: Sent, mined: str, *, done: bool = True) -> None:
        """This version was mined and confirmed, or, where it is empty, none ever will be. What is not done, for it
        reverted or was not mined, gives its name back: it may be sent again."""
        with self._changing() as tables:
            tables.execute(
                "UPDATE sent SET mined = ?, once = CASE WHEN ? THEN once END WHERE number = ?",
                (mined, done and bool(mined), sent.number),
            )

    def forget(self, sent: Sent) -> bool:
        """Let go of what no node has taken, if no later nonce waits for it."""
        with self._changing() as tables:
            return bool(
                tables.execute(
                    "DELETE FROM sent WHERE number = ? AND mined IS NULL AND nonce = "
                    "(SELECT max(nonce) FROM sent AS each WHERE each.chain = sent.chain AND each.sender = sent.sender)",
                    (sent.number,),
                ).rowcount
            )

    def named(self, chain: str, sender: str, once: str) -> Sent | None:
        """What was sent under this name, mined or not."""
        with self._lock:
            row = self._tables.execute(
                "SELECT number FROM sent WHERE chain = ? AND sender = ? AND once = ?", (chain, sender, once)
            ).fetchone()
            return None if row is None else self._sent(row[0])

    def waiting(self, chain: str, sender: str) -> tuple[Sent, ...]:
        """What is not known to be mined, by nonce."""
        with self._lock:
            rows = self._tables.execute(
                "SELECT number FROM sent WHERE chain = ? AND sender = ? AND mined IS NULL ORDER BY nonce",
                (chain, sender),
            ).fetchall()
            return tuple(self._sent(number) for (number,) in rows)

    def settled(self, chain: str, sender: str, first: int, end: int) -> tuple[Sent, ...]:
        """What was mined and confirmed with these nonces, in their order."""
        with self._lock:
            rows = self._tables.execute(
                "SELECT number FROM sent WHERE chain = ? AND sender = ? AND nonce >= ? AND nonce < ? AND mined <> '' "
                "ORDER BY nonce",
                (chain, sender, first, end),
            ).fetchall()
            return tuple(self._sent(number) for (number,) in rows)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._tables.close()

    def _open(self) -> None:
        descriptor = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(descriptor).st_mode & 0o077:
                raise KeyUnsafe(f"others can read {self.path}, which may hold release secrets; chmod 600 it")
        finally:
            os.close(descriptor)
        self._tables = sqlite3.connect(
            self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=64
        )
        # Each step is on the disk before the next: `synchronous` FULL is what WAL needs for that.
        for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            self._tables.execute(f"PRAGMA {setting}")
        with self._changing() as tables:
            found = tables.execute("PRAGMA user_version").fetchone()[0]
            if found == 0:
                for statement in TABLES.split(";"):
                    tables.execute(statement)
                tables.execute(f"PRAGMA user_version = {VERSION}")
            elif found != VERSION:
                raise ArtifactMalformed(f"{self.path} is an outbox of version {found}; this reads {VERSION}")

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._tables.execute("BEGIN IMMEDIATE")
            try:
                yield self._tables
            except BaseException:
                self._tables.execute("ROLLBACK")
                raise
            self._tables.execute("COMMIT")

    def _keep(self, number: int, signed: Signed) -> None:
        self._tables.execute(
            "INSERT INTO signed VALUES (?, ?, ?, ?, ?)", (signed.hash, number, signed.tip, signed.most, signed.raw)
        )

    def _sent(self, number: int) -> Sent:
        nonce, label, mined = self._tables.execute(
            "SELECT nonce, label, mined FROM sent WHERE number = ?", (number,)
        ).fetchone()
        rows = self._tables.execute(
            "SELECT hash, tip, most, raw FROM signed WHERE number = ? ORDER BY rowid", (number,)
        ).fetchall()
        return Sent(number, nonce, label, tuple(Signed(*row) for row in rows), mined)
