"""python -m tests.circuits.audit [--mutants N] [--tries N]     attacks every circuit; see build/audit/circuits.json"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from tests.circuits.audit.killing import INVALID, KILLED, SAME, SUBJECTS, Fate, all_mutants, fates, sample
from tests.circuits.audit.survivors import EXPLAINED
from tests.circuits.audit.threats import ELSEWHERE, THREATS, Outcome, attacked, outcomes, pairs
from tests.circuits.audit.uniqueness import open_wires, unbound
from tests.circuits.compiled import HOUSE

REPORT = HOUSE / "build" / "audit" / "circuits.json"
TRIES = 2_000
"""At each threat and circuit, times the threat's share: a million in all."""
Step = TypeVar("Step")


def watched(steps: Iterable[Step], count: int, what: str) -> Iterator[Step]:
    """The steps, counted on stderr: each on a terminal, each tenth part elsewhere."""
    for done, step in enumerate(steps, 1):
        if sys.stderr.isatty():
            print(f"\r{what}: {done} of {count}", end="\n" * (done == count), file=sys.stderr, flush=True)
        elif done * 10 // count > (done - 1) * 10 // count:
            print(f"{what}: {done} of {count}", file=sys.stderr, flush=True)
        yield step


def report(mutants: int | None, tries: int) -> dict[str, Any]:
    """What is free in every circuit, what came of the tries at each threat, and of mutants; all mutants for None."""
    chosen = list(all_mutants()) if mutants is None else sample(mutants)
    return {
        "circuits": {subject.name: _circuit(subject.name) for subject in SUBJECTS},
        "threats": _threats(list(watched(outcomes(tries), len(pairs()), "threats at circuits"))),
        "elsewhere": ELSEWHERE,
        "mutants": _mutants(list(watched(fates(chosen), len(chosen), "mutants"))),
    }


def _circuit(name: str) -> dict[str, Any]:
    hunt = attacked(name)
    found = {"rows": hunt.rows.count, "wires": hunt.rows.wire_count}
    return found | {"free": open_wires(hunt), "unbound": unbound(hunt)}


def _threats(found: list[Outcome]) -> dict[str, Any]:
    threats = {}
    for threat in THREATS:
        mine = [outcome for outcome in found if outcome.threat == threat.key]
        threats[threat.key] = {
            "what": threat.mistake,
            "circuits": {outcome.circuit: outcome.tries for outcome in mine},
            "tries": sum(outcome.tries for outcome in mine),
            "accepted and true": sum(outcome.true for outcome in mine),
            "accepted and false": [f"{outcome.circuit}: {outcome.lie}" for outcome in mine if outcome.lie],
        }
    return threats


def _mutants(found: list[Fate]) -> dict[str, Any]:
    left = [fate for fate in found if fate.end not in (KILLED, INVALID, SAME)]
    proved = {name for name, reason in EXPLAINED.items() if reason.is_proved()}
    return {
        "made": len(found),
        "no circuit": sum(fate.end == INVALID for fate in found),
        "same rows": sum(fate.end == SAME for fate in found),
        "killed": sum(fate.end == KILLED for fate in found),
        "redundant": [fate.name for fate in left if fate.name in proved],
        "survived": [fate.name for fate in left if fate.name not in proved],
        "how": {fate.name: fate.how for fate in found if fate.end == KILLED},
    }


def _told(found: dict[str, Any]) -> Iterator[str]:
    yield f"{'circuit':18} {'rows':>7} {'free':>6}  unbound, or free for no reason"
    for name, circuit in found["circuits"].items():
        bad = [*circuit["unbound"], *circuit["free"].get("", [])[:4]]
        yield f"{name:18} {circuit['rows']:7} {sum(map(len, circuit['free'].values())):6}  {', '.join(bad) or 'none'}"
    yield f"\n{'threat':8} {'circuits':>8} {'tries':>9} {'true':>8} {'false':>6}"
    for key, threat in found["threats"].items():
        numbers = f"{len(threat['circuits']):8} {threat['tries']:9} {threat['accepted and true']:8}"
        yield f"{key:8} {numbers} {len(threat['accepted and false']):6}  {threat['what']}"
        yield from (f"  accepted and false: {lie}" for lie in threat["accepted and false"])
    yield f"{'':8} {'':8} {sum(threat['tries'] for threat in found['threats'].values()):9}\n"
    mutants = found["mutants"]
    counts = (f"{mutants[end]} {end}" for end in ("made", "no circuit", "same rows", "killed"))
    yield f"mutants: {', '.join(counts)}, {len(mutants['redundant'])} redundant, {len(mutants['survived'])} survived"
    yield from (f"  survived: {name}" for name in mutants["survived"])


def main(arguments: list[str]) -> int:
    """The command line above; 1 where a lie got through or a mutant survived without a proof."""
    parser = argparse.ArgumentParser(prog="python -m tests.circuits.audit")
    parser.add_argument("--mutants", type=int, help="how many, instead of all")
    parser.add_argument("--tries", type=int, default=TRIES, help=f"at each threat and circuit; {TRIES} make a million")
    told = parser.parse_args(arguments)
    found = report(told.mutants, told.tries)
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(found, indent=1) + "\n")
    print("\n".join(_told(found)))
    bad = any(circuit["unbound"] or circuit["free"].get("") for circuit in found["circuits"].values())
    bad |= any(threat["accepted and false"] for threat in found["threats"].values())
    return int(bad or bool(found["mutants"]["survived"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
