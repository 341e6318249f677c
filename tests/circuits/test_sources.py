"""House rules of the Circom sources: heads, tags, and which constructs may stand where."""

import re
from pathlib import Path

import pytest

from zkdata.catalogue import CIRCUITS

SOURCES = sorted(path for path in CIRCUITS.rglob("*.circom") if not path.name.endswith("_constants.circom"))
HEAD = ("@title", "@notice", "@param", "@input", "@output", "@assumes", "@ensures")
GRANTED = re.compile(r"signal\s+output\s*\{")
UNCONSTRAINED = re.compile(r"<--|-->")
EXPLAINED = re.compile(r"//[^\n]*Hints?\b[^\n]*bound\b[^\n]*\bby\b")


def code(text: str) -> str:
    """The source without its comments."""
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_template_has_a_head(path: Path) -> None:
    """Title, notice, parameters, inputs, outputs, what it assumes and what it ensures, for every template."""
    text = path.read_text()
    for match in re.finditer(r"^template (\w+)\(", text, flags=re.MULTILINE):
        head = text[: match.start()].rstrip().rpartition("/**")[2]
        assert head.endswith("*/"), f"{match[1]} has no head"
        assert f"@title   {match[1]}\n" in head
        assert [line for line in HEAD if line not in head] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_only_ranges_grants_tags(path: Path) -> None:
    """The compiler believes every tag, so one file grants them, next to the rows that make them true."""
    assert path.name == "ranges.circom" or not GRANTED.search(code(path.read_text()))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_hint_names_the_rows_that_bind_it(path: Path) -> None:
    """An assignment without a row stands below a comment that says which rows bind it, at most four lines above."""
    lines = path.read_text().splitlines()
    for number, line in enumerate(lines):
        if UNCONSTRAINED.search(code(line)):
            assert any(EXPLAINED.search(above) for above in lines[max(0, number - 4) : number]), f"line {number + 1}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_nothing_of_others_is_included(path: Path) -> None:
    """Sources include files of this tree only, and are pinned to one compiler."""
    text = path.read_text()
    assert "pragma circom 2.2.3;" in text
    for included in re.findall(r'include "([^"]+)"', text):
        assert (path.parent / included).resolve().is_relative_to(CIRCUITS.resolve())
        assert (path.parent / included).is_file()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_circuit_can_be_switched_off(path: Path) -> None:
    """No signal says whether the rows of a check count: circomlib's `enabled`, and what it is called elsewhere."""
    assert not re.search(r"signal input [^;]*\b(enabled?|disabled?|skip|active)\b", code(path.read_text()))
