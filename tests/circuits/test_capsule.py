"""The statement `capsule`: true claims satisfy its rows, and every lie that we know how to tell violates them."""

import pytest

from tests.circuits.capsule_lies import (
    FORGERIES,
    LIES,
    START,
    capsule,
    claim,
    forged,
    hollow,
)
from tests.circuits.compiled import shipped
from tests.circuits.forging import refusals, refused_only_by
from tests.reference.capsule import Claim, compress, example_claim
from tests.reference.delivery import buyer_key
from tests.reference.field import R
from tests.reference.schema import encode
from tests.reference.sealed import FIRST_SLOT, HOUR, example_records


@pytest.mark.parametrize("count", [1, 8, 16])
def test_true_claims_are_accepted(count: int) -> None:
    """Capsules of one record, of half a shape and of a full one satisfy the shipped circuit, in both modes."""
    circuit = shipped("capsule_16x4")
    for mode in (0, 1):
        records = example_records(count, 4, seed=count)
        told = example_claim(records, shape=(16, 4), changes={"mode": mode, "buyer_key": buyer_key(1234)})
        assert circuit.accepts(circuit.wtns(told.inputs))


def test_digests_are_accepted() -> None:
    """Limbs of 128 bits, two words a place, satisfy their circuit."""
    circuit = shipped("capsule_8x2w128")
    for count in (1, 8):
        told = example_claim(example_records(count, 2, seed=count, bits=128), shape=(8, 2, 128))
        assert circuit.accepts(circuit.wtns(told.inputs))


@pytest.mark.parametrize("count", [1, 2, 5])
def test_other_shapes_are_accepted(count: int) -> None:
    """Two fields, a number of places that is no power of two, and unused places satisfy the rows."""
    told = claim(example_records(count, 2, seed=count))
    assert capsule().accepts(capsule().wtns(told.inputs))


def _edges() -> dict[str, Claim]:
    first, last = FIRST_SLOT * HOUR, FIRST_SLOT * HOUR + HOUR - 1
    ends = [(first, (-1000, 7)), (last, (4000, 7))]
    tight = {"time_min": first, "time_max": last, "as_of": last, "enrolled_from": first, "enrolled_until": last + 1}
    narrow = {"minimum": (encode(-1000), encode(7)), "maximum": (encode(4000), encode(7))}
    widest = {"minimum": (0, 0), "maximum": (2**48 - 1, 2**48 - 1)}
    extremes = [(START, (-(2**47) + 1, 2**47 - 1)), (START + 2**21, (0, 0))]
    latest = [(2**48 - 2, (1, 1)), (2**48 - 1, (2, 2))]
    late = {"enrolled_until": 2**48, "time_max": 2**48 - 1, "as_of": 2**48 - 1}
    return {
        "slot, window, enrolment and bounds filled to the last number": claim(ends, **tight, **narrow),
        "widest bounds and extreme values": claim(extremes, **widest),
        "times at the end of 48 bits": claim(latest, **late),
        "longest gap": claim(
            [(2**40, (1, 1)), (2**40 + 2**30, (1, 1))], slot_length=2**39, slot=2, time_max=2**41, as_of=2**41
        ),
        "longest slot": claim(slot_length=2**48 - 1, slot=0),
    }


@pytest.mark.parametrize("edge", sorted(_edges()))
def test_edges_are_accepted(edge: str) -> None:
    """What lies on a bound satisfies the rows: every comparison is inclusive or exclusive as the page says."""
    inputs = _edges()[edge].inputs
    assert capsule().accepts(capsule().wtns(inputs))


def test_the_twin_without_a_lie_is_accepted() -> None:
    """The harness itself refuses nothing: what the twin says truly satisfies the honest rows."""
    assert refusals(capsule(), hollow(), forged(claim())) == []


@pytest.mark.parametrize("lie", sorted(LIES))
def test_lies_are_refused(lie: str) -> None:
    """A lie told consistently satisfies the twin, and violates the rows of the check that is about it, no others."""
    tell, refused_by = LIES[lie]
    assert refused_only_by(refusals(capsule(), hollow(), tell()), refused_by)


@pytest.mark.parametrize("forgery", sorted(FORGERIES))
def test_unbound_values_are_refused(forgery: str) -> None:
    """A value that is not what capsule, keys and hashes make it satisfies the twin, and violates our rows."""
    assert refusals(capsule(), hollow(), FORGERIES[forgery]())


def at(told: Claim, witness: list[int], x: int, y: int) -> list[int]:
    """A true claim's witness with another x and y, and both Horner sums worked out again at x."""
    changed, wire = list(witness), capsule().wires.wire_of
    sums, running = {"x": x, "y": y}, 0
    for j in reversed(range(len(told.words))):
        sums[f"compress.high[{j}]"] = running = (running * x + told.words[j]) % R
    sums[f"compress.low[{len(told.signals)}]"] = running = told.mode * running
    for i in reversed(range(len(told.signals))):
        sums[f"compress.low[{i}]"] = running = (running * x + told.signals[i]) % R
    for name, value in sums.items():
        if wire[f"main.{name}"] >= 0:
            changed[wire[f"main.{name}"]] = value
    return changed


def test_every_public_value_is_under_y() -> None:
    """For the M of a claim, other values give another x and another y, which the last row of y alone refuses."""
    told = claim()
    witness = capsule().values(capsule().wtns(told.inputs))
    _, x, y = told.public
    assert capsule().rows.violated(at(told, witness, x, y)) == []
    elsewhere = sum(term * 3**i for i, term in enumerate([*told.signals, *told.words])) % R
    assert capsule().rows.violated(at(told, witness, 3, elsewhere)) == []
    for place in range(len(told.signals)):
        seen = [value + 1 if i == place else value for i, value in enumerate(told.signals)]
        _, x, y = compress(seen, told.words, told.mode)
        assert len(capsule().rows.violated(at(told, witness, x, y))) == 1


def test_words_are_under_y_in_mode_1_only() -> None:
    """Other ciphertext words than the sealed ones are refused in mode 1; in mode 0 they are nowhere."""
    told = claim()
    words = [*told.words[:-1], told.words[-1] + 1]
    _, x, y = compress(told.signals, words, 1)
    assert refusals(capsule(), hollow(), forged(told, x=x, y=y))
    quiet = claim(mode=0)
    _, x, y = compress(quiet.signals, words, 0)
    assert refusals(capsule(), hollow(), forged(quiet, x=x, y=y)) == []


def test_what_is_left_to_the_verifier() -> None:
    """A window that starts below 0 satisfies the rows: whoever reads a claim must refuse times of 48 bits or more."""
    told = claim(time_min=R - 1)
    assert capsule().accepts(capsule().wtns(told.inputs))


def test_no_single_wire_can_change() -> None:
    """In the shipped circuit every wire, moved alone by 1, by -1 and by much, violates a row."""
    circuit = shipped("capsule_16x4")
    witness = circuit.values(circuit.wtns(example_claim(shape=(16, 4)).inputs))
    assert circuit.rows.violated(witness) == []
    assert circuit.rows.accepted_changes(witness, (1, R - 1, R // 3)) == []


@pytest.mark.deep
def test_inputs_determine_every_wire() -> None:
    """To first order no wire can move while the inputs stay, but for parts of a limit whose weight is 0: roots of
    p * p = 0, double, but only 0. The widest bounds have them at min alone, those of one number at values."""
    same = [(START + 60_000 * i, (7, 7)) for i in range(5)]
    widest = claim(minimum=(0, 0), maximum=(2**48 - 1, 2**48 - 1))
    narrowest = claim(same, minimum=(encode(7), encode(7)), maximum=(encode(7), encode(7)))
    free = []
    for told in (widest, narrowest):
        witness = capsule().values(capsule().wtns(told.inputs))
        free.append(capsule().rows.undetermined(witness))
        assert all(witness[wire] == 0 for wire in free[-1])
    names = {wire: name for name, wire in capsule().wires.names()}
    assert {names[wire].partition("Parts#")[2][0] for wire in free[0]} == {"1"}
    assert free[0].isdisjoint(free[1])
