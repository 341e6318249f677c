"""A large file on its way: only right pieces are kept, and whatever a crash left is looked at again."""

import hashlib
import os
import random
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from zkdata.capsule.partial_file import PIECE_BYTES, Pieces, discard_partial, partial_file
from zkdata.errors import ArtifactMalformed, ArtifactMismatch

DATA = random.Random(6).randbytes(2 * PIECE_BYTES + 12345)
PARTS = [DATA[start : start + PIECE_BYTES] for start in range(0, len(DATA), PIECE_BYTES)]
WANTED = Pieces(len(DATA), hashlib.sha256(DATA).hexdigest(), tuple(hashlib.sha256(each).hexdigest() for each in PARTS))


def kept(folder: Path) -> Path:
    """Where what came of `folder / "key"` lies."""
    return folder / f".key.{WANTED.sha256}" / "key"


def test_pieces_of_a_file(tmp_path: Path) -> None:
    """Size, whole digest and digests of the pieces; an empty file has none, and another file is not taken for it."""
    path = tmp_path / "key"
    assert not WANTED.are_at(path)
    path.write_bytes(DATA)
    assert Pieces.of(path) == WANTED and WANTED.are_at(path)
    assert [WANTED.length(place) for place in range(3)] == [PIECE_BYTES, PIECE_BYTES, 12345]
    path.write_bytes(DATA[:-1] + b"!")
    assert not WANTED.are_at(path)
    path.write_bytes(b"")
    assert Pieces.of(path) == Pieces(0, hashlib.sha256().hexdigest(), ())


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_file_comes_in_pieces(tmp_path: Path, umask: int) -> None:
    """What is here stays over an end of any kind, in a folder of its owner's alone, and takes its place at the end."""
    before = os.umask(umask)
    try:
        for count, part in enumerate(PARTS):
            with partial_file(tmp_path / "key", WANTED) as partial:
                assert (partial.count, partial.is_complete) == (count, False)
                partial.add(part)
            assert stat.S_IMODE(kept(tmp_path).parent.stat().st_mode) == 0o700
            assert stat.S_IMODE(kept(tmp_path).stat().st_mode) == 0o600
            assert not (tmp_path / "key").exists()
        with partial_file(tmp_path / "key", WANTED) as partial:
            assert partial.is_complete
            partial.check()
            partial.put(tmp_path / "key")
    finally:
        os.umask(before)
    assert (tmp_path / "key").read_bytes() == DATA and stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o644
    assert [each.name for each in tmp_path.iterdir()] == ["key"]


@pytest.mark.parametrize(
    ("left", "good"),
    [
        (DATA[:-1], 2),
        (DATA[: PIECE_BYTES + 7], 1),
        (DATA[: PIECE_BYTES + 7] + bytes(len(DATA)), 1),
        (b"!" + DATA[1:], 0),
        (DATA[:PIECE_BYTES] + bytes(PIECE_BYTES) + DATA[2 * PIECE_BYTES :], 1),
        (DATA + b"more", 3),
        (b"", 0),
    ],
    ids=["short", "torn", "zeros", "first byte", "a hole", "longer", "nothing"],
)
def test_what_a_crash_left(tmp_path: Path, left: bytes, good: int) -> None:
    """It is hashed again, and cut off at the first piece that is not right."""
    with partial_file(tmp_path / "key", WANTED):
        pass
    kept(tmp_path).write_bytes(left)
    with partial_file(tmp_path / "key", WANTED) as partial:
        assert partial.count == good
        assert kept(tmp_path).read_bytes() == DATA[: good * PIECE_BYTES]
        for part in PARTS[good:]:
            partial.add(part)
        partial.check()
        partial.put(tmp_path / "key")
    assert (tmp_path / "key").read_bytes() == DATA


@pytest.mark.parametrize("piece", [PARTS[1], PARTS[0][:-1], PARTS[0] + b"!", b"", b"!" + PARTS[0][1:]], ids=range(5))
def test_a_wrong_piece_is_not_kept(tmp_path: Path, piece: bytes) -> None:
    """Another piece of the same file, one that is short or long, none, and one with a wrong byte."""
    with partial_file(tmp_path / "key", WANTED) as partial:
        with pytest.raises(ArtifactMismatch):
            partial.add(piece)
        assert kept(tmp_path).read_bytes() == b""
        for part in PARTS:
            partial.add(part)
        with pytest.raises(ArtifactMismatch):
            partial.add(b"")


def test_pieces_that_are_not_of_the_file(tmp_path: Path) -> None:
    """A list of pieces that make another file: nothing of it stays."""
    wrong = replace(WANTED, sha256="ab" * 32)
    with partial_file(tmp_path / "key", wrong) as partial:
        with pytest.raises(ArtifactMismatch):
            partial.check()
        for part in PARTS:
            partial.add(part)
        with pytest.raises(ArtifactMismatch):
            partial.check()
    assert not list(tmp_path.iterdir())


def test_one_at_a_time(tmp_path: Path) -> None:
    """Two programs do not write into one partial file; another file beside it is another matter."""
    with partial_file(tmp_path / "key", WANTED) as partial:
        with pytest.raises(BlockingIOError), partial_file(tmp_path / "key", WANTED):
            pass
        with partial_file(tmp_path / "key", replace(WANTED, sha256="ab" * 32)) as other:
            other.discard()
        partial.add(PARTS[0])
    with partial_file(tmp_path / "key", WANTED) as partial:
        assert partial.count == 1


def test_what_is_left_of_a_file_that_is_there(tmp_path: Path) -> None:
    """It is thrown away, but not from under another program."""
    discard_partial(tmp_path / "key", WANTED)
    assert not list(tmp_path.iterdir())
    with partial_file(tmp_path / "key", WANTED) as partial:
        partial.add(PARTS[0])
        discard_partial(tmp_path / "key", WANTED)
        assert kept(tmp_path).read_bytes() == PARTS[0]
    discard_partial(tmp_path / "key", WANTED)
    assert not list(tmp_path.iterdir())


def _open_to_others(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o770)


def _elsewhere(folder: Path) -> None:
    (folder.parent / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to("elsewhere")


def _with_a_link(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    (folder.parent / "other").write_bytes(DATA)
    (folder / "key").symlink_to("../other")


def _with_a_pipe(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    os.mkfifo(folder / "key")


@pytest.mark.parametrize("plant", [_open_to_others, _elsewhere, Path.touch, _with_a_link, _with_a_pipe])
def test_a_place_that_others_prepared(tmp_path: Path, plant: Callable[[Path], None]) -> None:
    """A folder that others can enter, a link, a file, and what is in it a link or a pipe: nothing is written there."""
    plant(kept(tmp_path).parent)
    with pytest.raises((ArtifactMalformed, OSError)), partial_file(tmp_path / "key", WANTED):
        pass
    assert not list(tmp_path.glob("elsewhere/*"))
    assert all(each.read_bytes() == DATA for each in tmp_path.glob("other"))
