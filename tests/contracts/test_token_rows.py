"""The page on odd tokens has the rows that the contracts' tests play."""

import re
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
PLAYED = HOUSE / "verifier_contracts/test/tokens/OddRows.sol"
PAGE = HOUSE / "docs/reference/tokens.md"
ROW = re.compile(r'_(ever|later|forGood)\(\s*Outcome\.(\w+),\s*"([^"]+)",\s*"([^"]+)",')
SINCE = {"ever": "ever", "later": "later", "forGood": "later, for good"}
LEAST = 32

Row = tuple[str, str, str, str]
"""Outcome, name, behaviour, since when."""


def played(source: str) -> list[Row]:
    """What is played, in the order of the source."""
    return [(outcome, name, does, SINCE[since]) for since, outcome, name, does in ROW.findall(source)]


def told(page: str) -> list[Row]:
    """What the page tells: a section an outcome, a table in each."""
    rows = []
    for section in page.split("\n## ")[1:]:
        title, _, text = section.partition("\n")
        if title not in {"Refused", "Paid", "Credited", "Short"}:
            continue
        for line in text.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if len(cells) == 3 and cells[0] != "token" and not cells[0].startswith("-"):
                rows.append((title, cells[0], cells[1], cells[2]))
    return rows


def test_the_page_tells_what_is_played() -> None:
    """Row by row, within each outcome in the order of the source; every name is there once."""
    source, page = played(PLAYED.read_text()), told(PAGE.read_text())
    assert len(source) >= LEAST and len({name for _, name, _, _ in source}) == len(source)
    assert sorted(source) == sorted(page)


def test_every_row_of_the_source_is_read() -> None:
    """The pattern misses no call: there are as many rows as tokens that are added."""
    source = PLAYED.read_text()
    assert len(played(source)) == len(re.findall(r"^        _(?:ever|later|forGood)\(", source, re.MULTILINE))


def test_another_outcome_is_seen() -> None:
    """A row that is moved to another section, or told otherwise, is not the one that is played."""
    page = PAGE.read_text()
    moved = page.replace("| fee | keeps a hundredth", "| fee | keeps a tenth")
    assert moved != page and sorted(told(moved)) != sorted(played(PLAYED.read_text()))
    swapped = page.replace("\n## Paid\n", "\n## Short\n", 1)
    assert swapped != page and sorted(told(swapped)) != sorted(played(PLAYED.read_text()))
