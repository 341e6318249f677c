"""Whether a statement is true, over plain integers and record by record, as a reader of the page would judge it.

No sum of deltas, no field, no comparison by bits: this judges circuits that are made of them. Times are whole
milliseconds, `times` those of the n records of a capsule.
"""

from collections.abc import Sequence

TIME_END = 2**48
SLOT_END = 2**32


def has_count(count: int, records: int) -> bool:
    """A capsule holds 1 to N records."""
    return count in range(1, records + 1)


def in_window(times: Sequence[int], time_min: int, time_max: int) -> bool:
    """Every record is in the window, both ends inclusive, and the window begins before times end."""
    return time_min < TIME_END and all(time_min <= time <= time_max for time in times)


def in_range(limb: int, minimum: int, maximum: int, bits: int = 48) -> bool:
    """A limb is in bounds that are limbs themselves, both inclusive."""
    return 0 <= minimum <= limb <= maximum < 1 << bits


def in_slot(times: Sequence[int], slot: int, slot_length: int) -> bool:
    """Every record's time divided by the slot's length is the slot's number, which has 32 bits."""
    return 0 <= slot < SLOT_END and slot_length > 0 and all(time // slot_length == slot for time in times)


def enrolled(times: Sequence[int], start: int, until: int) -> bool:
    """The device was enrolled whenever a record was taken; `until` is exclusive."""
    return all(start <= time < until for time in times)


def enrolled_throughout(time_min: int, time_max: int, start: int, until: int) -> bool:
    """The device was enrolled before a window begins and until after it ends, which is before times end."""
    return start <= time_min and time_max < until and time_max < TIME_END


def known_by(times: Sequence[int], as_of: int) -> bool:
    """No record is from after the as-of time."""
    return all(time <= as_of for time in times)
