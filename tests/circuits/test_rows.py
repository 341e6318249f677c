"""Native rows and forgers agree with the slow ones in Python, and repair what can be repaired, nothing else."""

import random
from functools import cache

import pytest

from tests.circuits.audit.hunt import Hunt
from tests.circuits.audit.range_subjects import RANGES
from tests.circuits.r1cs_file import Circuit, r1cs, wtns
from tests.reference.field import R
from zkdata import _native
from zkdata.errors import ArtifactMismatch, StatementFalse

BITS = Circuit(
    5,
    [
        ({2: 1}, {2: 1, 0: R - 1}, {}),
        ({3: 1}, {3: 1, 0: R - 1}, {}),
        ({}, {}, {2: 1, 3: 2, 1: R - 1}),
        ({1: 1}, {1: 1}, {4: 1}),
    ],
    private_inputs=1,
)
"""Wire 1 is the number of two bits, 2 and 3; 4 is its square."""
TRUE = [1, 2, 0, 1, 4]


@cache
def ranges() -> Hunt:
    """The gadgets of ranges.circom."""
    return Hunt(RANGES[0], RANGES[0].compiled())


def bits() -> _native.Rows:
    """The rows above."""
    return _native.Rows.open(r1cs(BITS))


def test_violated_rows_are_those_of_the_reference() -> None:
    """One wire after the other exchanged, the same rows break."""
    hunt, draw = ranges(), random.Random(1)
    values = hunt.circuit.values(hunt.circuit.wtns(hunt.subject.draw(0)))
    assert hunt.rows.violated(wtns(values)) == []
    for wire in draw.sample(range(1, len(values)), 40):
        changed = [*values[:wire], draw.randrange(R), *values[wire + 1 :]]
        expected = hunt.circuit.rows.violated(changed)
        assert hunt.rows.violated(wtns(changed)) == expected
        assert hunt.rows.violated(wtns(changed), 1) == expected[:1]


def test_changes_are_judged_as_by_the_reference() -> None:
    """Sets of changes, and deltas of single wires, are accepted where the slow rows accept them."""
    hunt, draw = ranges(), random.Random(2)
    witness = hunt.circuit.wtns(hunt.subject.draw(1))
    values = hunt.circuit.values(witness)
    forger = hunt.rows.forger(witness, hunt.given)
    changes = [{draw.randrange(1, len(values)): draw.choice((0, 1, values[3])) for _ in range(2)} for _ in range(60)]
    changed = [[change.get(wire, value) for wire, value in enumerate(values)] for change in changes]
    assert forger.accepts(changes) == [hunt.circuit.rows.violated(each) == [] for each in changed]
    deltas = (1, R - 1, R // 3)
    assert forger.accepted_deltas(deltas) == [
        (wire, deltas.index(delta)) for wire, delta in hunt.circuit.rows.accepted_changes(values, deltas)
    ]


def test_what_follows_is_repaired() -> None:
    """A changed input goes through bits and square; a frozen bit or a number of three bits stops it."""
    forger = bits().forger(wtns(TRUE), [1])
    assert forger.repair({1: 3}) == (True, {1: 3, 2: 1, 4: 9}, [])
    assert forger.repair({1: 3}, [2], rounds=0) == (False, {}, [2])
    assert forger.repair({1: 5}, rounds=0) == (False, {}, [2])
    assert forger.repair({2: 5})[0] is False
    assert forger.repair({2: 1}, rounds=8, seed=3) == (True, {1: 3, 2: 1, 4: 9}, [])


def test_a_dropped_row_lets_the_lie_through() -> None:
    """Without the boolean row of a bit, any number has bits; without the square's, it is free."""
    rows = bits().without([0])
    found = rows.forger(wtns(TRUE), [1]).fuzz([[1]], 2000, seed=1)
    assert found[1] > 0 and any(changes.get(1, 0) > 3 for changes in found[2])
    assert bits().without([3]).order([1])["free"] == [4]
    assert bits().order([1]) == {
        "linear": [4], "quotient": [], "bits": [2, 3], "signs": [], "parts": [], "free": [], "sequence": [4, 2, 3]
    }  # fmt: skip


def test_fuzzing_repeats() -> None:
    """A seed gives the same tries, and the honest rows accept numbers below 4 only."""
    forger = bits().forger(wtns(TRUE), [1])
    found = [forger.fuzz([[1], [2], [3]], 3000, inputs=[1], seed=5, most=4000) for _ in range(2)]
    assert found[0] == found[1] and found[0][1] == len(found[0][2]) > 0
    for changes in found[0][2]:
        assert changes.get(1, 2) < 4
    assert forger.fuzz([[2], [3]], 1000, harmless=[1, 2, 3, 4])[1] == 0
    assert forger.fuzz([], 1000) == (0, 0, [])


def test_what_does_not_fit_is_refused() -> None:
    """Witnesses of other circuits or that do not satisfy the rows, wires and rows that are not there."""
    with pytest.raises(ArtifactMismatch):
        bits().violated(wtns(TRUE[:-1]))
    with pytest.raises(StatementFalse):
        bits().forger(wtns([1, 2, 0, 1, 5]), [1])
    for use in (
        lambda: bits().without([4]),
        lambda: bits().wires_of(4),
        lambda: bits().order([5]),
        lambda: bits().forger(wtns(TRUE), [0]),
        lambda: bits().forger(wtns(TRUE), [1]).repair({5: 1}),
        lambda: bits().forger(wtns(TRUE), [1]).accepts([{0: 1}]),
        lambda: bits().forger(wtns(TRUE), [1]).accepts([{1: R}]),
        lambda: bits().forger(wtns(TRUE), [1]).fuzz([[9]], 1),
    ):
        with pytest.raises(ValueError, match=r"row|wire|value"):
            use()
