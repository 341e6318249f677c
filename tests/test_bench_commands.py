"""The commands of the bench end as `zkdata` does: with the code they return, or one line and the code of a refusal."""

import argparse
import runpy
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from bench import command
from zkdata.errors import ResourceLimit

BENCH = Path(command.__file__).parent
COMMANDS = sorted(path.stem for path in BENCH.glob("*.py") if "def main(" in path.read_text())


def test_a_command_gets_its_arguments_and_exits_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is no argument; what `main` returns is the code."""
    monkeypatch.setattr(sys, "argv", ["name", "one", "two"])
    with pytest.raises(SystemExit) as ended:
        command.run(len)
    assert ended.value.code == 2


@pytest.mark.parametrize("name", COMMANDS)
def test_a_refusal_is_one_line_and_its_code(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By every command."""
    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", _refuse)
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(BENCH / f"{name}.py"), run_name="__main__")
    assert ended.value.code == ResourceLimit.exit_code
    assert capsys.readouterr().err == "it takes too long\n"


def test_any_other_error_is_seen_whole() -> None:
    """It is a fault of ours, and its place is wanted."""
    with pytest.raises(ZeroDivisionError):
        command.run(lambda arguments: 1 // 0)


def _refuse(*_: object) -> NoReturn:
    raise ResourceLimit("it takes too long")
