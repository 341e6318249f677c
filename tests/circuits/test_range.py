"""The statement `range`: bounds are accepted at both ends, and lies about them, or about the capsule, are refused."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from tests.circuits.broken import UNRANGED, UNSEALED, twin
from tests.circuits.compiled import EVERY_SIGNAL, Compiled, compiled, shipped
from tests.circuits.forging import refusals, refused_only_by
from tests.reference.field import R
from tests.reference.range import Range, example_range
from tests.reference.sealed import FIRST_SLOT, HOUR, example_records

MAIN = (
    'pragma circom 2.2.3;\ninclude "statements/range.circom";\n'
    "component main {public [context, content, schema, count, min, max]} = Range(3, 2, 48);\n"
)
START = FIRST_SLOT * HOUR


@cache
def circuit() -> Compiled:
    """Three places of two limbs."""
    return compiled(MAIN)


@cache
def hollow() -> Compiled:
    """Its twin without a range, for any content."""
    return compiled(MAIN, EVERY_SIGNAL, twin([*UNRANGED, UNSEALED[1]]))


def told(records: int = 3, /, **changes: Any) -> Range:
    """A statement about the three-place shape, false where the changes make it so."""
    return example_range(example_records(records, 2, seed=4), shape=(3, 2), changes=changes)


def bounded(minimum: int, maximum: int, value: int) -> dict[str, Any]:
    """The first limb of every record has this value and these bounds."""
    true = told()
    changes = {"minimum": (minimum % R, true.minimum[1]), "maximum": (maximum % R, true.maximum[1])}
    return told(**changes, values=tuple((value % R, row[1]) for row in true.values)).inputs


@pytest.mark.parametrize("count", [1, 2, 3])
def test_true_statements_are_accepted(count: int) -> None:
    """Example bounds and the widest satisfy the rows, for any number of records."""
    for bounds in ({}, {"minimum": (0, 0), "maximum": (2**48 - 1, 2**48 - 1)}):
        assert circuit().accepts(circuit().wtns(told(count, **bounds).inputs))


@pytest.mark.parametrize("value", [100, 101, 199, 200])
def test_ends_are_inclusive(value: int) -> None:
    """The least and the greatest value, and a range of one number, satisfy the rows."""
    for bounds in ((100, 200), (value, value)):
        assert circuit().accepts(circuit().wtns(bounded(*bounds, value)))


@pytest.mark.parametrize(("name", "shape"), [("range_16x4", (16, 4)), ("range_8x2w128", (8, 2, 128))])
def test_shipped_circuits_accept(name: str, shape: tuple[int, ...]) -> None:
    """What ships accepts a true statement of each width."""
    records = example_records(5, shape[1], seed=5, bits=(*shape, 48)[2])
    assert shipped(name).accepts(shipped(name).wtns(example_range(records, shape=shape).inputs))


LIES: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "value above the bounds": (lambda: bounded(100, 200, 201), "column[0]"),
    "value below the bounds": (lambda: bounded(100, 200, 99), "column[0]"),
    "value below 0": (lambda: bounded(0, 200, -1), "column[0]"),
    "bounds the wrong way round": (lambda: bounded(9, 8, 10), "column[0]"),
    "upper bound of 49 bits": (lambda: bounded(2**48 - 1, 2**48, 2**48 - 1), "column[0]"),
    "lower bound below 0": (lambda: bounded(-1, 5, 3), "column[0]"),
    "both bounds beyond 48 bits": (lambda: bounded(2**48, 2**48 + 9, 2**48 + 3), "column[0]"),
    "no records": (lambda: told(count=0).inputs, "UpTo#1"),
    "more records than places": (lambda: told(count=4).inputs, "UpTo#1"),
    "base time of 49 bits": (lambda: told(base=2**48).inputs, "Ranged#1"),
    "negative gap": (lambda: told(deltas=(R - 1, 0)).inputs, "RangedAll#1"),
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
    other = told(2, **{changed: getattr(true, changed) - 1})
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
