"""The example marketplace, run as a reader of its page runs it; and the page, which shows nothing but what is in it."""

import json
import re
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from tests.journey_fixtures import built_circuit
from zkdata.capsule.seal import Capsule

pytestmark = pytest.mark.xdist_group("marketplace")

HOUSE = Path(__file__).resolve().parents[2]
SCRIPT = HOUSE / "docs/how-to/build_a_marketplace.py"
PAGE = HOUSE / "docs/how-to/build-a-marketplace.md"
SHORT = 260
Flow = dict[str, dict[str, Decimal]]
"""Tokens by party and step."""


@dataclass(frozen=True)
class Told:
    """A run of the program: what it said, and what each party kept."""

    code: int
    out: str
    err: str
    home: Path

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def run(script: Path, home: Path) -> Told:
    """As the page says it, with the interpreter of the checkout."""
    built_circuit("capsule_48x1")
    command = [sys.executable, script, home]
    done = subprocess.run(command, capture_output=True, text=True, cwd=HOUSE, timeout=300, check=False)
    return Told(done.returncode, done.stdout, done.stderr, home)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """One run for all that only look at it."""
    return run(SCRIPT, tmp_path_factory.mktemp("marketplace") / "parties")


def flow_of(out: str) -> Flow:
    """The table at the end."""
    header, *rows = out.partition("\ntokens")[2].splitlines()
    steps = header.split()
    return {row[:11].strip(): dict(zip(steps, map(Decimal, row[11:].split()), strict=True)) for row in rows}


def faults_of(flow: Flow) -> list[str]:
    """Columns that do not sum to zero, and rows whose total is another."""
    paid = {who: steps for who, steps in flow.items() if who != "sum"}
    columns = [
        step for step in flow["sum"] if sum(steps[step] for steps in paid.values()) != 0 or flow["sum"][step] != 0
    ]
    return columns + [who for who, steps in paid.items() if 2 * steps["total"] != sum(steps.values())]


def secrets_of(home: Path) -> Iterator[str]:
    """Every key in every party's folder, as its file spells it and as other programs might."""
    for file in [*home.rglob("*.key"), *home.rglob("*.opening")]:
        body = json.loads(file.read_text())
        (text,) = (body[name] for name in ("secret", "seed", "key") if name in body)
        number = int(text, 10 if file.name in ("owner.key", "buyer.key", "hour.opening") else 16)
        yield from (text, str(number), f"{number:x}")


def blocks_of(page: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


def drifted(page: str, script: str) -> list[str]:
    """Blocks of Python that are not in the script, line by line, at the margin or inside of its story."""
    return [
        block
        for block in blocks_of(page, "python")
        if not any(f"\n{textwrap.indent(block, margin)}" in script for margin in ("", "    "))
    ]


def test_it_tells_what_the_page_says(told: Told) -> None:
    """To the letter: so nothing of it depends on chance, on the clock, or on a key."""
    assert (told.code, told.err) == (0, "")
    assert blocks_of(PAGE.read_text(), "text") == [told.out]
    refusals = re.findall(r"refused: .* \((\w+)\)", told.out)
    assert {"TermsMismatch", "NotAvailable", "NotReleased", "ArtifactMismatch", "AlreadyClaimed"} == {*refusals}


def test_the_token_flow(told: Told) -> None:
    """Each owner's exact share, fees, the keepers' shares, both buyers' change; every step sums to zero."""
    flow = flow_of(told.out)
    assert faults_of(flow) == []
    assert {who: int(steps["total"]) for who, steps in flow.items()} == {
        "ada": 12 * 3 - 2, "ben": 9 * 3 - 2, "cem": 6 * 2 - 3, "aggregator": 2 + 2, "relayer": 3,
        "keeper 1": 2, "keeper 2": 4, "keeper 3": 2, "pharmacy": -(21 * 3 + 8), "insurer": -6 * 2,
        "escrow": 0, "sum": 0,
    }  # fmt: skip
    short = {**flow, "ben": {**flow["ben"], "batch": flow["ben"]["batch"] - 1}}
    assert faults_of(short) == ["batch", "ben"]


def test_what_was_opened_is_what_was_sealed(told: Told) -> None:
    """Read from the contributors' own openings, and not by the program itself."""
    for name, buyer in (("ada", "pharmacy"), ("ben", "pharmacy"), ("cem", "insurer")):
        sealed = Capsule.load(told.home / name / "hour.capsule", told.home / name / "hour.opening").records
        readings = ", ".join(str(each.values[0]) for each in sealed)
        assert told.lines.count(f"the {buyer} opens, as sealed: {readings}") == 1


def test_who_has_no_gas_sends_nothing(told: Told) -> None:
    """Cem's outbox is empty; ada's has her release."""
    sent = {}
    for name in ("cem", "ada"):
        with sqlite3.connect(told.home / name / "outbox.db") as tables:
            sent[name] = [label for (label,) in tables.execute("SELECT label FROM sent")]
    assert sent == {"cem": [], "ada": ["DataEscrow.release"]}


def test_nothing_secret_is_said(told: Told) -> None:
    """No key of any party or capsule, in decimal or hex; one that is printed is found."""
    secrets = [*secrets_of(told.home)]
    assert len(secrets) == 3 * (11 + 2 * 3 + 2 + 3)
    assert not [each for each in secrets if each in told.out + told.err]
    assert [each for each in secrets if each in told.out + secrets[-1]] == [secrets[-1]]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("sent_by, fee)", "sent_by, fee + TOKEN)", "ada was promised 34 tokens and got 33"),
        ("risk, []), cem.capsule)", "risk, []), ada.capsule)", "the insurer opened other records than those"),
        (', market=named("fridges of Oslo")', "", "has to be refused: ada sells to the insurer the hour"),
    ],
    ids=["wrong share", "wrong records", "no market"],
)
def test_a_planted_fault_is_told(right: str, wrong: str, said: str, tmp_path: Path) -> None:
    """A wrong share, wrong records, and a market that sells an hour twice, each in a copy of the program."""
    text = SCRIPT.read_text()
    assert text.count(right) == 1, f"{right!r} is not there once: the plant is stale"
    (tmp_path / "planted.py").write_text(text.replace(right, wrong))
    told = run(tmp_path / "planted.py", tmp_path / "parties")
    assert told.code == 1 and said in told.err and "Traceback" not in told.err


def test_the_page_shows_the_program() -> None:
    """Every block of Python is in the program as it stands there; a word that differs is found."""
    page, script = PAGE.read_text(), SCRIPT.read_text()
    assert drifted(page, script) == [] and len(blocks_of(page, "python")) >= 10
    assert len(drifted(page.replace("fee that the proof binds.\nclaim", "fee.\nclaim"), script)) == 1
    assert len(script.splitlines()) < SHORT
