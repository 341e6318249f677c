"""What the commands share about their arguments: wrong usage, and where they may write."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ZkDataError

if TYPE_CHECKING:
    import argparse


class UsageWrong(ZkDataError):
    """A command line that cannot be meant."""


def add_json(parser: "argparse.ArgumentParser") -> None:
    """Every command that answers takes `--json`."""
    parser.add_argument("--json", action="store_true", help="answer as JSON on stdout, errors included")


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as JSON: what is no JSON, and numbers that other languages would round, as text."""
    return {name.replace(" ", "_"): _plain(value) for name, value in facts.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    exact = value is None or isinstance(value, str | float) or (isinstance(value, int) and abs(value) < 2**53)
    return value if exact else str(value)


def check_outputs(outputs: Sequence[Path], inputs: Sequence[Path]) -> None:
    """Refuse, before any work, outputs that are links, folders, one another, or one of the inputs."""
    for index, output in enumerate(outputs):
        if output.is_symlink():
            raise UsageWrong(f"{output} is a symbolic link; name the file itself", path=str(output))
        if output.exists() and not output.is_file():
            raise UsageWrong(f"{output} is not a regular file; name another output", path=str(output))
        if not output.parent.is_dir():
            raise UsageWrong(f"there is no folder {output.parent}; make it first", path=str(output))
        if any(_same(output, other) for other in (*inputs, *outputs[:index])):
            raise UsageWrong(f"{output} is named twice; an output needs a name of its own", path=str(output))


def _same(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other)
    return os.path.realpath(one) == os.path.realpath(other)
