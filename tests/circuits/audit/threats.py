"""A million tries by threat: what is changed in a true witness, where, and how often; the rows repair what they can.

Threats that no witness shows, an artifact that drifts or a truth that is refused, have tests of their own.
"""

import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context

from tests.circuits.audit.hunt import Hunt
from tests.circuits.audit.killing import SUBJECTS, WORKERS, honest
from tests.circuits.audit.tampering import (
    Tampering,
    alone,
    by_hand,
    edges,
    exchanged,
    inputs,
    replayed,
    slots,
    small_order,
    told,
)

Targets = Callable[[Hunt], list[list[int]]]
"""Wires that are changed together or one of them, in a circuit."""

BATCH = 5_000
"""Tries at random whose results are held at once."""
GENERATED = 5
"""Of so many planned changes one is given to the circuit's own generator, which finds hints that fit."""


def any_wire(hunt: Hunt) -> list[list[int]]:
    """Each by itself."""
    return [[wire] for wire in range(1, hunt.rows.wire_count)]


def free_wires(hunt: Hunt) -> list[list[int]]:
    """Those that the inputs leave open."""
    return [[wire] for wire in [*hunt.order["free"], *hunt.order["parts"]]]


def named(pattern: str) -> Targets:
    """Inputs."""
    return lambda hunt: [wires for _, wires in inputs(hunt, pattern)]


@dataclass(frozen=True)
class Threat:
    """A kind of mistake, and how somebody would use it."""

    key: str
    """In the threat model, or in the red team's findings."""
    mistake: str
    circuits: str
    """Pattern of the names of subjects."""
    targets: Targets | None
    """What is changed at random; of nothing, the plan goes on for all tries."""
    plan: Tampering | None = None
    """Tried first, in at most half of the tries."""
    repairs: bool = True
    share: int = 1
    """More tries where one costs little."""


@dataclass(frozen=True)
class Outcome:
    """Of one threat at one circuit."""

    threat: str
    circuit: str
    tries: int
    true: int
    """Tries that were accepted, and rightly: other truths."""
    lie: str | None


TIMES = named("timeMin|timeMax|base|deltas|count|asOf|slot|slotLength|enrolledFrom|enrolledUntil")
ENROLMENT = named("leaf|path|root|deviceClass|schema|sequence|ownerKey|enrolledFrom|enrolledUntil")
EVERY = named(".*")
SIGNED = "signature|challenge|device|capsule"
SEALED = "sealed|timestamp|range|capsule"
HASHED = "hashes|cipher|tree.*|registry path|compress|sealed"
THREATS = (
    Threat("C-01", "assigned and not constrained: any wire", ".*", any_wire, share=15),
    Threat("C-02", "free signals: what the inputs leave open", ".*", free_wires, share=5),
    Threat("C-03", "a width that nobody proves: ends of ranges and of the field", ".*", EVERY, edges),
    Threat("C-04", "two names of a number: h + r", "signature|challenge", named("T|R8|h|base|message"), by_hand),
    Threat("C-05", "computed and not enforced: false inputs, the rest repaired", ".*", EVERY, told),
    Threat("C-07", "times that wrap around", "words|timestamp|device|capsule", TIMES, edges),
    Threat("C-08", "values that wrap around", "ranges|words|range|capsule", named("values|min|max|count"), edges),
    Threat("C-09", "S of l or more", "base multiple|signature|device|capsule", named("S"), told),
    Threat(
        "C-10", "points of small order, or of no curve", f"curve|delivery|{SIGNED}", named("T|R8|[deabl]"), small_order
    ),
    Threat("C-12", "an input that stands in no row: it alone is changed", ".*", None, alone, repairs=False, share=5),
    Threat("C-15", "one hash for another: inputs in each other's place", HASHED, EVERY, exchanged),
    Threat("C-16", "what belongs to another truth", f"{SIGNED}|timestamp|range|delivery", EVERY, replayed),
    Threat(
        "K2", "a sum of public values that is solved for", "compress|capsule", named("M|x|y|mode|values|words"), edges
    ),
    Threat(
        "K3", "content without key, header or count", SEALED, named("key|schema|slotLength|count|content"), replayed
    ),
    Threat("K4", "a slot sold twice", "capsule", named("slot|slotLength|scope|ownerKey|base|deltas"), slots),
    Threat("K6", "a limb that borrows from its neighbour", f"words|{SEALED}", named("base|deltas|values|count"), edges),
    Threat(
        "H4", "another class, stretch or place in the registry", "registry path|device|capsule", ENROLMENT, exchanged
    ),
    Threat(
        "M4",
        "a buyer key, k or m that opens to others",
        "delivery|capsule",
        named("buyer.*|ephemeral.*|release.*|key"),
        small_order,
    ),
)
ELSEWHERE = {
    "C-06, C-13, C-14": "no circuit verifies P-256; hardware keys: tests/capsule/test_hardware_key.py",
    "C-11": "no circuit can be switched off: tests/circuits/test_sources.py",
    "C-17": "truths that are refused: tests/circuits/test_honest.py, test_predicates.py",
    "C-18": "another compiler, other rows: circuits/artifacts.lock, tests/proof/test_circuit.py",
}
"""Threats to circuits that no evil witness shows, and what answers them."""


def attacked(name: str) -> Hunt:
    """A subject's own circuit."""
    return honest(next(subject for subject in SUBJECTS if subject.name == name))


def pairs() -> list[tuple[int, str]]:
    """Places of threats and the circuits that they concern, the slowest circuits first."""
    names = [subject.name for subject in reversed(SUBJECTS)]
    return [
        (place, name) for name in names for place, threat in enumerate(THREATS) if re.fullmatch(threat.circuits, name)
    ]


def attack(threat: Threat, hunt: Hunt, tries: int) -> Outcome:
    """First by plan, then at random."""
    hunt.tries = hunt.accepted = 0
    lie = _planned(threat, hunt, tries // 2 if threat.targets else tries) or _at_random(threat, hunt, tries)
    return Outcome(threat.key, hunt.subject.name, hunt.tries, hunt.accepted, lie)


def _planned(threat: Threat, hunt: Hunt, tries: int) -> str | None:
    if not threat.plan:
        return None
    every = [wire for _, wires in inputs(hunt) for wire in wires]
    for turn, pins in enumerate(islice(threat.plan(hunt), tries)):
        if not threat.repairs:
            found = hunt.unrepaired(pins)
        elif turn % GENERATED == 0:
            found = hunt.generated(pins)
        else:
            found = hunt.repaired(pins, turn, every if turn % 2 else ())
        if found:
            return f"change {turn} of the plan: {hunt.names(list(pins))}"
    return None


def _at_random(threat: Threat, hunt: Hunt, tries: int) -> str | None:
    targets = threat.targets(hunt) if threat.targets else []
    left = tries - hunt.tries if targets else 0
    for batch, start in enumerate(range(0, left, BATCH)):
        count = min(BATCH, left - start)
        seed = THREATS.index(threat) << 16 | batch
        if found := hunt.fuzzed(targets, count, seed, looks=count):
            return found.how
    return None


def _shared(place: int, name: str, tries: int) -> Outcome:
    return attack(THREATS[place], attacked(name), tries * THREATS[place].share)


def _in_one_thread() -> None:
    """Two workers fill the machine; people who use it go first."""
    os.environ["RAYON_NUM_THREADS"] = "1"
    os.nice(5)


def outcomes(tries: int) -> Iterator[Outcome]:
    """So many tries, times its share, for each threat at each circuit that it concerns, as they end."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn"), initializer=_in_one_thread) as pool:
        for done in as_completed([pool.submit(_shared, place, name, tries) for place, name in pairs()]):
            yield done.result()
