"""Files that another program writes: made in a private folder, and put in place in one step."""

from pathlib import Path

import pytest

from zkdata.capsule.outside_file import folder_beside, put_in_place


def test_a_folder_beside_is_private_and_goes(tmp_path: Path) -> None:
    """Nobody else can enter it, it lies on the target's own disk, and it goes with all that is in it."""
    with pytest.raises(ZeroDivisionError), folder_beside(tmp_path / "target") as folder:
        assert folder.stat().st_mode & 0o777 == 0o700 and folder.parent == tmp_path
        (folder / "inner").mkdir()
        (folder / "inner" / "file").write_text("x")
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


def test_a_finished_file_replaces_the_old_one(tmp_path: Path) -> None:
    """It is readable by everybody, whatever mode it was made with."""
    target = tmp_path / "target"
    target.write_text("old")
    with folder_beside(target) as folder:
        made = folder / "made"
        made.write_text("new")
        made.chmod(0o600)
        put_in_place(made, target)
    assert target.read_text() == "new" and target.stat().st_mode & 0o777 == 0o644
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


def test_a_link_is_not_put_in_place(tmp_path: Path) -> None:
    """What was made is a file of its own, and not a way to another."""
    (tmp_path / "elsewhere").write_text("x")
    (tmp_path / "elsewhere").chmod(0o600)
    with folder_beside(tmp_path / "target") as folder:
        (folder / "made").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(OSError, match="symbolic links"):
            put_in_place(folder / "made", tmp_path / "target")
    assert (tmp_path / "elsewhere").stat().st_mode & 0o777 == 0o600 and not (tmp_path / "target").exists()
