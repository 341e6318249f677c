"""The three statements that stand alone: true examples, public values in the page's order, and what they share."""

from dataclasses import replace

import pytest

from tests.reference import oracle
from tests.reference.device import example_device
from tests.reference.eddsa import verifies
from tests.reference.range import example_range
from tests.reference.sealed import example_records
from tests.reference.sealing import hashed
from tests.reference.timestamp import example_timestamp
from tests.reference.words import place_times

SHAPES = [((16, 1), 1), ((16, 1), 16), ((16, 4), 5), ((12, 2, 128), 3)]


@pytest.mark.parametrize(("shape", "count"), SHAPES)
def test_a_timestamp_is_of_its_records(shape: tuple[int, ...], count: int) -> None:
    """The window is as narrow as the records; one millisecond less on either side is false."""
    told = example_timestamp(example_records(count, shape[1], 9, *shape[2:]), seed=9, shape=shape)
    times = place_times(told.base, told.deltas)[:count]
    assert told.public == [told.context, told.content, count, told.time_min, told.time_max]
    assert oracle.in_window(times, told.time_min, told.time_max)
    assert not oracle.in_window(times, told.time_min + 1, told.time_max)
    assert not oracle.in_window(times, told.time_min, told.time_max - 1)
    late = example_timestamp(seed=9, shape=shape, changes={"time_min": told.last})
    assert late.time_min == told.last and late.context == told.context


@pytest.mark.parametrize(("shape", "count"), SHAPES)
def test_a_range_is_of_every_limb(shape: tuple[int, ...], count: int) -> None:
    """Public are context, content, schema, count, minima, maxima; a limb past its bound is false."""
    told = example_range(example_records(count, shape[1], 9, *shape[2:]), seed=9, shape=shape)
    assert told.public[:4] == [told.context, told.content, told.schema, count]
    assert told.public[4:] == [*told.minimum, *told.maximum] and len(told.public) == 4 + 2 * shape[1]
    for row in told.values:
        for limb, low, high in zip(row, told.minimum, told.maximum, strict=True):
            assert oracle.in_range(limb, low, high, told.layout.bits)
            assert not oracle.in_range(limb, limb + 1, high, told.layout.bits)


@pytest.mark.parametrize(("shape", "count"), SHAPES)
def test_statements_are_about_one_content(shape: tuple[int, ...], count: int) -> None:
    """Timestamp, range and device of one capsule share content; another key or schema has another one."""
    records = example_records(count, shape[1], 9, *shape[2:])
    timestamp, bounds = (example(records, seed=9, shape=shape) for example in (example_timestamp, example_range))
    device = example_device(timestamp.content, seed=9)
    assert timestamp.content == bounds.content == device.content == device.inputs["content"]
    assert replace(timestamp, key=1).content != timestamp.content != replace(timestamp, schema=1).content


def test_a_device_signed_and_is_in_the_registry() -> None:
    """Signature and leaf are those of the public values; of another content, class or period they are not."""
    told = example_device(77, seed=9)
    assert told.public == [told.context, 77, told.root, told.device_class, told.time_min, told.time_max]
    assert verifies(told.public_key, told.message, told.signature)
    assert not verifies(told.public_key, replace(told, content=78).message, told.signature)
    owner = hashed("owner", (told.owner_key, told.public_key[0]))
    period = (told.enrolled_from, told.enrolled_until)
    assert hashed("leaf", (told.public_key[0], owner, told.device_class, *period)) in told.path[0]
    assert hashed("leaf", (told.public_key[0], owner, told.device_class + 1, *period)) not in told.path[0]
    assert hashed("registry", told.path[-1], a=7) == told.root
    assert oracle.enrolled_throughout(told.time_min, told.time_max, *period)
    assert not oracle.enrolled_throughout(told.time_min, told.enrolled_until, *period)


def test_a_lie_about_a_device_is_signed_and_enrolled() -> None:
    """Changes come before registry and signature, unless they are about these."""
    told = example_device(77, seed=9, changes={"enrolled_until": 5, "sequence": 3})
    assert verifies(told.public_key, told.message, told.signature)
    assert not oracle.enrolled_throughout(told.time_min, told.time_max, told.enrolled_from, told.enrolled_until)
    assert example_device(77, seed=9, changes={"root": 3, "signature": (0, 1, 2)}).root == 3
