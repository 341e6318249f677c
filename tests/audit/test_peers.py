"""Workers in turn, as a peer's way from records to a proof is made of several programs."""

import json
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
NAP = 0.05  # seconds


def in_turn(*programs: tuple[str, ...]) -> tuple[list[dict[str, dict[str, float]]], int]:
    """What the workers say together to two orders, and how they end."""
    alone = (sys.executable, "-m", "bench.peers.process")
    words = [word for program in programs for word in ("--then", *alone, *program)]
    command = [sys.executable, "-m", "bench.peers.in_turn", *words]
    done = subprocess.run(
        command, cwd=HOUSE, input="run\nrun\n", text=True, capture_output=True, check=False, timeout=60
    )
    return [json.loads(line) for line in done.stdout.splitlines()], done.returncode


def test_one_after_another() -> None:
    """The clock runs through all of them; memory is that of the largest, and nothing was loaded."""
    (loaded, *taken), code = in_turn(("sleep", str(NAP)), ("true",), ("sleep", str(NAP)))
    assert code == 0
    assert loaded == {"load": None}
    assert len(taken) == 2
    for each in taken:
        assert each["wall"] > 2 * NAP
        assert 0 <= each["cpu"] < each["wall"]
        assert each["peak_kibibytes"] > 0


def test_one_that_fails_ends_all() -> None:
    """Nobody is given the time of work that was not done."""
    taken, code = in_turn(("true",), ("false",))
    assert code != 0
    assert taken == [{"load": None}]
