"""Tests that the threat model names are there, and it says something of every abuse."""

import re
from collections import Counter
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[1]
PAGE = HOUSE / "docs/explanation/threat-model.md"
NAMED = re.compile(r"`((?:[\w.]+::)?(?:test|invariant)\w*)`")
ABUSE = re.compile(r"^\| A(\d+) \|(.*)\|$", re.MULTILINE)


def defined() -> Counter[str]:
    """Every test by its name, and behind its file's, with how often it is defined."""
    found: Counter[str] = Counter()
    for path in [*(HOUSE / "tests").rglob("test_*.py"), *(HOUSE / "verifier_contracts/test").rglob("*.sol")]:
        begins = r"^\s*def (test_\w+)\(" if path.suffix == ".py" else r"^\s*function ((?:test|invariant)\w*)\("
        for name in re.findall(begins, path.read_text(), re.MULTILINE):
            found[name] += 1
            found[f"{path.name}::{name}"] += 1
    return found


def faults_of(page: str, tests: Counter[str]) -> list[str]:
    """Names of no test, and of several that a file's name would tell apart."""
    named = set(NAMED.findall(page))
    return sorted(
        f"{name} is {'no test' if not tests[name] else 'several tests: name the file'}"
        for name in named
        if tests[name] != 1
    )


def test_every_test_that_is_named_is_there() -> None:
    """Each name of the page is the name of one test."""
    page = PAGE.read_text()
    assert faults_of(page, defined()) == []
    assert len(set(NAMED.findall(page))) > 100


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("test_what_nobody_wrote", "no test"),
        ("test_attaching", "several tests"),
        ("nowhere.py::test_attaching", "no test"),
    ],
)
def test_a_name_of_no_test_is_seen(name: str, fault: str) -> None:
    """A test that was renamed, or a name that two have, is a fault."""
    assert [text for text in faults_of(f"as `{name}` shows", defined()) if fault in text]


def test_every_abuse_has_a_line() -> None:
    """A1 to A30 in order, each with what happens, and with a test that shows it."""
    lines = ABUSE.findall(PAGE.read_text())
    assert [int(number) for number, _ in lines] == list(range(1, 31))
    for number, line in lines:
        name, happens, tests, _ = (cell.strip() for cell in line.split("|"))
        assert name.startswith("**") and happens and NAMED.search(tests), f"A{number}"
