"""python -m tests.circuits.audit [MUTANTS]     attack every circuit; a report, also in build/audit/circuits.json"""

import json
import sys
from typing import Any

from tests.circuits.audit.hunt import Hunt
from tests.circuits.audit.killing import INVALID, KILLED, SAME, SUBJECTS, Fate, all_mutants, fates, sample
from tests.circuits.audit.survivors import EXPLAINED
from tests.circuits.audit.uniqueness import open_wires, unbound
from tests.circuits.compiled import HOUSE

REPORT = HOUSE / "build" / "audit" / "circuits.json"


def report(count: int | None) -> dict[str, Any]:
    """What the attacks on every subject and on `count` mutants came to; all mutants for None."""
    circuits = {}
    for subject in SUBJECTS:
        hunt = Hunt(subject, subject.compiled())
        found = hunt.evidence(subject.tries)
        circuits[subject.name] = {
            "rows": hunt.rows.count,
            "wires": hunt.rows.wire_count,
            "tries": hunt.tries,
            "accepted and true": hunt.accepted,
            "false and accepted": found.how if found else None,
            "free": open_wires(hunt),
            "unbound": unbound(hunt),
        }
    return {"circuits": circuits, "mutants": _mutants(list(fates(all_mutants() if count is None else sample(count))))}


def _mutants(found: list[Fate]) -> dict[str, Any]:
    left = [fate for fate in found if fate.end not in (KILLED, INVALID, SAME)]
    return {
        "made": len(found),
        "same rows or no circuit": sum(fate.end in (INVALID, SAME) for fate in found),
        "killed": sum(fate.end == KILLED for fate in found),
        "explained": {fate.name: EXPLAINED[fate.name] for fate in left if fate.name in EXPLAINED},
        "survived": [fate.name for fate in left if fate.name not in EXPLAINED],
        "how": {fate.name: fate.how for fate in found if fate.end == KILLED},
    }


def _told(found: dict[str, Any]) -> str:
    lines = [f"{'circuit':18} {'rows':>7} {'tries':>7} {'free':>6}  unbound, false and accepted"]
    for name, circuit in found["circuits"].items():
        free = sum(map(len, circuit["free"].values()))
        worst = [*circuit["unbound"], *([circuit["false and accepted"]] if circuit["false and accepted"] else [])]
        lines.append(f"{name:18} {circuit['rows']:7} {circuit['tries']:7} {free:6}  {', '.join(worst) or 'none'}")
        lines += [f"{'':20}free for no reason: {wire}" for wire in circuit["free"].get("", [])[:4]]
    mutants = found["mutants"]
    lines.append(
        f"mutants: {mutants['made']} made, {mutants['same rows or no circuit']} the same or no circuit, "
        f"{mutants['killed']} killed, {len(mutants['explained'])} explained, {len(mutants['survived'])} survived"
    )
    return "\n".join([*lines, *(f"  survived: {name}" for name in mutants["survived"])])


def main(arguments: list[str]) -> int:
    """The command line above; 1 where a lie got through or a mutant survived without a reason."""
    found = report(int(arguments[0]) if arguments else None)
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(found, indent=1) + "\n")
    print(_told(found))
    bad = any(circuit["unbound"] or circuit["false and accepted"] for circuit in found["circuits"].values())
    return int(bad or bool(found["mutants"]["survived"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
