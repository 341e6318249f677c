"""A recording of any length: one capsule for each slot that has records, and refusals by places in the whole."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.capsule.strategies import DEVICE, HOUR, SHAPES, START, values_of
from zkdata.capsule.record import Record, Schema
from zkdata.capsule.schemas import GPS_TRACE, PAYMENT, PHOTO, SENSOR_READING, TEMPERATURE
from zkdata.capsule.seal import Capsule, seal, seal_recording, unseal
from zkdata.errors import RecordInvalid, ResourceLimit


@settings(max_examples=25, deadline=None)
@given(
    schema=st.sampled_from((TEMPERATURE, SENSOR_READING, GPS_TRACE, PAYMENT, PHOTO)),
    gaps=st.lists(st.integers(1, 20) | st.integers(200, 1000) | st.integers(1, 2**32), max_size=40),
    start=st.integers(0, 2**31),
    data=st.data(),
)
def test_what_is_recorded_is_what_opens(schema: Schema, gaps: list[int], start: int, data: st.DataObject) -> None:
    """Every record comes back in order, in one capsule for each slot, in the smallest shape that holds the slot."""
    times = list(itertools.accumulate(gaps, initial=start))
    records = [Record(time, [data.draw(values_of(field)) for field in schema.fields]) for time in times]
    by_slot = [list(group) for _, group in itertools.groupby(records, lambda record: record.time // 1000)]
    shapes = SHAPES[schema.limbs, schema.bits]
    if max(map(len, by_slot)) > shapes[-1]:
        with pytest.raises(ResourceLimit):
            seal_recording(schema, records, DEVICE, slot_length=1000)
        return
    capsules = seal_recording(schema, records, DEVICE, slot_length=1000, sequence=7)
    assert [list(capsule.records) for capsule in capsules] == by_slot
    opened = [unseal(capsule.file, capsule.opening.key, schema, content=capsule.content) for capsule in capsules]
    assert opened == by_slot
    assert [capsule.slot for capsule in capsules] == [group[0].time // 1000 for group in by_slot]
    assert [capsule.opening.sequence for capsule in capsules] == list(range(7, 7 + len(capsules)))
    held = [min(shape for shape in shapes if shape >= len(group)) for group in by_slot]
    assert [capsule.file.header.records for capsule in capsules] == held
    for capsule in capsules:
        Capsule(capsule.file, capsule.opening)


def _readings(*times: int) -> list[Record]:
    return [Record(time, ["-0.5"]) for time in times]


@pytest.mark.parametrize(
    ("records", "rule", "index"),
    [
        ([], "count", None),
        (_readings(START, START + HOUR, START + HOUR), "order", 2),
        (_readings(START, START + 2 * HOUR, START + HOUR), "order", 2),
        ([*_readings(START, START + HOUR), Record(START + 2 * HOUR, ["0.001"])], "decimals", 2),
        ([*_readings(START, START + HOUR), Record(START + 2 * HOUR, [1, 2])], "values", 2),
    ],
)
def test_a_refusal_names_the_record_in_the_whole_recording(records: list[Any], rule: str, index: int | None) -> None:
    """What is wrong in the third slot is told of the recording's own third record, and nothing is sealed."""
    with pytest.raises(RecordInvalid) as refusal:
        seal_recording(TEMPERATURE, records, DEVICE)
    assert (refusal.value.rule, refusal.value.evidence.get("index")) == (rule, index)


def test_a_gap_counts_within_a_slot_only() -> None:
    """Two weeks of silence between slots are no gap; within a slot, the refusal names the record."""
    apart = _readings(0, 2**42, 2**42 + 2**30 + 1)
    assert len(seal_recording(TEMPERATURE, apart[:2], DEVICE, slot_length=2**42)) == 2
    with pytest.raises(RecordInvalid) as refusal:
        seal_recording(TEMPERATURE, apart, DEVICE, slot_length=2**42)
    assert (refusal.value.rule, refusal.value.index) == ("gap", 2)


def test_a_slot_with_too_many_records_is_named() -> None:
    """ResourceLimit says which slot, how many, and how many fit; one fewer is sealed."""
    most = SHAPES[1, 48][-1]
    records = [*_readings(START), *_readings(*range(START + HOUR, START + HOUR + most + 1))]
    with pytest.raises(ResourceLimit) as refusal:
        seal_recording(TEMPERATURE, records, DEVICE)
    assert refusal.value.evidence == {"limit": most, "count": most + 1, "slot": START // HOUR + 1}
    counts = [capsule.file.header.count for capsule in seal_recording(TEMPERATURE, records[:-1], DEVICE)]
    assert counts == [1, most]


def test_sequences_do_not_run_out() -> None:
    """The last capsule's number has 64 bits as well."""
    records = _readings(START, START + HOUR)
    last = [capsule.opening.sequence for capsule in seal_recording(TEMPERATURE, records, DEVICE, sequence=2**64 - 2)]
    assert last == [2**64 - 2, 2**64 - 1]
    with pytest.raises(RecordInvalid) as refusal:
        seal_recording(TEMPERATURE, records, DEVICE, sequence=2**64 - 1)
    assert refusal.value.rule == "sequence"


def test_one_slot_seals_alike_by_either_verb(monkeypatch: pytest.MonkeyPatch) -> None:
    """`seal` is `seal_recording` of one slot, and refuses what needs a second capsule."""
    monkeypatch.setattr("os.urandom", bytes)
    records = _readings(START, START + 1)
    (alone,) = seal_recording(TEMPERATURE, records, DEVICE, sequence=3)
    assert seal(TEMPERATURE, records, DEVICE, sequence=3).file == alone.file
    with pytest.raises(RecordInvalid, match="seal_recording"):
        seal(TEMPERATURE, _readings(START, START + HOUR), DEVICE)
