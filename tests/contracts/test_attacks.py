"""The page of attacks names tests that exist, for every attack of the lists; the escrow has no door but its verbs."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]
PAGE = HOUSE / "docs/explanation/attacks.md"
NAMED = re.compile(r"`(\w+)\.(\w+)`")
IDS = re.compile(r"\b([KHM]\d+|[EV]-\d+|A\d+)\b")
DUE = {
    *(f"K{number}" for number in (1, 2, 4, 5)),
    *(f"H{number}" for number in (4, 5, 6, 7, 8, 10, 11, 12)),
    *(f"M{number}" for number in (1, 3, 4, 5, 7, 9, 10, 16)),
    *(f"E-{number:02}" for number in range(1, 19)),
    *("V-15", "V-16"),
    *(f"A{number}" for number in (*range(1, 8), 9, 10, *range(13, 17), 19, *range(21, 26), 27, 28)),
}
"""Of all that were written down, those that are about settlement; the others are the circuits' and the setup's."""
VERBS = {
    *("list", "post", "topUp", "cancel", "claim", "claimMany"),
    *("admit", "release", "expire", "close", "withdraw"),
}
PRIVILEGE = re.compile(
    r"\b(onlyOwner|Ownable|AccessControl|Pausable|Initializable|UUPS|delegatecall|selfdestruct|tx\.origin)\b"
)


def rows(page: str) -> Iterator[tuple[str, str]]:
    """First and last cell of every row of the tables of attacks."""
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("|") and len(cells) == 4 and cells[0] != "id":
            yield cells[0], cells[-1]


def known_tests() -> set[tuple[str, str]]:
    """Contract and function of forge's tests, file and function of pytest's."""
    found: set[tuple[str, str]] = set()
    for path in (HOUSE / "verifier_contracts/test").glob("*.t.sol"):
        contract = ""
        for line in path.read_text().splitlines():
            if begun := re.match(r"contract (\w+)", line):
                contract = begun[1]
            elif declared := re.match(r"    function ((?:test|invariant)\w*)\(", line):
                found.add((contract, declared[1]))
    for path in (HOUSE / "tests").rglob("test_*.py"):
        found |= {(path.stem, name) for name in re.findall(r"^def (test_\w+)\(", path.read_text(), re.MULTILINE)}
    return found


def faults(page: str) -> list[str]:
    """What is wrong with the page: names of no test, rows without one, attacks that are not on it."""
    known = known_tests()
    told = list(rows(page))
    missing = [f"{owner}.{name}" for owner, name in NAMED.findall(page) if (owner, name) not in known]
    bare = [ids for ids, tests in told if not NAMED.search(tests) or NAMED.sub("", tests).strip(", ")]
    absent = DUE - {found for ids, _ in told for found in IDS.findall(ids)}
    return [*missing, *bare, *sorted(absent)]


def test_every_attack_has_its_tests() -> None:
    """Every id of the lists is in a row, every row ends in tests, and every test is there."""
    assert faults(PAGE.read_text()) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("`ReorgTest.test_reorg_ofTheRelease`", "`ReorgTest.test_reorg_ofNothing`"),
        ("`ReorgTest.test_reorg_ofTheRelease`", "`RacesTest.test_reorg_ofTheRelease`"),
        ("| `RacesTest.test_races`, `RacesTest", "| by hand, `RacesTest"),
        ("| M9 |", "| M99 |"),
    ],
)
def test_a_page_that_says_more_than_there_is(old: str, new: str) -> None:
    """A test that is not there, in another's contract, in words, or an attack that was left out, is found."""
    page = PAGE.read_text()
    assert old in page
    assert faults(page.replace(old, new, 1)) != []


def test_no_verb_is_privileged() -> None:
    """The escrow's doors are its verbs, and nothing in the sources gives anyone a right that others do not have."""
    abi = json.loads((HOUSE / "zkdata/settlement/contracts/DataEscrow.json").read_text())["abi"]
    doors = {entry["name"] for entry in abi if entry["type"] == "function" and entry["stateMutability"] != "view"}
    assert doors == VERBS
    assert not {entry["type"] for entry in abi} & {"fallback", "receive"}
    assert {entry["stateMutability"] for entry in abi if "stateMutability" in entry} <= {"view", "nonpayable"}
    for path in (HOUSE / "verifier_contracts/src").rglob("*.sol"):
        assert not PRIVILEGE.search(path.read_text()), path.name
