"""Words: one reading for each word, the reference's packing, and no bit without a limb."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import words as reference
from zkdata.capsule.words import Layout, Places
from zkdata.errors import ArtifactMalformed, ResourceLimit

SHAPES = [
    *((1, 1, 48), (3, 1, 48), (4, 1, 48), (16, 1, 48), (64, 1, 48), (8, 2, 48), (5, 3, 48), (4, 4, 48)),
    *((1, 5, 48), (3, 5, 48), (2, 9, 48), (2, 10, 48), (3, 16, 48)),
    *((1, 1, 128), (3, 1, 128), (4, 2, 128), (3, 3, 128), (2, 4, 128), (1, 16, 128)),
]
"""N, K and W: several places a word, one, and several words a place."""


@st.composite
def filled(draw: st.DrawFn) -> tuple[Layout, Places]:
    """A layout and limbs over all of their ranges, the edges often."""
    layout = Layout(*draw(st.sampled_from(SHAPES)))

    def limb(bits: int) -> int:
        return draw(st.sampled_from((0, 2**bits - 1)) | st.integers(0, 2**bits - 1))

    deltas = tuple(limb(30) for _ in range(layout.records - 1))
    values = tuple(tuple(limb(layout.bits) for _ in range(layout.fields)) for _ in range(layout.records))
    return layout, Places(limb(48), deltas, values)


@given(case=filled())
def test_places_come_back_from_their_words(case: tuple[Layout, Places]) -> None:
    """Unpacking what was packed is the identity, the words are below 2^253, and they are the reference's."""
    layout, places = case
    words = layout.pack(places)
    assert layout.unpack(words) == places
    assert max(words) < 2**253
    twin = reference.Layout(layout.records, layout.fields, layout.bits)
    assert words == twin.pack(places.base, places.deltas, places.values)
    assert list(places.times) == reference.place_times(places.base, places.deltas)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_layout_is_the_references(shape: tuple[int, int, int]) -> None:
    """Places in a word, words of a place and of a capsule, and the form agree with the reference."""
    layout, twin = Layout(*shape), reference.Layout(*shape)
    assert (layout.places_per_word, layout.word_count) == (twin.places_per_word, twin.word_count)
    assert layout.words_per_place == twin.words_per_place
    assert layout.form(1) == twin.form(1) == shape[0] * 2**48 + shape[1] * 2**32 + shape[2] * 2**16 + 1


def test_the_worked_figures_of_the_specification() -> None:
    """45 readings take 15 words of three places; two halves of a digest take two words a place."""
    assert (Layout(45, 1).places_per_word, Layout(45, 1).word_count) == (3, 15)
    assert (Layout(12, 2, 128).words_per_place, Layout(12, 2, 128).word_count) == (2, 24)


@pytest.mark.parametrize(
    "shape",
    [(16, 17), (16, 0), (0, 1), (-1, 1), (2**16, 1), (16, -1), (16, 1, 0), (16, 1, 47), (16, 1, 64), (16, 1, 253)],
)
def test_a_shape_beyond_the_words_is_refused(shape: tuple[int, ...]) -> None:
    """No or too many records or limbs, and limbs of another width, are refused."""
    with pytest.raises(ResourceLimit):
        Layout(*shape)


@given(case=filled(), data=st.data())
def test_a_bit_outside_of_the_limbs_is_refused(case: tuple[Layout, Places], data: st.DataObject) -> None:
    """A word with any bit above its own limbs has not been packed here."""
    layout, places = case
    words = layout.pack(places)
    number = data.draw(st.integers(0, len(words) - 1))
    slots = reference.Layout(layout.records, layout.fields, layout.bits).slots()
    used = sum(width for *_, width in slots[number])
    words[number] |= 1 << data.draw(st.integers(used, 253))
    with pytest.raises(ArtifactMalformed) as refusal:
        layout.unpack(words)
    assert refusal.value.word == number


def test_as_many_words_as_the_shape_has() -> None:
    """A word too few or too many is refused."""
    for count in (5, 7):
        with pytest.raises(ArtifactMalformed):
            Layout(16, 1).unpack([0] * count)


@pytest.mark.parametrize(
    ("base", "deltas", "values"),
    [
        (2**48, (0,), ((0,), (0,))),
        (-1, (0,), ((0,), (0,))),
        (0, (2**30,), ((0,), (0,))),
        (0, (-1,), ((0,), (0,))),
        (0, (0,), ((0,), (2**128,))),
        (0, (0,), ((0, 0), (0, 2**128))),
        (0, (0,), ((0,), ())),
        (0, (0,), ((-1,), (0,))),
        (0, (), ((0,), (0,))),
        (0, (), ()),
    ],
)
def test_a_limb_out_of_its_range_is_refused(
    base: int, deltas: tuple[int, ...], values: tuple[tuple[int, ...], ...]
) -> None:
    """No limb can spill into the next one, and no place is without its delta."""
    with pytest.raises(ArtifactMalformed):
        Places(base, deltas, values)


def test_places_of_another_shape_are_refused() -> None:
    """Places pack only under the layout that they fill."""
    places = Places(0, (0,), ((1,), (1,)))
    Layout(2, 1).pack(places)
    for shape in ((3, 1), (1, 1), (2, 2)):
        with pytest.raises(ArtifactMalformed):
            Layout(*shape).pack(places)


@pytest.mark.parametrize(("fields", "bits"), [(1, 48), (4, 48), (5, 48), (2, 128)])
def test_a_limb_that_would_spill_is_not_packed(fields: int, bits: int) -> None:
    """A limb of one bit more than the layout's is refused, in whatever place."""
    for place, limb in itertools.product((0, 1), range(fields)):
        rows = [[2**bits - 1] * fields for _ in range(2)]
        Layout(2, fields, bits).pack(Places(0, (0,), tuple(map(tuple, rows))))
        if bits < 128:
            rows[place][limb] += 1
            with pytest.raises(ArtifactMalformed):
                Layout(2, fields, bits).pack(Places(0, (0,), tuple(map(tuple, rows))))


def test_limbs_are_not_shown() -> None:
    """The printed form of places holds no reading."""
    assert "123456" not in repr(Places(123456, (123456,), ((123456,), (123456,))))
