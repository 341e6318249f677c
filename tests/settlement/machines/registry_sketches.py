"""Enrolments and ends as hypothesis draws them, before there is a registrar for them."""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.settlement.machines.registry_model import LONGEST_EXPIRY
from tests.settlement.registry_stage import DAY, HOUR, YEAR_MS

FIRST, LAST_EXPIRY, NEXT_EXPIRY, AS_ASKED = 1, -1, -2, -1
DEVICES = 4


@dataclass(frozen=True)
class Sketch:
    """An enrolment before there is a registrar for it."""

    number: int
    owner: int
    start: int
    """Milliseconds from when the device is free, or from now if it is."""
    lasts: int
    expiry: int
    """Seconds from now; LAST_EXPIRY for that of the last signature, NEXT_EXPIRY for one later than that."""
    hardware: int | None
    """The key that vouches; AS_ASKED for the first one where the registrar wants one."""
    elsewhere: bool
    """Signed for another registrar."""


sketches = st.builds(
    Sketch,
    number=st.integers(FIRST, DEVICES),
    owner=st.integers(0, 1),
    start=st.sampled_from((0, 0, 0, 1, -1, 5_000)),
    lasts=st.sampled_from((HOUR * 1000, DAY * 1000, YEAR_MS)),
    expiry=st.sampled_from(
        (DAY, 2 * DAY, 3 * DAY, 20 * DAY, LAST_EXPIRY, 0, 1, LONGEST_EXPIRY, LONGEST_EXPIRY + 1, LONGEST_EXPIRY + 2)
    ),
    hardware=st.sampled_from((None, None, 0, 1)),
    elsewhere=st.sampled_from((False,) * 9 + (True,)),
)
sound_sketches = st.builds(
    Sketch,
    number=st.integers(FIRST, DEVICES),
    owner=st.integers(0, 1),
    start=st.sampled_from((0, 0, 0, -1)),
    lasts=st.sampled_from((HOUR * 1000, DAY * 1000)),
    expiry=st.just(NEXT_EXPIRY),
    hardware=st.just(AS_ASKED),
    elsewhere=st.just(False),
)
"""Taken, but for the one that begins a millisecond before its device is free."""

ends = st.sampled_from((None, None, 1, HOUR * 1000, -1, 0))
"""Of a revocation: none, or milliseconds after the enrolment's beginning; -1 for its own end, 0 for its beginning."""
