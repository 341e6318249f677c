"""The statement `timestamp`: both ends of windows are accepted, lies about them or the capsule refused."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from tests.circuits.broken import UNRANGED, UNSEALED, twin
from tests.circuits.compiled import EVERY_SIGNAL, Compiled, compiled, shipped
from tests.circuits.forging import refusals, refused_only_by
from tests.reference.field import R
from tests.reference.sealed import FIRST_SLOT, HOUR, example_records
from tests.reference.timestamp import Timestamp, example_timestamp

MAIN = (
    'pragma circom 2.2.3;\ninclude "statements/timestamp.circom";\n'
    "component main {public [context, content, count, timeMin, timeMax]} = Timestamp(3, 2, 48);\n"
)
START = FIRST_SLOT * HOUR


@cache
def circuit() -> Compiled:
    """Three places of two limbs."""
    return compiled(MAIN)


@cache
def hollow() -> Compiled:
    """Its twin without a range, for any content."""
    return compiled(MAIN, EVERY_SIGNAL, twin([*UNRANGED, UNSEALED[0]]))


def told(records: int = 3, /, **changes: Any) -> Timestamp:
    """A statement about the three-place shape, false where the changes make it so."""
    return example_timestamp(example_records(records, 2, seed=4), shape=(3, 2), changes=changes)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_true_statements_are_accepted(count: int) -> None:
    """The narrowest window and the widest satisfy the rows, for any number of records."""
    for window in ({}, {"time_min": 0, "time_max": 2**48 - 1}):
        assert circuit().accepts(circuit().wtns(told(count, **window).inputs))


@pytest.mark.parametrize(("name", "shape"), [("timestamp_16x4", (16, 4)), ("timestamp_8x2w128", (8, 2, 128))])
def test_shipped_circuits_accept(name: str, shape: tuple[int, ...]) -> None:
    """What ships accepts a true statement of each width."""
    records = example_records(5, shape[1], seed=5, bits=(*shape, 48)[2])
    assert shipped(name).accepts(shipped(name).wtns(example_timestamp(records, shape=shape).inputs))


def _pulled_back() -> dict[str, Any]:
    """A negative delta in the unused place: the second of two records passes for one before the window's end."""
    true = told(2)
    return told(2, deltas=(true.deltas[0], R - true.deltas[0] - 1), time_max=true.base + 1).inputs


LIES: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "starts after the first record": (lambda: told(time_min=told().base + 1).inputs, "Window#1"),
    "ends before the last record": (lambda: told(time_max=told().last - 1).inputs, "Window#1"),
    "a window that starts below 0": (lambda: told(time_min=R - 7).inputs, "Ranged#1"),
    "a window that ends below 0": (lambda: told(time_max=R - 7).inputs, "timeMax"),
    "no records": (lambda: told(count=0).inputs, "UpTo#1"),
    "more records than places": (lambda: told(count=4).inputs, "UpTo#1"),
    "negative gap in an unused place": (_pulled_back, "RangedAll#1"),
    "value of 49 bits": (lambda: told(values=((2**48, 0), (0, 0), (0, 0))).inputs, "RangedTable#1"),
    "value below 0": (lambda: told(values=((R - 1, 0), (0, 0), (0, 0))).inputs, "RangedTable#1"),
}


@pytest.mark.parametrize("lie", sorted(LIES))
def test_lies_are_refused(lie: str) -> None:
    """A lie told consistently satisfies the twin, and violates the rows of the check that is about it."""
    tell, refused_by = LIES[lie]
    assert refused_only_by(refusals(circuit(), hollow(), tell()), refused_by)


@pytest.mark.parametrize("changed", ["schema", "slot_length", "key", "base", "count"])
def test_content_binds(changed: str) -> None:
    """Another schema, slot length, key, base time or count under the content of the true capsule is refused."""
    true = told(2)
    other = told(2, **{changed: getattr(true, changed) - 1, "time_min": 0, "time_max": 2**48 - 1})
    assert other.content != true.content
    assert refusals(circuit(), hollow(), other.inputs | {"content": true.content})


def test_context_is_in_a_row() -> None:
    """A finished witness with another context violates a row."""
    witness = circuit().values(circuit().wtns(told().inputs))
    witness[circuit().wire("context")] += 1
    assert circuit().rows.violated(witness)


def test_the_twin_without_a_lie_is_accepted() -> None:
    """The harness itself refuses nothing."""
    assert refusals(circuit(), hollow(), told().inputs) == []
