"""The committed contracts are what the sources give, and what is missing or wrong is named."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from zkdata.errors import ArtifactMalformed, ArtifactMismatch, ToolMissing
from zkdata.settlement import contracts
from zkdata.settlement.chain import Chain
from zkdata.settlement.contracts import (
    COMMITTED,
    CONTRACTS,
    SETTINGS,
    SOURCES,
    STORAGE,
    Compiled,
    checkout_sources,
    committed,
    compile_checkout,
    compile_contract,
    compile_verifier,
    storage_json,
    storage_layouts,
)

pytestmark = pytest.mark.xdist_group("settlement")
SOURCE = "// SPDX-License-Identifier: MIT\npragma solidity 0.8.37;\ncontract Small { uint256 public constant N = 1; }\n"


@pytest.mark.parametrize("name", CONTRACTS)
def test_no_drift(name: str) -> None:
    """What is deployed is compiled from the sources beside it: run `make contracts` after changing them."""
    fresh, shipped = compile_checkout(name), committed(name)
    assert fresh.digest == shipped.digest
    assert fresh.bytecode.hex() == shipped.bytecode.hex() and fresh.abi == shipped.abi


def test_nothing_else_is_shipped() -> None:
    """A contract that is deployed no longer leaves no code behind."""
    assert {path.stem for path in COMMITTED.iterdir()} == set(CONTRACTS)


def test_storage_has_not_moved() -> None:
    """Every variable stands where the committed layout has it."""
    assert storage_json() == STORAGE.read_text(), "storage has moved; run `make contracts` where that is on purpose"


def test_a_variable_that_moves_is_seen() -> None:
    """One variable before the others is another layout, and one that no deployed contract has is refused."""
    sources = checkout_sources("src")
    escrow = sources["src/DataEscrow.sol"]
    moved = escrow.replace(
        "    uint256 private _lastId;\n", "    bool private _planted;\n    uint256 private _lastId;\n"
    )
    assert moved != escrow
    layouts = storage_layouts(sources | {"src/DataEscrow.sol": moved})
    assert layouts != json.loads(STORAGE.read_text()) and layouts.keys() == json.loads(STORAGE.read_text()).keys()
    alone = SOURCE.replace("public constant N = 1", "public n")
    with pytest.raises(ArtifactMalformed, match="no deployed contract has n of"):
        storage_layouts({"src/Small.sol": alone})


def test_forge_tests_what_is_deployed() -> None:
    """forge and this package compile with the same settings, so the tested code is the deployed code."""
    forge = tomllib.loads((SOURCES / "foundry.toml").read_text())["profile"]["default"]
    optimizer = {"enabled": forge["optimizer"], "runs": forge["optimizer_runs"]}
    assert (forge["evm_version"], optimizer) == (SETTINGS["evmVersion"], SETTINGS["optimizer"])
    assert forge.get("via_ir", False) == SETTINGS["viaIR"]


@pytest.mark.parametrize(("name", "arguments"), [("DataEscrow", [[]]), ("DeviceRegistry", [])])
def test_what_is_deployed_fits(name: str, arguments: list[Any]) -> None:
    """Runtime code stays below the limit of EIP-170 and creation code below that of EIP-3860."""
    chain = Chain.embedded()
    assert len(committed(name).bytecode) < 49_152
    assert len(chain.runtime_code(committed(name), *arguments)) < 24_576


def test_the_digest_covers_every_source() -> None:
    """Another source, name or import gives another digest; the same gives the same."""
    one = compile_contract("Small", "Small.sol", {"Small.sol": SOURCE})
    other = compile_contract("Small", "Small.sol", {"Small.sol": SOURCE.replace("N = 1", "N = 2")})
    assert one == compile_contract("Small", "Small.sol", {"Small.sol": SOURCE})
    assert one.digest != other.digest and one.bytecode != other.bytecode
    assert Compiled.from_json(one.to_json()) == one


def test_a_verifier_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time it comes from the folder of kept verifiers, and only for the very same source."""
    modules = contracts.CHECKOUT / "node_modules"
    monkeypatch.setattr(contracts, "CHECKOUT", tmp_path)
    (tmp_path / "node_modules").symlink_to(modules)
    first = compile_verifier(SOURCE, "Small")
    (tmp_path / "node_modules").unlink()
    assert compile_verifier(SOURCE, "Small") == first
    with pytest.raises(ToolMissing, match="npm ci"):
        compile_verifier(SOURCE + "\n", "Small")


@pytest.mark.parametrize(
    "source",
    [
        SOURCE.replace("constant", "konstant"),
        SOURCE.replace("contract Small", "contract Other"),
        SOURCE.replace("contract Small", "abstract contract Small"),
        SOURCE.replace("// SPDX-License-Identifier: MIT\n", ""),
        SOURCE.replace("0.8.37", "^0.7.0"),
    ],
    ids=["syntax", "another name", "abstract", "a warning", "another compiler"],
)
def test_what_solc_does_not_take_whole_is_refused(source: str) -> None:
    """An error or a warning of solc is an error here, in solc's own words."""
    with pytest.raises(ArtifactMalformed):
        compile_contract("Small", "Small.sol", {"Small.sol": source})


def test_missing_tools_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without node, or without solc, the error says what to install."""
    with monkeypatch.context() as patch, pytest.raises(ToolMissing, match="node is not installed"):
        patch.setenv("PATH", str(tmp_path))
        compile_contract("Small", "Small.sol", {"Small.sol": SOURCE})
    monkeypatch.setattr(contracts, "CHECKOUT", tmp_path)
    with pytest.raises(ToolMissing, match="npm ci"):
        compile_contract("Small", "Small.sol", {"Small.sol": SOURCE})


def test_another_solc_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another compiler gives other code, so it is not used silently."""
    monkeypatch.setattr(contracts, "SOLC_VERSION", "0.8.36")
    with pytest.raises(ArtifactMismatch):
        compile_contract("Small", "Small.sol", {"Small.sol": SOURCE})


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"contract":"x","abi":[],"digest":"","bytecode":"0xzz"}', "null"])
def test_a_damaged_file_is_refused(text: str) -> None:
    """A committed contract that cannot be read says how to write it again."""
    with pytest.raises(ArtifactMalformed, match=r"python -m zkdata\.settlement\.contracts"):
        Compiled.from_json(text)


def test_a_contract_that_is_not_shipped() -> None:
    """Asking for one that is not there is a missing tool, with the command."""
    with pytest.raises(ToolMissing):
        committed("NoSuch")


@pytest.mark.parametrize("name", ["DataEscrow", "DeviceRegistry"])
def test_the_errors_of_the_contracts_are_all_known(name: str) -> None:
    """Every custom error of our contracts has a class of its name, and advice."""
    from zkdata import errors
    from zkdata.settlement.refusals import ADVICE

    declared = {entry["name"] for entry in committed(name).abi if entry["type"] == "error"}
    libraries = ("SafeERC20", "ReentrancyGuard", "InvalidShortString", "StringTooLong")
    ours = {name for name in declared if not name.startswith(libraries)}
    assert ours <= set(ADVICE)
    assert [name for name in ADVICE if not hasattr(errors, name)] == []
