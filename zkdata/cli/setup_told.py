"""Options and answers that the verbs of both phases of a setup share."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from .terminal import Terminal
from .usage import UsageWrong, plain

MAX_ENTROPY = 2**20
Done = TypeVar("Done")


def add_name(verb: argparse.ArgumentParser) -> None:
    """`--name`."""
    verb.add_argument("--name", required=True, metavar="NAME", help="yours, in the file for everybody to read")


def add_beacon(verb: argparse.ArgumentParser) -> None:
    """`--value`, `--iterations` and `--name`."""
    verb.add_argument("--value", type=_hex, required=True, metavar="HEX", help="the number, such as a block's hash")
    verb.add_argument(
        "--iterations", type=int, default=10, metavar="N", help="hash it 2^N times, 10 to 32 (default: %(default)s)"
    )
    verb.add_argument("--name", default="beacon", metavar="NAME", help="in the file (default: %(default)s)")


def add_entropy(verb: argparse.ArgumentParser) -> None:
    """`--entropy`."""
    verb.add_argument("--entropy", metavar="FILE", help="mix this file, or - for stdin, into the system's randomness")


def leave_no_core() -> None:
    """From now on no crash of this process writes its memory to the disk, where a secret would stay."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def entropy_of(source: str | None) -> bytes:
    """What is mixed into the system's randomness: a file, or stdin for `-`; never an argument, which all can read."""
    if source is None:
        return b""
    if source == "-":
        given = sys.stdin.buffer.read(MAX_ENTROPY + 1)
    else:
        with Path(source).open("rb") as file:
            given = file.read(MAX_ENTROPY + 1)
    if len(given) > MAX_ENTROPY:
        raise UsageWrong(f"--entropy takes at most {MAX_ENTROPY:,} bytes; hash what is longer")
    return given


def timed(text: str, work: Callable[[Callable[[float], None]], Done]) -> Done:
    """What the work answers, its progress on the terminal meanwhile."""
    terminal = Terminal(sys.stderr)
    try:
        return work(terminal.progress(text))
    finally:
        terminal.clear()


def tell_written(chosen: argparse.Namespace, output: Path) -> int:
    """That a file was written."""
    print(json.dumps({"output": str(output)}) if chosen.json else f"wrote {output}")
    return 0


def tell_hash(chosen: argparse.Namespace, what: str, shown: str, output: Path, **more: Path) -> int:
    """A hash as people read it aloud to each other: four words a line, as snarkjs shows it."""
    if chosen.json:
        print(json.dumps(plain({what.replace(" ", "_"): shown, "output": output, **more})))
        return 0
    print(f"{what}:")
    for start in range(0, len(shown), 32):
        print("    " + " ".join(shown[at : at + 8] for at in range(start, start + 32, 8)))
    print(f"wrote {' and '.join(str(path) for path in (output, *more.values()))}")
    return 0


def tell_contributions(chosen: argparse.Namespace, about: Mapping[str, Any], contributions: Sequence[Any]) -> int:
    """What was verified: the contributions in their order."""
    if chosen.json:
        listed = [{**each, "hash": each["hash"].hex(), "beacon": _hex_of(each["beacon"])} for each in contributions]
        print(json.dumps(plain({**about, "contributions": listed}), indent=2))
        return 0
    for name, value in about.items():
        print(f"{name.replace('_', ' '):<16}{value}")
    for number, each in enumerate(contributions, 1):
        beacon = f", {_hex_of(each['beacon'])} hashed 2^{each['iterations']} times" if each["beacon"] else ""
        print(f"{number:>4}  {each['hash'].hex()[:32]}  {each['name']!r}{beacon}")
    return 0


def _hex_of(value: bytes | None) -> str | None:
    return None if value is None else value.hex()


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise argparse.ArgumentTypeError("takes hex digits, two for each byte") from None
