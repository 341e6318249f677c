"""What halmos says of each `check_` under `verifier_contracts/test/symbolic/`, and the fault that each one finds."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.contracts.audit.tools import HERE, commands_of, run
from tests.contracts.audit.workplace import Fault, workplace
from zkdata.settlement.contracts import SOURCES, checkout_sources

SYMBOLIC = "test/symbolic"
PROVED, REFUTED, UNKNOWN = "proved", "refuted", "unknown"
QUERY_SECONDS = 600
"""For one question to all solvers together, which have 132 seconds of a core. What they do not know is no proof."""
LOOPS = 40
"""More rounds than any loop of a check has; a loop that has more makes its check unknown."""
RUN_SECONDS = 3_600
_ENDS = {0: PROVED, 1: REFUTED}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a check: `proved` for every input within its bounds, `refuted` by an input, or `unknown`."""

    check: str
    end: str
    paths: int
    seconds: float


def checks() -> dict[str, str]:
    """Name of each check, and the contract it stands in."""
    found = {}
    for path in sorted((SOURCES / SYMBOLIC).glob("*.t.sol")):
        contract = None
        for line in path.read_text().splitlines():
            if named := re.match(r"contract (\w+Proofs)\b", line):
                contract = named[1]
            if named := re.match(r"    function (check_\w+)\(", line):
                found[named[1]] = str(contract)
    return found


def verdicts_in(report: Mapping[str, Any]) -> Iterator[Verdict]:
    """The verdicts of a report of halmos. A time-out, a path given up or a loop cut short proves nothing."""
    for results in report["test_results"].values():
        for result in results:
            end = _ENDS.get(result["exitcode"], UNKNOWN)
            paths, _, blocked = result["num_paths"] or (0, 0, 0)
            if end == PROVED and (result["num_bounded_loops"] != 0 or blocked or not paths):
                end = UNKNOWN
            yield Verdict(result["name"].split("(")[0], end, paths, round((result["time"] or [0.0])[0], 1))


def _halmos(folder: Path, *more: str) -> list[Verdict]:
    commands = commands_of("halmos")
    report = folder.parent / "halmos.json"
    report.unlink(missing_ok=True)
    solver = f"{commands / 'python'} {HERE / 'solve.py'}"
    ran = run(
        [
            commands / "halmos", "--forge-build-out", "../build/contracts/out", "--json-output", report, "--no-status",
            "--solver-command", solver, "--solver-timeout-assertion", f"{QUERY_SECONDS}s", "--loop", str(LOOPS), *more,
        ],
        folder, RUN_SECONDS,
    )  # fmt: skip
    if not report.exists():
        raise RuntimeError(f"halmos wrote no report:\n{ran.stdout[-2000:]}\n{ran.stderr[-2000:]}")
    return list(verdicts_in(json.loads(report.read_text())))


def proofs() -> list[Verdict]:
    """Every check before the contracts as they are."""
    return _halmos(workplace("proofs", checkout_sources(SYMBOLIC)), "--match-contract", "Proofs$")


def refutation(check: str, fault: Fault) -> Verdict:
    """A check before contracts with a fault."""
    sources = checkout_sources(SYMBOLIC)
    sources[fault.file] = fault.in_text(sources[fault.file])
    folder = workplace("faults", sources)
    (verdict,) = _halmos(folder, "--contract", checks()[check], "--match-test", f"^{check}\\(", "--early-exit")
    return verdict
