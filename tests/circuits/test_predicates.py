"""The rows of each predicate say what plain integers say: on every triple of corners, and on numbers drawn from a seed.

The witness is the one that a prover would try, made by a twin whose ranges are tied to nothing; honest rows judge it.
"""

import itertools
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import pytest

from tests.circuits.broken import UNRANGED
from tests.circuits.compiled import Compiled, broken_gadgets, gadgets
from tests.reference import oracle
from tests.reference.field import R
from zkdata import _native
from zkdata.proof.witness import wtns

T, LIMB = 2**48, 2**48
CORNERS = (0, 1, T // 2, T - 2, T - 1)
BEYOND = (T, R - 1)
DRAWN, PARTS, AT_ONCE = 100_000, 10, 40


def _in_window(first: int, elapsed: int, least: int, most: int) -> bool:
    return most < T and first < T and oracle.in_window([first, first + elapsed], least, most)


def _has_count(count: int) -> bool:
    return oracle.has_count(count, 16)


PREDICATES: dict[str, tuple[str, Callable[..., bool]]] = {
    "range": ("inRange", oracle.in_range),
    "window": ("inWindow", _in_window),
    "known": ("knownBy", lambda last, as_of: oracle.known_by([last], as_of)),
    "slot": ("inSlot", lambda first, last, slot, length: oracle.in_slot([first, last], slot, length)),
    "enrolment": ("enrolledIn", lambda first, last, start, until: oracle.enrolled([first, last], start, until)),
    "count": ("hasCount", _has_count),
}
"""Component of each predicate, and what judges it."""

Case = dict[str, Any]


@cache
def twin() -> Compiled:
    """The predicates with ranges that are tied to nothing."""
    return broken_gadgets("predicates", *UNRANGED)


@cache
def _sources() -> tuple[int, ...]:
    """For each wire of the honest circuit the wire of the twin that has its name; the constant 1 is wire 0 of both."""
    source_of = {wire: twin().wires.wire_of[name] for name, wire in gadgets("predicates").wires.names()}
    return (0, *(source_of[wire] for wire in range(1, gadgets("predicates").rows.wire_count)))


@cache
def _judge() -> _native.Rows:
    """The honest rows, in the native core."""
    circuit = gadgets("predicates")
    return _native.Rows.open(circuit.directory / f"{circuit.stem}.r1cs")


@cache
def _parts() -> tuple[frozenset[tuple[int, str]], ...]:
    """The cases and components that each row of the honest circuit has a signal of."""
    part_of = {}
    for name, wire in gadgets("predicates").wires.names():
        if inner := re.match(r"main\.each\[(\d+)\]\.(\w+)\.", name):
            part_of[wire] = (int(inner[1]), inner[2])
        elif given := re.match(r"main\.(\w+)\[(\d+)\]", name):
            part_of[wire] = (int(given[2]), PREDICATES[given[1]][0])
    rows = gadgets("predicates").rows.rows
    return tuple(frozenset(part_of[wire] for side in row for wire in side if wire) for row in rows)


def refusing(cases: Sequence[Case]) -> set[tuple[int, str]]:
    """(case, component) of those that are refused."""
    filled = [*cases, *[cases[0]] * (AT_ONCE - len(cases))]
    made = twin().wtns({name: [_canonical(case[name]) for case in filled] for name in PREDICATES})
    body = made[-32 * twin().rows.wire_count :]
    witness = wtns(b"".join(body[32 * source : 32 * source + 32] for source in _sources()))
    return set().union(*(_parts()[row] for row in _judge().violated(witness, 10**6)))


def _canonical(value: Any) -> Any:
    return [number % R for number in value] if isinstance(value, Sequence) else value % R


def truths(case: Case) -> dict[str, bool]:
    """What integers say of each predicate."""
    given = {name: value if isinstance(value, Sequence) else [value] for name, value in case.items()}
    return {name: judge(*given[name]) for name, (_, judge) in PREDICATES.items()}


def disagreements(cases: Iterable[Case]) -> list[tuple[str, Case]]:
    """Predicates, with the case, of which rows and integers say different things."""
    wrong, left = [], iter(cases)
    while batch := list(itertools.islice(left, AT_ONCE)):
        refused = refusing(batch)
        wrong += [
            (name, case)
            for index, case in enumerate(batch)
            for name, truth in truths(case).items()
            if truth == ((index, PREDICATES[name][0]) in refused)
        ]
    return wrong


def corner_cases() -> Iterator[Case]:
    """Every triple of corners for the values, their bounds, windows, slots and enrolments."""
    for a, b, c in itertools.product((*CORNERS, *BEYOND), repeat=3):
        inside = [min(number, T - 1) for number in (a, b, c)]
        yield {
            "range": [a, b, c],
            "window": [a, min(b, 2**34), inside[1], c],
            "known": inside[:2],
            "slot": [inside[0], max(inside[:2]), min(inside[2], 2**33), max(inside[1], 1000)],
            "enrolment": [inside[0], max(inside[:2]), inside[2], inside[1]],
            "count": a,
        }


def drawn_case(draw: random.Random) -> Case:
    """Numbers of every size, close to each other as often as not."""

    def number(bits: int = 48) -> int:
        return draw.choice([draw.getrandbits(bits), draw.getrandbits(draw.randint(1, bits)), draw.choice(CORNERS)])

    def near(centre: int, limit: int = T) -> int:
        return min(max(centre + draw.choice([-2, -1, 0, 1, 2, draw.randint(-1000, 1000)]), 0), limit - 1)

    value, first, length = number(), number(), max(number(), 1000)
    last = min(first + draw.choice([0, 1, draw.getrandbits(20), draw.getrandbits(34)]), T - 1)
    slot = draw.choice([first // length, first // length + draw.choice([-1, 1]), draw.getrandbits(33)])
    pick = draw.choice
    return {
        "range": [pick([value, R - 1 - draw.getrandbits(8)]) if draw.random() < 0.1 else value]
        + [pick([near(value), number(), T + draw.getrandbits(3)]) for _ in range(2)],
        "window": [first, last - first, pick([near(first), number()]), pick([near(last), number()])],
        "known": [last, pick([near(last), number()])],
        "slot": [first, last, max(slot, 0), length],
        "enrolment": [first, last, pick([near(first), number()]), pick([near(last), number()])],
        "count": draw.randint(0, 20),
    }


def drawn(seed: int, count: int) -> Iterator[Case]:
    """Cases of a seed."""
    draw = random.Random(seed)
    return (drawn_case(draw) for _ in range(count))


def test_corners_agree() -> None:
    """All 343 triples of 0, 1, the middle and the last two numbers of 48 bits, and two beyond."""
    assert disagreements(corner_cases()) == []


def test_some_drawn_numbers_agree() -> None:
    """A thousand cases for all six predicates, some of them true and some false of each."""
    assert disagreements(drawn(0, 1000)) == []
    seen = Counter((name, truth) for case in drawn(0, 1000) for name, truth in truths(case).items())
    assert min(seen[name, truth] for name in PREDICATES for truth in (False, True)) >= 50, seen


@pytest.mark.deep
@pytest.mark.parametrize("part", range(1, PARTS + 1))
def test_drawn_numbers_agree(part: int) -> None:
    """A tenth of a hundred thousand cases."""
    assert disagreements(drawn(part, DRAWN // PARTS)) == []


def test_another_judge_disagrees(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison finds a fault: where bounds are judged as if one were exclusive, rows and integers part."""
    exclusive = ("inRange", lambda limb, least, most: oracle.in_range(limb + 1, least, most))
    monkeypatch.setitem(PREDICATES, "range", exclusive)
    assert disagreements([drawn_case(random.Random(3)) | {"range": [5, 0, 5]}])
