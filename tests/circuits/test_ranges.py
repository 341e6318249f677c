"""circuits/lib/ranges.circom: both ends of every range are accepted, and the rows refuse what lies beyond them."""

from typing import Any

import pytest

from tests.circuits.broken import ALIASED, UNRANGED
from tests.circuits.compiled import broken_gadgets, gadgets
from tests.circuits.forging import refusals, refused_only_by
from tests.reference.field import R

ALIASES_THAT_FIT = 2**254 - R
"""h + r has 254 bits as well, for every h below this."""


def inputs(**changes: Any) -> dict[str, Any]:
    """True inputs of every gadget, most of them at an end, with changes. `canonical` has no alias of 254 bits."""
    return {
        "boolean": 1,
        "bits": 127,
        "canonical": R - 1,
        "ranged": 127,
        "low": 0,
        "high": 127,
        "upTo1": 1,
        "upTo4": 4,
        "upTo100": 100,
        "min": 3,
        "max": 120,
        "within": [3, 57, 120],
    } | changes


@pytest.mark.parametrize(
    "edge",
    [
        {},
        {"boolean": 0, "bits": 0, "ranged": 0, "upTo1": 0, "upTo4": 0, "upTo100": 0, "canonical": 0},
        {"low": 90, "high": 90, "upTo4": 1, "upTo100": 1, "canonical": 1},
        {"low": R - 1, "high": 126, "upTo4": 2, "upTo100": 50, "canonical": ALIASES_THAT_FIT},
        {"min": 127, "max": 127, "within": [127] * 3, "upTo4": 3, "upTo100": 51, "canonical": R // 2},
        {"min": 0, "max": 127, "within": [0, 64, 127], "canonical": 2**253},
        {"min": 0, "max": 1, "within": [0, 1, 1], "canonical": R - 2**28},
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


def test_canonical_bits_are_the_number() -> None:
    """The bits of a field element are those of its representative below r."""
    circuit = gadgets("ranges")
    for number in (0, 5, R // 3, R - 1):
        witness = circuit.values(circuit.wtns(inputs(canonical=number)))
        names = {name: wire for name, wire in circuit.wires.names() if name.startswith("main.all[")}
        assert len(names) >= 253
        for name, wire in names.items():
            assert witness[wire] == number >> int(name[len("main.all[") : -1]) & 1


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
        ({"canonical": 0}, "CanonicalBits#1"),
        ({"canonical": ALIASES_THAT_FIT - 1}, "CanonicalBits#1"),
    ],
)
def test_lies_are_refused(lie: dict[str, Any], refused_by: str) -> None:
    """What is beyond an end, or an alias, satisfies the twin without the row, and violates rows of its own gadget."""
    twin = broken_gadgets("ranges", *UNRANGED, *ALIASED)
    assert refused_only_by(refusals(gadgets("ranges"), twin, inputs(**lie)), refused_by)


def test_twin_without_a_lie_is_accepted() -> None:
    """The harness itself refuses nothing: what the twin says truly satisfies the honest rows."""
    assert refusals(gadgets("ranges"), broken_gadgets("ranges", *UNRANGED, *ALIASED), inputs()) == []
