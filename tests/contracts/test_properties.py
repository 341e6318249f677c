"""A planted bug for every property of the escrow: forge's campaign, looking at that property alone, finds it.

Bugs are planted in a copy under build/, which is compiled without optimizing, for only the verdict counts.
"""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.contracts import pairing_table
from tests.contracts.trapdoor import HOUSE

CONTRACTS = HOUSE / "verifier_contracts"
COPY = HOUSE / "build/planted"
CAMPAIGN = "test/Properties.t.sol"
SEEDS = tuple(hex(0x5EED + number) for number in range(12))
"""Some bugs need moves in an order that a campaign in three or so does not come upon: they are sought again."""
CLEAN = SEEDS[:4]


@dataclass(frozen=True)
class Bug:
    """What breaks a property, in words, and how: exact texts of src/, and what stands there instead."""

    prop: str
    what: str
    edits: tuple[tuple[str, str, str], ...]


def _bugs() -> list[Bug]:
    rows = json.loads(Path(__file__).with_name("planted.json").read_text())
    edits = [tuple((edit["file"], edit["text"], edit["instead"]) for edit in row["edits"]) for row in rows]
    return [Bug(row["property"], row["bug"], made) for row, made in zip(rows, edits, strict=True)]


BUGS = _bugs()
one_at_a_time = pytest.mark.xdist_group("planted bugs")


def properties() -> list[str]:
    """The names that the campaign knows."""
    source = (CONTRACTS / "test/stateful/Property.sol").read_text()
    return re.findall(r'bytes32 internal constant \w+ =\s+"(\w+)";', source)


def planted(bug: Bug) -> dict[str, str]:
    """The files of src/ with the bug in them; an edit whose text is not there exactly once is stale."""
    files: dict[str, str] = {}
    for name, text, instead in bug.edits:
        source = files.get(name) or (CONTRACTS / "src" / name).read_text()
        assert source.count(text) == 1, f"{name} holds {text!r} {source.count(text)} times: {bug.what!r} is stale"
        files[name] = source.replace(text, instead)
    return files


def imported(start: str) -> set[Path]:
    """A file of verifier_contracts and all that it imports there."""
    found: set[Path] = set()
    waiting = [CONTRACTS / start]
    while waiting:
        file = waiting.pop()
        if file in found:
            continue
        found.add(file)
        waiting += [(file.parent / path).resolve() for path in re.findall(r'from "(\.[^"]+)";', file.read_text())]
    return found


@pytest.fixture(scope="module")
def copy() -> Path:
    """Nothing but what the campaign needs, as it is today; what was compiled there before is kept."""
    for room in ("src", "test", "generated"):
        shutil.rmtree(COPY / room, ignore_errors=True)
    for file in (*imported(CAMPAIGN), CONTRACTS / "solc"):
        target = COPY / file.relative_to(CONTRACTS)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    settings = (CONTRACTS / "foundry.toml").read_text()
    for old, new in {
        "../node_modules": f"{HOUSE}/node_modules",
        "../build/contracts/": "",
        "../tests/": f"{HOUSE}/tests/",
        "optimizer = true": "optimizer = false",
    }.items():
        assert old in settings, f"foundry.toml no longer says {old!r}"
        settings = settings.replace(old, new)
    (COPY / "foundry.toml").write_text(settings)
    return COPY


def campaign(copy: Path, prop: str, seed: str) -> str | None:
    """What forge's campaign on the model verifier says is broken, of this property alone, if anything is."""
    # What broke an earlier bug's property is no campaign's business.
    shutil.rmtree(copy / "cache/invariant", ignore_errors=True)
    env = {"ZKDATA_PROPERTY": "0x" + prop.encode().ljust(32, b"\0").hex(), "FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT": "0"}
    done = subprocess.run(
        [
            HOUSE / "node_modules/.bin/forge",
            "test",
            "--json",
            "--fuzz-seed",
            seed,
            "--match-contract",
            "ModelProperties",
        ],
        cwd=copy,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    line = next((line for line in done.stdout.splitlines() if '"test_results"' in line), None)
    assert line is not None, done.stdout[-2000:] + done.stderr[-2000:]
    (suite,) = json.loads(line).values()
    (result,) = suite["test_results"].values()
    assert (result["status"] == "Success") == (done.returncode == 0)
    # forge says so where the very first look finds it.
    told = str(result["reason"]).removeprefix("failed to set up invariant testing environment: ")
    return None if result["status"] == "Success" else told


def caught(copy: Path, bug: Bug) -> str | None:
    """Plants, looks, and takes the bug out again."""
    files = planted(bug)
    try:
        for name, text in files.items():
            (copy / "src" / name).write_text(text)
        return next((found for seed in SEEDS if (found := campaign(copy, bug.prop, seed)) is not None), None)
    finally:
        for name in files:
            shutil.copy(CONTRACTS / "src" / name, copy / "src" / name)


def test_every_property_has_a_planted_bug() -> None:
    """At least 25 properties, each watched by its name and with a bug, and no bug for what is not watched."""
    names = properties()
    assert len(names) == len(set(names)) >= 25
    assert {bug.prop for bug in BUGS} == set(names)
    rooms = (CONTRACTS / "test/stateful").glob("*.sol")
    watched = set(re.findall(r"Property\.([A-Z_0-9]+)", "".join(file.read_text() for file in rooms)))
    assert len(watched) == len(names)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.what)
def test_planted_bugs_are_fresh(bug: Bug) -> None:
    """Each finds its text exactly once, and changes it."""
    for name, text in planted(bug).items():
        assert text != (CONTRACTS / "src" / name).read_text()


@one_at_a_time
@pytest.mark.deep
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.what)
def test_the_campaign_catches(copy: Path, bug: Bug) -> None:
    """Each bug, by the property that it breaks."""
    assert caught(copy, bug) == bug.prop


@one_at_a_time
@pytest.mark.deep
def test_the_copy_without_a_bug_passes(copy: Path) -> None:
    """What is found is the bug: without it, and compiled the same way, every property holds."""
    assert [campaign(copy, "", seed) for seed in CLEAN] == [None] * len(CLEAN)


def test_pairing_table_is_fresh() -> None:
    """The first and the last true proof, and all that is made of them, are what the generator writes today."""
    kept = json.loads(pairing_table.TABLE.read_text())
    for number, first in ((0, 0), (39, 39 * 25)):
        rows = list(pairing_table.variants(number, pairing_table.Exponents()))
        assert [row[:2] for row in rows] == list(zip(kept["variants"], kept["outcomes"], strict=True))
        assert [pairing_table.packed([*words, *inputs]) for _, _, words, inputs in rows] == kept["cases"][first:][:25]


@pytest.mark.deep
def test_whole_pairing_table_is_fresh() -> None:
    """All 1,000 cases are."""
    assert pairing_table.TABLE.read_text() == pairing_table.table()
