"""Attacks by machine: the honest circuits withstand them, and no classic mistake and no mutant does."""

import random
from functools import cache

import pytest

from tests.circuits.audit import killing
from tests.circuits.audit.hunt import Hunt
from tests.circuits.audit.killing import INVALID, KILLED, SAME, SUBJECTS, Fate, fates, sample
from tests.circuits.audit.subject import Subject
from tests.circuits.audit.survivors import EXPLAINED
from tests.circuits.audit.uniqueness import open_wires, unbound
from tests.circuits.broken import twin
from tests.circuits.broken.classic import CLASSIC

TRIES = 10_000
DEEP_TRIES = 1_000_000
MUTANTS, DEEP_MUTANTS = 40, 600
ROWS = 12
NAMES = [subject.name for subject in SUBJECTS]


def named(name: str) -> Subject:
    """A subject."""
    return next(subject for subject in SUBJECTS if subject.name == name)


@cache
def honest(name: str) -> Hunt:
    """An attack on a subject's own circuit, whose order is worked out once."""
    return Hunt(named(name), named(name).compiled())


@pytest.mark.parametrize("name", NAMES)
def test_honest_circuits_accept_no_lie(name: str) -> None:
    """Truths satisfy the rows; lies in the inputs, exchanged inputs and evil witnesses do not."""
    assert Hunt(named(name), named(name).compiled()).evidence(named(name).tries) is None


@pytest.mark.deep
def test_a_million_evil_witnesses_are_refused() -> None:
    """A million tries over all circuits, a quarter of them at the whole claim: none is accepted that is false."""
    tries = 0
    for name in NAMES:
        hunt = Hunt(named(name), named(name).compiled(), seed=3)
        assert hunt.evidence(DEEP_TRIES // (4 if name == "capsule" else 20)) is None
        tries += hunt.tries
    assert tries >= DEEP_TRIES


@pytest.mark.parametrize("mistake", sorted(CLASSIC))
def test_classic_mistakes_are_found(mistake: str) -> None:
    """A circuit with the mistake accepts a lie, or refuses a truth, within ten thousand tries."""
    name, holes = CLASSIC[mistake]
    hunt = Hunt(named(name), named(name).compiled(twin(list(holes))), honest(name))
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
    assert len(found) >= DEEP_MUTANTS and unexplained(found) == []
    assert sum(fate.end != KILLED for fate in judged) * 100 <= len(judged)


def dropped(name: str, row: int) -> Hunt:
    """An attack on a subject without one of its rows."""
    return Hunt(named(name), honest(name).circuit, honest(name), (row,))


@pytest.mark.parametrize("name", ["ranges", "curve", "registry path"])
def test_no_row_is_idle(name: str) -> None:
    """Without any one of some rows, a lie is accepted."""
    for row in random.Random(name).sample(range(honest(name).rows.count), ROWS):
        hunt = dropped(name, row)
        assert hunt.evidence(hunt.subject.tries) or hunt.evidence(TRIES), (
            f"row {row}: {hunt.names(honest(name).rows.wires_of(row))}"
        )


@pytest.mark.parametrize("name", NAMES)
def test_what_is_free_is_free_for_a_reason(name: str) -> None:
    """The inputs determine every wire but those that are the prover's choice, and every input stands in a row."""
    assert open_wires(honest(name)).get("", []) == []
    assert unbound(honest(name)) == []
