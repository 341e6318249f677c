"""Laws of Poseidon, for every implementation in the table."""

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.implementations import IMPLEMENTATIONS, Implementation
from tests.laws.vectors import vectors
from tests.reference.field import R
from tests.reference.grain import PARTIAL_ROUNDS, USED_WIDTHS, constants
from tests.strategies import ARITIES, elements, hash_inputs, not_elements


def test_vectors_cover_every_arity() -> None:
    """At least 1,000 circomlibjs cases stand in the file, and every arity in use has over a hundred."""
    lengths = [len(inputs) for _, inputs, _ in vectors("poseidon")["cases"]]
    assert len(lengths) >= 1000
    assert {arity: lengths.count(arity) > 100 for arity in lengths} == dict.fromkeys(ARITIES, True)


@pytest.mark.parametrize("arity", ARITIES)
def test_agrees_with_circomlibjs(implementation: Implementation, arity: int) -> None:
    """Lane 0 equals circomlibjs' answer on every committed case of the arity, tags included."""
    cases = [case for case in vectors("poseidon")["cases"] if len(case[1]) == arity]
    wrong = [case for case in cases if implementation.poseidon(case[1], case[0]) != case[2]]
    assert not wrong


def test_every_lane_agrees_with_circomlibjs(implementation: Implementation) -> None:
    """All lanes of a permutation equal circomlibjs', since the keystream takes lanes beyond the first."""
    for tag, inputs, lanes in vectors("poseidon")["permutations"]:
        assert list(implementation.permute([tag, *inputs])) == lanes


def test_every_use_of_the_catalogue_agrees(implementation: Implementation) -> None:
    """One frozen hash of every use in the table of tags, under its own tag, comes out the same."""
    for name, use in vectors("capsule")["uses"].items():
        arity = use["tag"] >> 64 & 0xFFFF
        assert implementation.poseidon(list(range(1, arity + 1)), use["tag"]) == use["hash of 1 2 3 .."], name


@given(inputs=hash_inputs(), tag=elements)
def test_implementations_agree(inputs: list[int], tag: int) -> None:
    """All rows of the table give one answer on anything drawn, edges of the field included."""
    assert len({tuple(make().permute([tag, *inputs])) for make in IMPLEMENTATIONS}) == 1


@given(inputs=hash_inputs(), tag=elements, other=elements)
def test_tag_changes_the_hash(implementation: Implementation, inputs: list[int], tag: int, other: int) -> None:
    """Two tags never give one hash of the same inputs."""
    assume(tag != other)
    assert implementation.poseidon(inputs, tag) != implementation.poseidon(inputs, other)


@given(inputs=hash_inputs(), places=st.tuples(st.integers(0, 15), st.integers(0, 15)), tag=elements)
def test_order_matters(implementation: Implementation, inputs: list[int], places: tuple[int, int], tag: int) -> None:
    """Exchanging two different inputs changes the hash."""
    i, j = (place % len(inputs) for place in places)
    assume(inputs[i] != inputs[j])
    exchanged = list(inputs)
    exchanged[i], exchanged[j] = inputs[j], inputs[i]
    assert implementation.poseidon(exchanged, tag) != implementation.poseidon(inputs, tag)


@given(inputs=hash_inputs(), place=st.integers(0, 15), other=elements)
def test_every_input_counts(implementation: Implementation, inputs: list[int], place: int, other: int) -> None:
    """Changing any one input changes the hash."""
    place %= len(inputs)
    assume(inputs[place] != other)
    changed = [*inputs[:place], other, *inputs[place + 1 :]]
    assert implementation.poseidon(changed, 0) != implementation.poseidon(inputs, 0)


@pytest.mark.parametrize(("short", "long"), list(pairwise(ARITIES)))
def test_padding_with_zeros_is_another_hash(implementation: Implementation, short: int, long: int) -> None:
    """Inputs followed by zeros do not hash to what the shorter list hashes to, under one tag."""
    inputs = list(range(1, short + 1))
    padded = [*inputs, *[0] * (long - short)]
    assert implementation.poseidon(inputs, 5) != implementation.poseidon(padded, 5)


@given(inputs=hash_inputs(), place=st.integers(0, 16), alias=not_elements)
def test_aliases_are_refused(implementation: Implementation, inputs: list[int], place: int, alias: int) -> None:
    """An input or tag outside [0, r) is refused, never reduced."""
    state = [0, *inputs]
    state[place % len(state)] = alias
    with pytest.raises((ValueError, OverflowError)):
        implementation.poseidon(state[1:], state[0])
    with pytest.raises((ValueError, OverflowError)):
        implementation.permute(state)


@pytest.mark.parametrize("count", [0, 6, 7, 9, 15, 17, 18])
def test_other_widths_are_refused(implementation: Implementation, count: int) -> None:
    """A number of inputs that no use has is refused: no constants were ever made for it."""
    with pytest.raises(ValueError):
        implementation.poseidon([1] * count, 0)


@pytest.mark.parametrize("width", USED_WIDTHS)
def test_constants_are_canonical_and_the_matrix_is_invertible(width: int) -> None:
    """Round constants are distinct field elements, and the mixing matrix has a non-zero determinant."""
    rounds, matrix = constants(width)
    assert len(set(rounds)) == len(rounds) == width * (8 + PARTIAL_ROUNDS[width])
    assert all(0 <= value < R for value in rounds)
    assert _determinant([list(row) for row in matrix]) != 0


def _determinant(rows: list[list[int]]) -> int:
    result = 1
    for column in range(len(rows)):
        pivot = next((row for row in rows[column:] if row[column]), None)
        if pivot is None:
            return 0
        at = rows.index(pivot, column)
        rows[column], rows[at] = rows[at], rows[column]
        result = result * (pivot[column] if at == column else -pivot[column]) % R
        for lower in rows[column + 1 :]:
            factor = lower[column] * pow(pivot[column], -1, R)
            lower[:] = [(a - factor * b) % R for a, b in zip(lower, pivot, strict=True)]
    return result
