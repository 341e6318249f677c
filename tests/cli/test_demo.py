"""`zkdata demo`: the same story as text and as data, and everything in it happened."""

import io
import json
import os

import pytest

from zkdata.cli import main
from zkdata.cli.terminal import Terminal

pytestmark = pytest.mark.xdist_group("demo")

STEPS = ["chain", "registry", "request", "records", "capsule", "witness", "proof", "claim", "payment", "delivery"]
REFUSALS = [
    "DeviceHeld",
    "StatementFalse",
    "ProofRejected",
    "TermsMismatch",
    "SignalNotCanonical",
    "AlreadyClaimed",
    "ReleaseSecretWrong",
    "NotReleased",
    "ArtifactMismatch",
    "ArtifactMismatch",
]
TOKEN = 10**18


def test_the_story_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    """Every step and every refusal is there, in order, and the money went where the proof says."""
    assert main(["demo", "--chain", "anvil", "--json"]) == 0
    story = json.loads(capsys.readouterr().out)
    assert [step["name"] for step in story["steps"]] == STEPS
    assert [refusal["error"]["code"] for refusal in story["refusals"]] == REFUSALS
    before, after = (
        {name: int(amount) // TOKEN for name, amount in story["balances"][when].items()} for when in ("before", "after")
    )
    assert before == {"buyer": 500, "escrow": 0, "recipient": 0, "relayer": 0}
    assert after == {"buyer": 0, "escrow": 488, "recipient": 11, "relayer": 1}
    evidence = story["refusals"][1]["error"]["evidence"]
    assert (evidence["record"], evidence["value"], evidence["bound"]) == (3, "9.35", "8.00")
    facts = {name: value for step in story["steps"] for name, value in step["facts"].items()}
    assert 200_000 < facts["claim_gas"] < 350_000 and facts["release_gas"] > 21_000
    assert story["chain"] == {"name": "anvil (osaka)", "id": 31337}
    assert facts["records_opened"] == 12
    assert facts["devices"] == 4 and 158_000 < facts["publication_gas"] < 692_000
    assert [line.split(":")[0] for line in story["leaves_out"]] == ["a ceremony", "what no proof can show"]
    assert all(step["seconds"] >= 0 for step in story["steps"]) and story["seconds"] > 0


def test_the_story_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    """To a pipe it is plain text: no escape codes, every step, every refusal, and what is left out."""
    assert main(["demo", "--chain", "anvil"]) == 0
    told = capsys.readouterr()
    assert "\x1b" not in told.out and "\r" not in told.out and told.err == ""
    lines = [line.split(" ")[0] for line in told.out.splitlines()]
    assert [name for name in lines if name in STEPS] == ["records", *STEPS], "the sentence first, then its steps"
    for word in (*REFUSALS, "recipient 11", "what this version leaves out", "4.10, 4.25", "done in"):
        assert word in told.out


class _Window(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("setting", "coloured", "moving"),
    [
        ({}, True, True),
        ({"NO_COLOR": "1"}, False, True),
        ({"TERM": "dumb"}, False, False),
        ({"NO_COLOR": ""}, True, True),
    ],
)
def test_colour_where_it_is_wanted(
    setting: dict[str, str], coloured: bool, moving: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal gets colour unless NO_COLOR is set, and a moving line unless it is dumb."""
    monkeypatch.setitem(os.environ, "TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    window = _Window()
    terminal = Terminal(window)
    terminal.busy("working")
    terminal.line(terminal.colour("1", "bold"))
    assert ("\x1b[1m" in window.getvalue()) == coloured
    assert ("working" in window.getvalue()) == moving
