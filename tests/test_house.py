"""The house stands, and each rule that says so is seen to catch a planted fault."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house_rules import RULES

HOUSE = Path(__file__).resolve().parents[1]
ROOMS = ("zkdata", "native/src", "circuits", "verifier_contracts", "docs", "tests/circuits")


def _append(path: str, text: str) -> Callable[[Path], None]:
    def plant(house: Path) -> None:
        target = house / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("a") as file:
            file.write(text)

    return plant


def _replace(path: str, old: str, new: str) -> Callable[[Path], None]:
    def plant(house: Path) -> None:
        text = (house / path).read_text()
        assert old in text, f"{path} no longer holds {old!r}: the plant is stale"
        (house / path).write_text(text.replace(old, new, 1))

    return plant


FAULTS: dict[str, list[Callable[[Path], None]]] = {
    "floors_import_downwards": [
        _append("zkdata/capsule/seal.py", "\nfrom zkdata.proof import statement\n"),
        _append("zkdata/proof/prover.py", "\ndef late():\n    from ..settlement import chain\n"),
        _append("zkdata/errors.py", "\nimport zkdata.cli\n"),
    ],
    "one_room_knows_the_chain": [_append("zkdata/settlement/escrow.py", "\ndef late():\n    import web3\n")],
    "named_rooms_call_the_native_core": [_append("zkdata/cli/demo.py", "\nfrom zkdata import _native\n")],
    "rust_borders": [
        _append("native/src/poseidon.rs", "\nuse pyo3::prelude::*;\n"),
        _append("native/src/groth16.rs", "\npub fn x() { unsafe { std::hint::unreachable_unchecked() } }\n"),
    ],
    "no_drawers": [
        _append("zkdata/capsule/utils.py", ""),
        _append("native/src/common.rs", ""),
        _append("circuits/lib/helpers.circom", ""),
    ],
    "files_stay_small": [_append("zkdata/capsule/seal.py", "#\n" * 400)],
    "the_door_is_what_it_says": [
        _append("zkdata/__init__.py", "\n__all__ = [*reversed(__all__)]\n"),
        _append("zkdata/__init__.py", "\n__all__ = [*__all__, 'zzz']\n"),
    ],
    "import_needs_no_extra": [_append("zkdata/__init__.py", "\nimport galois\n")],
    "catalogue_matches_circuits": [
        _replace("circuits/catalogue.json", '"template": "Capsule"', '"template": "Pill"'),
        _replace("circuits/catalogue.json", '"terms"', '"termz"'),
        _replace("circuits/artifacts.lock", "capsule_16x4", "capsule_17x1"),
    ],
    "catalogue_matches_contracts": [
        _replace("circuits/catalogue.json", "2551120178765247", "2551120178765248"),
        _replace("circuits/catalogue.json", '"scope",\n        "slotLength"', '"slotLength",\n        "scope"'),
    ],
    "statements_keep_their_stem": [
        _append("circuits/statements/pressure.circom", ""),
        _replace("zkdata/proof/range.py", "class Range(", "class Ranges("),
    ],
    "one_file_grants_tags": [_append("circuits/lib/tree.circom", "\n// signal output {binary} out;\n")],
    "nothing_of_circomlib": [
        _append("circuits/lib/tree.circom", '\ninclude "../../node_modules/circomlib/circuits/bitify.circom";\n'),
    ],
    "errors_are_paired": [
        _append("zkdata/errors.py", "\nclass OnlyHere(SettlementError):\n    pass\n"),
        _append("verifier_contracts/src/interfaces/IEscrowErrors.sol", "\n    error OnlyThere(uint256 x);\n"),
    ],
}


@pytest.mark.parametrize("name", RULES)
def test_the_house_stands(name: str) -> None:
    """No rule of the house finds a fault in this checkout."""
    assert RULES[name](HOUSE) == []


@pytest.mark.parametrize(("name", "plant"), [(name, plant) for name, plants in FAULTS.items() for plant in plants])
def test_each_rule_catches_a_planted_fault(name: str, plant: Callable[[Path], None], tmp_path: Path) -> None:
    """A rule that finds nothing in a copy with a planted fault proves nothing by passing."""
    for room in ROOMS:
        shutil.copytree(HOUSE / room, tmp_path / room, ignore=shutil.ignore_patterns("out", "cache", "__pycache__"))
    plant(tmp_path)
    assert RULES[name](tmp_path) != []


def test_every_rule_has_a_planted_fault() -> None:
    """A new rule comes with the fault that shows it works."""
    assert set(FAULTS) == set(RULES)
