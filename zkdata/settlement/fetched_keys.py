"""Keys of a circuit, fetched by digest from the first source that has them, checked, and only then put in place."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from zkdata.capsule.partial_file import PartialFile, Pieces, discard_partial, partial_file
from zkdata.errors import (
    ArtifactMalformed,
    ArtifactMismatch,
    NotAvailable,
    SetupInsecure,
    SignatureRejected,
    ZkDataError,
)
from zkdata.proof.circuit import Circuit
from zkdata.proof.key_manifest import KeyManifest
from zkdata.proof.setup import check_pair, put_keys, recorded
from zkdata.proof.setup_files import check_setup_keys
from zkdata.proof.setup_manifest import SetupManifest
from zkdata.settlement.key_sources import KeySource

Progress: TypeAlias = Callable[[str, float], object]
"""Called with what is going on and the part of it that is done, from 0 to 1; what it raises stops the work."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A whole file that is what its digest says, in its place already or waiting beside it."""

    target: Path
    waiting: PartialFile | None
    came: int
    """Bytes that were fetched for it this time."""

    @property
    def path(self) -> Path:
        """Where it is now."""
        return self.waiting.path if self.waiting else self.target

    def put(self) -> None:
        """Give it its place."""
        if self.waiting:
            self.waiting.put(self.target)

    def discard(self) -> None:
        """Throw it away, if it was not in its place before."""
        if self.waiting:
            self.waiting.discard()


def fetch_keys(
    circuit: Circuit, manifest: KeyManifest, sources: Sequence[KeySource], progress: Progress | None = None
) -> int:
    """Get both keys that a manifest names and put them in the circuit's place; returns how many bytes came.

    What is there already is not asked for. NotAvailable, with what each source said, where none gives a file: what came
    of it stays, and the next call goes on from there. ArtifactMismatch, ArtifactMalformed or SetupInsecure for keys
    that are what the manifest says, but no sound keys of this circuit: nothing of them stays.
    """
    manifest.check_circuit(circuit)
    circuit.directory.mkdir(parents=True, exist_ok=True)
    tell = progress or _tell_nobody
    with contextlib.ExitStack() as stack:
        # the small one first, so that sources that have neither are known at once
        vkey = stack.enter_context(arrived(circuit.artifact("vkey.json"), manifest.vkey, sources, tell))
        zkey = stack.enter_context(arrived(circuit.artifact("zkey"), manifest.zkey, sources, tell))
        arrivals = [zkey, vkey]
        if manifest.setup is not None:
            place = circuit.artifact("setup.json")
            arrivals.append(stack.enter_context(arrived(place, manifest.setup, sources, tell)))
        if not any(each.waiting for each in arrivals) and recorded(circuit) == manifest.record:
            return 0
        try:
            check_pair(circuit, zkey.path, vkey.path, progress=lambda part: tell("checking the keys", part))
            for setup in arrivals[2:]:
                check_setup_keys(SetupManifest.load(setup.path), circuit, zkey.path, vkey.path)
        except (ArtifactMalformed, ArtifactMismatch, SetupInsecure, SignatureRejected):
            for each in arrivals:
                each.discard()
            raise
        with put_keys(circuit, manifest.record):
            for each in arrivals:
                each.put()
    return sum(each.came for each in arrivals)


@contextlib.contextmanager
def arrived(target: Path, wanted: Pieces, sources: Sequence[KeySource], tell: Progress) -> Iterator[Arrival]:
    """The file, from its place or the first source that gives it; NotAvailable where none does."""
    if wanted.are_at(target):
        discard_partial(target, wanted)
        yield Arrival(target, None, 0)
        return
    with partial_file(target, wanted) as partial:
        came, tried = 0, list[str]()
        for source in sources:
            for piece in _right_pieces(source, target.name, partial, tried):
                came += len(piece)
                tell(target.name, partial.count / len(wanted.digests))
        if not partial.is_complete:
            said = "; ".join(tried) or "no source was named"
            raise NotAvailable(f"no source gives all of {target.name} ({said})", tried=tried)
        partial.check()
        yield Arrival(target, partial, came)


def _right_pieces(source: KeySource, file: str, partial: PartialFile, tried: list[str]) -> Iterator[bytes]:
    """What a source gives of the pieces that are missing, written already; what is wrong with it only ends it."""
    if partial.is_complete:
        return
    try:
        with contextlib.closing(source.pieces(file, partial.wanted, partial.count)) as pieces:
            for piece in pieces:
                partial.add(piece)
                yield piece
    except ZkDataError as fault:
        tried.append(f"{source.name}: {fault.code}: {fault.message}")


def _tell_nobody(doing: str, part: float) -> None:
    """For callers who do not watch."""
