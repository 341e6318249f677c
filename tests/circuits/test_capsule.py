"""The statement `capsule`: true claims satisfy its rows, and every lie that we know how to tell violates them.

Each lie is told by a prover who recomputes everything that follows from it: the Python reference seals, signs, hashes
and compresses the lie as if it were true, and a twin without the row in question makes the witness.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from tests.circuits.broken import UNBOUND, UNRANGED, UNTIED, twin
from tests.circuits.compiled import EVERY_SIGNAL, Compiled, compiled, shipped
from tests.circuits.forging import refusals, refused_only_by
from tests.reference.capsule import FIRST_SLOT, HOUR, Claim, compress, example_claim, example_records
from tests.reference.eddsa import sign
from tests.reference.field import R
from tests.reference.sealing import encode, hashed, registry_path

SHAPE = (5, 2)
MAIN = (
    'pragma circom 2.2.3;\ninclude "statements/capsule.circom";\n'
    "component main {public [M, x, y]} = Capsule(5, 2, 7);\n"
)
START = FIRST_SLOT * HOUR + 1000
PADDED = example_records(4, 2, seed=3)
COUNT, CONTENT, NULLIFIER, TERMS, RELEASE = 9, 10, 11, 12, 13
"""Places in the public values."""

Inputs = dict[str, Any]


@cache
def capsule() -> Compiled:
    """Five places of two fields: not a power of two, one place a word, places left over."""
    return compiled(MAIN)


@cache
def hollow() -> Compiled:
    """Its twin without a range, a path, a signature or a binding of values."""
    return compiled(MAIN, EVERY_SIGNAL, twin([*UNRANGED, *UNTIED, *UNBOUND]))


def claim(records: Any = None, **changes: Any) -> Claim:
    """A claim about the five-place shape, false where the changes make it so."""
    return example_claim(
        records if records is not None else example_records(5, 2, seed=2), shape=SHAPE, changes=changes
    )


def forged(told: Claim, **changes: Any) -> Inputs:
    """The twin's inputs: what it would compute if it were honest comes in from outside, with changes."""
    owner = hashed("owner", (told.owner_key, told.public[0]))
    return (
        told.inputs
        | {
            "forgedNullifier": told.nullifier,
            "forgedContent": told.content,
            "forgedReleaseHash": told.release_hash,
            "forgedHeaderHash": told.header,
            "forgedLast": told.last % R,
            "forgedOwner": owner,
        }
        | changes
    )


def compressed(told: Claim, values: Mapping[int, int]) -> Inputs:
    """M, x, y of the claim's public values with some of them exchanged."""
    signals = [values.get(place, value) for place, value in enumerate(told.signals)]
    return dict(zip("Mxy", compress(signals, told.words, told.mode), strict=True))


@pytest.mark.parametrize("count", [1, 8, 16])
def test_true_claims_are_accepted(count: int) -> None:
    """Capsules of one record, of half a shape and of a full one satisfy the shipped circuit, in both modes."""
    circuit = shipped("capsule_16x1")
    for mode in (0, 1):
        told = example_claim(example_records(count, 1, seed=count), changes={"mode": mode})
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


def _mode_two() -> Inputs:
    told = claim(mode=2)
    terms = [*told.signals, *(2 * word for word in told.words)]
    x = told.inputs["x"]
    return forged(told, y=sum(term * pow(x, i, R) for i, term in enumerate(terms)) % R)


def _windowed(**ends: Callable[[Claim], int]) -> Inputs:
    """A claim in which some times are given by its true first and last one."""
    true = claim()
    return forged(claim(**{name: end(true) for name, end in ends.items()}))


def _earlier_by_padding() -> Inputs:
    """Four records, the last two beyond the window; a negative delta in the unused place pulls `last` back into it."""
    true = claim(PADDED)
    overshoot = PADDED[3][0] - PADDED[1][0]
    deltas = (*true.deltas[:3], R - overshoot)
    return forged(claim(PADDED, deltas=deltas, time_max=PADDED[1][0]))


def _bounded(minimum: int, maximum: int, value: int) -> Inputs:
    true = claim()
    return forged(
        claim(
            minimum=(minimum % R, true.minimum[1]),
            maximum=(maximum, true.maximum[1]),
            values=tuple((value % R, row[1]) for row in true.values),
        )
    )


def _elsewhere() -> Inputs:
    """A registry, and a path in it, in which this device is not enrolled."""
    root, path = registry_path(list(range(1000, 1012)), 3)
    return forged(claim(root=root, path=tuple(map(tuple, path))))


LIES: dict[str, tuple[Callable[[], Inputs], str]] = {
    "mode 2": (_mode_two, "main.mode"),
    "no records": (lambda: forged(claim(count=0)), "main.UpTo#1"),
    "more records than places": (lambda: forged(claim(count=6)), "main.UpTo#1"),
    "first record before the window": (lambda: _windowed(time_min=lambda c: c.base + 1), "main.AtMost#1."),
    "last record after the window": (lambda: _windowed(time_max=lambda c: c.last - 1), "main.AtMost#2."),
    "last record after the as-of time": (lambda: _windowed(as_of=lambda c: c.last - 1), "main.AtMost#3."),
    "slot before the first record's": (lambda: _windowed(slot=lambda c: c.slot - 1), "main.AtMost#5."),
    "slot after the last record's": (lambda: _windowed(slot=lambda c: c.slot + 1), "main.AtMost#4."),
    "enrolled after the first record": (lambda: _windowed(enrolled_from=lambda c: c.base + 1), "main.AtMost#6."),
    "enrolled until the last record": (lambda: _windowed(enrolled_until=lambda c: c.last), "main.AtMost#7."),
    "records of two slots": (
        lambda: forged(
            claim([(START, (0, 0)), (START + HOUR, (0, 0))], time_max=START + 2 * HOUR, as_of=START + 2 * HOUR)
        ),
        "main.AtMost#5.",
    ),
    "base of 49 bits": (
        lambda: forged(claim([(2**48, (0, 0))], enrolled_from=HOUR, enrolled_until=2**48 + HOUR)),
        "main.Ranged#1.",
    ),
    "gap of 31 bits": (
        lambda: forged(
            claim(
                [(2**40, (0, 0)), (2**40 + 2**30 + 1, (0, 0))], slot_length=2**39, slot=2, time_max=2**41, as_of=2**41
            )
        ),
        "main.Ranged#2[0].",
    ),
    "negative gap in an unused place": (_earlier_by_padding, "main.Ranged#2[3]."),
    "slot of 33 bits": (lambda: forged(claim([(START, (0, 0))], slot_length=100, slot=START // 100)), "main.Ranged#3."),
    "slot length of 49 bits": (lambda: forged(claim(slot_length=2**48 + 5, slot=0)), "main.Ranged#4."),
    "value above the bounds": (lambda: _bounded(100, 200, 201), "main.within[0]"),
    "value below the bounds": (lambda: _bounded(100, 200, 99), "main.within[0]"),
    "bounds the wrong way round": (lambda: _bounded(9, 8, 10), "main.within[0]"),
    "upper bound of 49 bits": (lambda: _bounded(2**48 - 1, 2**48 + 5, 2**48 + 1), "main.within[0]"),
    "negative lower bound": (lambda: _bounded(-5, 5, -1), "main.within[0]"),
    "device not in the registry": (_elsewhere, "main.RegistryPath#1.product"),
    "signed by another device": (
        lambda: forged(replace(claim(), signature=sign(b"another device" + bytes(18), claim().message))),
        "main.Signature#1.",
    ),
}


@pytest.mark.parametrize("lie", sorted(LIES))
def test_lies_are_refused(lie: str) -> None:
    """A lie told consistently satisfies the twin, and violates the rows of the check that is about it, no others."""
    tell, refused_by = LIES[lie]
    assert refused_only_by(refusals(capsule(), hollow(), tell()), refused_by)


def _paid_twice() -> Inputs:
    told = claim()
    return forged(told, forgedNullifier=told.nullifier + 1, **compressed(told, {NULLIFIER: told.nullifier + 1}))


def _old_content() -> Inputs:
    """The device's true signature over another capsule, under words that it never signed."""
    signed, told = claim(example_records(5, 2, seed=8)), claim()
    assert signed.public == told.public
    values = compressed(told, {CONTENT: signed.content})
    return forged(replace(told, signature=signed.signature), forgedContent=signed.content, **values)


def _another_count() -> Inputs:
    """One record sealed and signed, five claimed: the header of the signed capsule says one."""
    told = claim(example_records(1, 2, seed=2))
    return forged(
        replace(told, count=5),
        forgedHeaderHash=told.header,
        forgedContent=told.content,
        forgedLast=told.last,
        **compressed(told, {COUNT: 5}),
    )


def _free_release() -> Inputs:
    told = claim()
    return forged(told, forgedReleaseHash=7, **compressed(told, {RELEASE: 7}))


def _another_owner() -> Inputs:
    """A thief's owner key under the enrolled owner's commitment: his nullifier, his claim."""
    told = claim()
    thief = replace(told, owner_key=told.owner_key + 1)
    return forged(thief, forgedOwner=hashed("owner", (told.owner_key, told.public[0])))


def _free_m() -> Inputs:
    """With an M that fixes nothing, x is known before the values are chosen: one record, and five in the public values,
    the difference put into the terms of the circuit, which nobody sees."""
    told = claim(example_records(1, 2, seed=2))
    public = compressed(told, {COUNT: 5})
    shift = (5 - told.count) * pow(public["x"], COUNT - TERMS, R)
    return forged(told, **public, terms=(told.terms + shift) % R)


def _another_y() -> Inputs:
    """Terms that redirect the payment, in the values that the verifier sees only."""
    told = claim()
    seen = [told.terms + 1 if place == TERMS else value for place, value in enumerate(told.signals)]
    _, x, y = compress(seen, told.words, told.mode)
    honest_m = told.inputs["M"]
    return forged(told, M=honest_m, x=x, y=y)


def _earlier_last() -> Inputs:
    told = claim(time_max=START + 1, as_of=START + 1)
    return forged(told, forgedLast=START + 1)


FORGERIES: dict[str, Callable[[], Inputs]] = {
    "nullifier that nobody spent": _paid_twice,
    "content of another capsule": _old_content,
    "count of another header": _another_count,
    "release hash without a secret": _free_release,
    "owner key of somebody else": _another_owner,
    "M that fixes nothing": _free_m,
    "y of other terms": _another_y,
    "last time that is not the last": _earlier_last,
}


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
    _, x, y = told.public_inputs
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
    circuit = shipped("capsule_16x1")
    witness = circuit.values(circuit.wtns(example_claim().inputs))
    assert circuit.rows.violated(witness) == []
    assert circuit.rows.accepted_changes(witness, (1, R - 1, R // 3)) == []


@pytest.mark.deep
def test_inputs_determine_every_wire() -> None:
    """To first order no wire can move while the inputs stay. Bounds are as wide as they go: where a range is narrower,
    its spare parts are roots of p * p = 0, which are double but only 0."""
    told = claim(minimum=(0, 0), maximum=(2**48 - 1, 2**48 - 1))
    assert capsule().rows.undetermined(capsule().values(capsule().wtns(told.inputs))) == set()
