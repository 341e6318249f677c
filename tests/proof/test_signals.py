"""The compression of public values, against the page that defines it, written out once more in the plainest way."""

from hypothesis import given
from hypothesis import strategies as st

from tests.reference import keccak
from tests.reference.field import R
from tests.reference.poseidon import poseidon
from zkdata.proof.signals import compress

ELEMENTS = st.one_of(st.sampled_from([0, 1, R - 1]), st.integers(0, R - 1))
TAG = int.from_bytes(b"signals", "big") * 2**96 + 2 * 2**80 + 16 * 2**64 + 2**32


@given(st.lists(ELEMENTS, min_size=1, max_size=35), st.lists(ELEMENTS, max_size=6))
def test_signals_are_those_of_the_page(values: list[int], words: list[int]) -> None:
    """M by blocks of 15 under a tag with the number of values, x by Keccak over everything, y by its powers."""
    m = 0
    for first in range(0, len(values), 15):
        block = values[first : first + 15]
        m = poseidon([m, *block, *[0] * (15 - len(block))], TAG + len(values))
    numbers = [*values, *words]
    x = int.from_bytes(keccak.keccak256(b"".join(n.to_bytes(32, "big") for n in (m, *numbers))), "big") % R
    assert compress(values, words) == (m, x, sum(n * pow(x, i, R) for i, n in enumerate(numbers)) % R)


@given(st.lists(ELEMENTS, min_size=2, max_size=20))
def test_a_value_cannot_become_a_word(values: list[int]) -> None:
    """Moving the border between values and words changes M, and with it everything."""
    assert compress(values, ()) != compress(values[:-1], values[-1:])
