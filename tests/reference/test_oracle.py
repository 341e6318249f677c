"""The oracle of plain integers: each predicate on both sides of each of its ends."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.reference import oracle

END = 2**48
CASES: list[tuple[Callable[..., bool], tuple[Any, ...], bool]] = [
    (oracle.has_count, (1, 16), True),
    (oracle.has_count, (16, 16), True),
    (oracle.has_count, (0, 16), False),
    (oracle.has_count, (17, 16), False),
    (oracle.has_count, (-1, 16), False),
    (oracle.in_window, ([5, 9], 5, 9), True),
    (oracle.in_window, ([5, 9], 6, 9), False),
    (oracle.in_window, ([5, 9], 5, 8), False),
    (oracle.in_window, ([END - 1], END - 1, END), True),
    (oracle.in_window, ([END], END, END), False),
    (oracle.in_range, (5, 5, 5), True),
    (oracle.in_range, (4, 5, 6), False),
    (oracle.in_range, (7, 5, 6), False),
    (oracle.in_range, (5, 6, 4), False),
    (oracle.in_range, (0, -1, 0), False),
    (oracle.in_range, (END - 1, 0, END - 1), True),
    (oracle.in_range, (END - 1, 0, END), False),
    (oracle.in_range, (END, 0, 2**128 - 1, 128), True),
    (oracle.in_range, (END, 0, 2**128, 128), False),
    (oracle.in_slot, ([20, 29], 2, 10), True),
    (oracle.in_slot, ([19, 29], 2, 10), False),
    (oracle.in_slot, ([20, 30], 2, 10), False),
    (oracle.in_slot, ([20, 29], 2, 0), False),
    (oracle.in_slot, ([(2**32 - 1) * 1000], 2**32 - 1, 1000), True),
    (oracle.in_slot, ([2**32 * 1000], 2**32, 1000), False),
    (oracle.in_slot, ([-1], -1, 1000), False),
    (oracle.enrolled, ([5, 9], 5, 10), True),
    (oracle.enrolled, ([5, 9], 6, 10), False),
    (oracle.enrolled, ([5, 9], 5, 9), False),
    (oracle.enrolled_throughout, (5, 9, 5, 10), True),
    (oracle.enrolled_throughout, (5, 9, 6, 10), False),
    (oracle.enrolled_throughout, (5, 9, 5, 9), False),
    (oracle.enrolled_throughout, (5, END - 1, 5, END), True),
    (oracle.enrolled_throughout, (5, END, 5, END + 1), False),
    (oracle.known_by, ([5, 9], 9), True),
    (oracle.known_by, ([5, 9], 8), False),
]


@pytest.mark.parametrize(("predicate", "numbers", "expected"), CASES)
def test_predicates_turn_at_their_ends(
    predicate: Callable[..., bool], numbers: tuple[Any, ...], expected: bool
) -> None:
    """What is inclusive is true on its end, and everything is false one step further."""
    assert predicate(*numbers) is expected
