"""circuits/lib/ranges.circom: both ends of every range are accepted, and the rows refuse what lies beyond them."""

from typing import Any

import pytest

from tests.circuits.broken import UNRANGED
from tests.circuits.compiled import broken_gadgets, gadgets
from tests.circuits.forging import refusals, refused_only_by
from tests.reference.field import R


def inputs(**changes: Any) -> dict[str, Any]:
    """True inputs of every gadget, most of them at an end, with changes."""
    return {
        "boolean": 1,
        "bits": 127,
        "ranged": 127,
        "low": 0,
        "high": 127,
        "start": 3,
        "end": 120,
        "first": 3,
        "elapsed": 117,
        "upTo1": 1,
        "upTo4": 4,
        "upTo100": 100,
        "min": 3,
        "max": 120,
        "within": [3, 57, 120],
        "table": [[0, 127], [1, 126]],
        "least": [0, 126],
        "most": [1, 127],
    } | changes


@pytest.mark.parametrize(
    "edge",
    [
        {},
        {"boolean": 0, "bits": 0, "ranged": 0, "upTo1": 0, "upTo4": 0, "upTo100": 0},
        {"low": 90, "high": 90, "upTo4": 1, "upTo100": 1},
        {"low": R - 1, "high": 126, "upTo4": 2, "upTo100": 50},
        {"start": 0, "end": 0, "first": 0, "elapsed": 0, "table": [[1, 126], [0, 127]]},
        {"start": 0, "end": 127, "first": 127, "elapsed": 0, "least": [0, 0], "most": [127, 127]},
        {"min": 127, "max": 127, "within": [127] * 3, "upTo4": 3, "upTo100": 51},
        {"min": 0, "max": 127, "within": [0, 64, 127]},
        {"min": 0, "max": 1, "within": [0, 1, 1]},
    ],
)
def test_edges_are_accepted(edge: dict[str, Any]) -> None:
    """Both ends of every range, and ranges of one, two and all numbers, satisfy the rows."""
    circuit = gadgets("ranges")
    assert circuit.accepts(circuit.wtns(inputs(**edge)))


def test_every_number_of_a_range_is_reached() -> None:
    """The parts of a range sum up to each of its numbers, whatever its width."""
    circuit = gadgets("ranges")
    for top in (1, 2, 3, 5, 64, 99):
        for number in range(0, top + 1, 3):
            within = [28 + min(number + i, top) for i in range(3)]
            wtns = circuit.wtns(inputs(min=28, max=28 + top, within=within, upTo100=number, upTo4=number % 5))
            assert circuit.accepts(wtns)


@pytest.mark.parametrize(
    ("lie", "refused_by"),
    [
        ({"boolean": 2}, "boolean"),
        ({"boolean": R - 1}, "boolean"),
        ({"bits": 128}, "seven"),
        ({"bits": R - 1}, "seven"),
        ({"ranged": 128}, "Ranged#1"),
        ({"ranged": R - 1}, "Ranged#1"),
        ({"low": 1, "high": 0}, "AtMost#1"),
        ({"low": 0, "high": 128}, "AtMost#1"),
        ({"upTo1": 2}, "upTo1"),
        ({"upTo4": 5}, "UpTo#2"),
        ({"upTo4": R - 1}, "UpTo#2"),
        ({"upTo100": 101}, "UpTo#3"),
        ({"within": [2, 57, 120]}, "Within#1"),
        ({"within": [3, 57, 121]}, "Within#1"),
        ({"min": 128, "max": 127, "within": [128] * 3}, "Within#1"),
        ({"min": R - 1, "max": 5, "within": [R - 1] * 3}, "Within#1"),
        ({"min": 120, "max": 128, "within": [128] * 3}, "Within#1"),
        ({"min": 9, "max": 8, "within": [10, 10, 10]}, "Within#1"),
        ({"min": 1, "max": 128, "within": [128] * 3}, "Within#1"),
        ({"min": 128, "max": 255, "within": [128] * 3}, "Within#1"),
        ({"first": 2}, "Window#1"),
        ({"first": 4}, "Window#1"),
        ({"first": R - 1, "elapsed": 0}, "Window#1"),
        ({"start": 9, "end": 8, "first": 9, "elapsed": 0}, "Window#1"),
        ({"table": [[0, 127], [1, 128]]}, "Table#1"),
        ({"table": [[2, 127], [1, 126]]}, "WithinTable#1"),
        ({"table": [[0, 125], [1, 126]]}, "WithinTable#1"),
        ({"table": [[R - 1, 127], [1, 126]]}, "Table#1"),
    ],
)
def test_lies_are_refused(lie: dict[str, Any], refused_by: str) -> None:
    """What is beyond an end, or an alias, satisfies the twin without the row, and violates rows of its own gadget."""
    twin = broken_gadgets("ranges", *UNRANGED)
    assert refused_only_by(refusals(gadgets("ranges"), twin, inputs(**lie)), refused_by)


def test_twin_without_a_lie_is_accepted() -> None:
    """The harness itself refuses nothing: what the twin says truly satisfies the honest rows."""
    assert refusals(gadgets("ranges"), broken_gadgets("ranges", *UNRANGED), inputs()) == []
