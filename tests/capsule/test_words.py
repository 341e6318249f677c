"""Words: one reading for each word, the reference's packing, and no bit without a limb."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import sealing
from zkdata.capsule.words import Layout, Places
from zkdata.errors import ArtifactMalformed, ResourceLimit

SHAPES = [(1, 1), (3, 1), (4, 1), (16, 1), (64, 1), (8, 2), (5, 3), (4, 4)]


@st.composite
def filled(draw: st.DrawFn) -> tuple[Layout, Places]:
    """A layout and limbs over all of their ranges, the edges often."""
    layout = Layout(*draw(st.sampled_from(SHAPES)))

    def limb(bits: int) -> int:
        return draw(st.sampled_from((0, 2**bits - 1)) | st.integers(0, 2**bits - 1))

    deltas = tuple(limb(30) for _ in range(layout.records - 1))
    values = tuple(tuple(limb(48) for _ in range(layout.fields)) for _ in range(layout.records))
    return layout, Places(limb(48), deltas, values)


@given(case=filled())
def test_places_come_back_from_their_words(case: tuple[Layout, Places]) -> None:
    """Unpacking what was packed is the identity, the words are below 2^253, and they are the reference's."""
    layout, places = case
    words = layout.pack(places)
    assert layout.unpack(words) == places
    assert max(words) < 2**253
    twin = sealing.Layout(layout.records, layout.fields)
    assert words == twin.pack(places.base, places.deltas, places.values)
    assert list(places.times) == sealing.place_times(places.base, places.deltas)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_layout_is_the_references(shape: tuple[int, int]) -> None:
    """Places in a word and words in a capsule agree with the reference."""
    layout, twin = Layout(*shape), sealing.Layout(*shape)
    assert (layout.places_per_word, layout.word_count) == (twin.places_per_word, twin.word_count)


def test_sixteen_readings_take_six_words_of_three_places() -> None:
    """The worked figure of the specification."""
    assert (Layout(16, 1).places_per_word, Layout(16, 1).word_count) == (3, 6)


@pytest.mark.parametrize("shape", [(16, 5), (16, 0), (0, 1), (-1, 1), (2**16, 1), (16, -1)])
def test_a_shape_beyond_the_words_is_refused(shape: tuple[int, int]) -> None:
    """A place that a word cannot hold, and no or too many records, are refused."""
    with pytest.raises(ResourceLimit):
        Layout(*shape)


@given(case=filled(), data=st.data())
def test_a_bit_outside_of_the_limbs_is_refused(case: tuple[Layout, Places], data: st.DataObject) -> None:
    """A word with any bit above its own limbs has not been packed here."""
    layout, places = case
    words = layout.pack(places)
    number = data.draw(st.integers(0, len(words) - 1))
    held = min(layout.places_per_word, layout.records - number * layout.places_per_word)
    used = held * layout.place_bits + (18 if number == 0 else 0)
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
        (0, (0,), ((0,), (2**48,))),
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


def test_limbs_are_not_shown() -> None:
    """The printed form of places holds no reading."""
    assert "123456" not in repr(Places(123456, (123456,), ((123456,), (123456,))))
