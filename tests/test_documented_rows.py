"""Rows of circuits in the pages are those of the lock."""

import re

from zkdata.catalogue import CIRCUITS
from zkdata.proof.lock import read_lock

PAGES = CIRCUITS.parent / "docs"
NAMED = re.compile(r"`((?:capsule|timestamp|range)_\w+|device)`(?: \|)? (\d{1,3}(?:,\d{3})+)")
"""A circuit's name with its rows behind it, in a table or in a sentence."""
IN_SOUNDNESS = ("timestamp_16x4", "range_16x4", "device", "capsule_16x4")
"""What its sections sum up, in their order."""


def rows(text: str) -> int:
    """A number as pages write it."""
    return int(text.replace(",", ""))


def locked(name: str) -> int:
    """Rows in the lock."""
    return int(read_lock()["circuits"][name]["rows"])


def test_costs_are_locked() -> None:
    """Every claim of the catalogue is in the table of shapes, and every circuit named with rows has just these."""
    told = NAMED.findall((PAGES / "explanation" / "costs.md").read_text().replace("\n", " "))
    assert [(name, number) for name, number in told if rows(number) != locked(name)] == []
    assert {name for name in read_lock()["circuits"] if name.startswith("capsule_")} <= {name for name, _ in told}


def test_sums_of_soundness_are_locked() -> None:
    """Each section of a statement sums up its rows to those of the lock."""
    sums = re.findall(r"^Sum: ([\d,]+)\.", (PAGES / "explanation" / "soundness.md").read_text(), re.MULTILINE)
    assert [rows(number) for number in sums] == [locked(name) for name in IN_SOUNDNESS]


def test_the_reason_for_version_two_still_holds() -> None:
    """The record that dropped the header hash names the rows of 16 x 4, which are why it did."""
    assert f"{locked('capsule_16x4'):,} rows" in (PAGES / "decisions" / "0006-no-header-hash.md").read_text()
