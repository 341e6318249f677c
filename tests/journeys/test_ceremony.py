"""The rehearsal of a ceremony, run as a reader of its page runs it; and who cheats in it is named."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journey_fixtures import built_circuit
from zkdata import _native
from zkdata.proof.setup_audit import PASSED, audit
from zkdata.proof.setup_files import folder_of
from zkdata.settlement.contracts import verifier_code_hash

HOUSE = Path(__file__).resolve().parents[2]
SCRIPT = HOUSE / "docs/how-to/run_a_ceremony.py"
PAGE = HOUSE / "docs/how-to/run-a-ceremony.md"
CIRCUIT = "timestamp_8x2w128"


@pytest.fixture(scope="module")
def powers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepared powers for the smallest circuit, made once."""
    folder = tmp_path_factory.mktemp("powers")
    _native.ptau_new(folder / "0.ptau", 13)
    _native.ptau_contribute(folder / "0.ptau", folder / "1.ptau", "alice", b"")
    _native.ptau_prepare(folder / "1.ptau", folder / "powers.ptau")
    return folder / "powers.ptau"


def rehearsed(powers: Path, home: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """One run of the program."""
    built_circuit(CIRCUIT)
    command = [sys.executable, SCRIPT, "--circuit", CIRCUIT, "--ptau", powers, *options, home]
    return subprocess.run(command, capture_output=True, text=True, cwd=HOUSE, timeout=300, check=False)


def test_a_ceremony_is_finished(powers: Path, tmp_path: Path) -> None:
    """Three processes' contributions and a beacon; what is handed out audits well but for the list of known powers."""
    done = rehearsed(powers, tmp_path / "parties")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "alice, bob, carol" in done.stdout
    folder = tmp_path / "parties/coordinator/setup"
    found = audit(folder, powers, verifier_code_hash)
    assert {each.about for each in found.findings if each.outcome != PASSED} == {"phase 1, on the list"}
    assert [each.name for each in folder_of(folder).manifest().contributions] == ["alice", "bob", "carol"]
    for name in ("alice", "bob", "carol"):
        assert not (tmp_path / "parties" / name / "coordinator.key").exists()


CAUGHT = {
    "idle": "bob.signed.json is signed for contribution 1, 'alice'",
    "drop": "bob.signed.json is signed for contribution 1, 'bob', as alice.signed.json is",
    "tamper": "carol had 2.zkey from bob",
    "forge": "number 1 (bob): its transcript is not of what was said before it",
    "bind": "section 3 (IC)",
}


@pytest.mark.parametrize(
    "cheat", [each if each == "forge" else pytest.param(each, marks=pytest.mark.deep) for each in CAUGHT]
)
def test_who_cheats_is_named(cheat: str, powers: Path, tmp_path: Path) -> None:
    """Whatever bob does in place of contributing, somebody refuses it and says whose it was."""
    done = rehearsed(powers, tmp_path / "parties", "--cheat", cheat)
    assert done.returncode == 0, done.stdout + done.stderr
    assert CAUGHT[cheat] in done.stdout and "bob" in done.stdout.splitlines()[-1]
    assert not (tmp_path / "parties/coordinator/setup").exists()


def test_the_page_names_every_command_of_the_program() -> None:
    """Each verb that the program runs is on the page, and the program is."""
    page = PAGE.read_text()
    verbs = set(re.findall(r'"setup", ("ptau", )?"(\w+)"', SCRIPT.read_text()))
    assert len(verbs) > 8
    for ptau, verb in verbs:
        assert f"setup {'ptau ' if ptau else ''}{verb}" in page
    assert SCRIPT.name in page
