"""python -m tests.contracts.audit [--quick]     proves and reads the contracts; see build/audit/contracts.json"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from tests.contracts.audit.faults import FAULTS
from tests.contracts.audit.findings import REENTRANT, disagreements, enters_again, findings, triage
from tests.contracts.audit.proofs import PROVED, QUERY_SECONDS, REFUTED, checks, proofs, refutation
from tests.contracts.audit.workplace import AUDIT

REPORT = AUDIT / "contracts.json"


def report(quick: bool) -> dict[str, Any]:
    """Verdicts, findings, and whether planted faults are found; without the faults of the proofs for a quick look."""
    listed = triage()
    read = findings()
    planted = findings(REENTRANT)
    proved = {verdict.check: asdict(verdict) for verdict in proofs()}
    refuted = {} if quick else {check: asdict(refutation(check, fault)) for check, fault in FAULTS.items()}
    return {
        "seconds a query": QUERY_SECONDS,
        "checks": {check: proved.get(check) for check in checks()},
        "planted": refuted,
        "read": asdict(read) | {"whole": read.whole},
        "disagreements": disagreements(read.found, listed),
        "re-entrancy": enters_again(planted) and not enters_again(read),
        "triage": listed,
    }


def faults_of(found: dict[str, Any], quick: bool) -> Iterator[str]:
    """What keeps the report from being good."""
    for check, verdict in found["checks"].items():
        if verdict is None or verdict["end"] != PROVED:
            yield f"{check} is not proved"
        if not quick and found["planted"].get(check, {}).get("end") != REFUTED:
            yield f"{check} does not find its planted fault"
    if not found["read"]["whole"]:
        yield f"slither read {found['read']['contracts']} of {found['read']['declared']}; {found['read']['unread']}"
    if not found["re-entrancy"]:
        yield "slither does not find the planted re-entrancy"
    yield from found["disagreements"]


def _told(found: dict[str, Any]) -> Iterator[str]:
    yield f"{'check':38} {'paths':>6} {'seconds':>8}  {'':8} with a planted fault"
    for check, verdict in found["checks"].items():
        one = verdict or {"paths": 0, "seconds": 0.0, "end": "not run"}
        planted = found["planted"].get(check, {"end": "not run"})["end"]
        yield f"{check.removeprefix('check_'):38} {one['paths']:6} {one['seconds']:8.1f}  {one['end']:8} {planted}"
    read = found["read"]
    counts = f"{read['contracts']} contracts; {len(read['found'])} findings, {len(found['triage'])} explained"
    yield f"\nslither read {counts}"
    yield f"a planted re-entrancy: {'found' if found['re-entrancy'] else 'not found'}"


def main(arguments: list[str]) -> int:
    """The command line above; 1 where a check is not proved, a planted fault not found, or a finding not explained."""
    parser = argparse.ArgumentParser(prog="python -m tests.contracts.audit")
    parser.add_argument("--quick", action="store_true", help="without the planted faults of the proofs")
    quick = parser.parse_args(arguments).quick
    found = report(quick)
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(found, indent=1) + "\n")
    faults = list(faults_of(found, quick))
    print("\n".join([*_told(found), *faults]))
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
