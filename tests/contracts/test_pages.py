"""The generated pages are what the sources say today, leave nothing out, and derive what they say of errors."""

import re
from typing import Any

import pytest

from tests.contracts import contracts_page, errors_page
from tests.contracts.contracts_page import SENDERS, TITLES, anchor
from tests.contracts.natspec import members, read
from tests.contracts.pages import PAGES
from tests.contracts.syntax_tree import EXPORTED, Tree, tree
from zkdata.errors import SettlementError, ZkDataError
from zkdata.settlement.contracts import SETTINGS, committed, run_solc
from zkdata.settlement.refusals import ADVICE

pytestmark = pytest.mark.xdist_group("settlement")
PLANTED = """
// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;
error Bare();
error Named(string part);
error Printed(uint256 number);
contract Planted {
    event Skipped(bytes reason);
    modifier guarded() {
        if (msg.sender == address(0)) revert Named("guard");
        _;
    }
    function quiet() external pure returns (uint256) { return 1; }
    function deep(uint256 x) external guarded { _first(x); }
    function print(uint256 x) external { emit Skipped(_encoded(x)); }
    function throws(uint256 x) external pure { _revertWith(_encoded(x)); }
    function _first(uint256 x) private pure { if (x == 1) _second("here"); if (x == 2) _second("there"); }
    function _second(string memory part) private pure { revert Named(part); }
    function _encoded(uint256 x) private pure returns (bytes memory) {
        return abi.encodeWithSelector(Printed.selector, x);
    }
    function _revertWith(bytes memory fault) private pure {
        if (fault.length == 0) revert Bare();
        assembly { revert(add(fault, 0x20), mload(fault)) }
    }
}
"""


@pytest.fixture(scope="module")
def planted() -> dict[str, Any]:
    """Functions by name, each with what it reaches."""
    answer = run_solc(
        {
            "language": "Solidity",
            "sources": {"Planted.sol": {"content": PLANTED}},
            "settings": {**SETTINGS, "outputSelection": {"*": {"": ["ast"]}}},
        }
    )
    trees = Tree(answer["sources"], {})
    nodes = trees.contract("Planted")["nodes"]
    return {node["name"]: trees.reached(node) for node in nodes if node["nodeType"] == "FunctionDefinition"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_are_current(page: Any) -> None:
    """What is committed is what would be written now: run `make docs`."""
    assert page.read_text() == PAGES[page]()


@pytest.mark.parametrize("name", ["DataEscrow", "DeviceRegistry", "SignatureGate"])
def test_nothing_of_the_abi_is_left_out(name: str) -> None:
    """Functions, events, errors and constructor of what is deployed, with their very types, are those of the page."""
    shipped = {
        (entry["type"], f"{entry.get('name', 'constructor')}({','.join(map(_type, entry['inputs']))})")
        for entry in committed(name).abi
    }
    found = {
        (member.kind, "constructor" + member.canonical if member.kind == "constructor" else member.canonical)
        for member in members(name)
        if member.kind != "struct"
    }
    assert found == shipped


def _type(entry: dict[str, Any]) -> str:
    if not entry["type"].startswith("tuple"):
        return str(entry["type"])
    return f"({','.join(map(_type, entry['components']))})" + entry["type"].removeprefix("tuple")


@pytest.mark.parametrize("name", TITLES)
def test_selectors_are_the_compiler_s(name: str) -> None:
    """The hash beside each function is that of solc."""
    found = {member.canonical: member.hash.removeprefix("0x") for member in members(name) if member.kind == "function"}
    assert found == tree().selectors[name]


@pytest.mark.parametrize("name", TITLES)
def test_everything_of_ours_says_what_it_is(name: str) -> None:
    """Each member has words of its own, each field of a struct too; libraries speak for themselves."""
    foreign = {"StringTooLong", "InvalidShortString"}
    silent = [m.name for m in members(name) if not (m.said.notice or m.said.dev) and m.name not in foreign]
    assert silent == []
    for member in members(name):
        if member.kind == "struct":
            assert {field for field, _ in member.fields} == set(member.said.params), member.name


def test_every_error_is_raised() -> None:
    """An error that no function ends with or prints is a dead name."""
    assert [name for name, (_, places) in errors_page.declared().items() if not places] == []


def test_who_may_call_is_said_where_the_sender_counts() -> None:
    """Of every function that looks at its sender, the constructor apart, somebody has to say who that may be."""
    looks = {
        f"{name}.{member.name}"
        for name in TITLES
        for member in members(name)
        if member.kind == "function" and member.reached.sender
    }
    assert looks == set(SENDERS)


def test_every_class_has_advice() -> None:
    """Each error says what to do next, once; a class that somebody else makes is not ours to explain."""
    type("Foreign", (SettlementError,), {"__module__": "elsewhere"})
    classes = {kind.__name__ for kind in errors_page.classes_of(ZkDataError)} - {SettlementError.__name__}
    assert classes == set(ADVICE) | set(errors_page.NEXT)
    assert set(ADVICE) & set(errors_page.NEXT) == {"ProofMalformed", "ProofRejected"}


def test_links_lead_to_headings() -> None:
    """Every link with an anchor between the pages names a heading there."""
    texts = {page.name: page.read_text() for page in PAGES}
    headings = {name: {anchor(line) for line in re.findall(r"^#+ (.+)$", text, re.M)} for name, text in texts.items()}
    links = [link for text in texts.values() for link in re.findall(r"\]\((\w+\.md)#([^)]+)\)", text)]
    assert len(links) > 200
    assert [link for link in links if link[1] not in headings[link[0]]] == []


def test_errors_are_found_behind_calls(planted: dict[str, Any]) -> None:
    """Through functions and modifiers, with the words that were handed on; what is printed is no revert."""
    assert planted["deep"].reverts == {"Named": ["guard", "here", "there"]} and planted["deep"].sender
    assert planted["quiet"].reverts == planted["quiet"].prints == {} and not planted["quiet"].sender
    assert planted["print"].reverts == {} and planted["print"].prints == {"Printed": []}
    assert planted["throws"].reverts == {"Bare": [], "Printed": []} and planted["throws"].prints == {}


def test_errors_are_found_across_contracts() -> None:
    """What the rules of a request and an exported verifier refuse is what `post` and `claim` end with."""
    escrow = {member.name: member.reached for member in members("DataEscrow") if member.kind == "function"}
    verifier = {member.name: member.reached for member in members(EXPORTED) if member.kind == "function"}
    assert {"BuyerKeyInvalid", "WindowNotOnGrid", "VerifierUnknown"} <= set(escrow["post"].reverts)
    assert set(verifier["verify"].reverts) == {"GasTooLow", "ProofMalformed", "ProofRejected"}
    assert set(verifier["verify"].reverts) <= set(escrow["claim"].reverts)
    proofs = {"ProofMalformed", "ProofRejected"}
    assert not proofs & set(escrow["release"].reverts), "a release asks no verifier"


def test_a_stale_page_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another word in a source, a list or a class is another page."""
    page = next(page for page in PAGES if page.name == "contracts.md")
    monkeypatch.setitem(SENDERS, "DataEscrow.cancel", "Anyone.")
    assert contracts_page.contracts_page() != page.read_text()
    monkeypatch.setitem(ADVICE, "GasTooLow", "send it again")
    assert errors_page.errors_page() != next(page for page in PAGES if page.name == "errors.md").read_text()


def test_natspec_is_read_as_it_stands() -> None:
    """Tags, parameters over several lines, and a drawing that keeps its indentation."""
    said = read(
        "@title A\n @notice One\n two\n @dev\n     a -> b\n          c\n @param x First\n second\n @return What"
    )
    assert (said.notice, said.dev, said.returns) == ("One\ntwo", "a -> b\n     c", "What")
    assert said.params == {"x": "First second"}
