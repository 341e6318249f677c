"""Planned changes of a true witness, most of them a lie: what an enemy who knows the mistakes of others tries first."""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

from tests.circuits.audit.curve_subjects import SMALL_ORDER
from tests.circuits.audit.draws import element, point
from tests.circuits.audit.hunt import DONORS, Hunt
from tests.reference import babyjubjub, montgomery
from tests.reference.field import R, inverse

Pins = Mapping[int, int]
Tampering = Callable[[Hunt], Iterator[Pins]]
"""Values of wires in a circuit's first truth; the same at each call."""

WIDTHS = (1, 16, 30, 32, 48, 128)
EDGES = [0, (R - 1) // 2, (R + 1) // 2, R - 1, *(edge for k in WIDTHS for edge in (2**k - 1, 2**k, 2**k + 1, R - 2**k))]


def inputs(hunt: Hunt, pattern: str = ".*") -> list[tuple[str, list[int]]]:
    """Names and wires of the inputs that match."""
    found = hunt.input_wires.items()
    return [(name, wires) for name, wires in found if re.fullmatch(pattern, name)]


def edges(hunt: Hunt) -> Iterator[Pins]:
    """Each input at the ends of ranges and of the field, and one beside what it is."""
    for wire in (wire for _, wires in inputs(hunt) for wire in wires):
        for value in (
            *EDGES,
            hunt.values[wire] + 1,
            hunt.values[wire] - 1,
            hunt.values[wire] + 2**48,
            -hunt.values[wire],
        ):
            yield {wire: value % R}


def exchanged(hunt: Hunt) -> Iterator[Pins]:
    """Two inputs in each other's place."""
    wires = [wire for _, wires in inputs(hunt) for wire in wires]
    for left, right in combinations(wires, 2):
        yield {left: hunt.values[right], right: hunt.values[left]}


def replayed(hunt: Hunt) -> Iterator[Pins]:
    """Some inputs of another truth: a signature, a key, a path, times, for what they do not belong to."""
    groups = [wires for _, wires in inputs(hunt)]
    others = [hunt.circuit.values(hunt.truth(seed)) for seed in range(1, DONORS)]
    draw = random.Random(5)
    while True:
        other = draw.choice(others)
        taken = draw.sample(groups, draw.randint(1, len(groups)))
        yield {wire: other[wire] for wires in taken for wire in wires}


def told(hunt: Hunt) -> Iterator[Pins]:
    """The subject's own lies, and one number of a lie in a truth."""
    for lie in hunt.subject.lies():
        pins = hunt.pins(lie)
        yield pins
        yield from ({wire: value} for wire, value in pins.items() if value != hunt.values[wire])


def slots(hunt: Hunt) -> Iterator[Pins]:
    """Another slot for the same records: beside the true one, or a quotient in the field that starts before them."""
    (slot,), (length,), (base,) = (wires for name in ("slot", "slotLength", "base") for _, wires in inputs(hunt, name))
    for step in range(1, 200):
        yield {slot: hunt.values[slot] + step}
        yield {slot: hunt.values[slot] - step}
        yield {slot: (hunt.values[base] - step) * inverse(hunt.values[length]) % R}
        yield {length: hunt.values[length] - step}


def small_order(hunt: Hunt) -> Iterator[Pins]:
    """Points with a part of small order, of small order, of another coset, and of no curve."""
    buyer = [wire for _, wires in inputs(hunt, "buyerKey|buyerKeyV") for wire in wires]
    for wires in [*(wires for _, wires in inputs(hunt, "T|R8|[pqdeabtl]")), *([buyer] if buyer else [])]:
        old = hunt.values[wires[0]], hunt.values[wires[1]]
        for torsion in SMALL_ORDER:
            moved = montgomery.add(old, torsion) if montgomery.on_curve(old) else None
            twisted = babyjubjub.add(old, montgomery.to_edwards(torsion)) if babyjubjub.on_curve(old) else None
            for new in (torsion, montgomery.to_edwards(torsion), moved, twisted):
                if new is not None:
                    yield dict(zip(wires, new, strict=True))
        for new in ((0, 0), (0, 1), (0, R - 1), (1, 1), (old[0], R - old[1]), (R - old[0], old[1]), (old[1], old[0])):
            yield dict(zip(wires, new, strict=True))
        for seed in range(50):
            yield dict(zip(wires, point(seed, "another"), strict=True))
            yield dict(zip(wires, (element(seed, "x"), element(seed, "y")), strict=True))


def by_hand(hunt: Hunt) -> Iterator[Pins]:
    """The subject's own forgeries: a challenge under h + r, another key in the ladder, points that meet."""
    yield from hunt.subject.forgeries(hunt.circuit.wires.wire_of)


def alone(hunt: Hunt) -> Iterator[Pins]:
    """One input at random."""
    wires = [wire for name, wires in inputs(hunt) if name not in hunt.subject.idle for wire in wires]
    draw = random.Random(6)
    while wires:
        yield {draw.choice(wires): draw.randrange(R)}
