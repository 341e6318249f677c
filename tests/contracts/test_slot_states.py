"""The drawing of a slot's states is the table that forge walks."""

import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]
PAGE = HOUSE / "docs/reference/escrow.md"
TABLE = HOUSE / "verifier_contracts/test/States.t.sol"
ROW = re.compile(r"_row\(State\.(\w+), Move\.(\w+), State\.(\w+), When\.(\w+)\);")
ARROW = re.compile(r"^    (\w+) --> (\w+): (.+)$", re.MULTILINE)
MOVES = {
    "Claim": "claim",
    "ClaimElsewhere": "claim elsewhere",
    "Admit": "admit",
    "Release": "release",
    "Expire": "expire",
}
WHEN = {
    "Always": "",
    "Market": ", in another request of the market",
    "Panel": ", where a panel is named",
    "NoPanel": ", where no panel is named",
    "NoPanelFact": ", where no panel is named and the fact is bought",
    "Fact": ", where the fact is bought",
}


def tabled(source: str) -> list[tuple[str, str, str]]:
    """The rows of the table, in the words of the drawing."""
    return sorted(
        (start[0].lower() + start[1:], to[0].lower() + to[1:], MOVES[move] + WHEN[when])
        for start, move, to, when in ROW.findall(source)
    )


def drawn(page: str) -> list[tuple[str, str, str]]:
    """The arrows of the drawing."""
    drawing = page.partition("```mermaid\n")[2].partition("```")[0]
    return sorted(ARROW.findall(drawing))


def test_the_drawing_is_the_table() -> None:
    """Arrow by row, none more and none twice; and all states are drawn."""
    rows = tabled(TABLE.read_text())
    assert drawn(PAGE.read_text()) == rows
    assert len(set(rows)) == len(rows) == TABLE.read_text().count("        _row(")
    states = re.search(r"enum State \{([^}]*)\}", TABLE.read_text())
    assert states is not None
    assert {name.strip().lower() for name in states[1].split(",")} == {
        state.lower() for row in rows for state in row[:2]
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("claimed --> refused: expire", "claimed --> free: expire"),
        ("    admitted --> unpaid: expire\n", ""),
        ("admitted --> paid: release", "claimed --> paid: release"),
        ("claimed --> paid: admit, where the fact is bought", "claimed --> paid: admit"),
    ],
)
def test_another_drawing(old: str, new: str) -> None:
    """An arrow that leads elsewhere, is missing, begins elsewhere or is for other requests is noticed."""
    page = PAGE.read_text()
    assert old in page
    assert drawn(page.replace(old, new, 1)) != tabled(TABLE.read_text())
