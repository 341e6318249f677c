"""Hash, cipher, trees, packing and compression agree with the Python reference, over every width in use."""

import random
from functools import cache
from typing import Any

import pytest

from tests.circuits.broken import UNTIED
from tests.circuits.compiled import broken_gadgets, gadgets
from tests.circuits.forging import refusals, refused_only_by
from tests.reference import sealing
from tests.reference.field import R
from tests.reference.poseidon import poseidon
from tests.reference.words import Layout

LEAF = 424242


@cache
def registry() -> tuple[int, list[list[int]]]:
    """Root and path of the leaf in a registry of depth 2, sixth and third among random children."""
    draw = random.Random(6)
    first, second = ([draw.randrange(R) for _ in range(8)] for _ in range(2))
    first[5] = LEAF
    second[2] = sealing.hashed("registry", first, a=1)
    return sealing.hashed("registry", second, a=2), [first, second]


def inputs(**changes: Any) -> dict[str, Any]:
    """Random inputs, limbs at their ends, with changes."""
    draw = random.Random(7)
    return {
        "hashed": [draw.randrange(R) for _ in range(16)],
        "key": draw.randrange(R),
        "header": [draw.randrange(R) for _ in range(3)],
        "plain": [draw.randrange(R) for _ in range(17)],
        "leaf": LEAF,
        "path": registry()[1],
        "mode": 1,
        "x": draw.randrange(R),
        "base": 2**48 - 1,
        "deltas": [2**30 - 1, 0, 1, 5, 2**30 - 1, 7],
        "values": [[2**48 - 1], [0], [1], [2], [3], [2**47], [2**48 - 1]],
        "digests": [[2**128 - 1, 0], [1, 2**128 - 1]],
    } | changes


def computed(given: dict[str, Any], *names: str) -> list[int]:
    """Signals that the circuit puts out, on a witness that satisfies all rows."""
    circuit = gadgets("hashing")
    wtns = circuit.wtns(given)
    assert circuit.accepts(wtns)
    witness = circuit.values(wtns)
    return [witness[circuit.wire(name)] for name in names]


def test_hashes_agree_with_the_reference() -> None:
    """Poseidon of every width in use is the reference's."""
    given, widths = inputs(), (1, 2, 3, 4, 5, 8, 16)
    found = computed(given, *(f"hash{n}" for n in widths))
    assert found == [poseidon(given["hashed"][:n], 77) for n in widths]


def test_capsule_parts_agree_with_the_reference() -> None:
    """Keystream, tree and registry, over one more than a block and a level, are the reference's."""
    given = inputs()
    sealed = sealing.encrypt(given["plain"], given["key"], sealing.Header(*given["header"]))
    assert computed(given, *(f"cipher[{i}]" for i in range(17))) == sealed
    assert computed(given, "treeRoot", "root") == [sealing.tree_root(given["plain"]), registry()[0]]


def test_packing_agrees_with_the_reference() -> None:
    """Limbs at their ends are packed as the layout says, the last word partly filled."""
    given = inputs()
    packed = Layout(7, 1).pack(given["base"], given["deltas"], given["values"])
    assert computed(given, *(f"packed[{i}]" for i in range(3))) == packed
    wide = Layout(2, 2, 128).pack(given["base"], given["deltas"][:1], given["digests"])
    assert computed(given, *(f"wide[{i}]" for i in range(4))) == wide


@pytest.mark.parametrize("mode", [0, 1])
def test_compression_agrees_with_the_reference(mode: int) -> None:
    """M is the running hash of two blocks; y is the polynomial at x, with the words under it in mode 1 only."""
    given = inputs(mode=mode)
    first = sealing.hashed("signals", [0, *given["hashed"][:15]], a=1, b=16)
    running = sealing.hashed("signals", [first, given["hashed"][15], *[0] * 14], a=1, b=16)
    terms = [*given["hashed"], *(given["plain"] if mode else [])]
    expected = sum(term * pow(given["x"], i, R) for i, term in enumerate(terms)) % R
    assert computed(given, "M", "y") == [running, expected]


def test_a_leaf_that_is_not_there_is_refused() -> None:
    """A leaf that is none of the eight children satisfies the twin without the product, and no other."""
    twin = broken_gadgets("hashing", UNTIED[0])
    assert refused_only_by(refusals(gadgets("hashing"), twin, inputs(leaf=LEAF + 1)), "RegistryPath#1.product")
