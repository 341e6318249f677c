"""Attacks by machine: the honest circuits withstand them, and no classic mistake and no mutant does."""

import random
from dataclasses import replace

import pytest

from tests.circuits.audit import killing
from tests.circuits.audit.hunt import Hunt
from tests.circuits.audit.killing import INVALID, KILLED, SAME, SUBJECTS, Fate, fates, sample
from tests.circuits.audit.subject import Subject
from tests.circuits.audit.survivors import EXPLAINED
from tests.circuits.audit.threats import THREATS, Threat, attack, attacked, outcomes
from tests.circuits.audit.uniqueness import open_wires, unbound
from tests.circuits.broken import twin
from tests.circuits.broken.classic import CLASSIC

TRIES = 10_000
EACH_TRIES, DEEP_TRIES = 2_000, 1_000_000
MUTANTS, DEEP_MUTANTS = 40, 600
ROWS = 12
NAMES = [subject.name for subject in SUBJECTS]
PLANTED = {
    "C-01": ("a point off the curve", "curve"),
    "C-02": ("a point of small order", "curve"),
    "C-03": ("bits that are not those of the number", "ranges"),
    "C-04": ("a challenge with an alias", "signature"),
    "C-05": ("a comparison that nobody enforces", "ranges"),
    "C-07": ("a count without its range", "timestamp"),
    "C-08": ("min and max that borrow from the next limb", "range"),
    "C-09": ("a last window that may meet the sum before it", "base multiple"),
    "C-10": ("a point of small order", "curve"),
    "C-12": ("a public value that stands in no row", "timestamp"),
    "C-15": ("a header that is not in the content", "sealed"),
    "C-16": ("a signature that may be anything", "signature"),
    "K2": ("x without the words", "compress"),
    "K3": ("a header that is not in the content", "sealed"),
    "K4": ("a slot without its range", "capsule"),
    "K6": ("a limb of a packed word without its range", "timestamp"),
    "H4": ("a leaf that is on no path", "registry path"),
    "M4": ("a point off the curve", "delivery"),
}
"""For each threat a mistake, and the circuit in which it is built in."""


def named(name: str) -> Subject:
    """A subject."""
    return next(subject for subject in SUBJECTS if subject.name == name)


@pytest.mark.parametrize("name", NAMES)
def test_honest_circuits_accept_no_lie(name: str) -> None:
    """Truths satisfy the rows; lies in the inputs, exchanged inputs and evil witnesses do not."""
    assert Hunt(named(name), named(name).compiled()).evidence(named(name).tries) is None


@pytest.mark.deep
def test_a_million_evil_witnesses_are_refused() -> None:
    """For every threat, at every circuit that it concerns: what is accepted is true."""
    found = list(outcomes(EACH_TRIES))
    assert [outcome for outcome in found if outcome.lie] == []
    assert {outcome.threat for outcome in found if outcome.tries} == {threat.key for threat in THREATS}
    assert sum(outcome.tries for outcome in found) >= DEEP_TRIES


@pytest.mark.parametrize("threat", THREATS, ids=lambda threat: threat.key)
def test_every_threat_finds_a_planted_mistake(threat: Threat) -> None:
    """What is tried for a threat works where a circuit has the mistake."""
    mistake, name = PLANTED[threat.key]
    hunt = Hunt(named(name), named(name).compiled(twin(list(CLASSIC[mistake][1]))))
    assert attack(threat, hunt, TRIES).lie is not None


@pytest.mark.parametrize("mistake", sorted(CLASSIC))
def test_classic_mistakes_are_found(mistake: str) -> None:
    """A circuit with the mistake accepts a lie, or refuses a truth, within ten thousand tries."""
    name, holes = CLASSIC[mistake]
    hunt = Hunt(named(name), named(name).compiled(twin(list(holes))), attacked(name))
    assert hunt.evidence(TRIES // 3) is not None
    assert hunt.tries <= TRIES


def unexplained(found: list[Fate]) -> list[str]:
    """Names of mutants that survived without a reason."""
    return [fate.name for fate in found if fate.end not in (KILLED, INVALID, SAME) and fate.name not in EXPLAINED]


def test_mutants_are_killed() -> None:
    """Of some mutants of every template, each accepts a lie or refuses a truth."""
    found = list(fates(sample(MUTANTS)))
    assert unexplained(found) == []
    assert sum(fate.end == KILLED for fate in found) >= MUTANTS * 3 // 4


@pytest.mark.deep
def test_all_mutants_are_killed() -> None:
    """Every mutant is killed but for one in a hundred, each with its reason."""
    found = list(fates(killing.all_mutants()))
    judged = [fate for fate in found if fate.end not in (INVALID, SAME)]
    assert len(judged) >= DEEP_MUTANTS and unexplained(found) == []
    assert sum(fate.end != KILLED for fate in judged) * 100 <= len(judged)


@pytest.mark.parametrize("mutant", sorted(EXPLAINED))
def test_what_is_redundant_is_proved_so(mutant: str) -> None:
    """The facts that a mutant leaves imply the range that it widens; without any one of them they do not."""
    found = EXPLAINED[mutant]
    assert found.is_proved()
    for place in range(len(found.facts)):
        rest = (*found.facts[:place], *found.facts[place + 1 :])
        assert not replace(found, facts=rest).is_proved()


def dropped(name: str, row: int) -> Hunt:
    """An attack on a subject without one of its rows."""
    return Hunt(named(name), attacked(name).circuit, attacked(name), (row,))


@pytest.mark.parametrize("name", ["ranges", "curve", "registry path"])
def test_no_row_is_idle(name: str) -> None:
    """Without any one of some rows, a lie is accepted."""
    for row in random.Random(name).sample(range(attacked(name).rows.count), ROWS):
        hunt = dropped(name, row)
        assert hunt.evidence(hunt.subject.tries) or hunt.evidence(TRIES), (
            f"row {row}: {hunt.names(attacked(name).rows.wires_of(row))}"
        )


@pytest.mark.parametrize("name", NAMES)
def test_what_is_free_is_free_for_a_reason(name: str) -> None:
    """The inputs determine every wire but those that are the prover's choice, and every input stands in a row."""
    assert open_wires(attacked(name)).get("", []) == []
    assert unbound(attacked(name)) == []
