"""Contracts before halmos and slither: what is proved, what is found, and that both tools find what is planted."""

from typing import Any

import pytest

from tests.contracts.audit.faults import FAULTS
from tests.contracts.audit.findings import (
    REENTRANT,
    Reading,
    calls_in_assembly,
    disagreements,
    enters_again,
    findings,
    of_ours,
    triage,
    unread,
)
from tests.contracts.audit.proofs import PROVED, REFUTED, UNKNOWN, checks, proofs, refutation, verdicts_in
from tests.contracts.audit.solve import SOLVERS, UNDECIDED, agreed
from tests.contracts.audit.workplace import Fault
from zkdata.settlement.contracts import SOURCES

REASON = "a reason that says more than nothing"


def result(**changed: Any) -> dict[str, Any]:
    """What halmos reports of a check that holds, but for what is changed."""
    good = {"name": "check_x(uint256)", "exitcode": 0, "num_paths": [3, 2, 0], "time": [1.0], "num_bounded_loops": 0}
    return {"test_results": {"X.t.sol:XProofs": [good | changed]}}


def test_every_check_has_a_planted_fault() -> None:
    """A check comes with the fault that shows it works, and its text stands in the source."""
    assert set(FAULTS) == set(checks())
    assert len(FAULTS) >= 8
    for fault in (*FAULTS.values(), REENTRANT):
        text = (SOURCES / fault.file).read_text()
        assert fault.in_text(text) != text
    assert all(fault.file.startswith("src/") for fault in FAULTS.values())


def test_forge_runs_no_check() -> None:
    """Checks take any input and assume; run on numbers by forge they would prove nothing and be counted."""
    for path in (SOURCES / "test" / "symbolic").glob("*.sol"):
        assert "function test" not in path.read_text() and "function invariant" not in path.read_text()


def test_a_stale_fault_is_refused() -> None:
    """A fault whose text is not there, or there twice, is an error and not an honest contract."""
    for text in ("", "one one"):
        with pytest.raises(ValueError, match="stale"):
            Fault("src/X.sol", (("one", "two"),)).in_text(text)


@pytest.mark.parametrize(
    ("changed", "end"),
    [
        ({}, PROVED),
        ({"exitcode": 1}, REFUTED),
        ({"exitcode": 2}, UNKNOWN),
        ({"exitcode": 3}, UNKNOWN),
        ({"exitcode": 4}, UNKNOWN),
        ({"exitcode": 5}, UNKNOWN),
        ({"num_bounded_loops": 1}, UNKNOWN),
        ({"num_paths": [3, 2, 1]}, UNKNOWN),
        ({"num_paths": None}, UNKNOWN),
        ({"num_bounded_loops": None}, UNKNOWN),
    ],
    ids=["held", "refuted", "time-out", "stuck", "all reverted", "error", "loop cut", "given up", "no paths", "loops?"],
)  # fmt: skip
def test_only_a_whole_proof_counts(changed: dict[str, Any], end: str) -> None:
    """Time-outs, paths given up and loops cut short are no proofs."""
    assert [verdict.end for verdict in verdicts_in(result(**changed))] == [end]


@pytest.mark.parametrize(
    ("told", "answer"),
    [
        (("unsat", "unsat", "unsat"), "unsat"),
        (("", "unsat", "unsat"), "unsat"),
        (("sat\n(model)", "", "sat"), "sat\n(model)"),
        (("unsat", "", ""), UNDECIDED),
        (("unsat", "sat", "unsat"), UNDECIDED),
        (("sat", "unsat", ""), UNDECIDED),
        (("(error)", "unknown", "unsat"), UNDECIDED),
    ],
    ids=["all", "one is late", "counterexample", "alone", "denied", "denies", "no answers"],
)
def test_two_solvers_have_to_agree(told: tuple[str, ...], answer: str) -> None:
    """One solver's word is no proof, and none where another denies it."""
    said = dict(zip(SOLVERS, told, strict=True))
    assert agreed("query.smt2", lambda solver, query, seconds: said[solver]) == answer


def element(kind: str, name: str, **fields: Any) -> dict[str, Any]:
    """A place in a contract as slither names it."""
    place = {"filename_relative": "src/X.sol", "lines": [7]}
    return {"type": kind, "name": name, "source_mapping": place, "type_specific_fields": fields}


def test_a_finding_has_no_line() -> None:
    """Kind, contract, function and variable name it, so it is the same when lines move; a second one is another."""
    verb = element("function", "pay", parent=element("contract", "X"), signature="pay(uint256)")
    places = [verb, element("node", "a = b", parent=verb), element("variable", "left", parent=verb)]
    report = [{"check": "odd", "impact": "High", "elements": [place]} for place in places]
    report += [{"check": "odd", "impact": "Low", "elements": [verb]}]
    named = ("odd: X.pay(uint256)", "odd: X.pay(uint256) (2)", "odd: X.pay(uint256).left")
    assert of_ours({"results": {"detectors": report}}) == named


def test_a_call_in_assembly_is_not_overlooked() -> None:
    """What slither does not see is not counted as read; an ordinary call is, and so is a static one."""
    for line in ("done := call(gas(), to, 0, 0, 0, 0, 0)", "pop(delegatecall(gas(), to, 0, 0, 0, 0))"):
        assert calls_in_assembly({"src/X.sol": line}) == ("src/X.sol calls in assembly",)
    assert calls_in_assembly({"src/X.sol": "to.call(data); staticcall(1)", "@other/Y.sol": "call(1)"}) == ()


def test_triage_is_exact() -> None:
    """A finding that is not listed, one that is no more, and one without a reason are disagreements."""
    assert disagreements(["a", "b"], {"a": REASON, "b": REASON}) == []
    assert disagreements(["a", "b"], {"a": REASON}) == ["new: b"]
    assert disagreements(["a"], {"a": REASON, "b": REASON}) == ["stale: b"]
    assert disagreements(["a"], {"a": "none"}) == ["without a reason: a"]


def test_a_reading_with_gaps_is_not_whole() -> None:
    """Slither that saw fewer contracts than solc, or none, or could not follow a name, did not read the sources."""
    assert Reading(3, 3, (), ()).whole
    for gaps in (Reading(0, 0, (), ()), Reading(2, 3, (), ()), Reading(3, 3, ("Missing inheritance ID: 1",), ())):
        assert not gaps.whole
    assert unread("Failed to resolved name for reference id 16528 in src/SignatureGate.sol.\nfine")


@pytest.mark.deep
@pytest.mark.xdist_group("audit of contracts")
def test_all_checks_are_proved() -> None:
    """halmos proves every check for every input within its bounds, and gives up on none."""
    assert {verdict.check: verdict.end for verdict in proofs()} == dict.fromkeys(checks(), PROVED)


@pytest.mark.deep
@pytest.mark.xdist_group("audit of contracts")
@pytest.mark.parametrize("check", FAULTS)
def test_each_check_finds_its_planted_fault(check: str) -> None:
    """Of a contract with the fault, halmos gives an input for which the check fails."""
    assert refutation(check, FAULTS[check]).end == REFUTED


@pytest.mark.deep
@pytest.mark.xdist_group("audit of contracts")
def test_findings_are_explained() -> None:
    """slither reads every contract, and what it finds of medium impact or above is what the list explains."""
    read = findings()
    assert read.whole and disagreements(read.found, triage()) == []
    assert not enters_again(read)


@pytest.mark.deep
@pytest.mark.xdist_group("audit of contracts")
def test_a_planted_re_entrancy_is_found() -> None:
    """A withdrawal that pays before it forgets the credit is a finding."""
    planted = findings(REENTRANT)
    assert planted.whole and enters_again(planted)
