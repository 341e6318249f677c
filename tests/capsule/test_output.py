"""Where nothing is written: through links, over folders, devices and pipes, over inputs, and twice to one file."""

import fcntl
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.capsule.strategies import names
from tests.proof import groth16_material as material
from zkdata import _native
from zkdata.capsule.atomic_file import remove_abandoned, write_public, write_together
from zkdata.capsule.output import check_output, check_outputs
from zkdata.errors import ArtifactMalformed, ArtifactMismatch
from zkdata.proof.groth16 import prove_files


def _link(path: Path) -> None:
    path.symlink_to(path.with_name("elsewhere"))


def _link_to_a_file(path: Path) -> None:
    path.with_name("file").write_text("old")
    path.symlink_to(path.with_name("file"))


NO_PLACES: dict[str, Callable[[Path], None]] = {
    "link to nowhere": _link,
    "link to a file": _link_to_a_file,
    "folder": Path.mkdir,
    "pipe": os.mkfifo,
}
WRITERS: dict[str, Callable[[Path], None]] = {
    "python": lambda path: write_public(path, b"new"),
    "native": lambda path: _native.setup_development(material.folder() / "circuit.r1cs", path),
}


@pytest.mark.parametrize("place", NO_PLACES)
@pytest.mark.parametrize("writer", WRITERS)
def test_only_a_file_is_replaced(writer: str, place: str, tmp_path: Path) -> None:
    """A link, folder or pipe is refused by both languages in the same words, and stays what it was."""
    target = tmp_path / "target"
    NO_PLACES[place](target)
    before, kind = names(tmp_path), target.lstat().st_mode
    with pytest.raises(ArtifactMalformed) as here:
        check_output(target)
    with pytest.raises(ArtifactMalformed) as there:
        WRITERS[writer](target)
    assert here.value.path == str(target)
    assert there.value.message == here.value.message and "name " in here.value.message
    assert names(tmp_path) == before and target.lstat().st_mode == kind
    assert not (tmp_path / "file").exists() or (tmp_path / "file").read_text() == "old"


def test_a_device_is_not_replaced() -> None:
    """Nor is a device."""
    with pytest.raises(ArtifactMalformed, match="not a regular file"):
        check_output("/dev/null")


def test_outputs_that_would_do_harm(tmp_path: Path) -> None:
    """An input under any of its names, one file twice, and a folder that is not there are refused before any work."""
    given, fresh, hard = tmp_path / "given", tmp_path / "fresh", tmp_path / "hard"
    given.write_text("input")
    hard.hardlink_to(given)
    (tmp_path / "folder").symlink_to(tmp_path)
    check_outputs([fresh], [given])
    check_outputs([hard], [])
    (tmp_path / "a").mkdir()
    aliases = [given, hard, tmp_path / "a" / ".." / "given", tmp_path / "folder" / "given"]
    for alias in [*aliases, Path(os.path.relpath(given))]:
        with pytest.raises(ArtifactMismatch, match="named twice") as refused:
            check_outputs([alias], [given])
        assert refused.value.path == str(alias)
    for twice in ([fresh, fresh], [fresh, tmp_path / "folder" / "fresh"], [given, hard]):
        with pytest.raises(ArtifactMismatch, match="named twice"):
            check_outputs(twice, [])
    with pytest.raises(FileNotFoundError, match="make it first") as missing:
        check_outputs([tmp_path / "none" / "x"], [])
    assert missing.value.filename == str(tmp_path / "none")


def test_prove_asks_before_any_work(tmp_path: Path) -> None:
    """The library refuses by itself, before it so much as opens the key, and damages no input."""
    key, witness, free = tmp_path / "key", tmp_path / "witness", tmp_path / "free"
    key.write_text("no key at all")
    witness.write_text("no witness")
    for proof, public in ((key, free), (witness, free), (free, witness), (free, free)):
        with pytest.raises(ArtifactMismatch, match="named twice"):
            prove_files(key, witness, proof, public)
    assert names(tmp_path) == ["key", "witness"]
    assert (key.read_text(), witness.read_text()) == ("no key at all", "no witness")


@pytest.mark.parametrize("writer", WRITERS)
def test_the_next_writer_clears_what_a_killed_one_left(writer: str, tmp_path: Path) -> None:
    """Parts of this name that nobody holds go; those that a living writer holds, and what only looks alike, stay."""
    for name in ("0" * 16, "0123456789abcdef"):
        (tmp_path / f".target.{name}.part").write_text("left")
    held = tmp_path / ".target.ffffffffffffffff.part"
    others = [".other.0123456789abcdef.part", ".target.0123.part", ".target.0123456789abcdeF.part", "target.part"]
    for name in others:
        (tmp_path / name).write_text("not ours")
    os.mkfifo(tmp_path / ".target.1111111111111111.part")
    (tmp_path / ".target.2222222222222222.part").symlink_to(tmp_path / "target.part")
    with held.open("w") as living:
        lock(living.fileno())
        WRITERS[writer](tmp_path / "target")
        stay = [*others, held.name, ".target.1111111111111111.part", ".target.2222222222222222.part", "target"]
        assert names(tmp_path) == sorted(stay)
    WRITERS[writer](tmp_path / "target")
    assert held.name not in names(tmp_path)


@pytest.mark.parametrize("writer", WRITERS)
def test_the_umask_does_not_matter(writer: str, tmp_path: Path) -> None:
    """A public file has mode 0644 under any umask."""
    for umask in (0o000, 0o077, 0o777):
        before = os.umask(umask)
        try:
            WRITERS[writer](tmp_path / "target")
        finally:
            os.umask(before)
        assert (tmp_path / "target").stat().st_mode & 0o7777 == 0o644


@pytest.mark.parametrize("writer", WRITERS)
def test_a_writer_survives_eager_cleaners(writer: str, tmp_path: Path) -> None:
    """A part that another writer takes for abandoned, before its lock, is made again under another name."""
    target, done = tmp_path / "target", threading.Event()

    def clean() -> None:
        while not done.is_set():
            remove_abandoned(target)

    cleaners = [threading.Thread(target=clean) for _ in range(3)]
    for cleaner in cleaners:
        cleaner.start()
    try:
        for number in range(40):
            WRITERS[writer](target)
            assert target.is_file(), f"write {number} is lost"
            target.unlink()
    finally:
        done.set()
        for cleaner in cleaners:
            cleaner.join()
    assert names(tmp_path) == []


def test_a_folder_that_another_program_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files that belong together wait for the folder, and say whose lock it is when patience ends."""
    monkeypatch.setattr("zkdata.capsule.atomic_file.PATIENCE", 0.05)
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        lock(folder)
        with pytest.raises(BlockingIOError) as waited:
            write_together({tmp_path / "one": b"1", tmp_path / "two": b"2"})
        assert waited.value.filename == str(tmp_path)
        assert names(tmp_path) == []
        write_public(tmp_path / "one", b"1")
    finally:
        os.close(folder)
    write_together({tmp_path / "one": b"1", tmp_path / "two": b"2"})
    assert names(tmp_path) == ["one", "two"]


def lock(descriptor: int) -> None:
    """Hold a file as a living writer does."""
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
