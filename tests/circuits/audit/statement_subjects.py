"""Subjects for the four statements, at small parameters."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from tests.circuits.audit import verdicts
from tests.circuits.audit.signature_subjects import known
from tests.circuits.audit.subject import Inputs, Subject
from tests.reference.capsule import Claim, compress, example_claim
from tests.reference.delivery import buyer_key
from tests.reference.device import example_device
from tests.reference.eddsa import sign
from tests.reference.field import R
from tests.reference.range import example_range
from tests.reference.sealed import FIRST_SLOT, HOUR, example_records
from tests.reference.sealing import hashed
from tests.reference.timestamp import example_timestamp

TIMESTAMP_SHAPE, RANGE_SHAPE, CAPSULE_SHAPE = (3, 2, 48), (3, 2, 48), (3, 1, 48)
DEPTH = 2
"""Levels of the registry: the lowest of the reference's."""

SEALED_INPUTS = """
    signal input key; signal input slotLength; signal input base; signal input deltas[2]; signal input values[3][{K}];
    signal input count; signal input schema;
"""
ENROLMENT_INPUTS = """
    signal input sequence; signal input ownerKey; signal input T[2]; signal input S; signal input R8[2];
    signal input enrolledFrom; signal input enrolledUntil; signal input path[2][8]; signal input deviceClass;
"""


def wired(component: str, template: str, declarations: str) -> str:
    """A body that hands all its inputs to one component."""
    names = [part.split()[-1].split("[")[0] for part in declarations.split(";") if part.strip()]
    wires = "".join(f"    {component}.{name} <== {name};\n" for name in names)
    return f"{declarations}    component {component} = {template};\n{wires}"


def changed(inputs: Inputs, name: str, value: int, *index: int) -> Inputs:
    """Inputs with one number exchanged."""
    if not index:
        return inputs | {name: value}
    copy = [list(row) if isinstance(row, list) else row for row in inputs[name]]
    here = copy
    for place in index[:-1]:
        here = here[place]
    here[index[-1]] = value
    return inputs | {name: copy}


# Timestamp and range.


@cache
def _timestamp(seed: int, **changes: Any) -> Inputs:
    records = example_records(3 - seed % 2, 2, seed)
    told = example_timestamp(records, seed=seed, shape=TIMESTAMP_SHAPE, changes=changes)
    return replace(
        told, time_min=changes.get("time_min", told.time_min - 5), time_max=changes.get("time_max", told.time_max + 9)
    ).inputs


def _timestamp_lies() -> Sequence[Inputs]:
    true = _timestamp(0)
    base, last = true["base"], true["base"] + sum(true["deltas"]) + 2
    short = _timestamp(1)
    pulled = (R - 7, *short["deltas"][1:])
    return [
        _timestamp(0, time_min=base + 1),
        _timestamp(0, time_max=last - 1),
        _timestamp(0, time_max=last - 1, count=0),
        _timestamp(0, count=0),
        _timestamp(0, count=4),
        _timestamp(0, base=2**48, time_min=2**48 - 5, time_max=2**48 + 2**40),
        _timestamp(0, base=2**48 - 10, time_max=2**48 + 2**20),
        _timestamp(0, time_min=R - 1),
        _timestamp(0, time_max=2**48),
        _timestamp(0, time_min=2**48, base=2**48 + 5, time_max=2**48 + 2**40),
        _timestamp(0, deltas=(2**30, 5), time_max=base + 2**32),
        _timestamp(0, deltas=(5, 2**30), time_max=base + 2**32),
        _timestamp(1, deltas=pulled),
        *(
            _timestamp(0, values=_rows(true, value, place, k))
            for value in (2**48, R - 1)
            for place in range(3)
            for k in range(2)
        ),
        true | {"content": true["content"] + 1},
        true | {"key": true["key"] + 1},
        true | {"schema": true["schema"] + 1},
        true | {"slotLength": true["slotLength"] + 1},
        true | {"count": 2},
    ]


def _rows(true: Inputs, value: int, place: int, limb: int) -> tuple[tuple[int, ...], ...]:
    return tuple(
        tuple(value if (i, k) == (place, limb) else old for k, old in enumerate(row))
        for i, row in enumerate(true["values"])
    )


@cache
def _range(seed: int, **changes: Any) -> Inputs:
    return example_range(example_records(3 - seed % 2, 2, seed), seed=seed, shape=RANGE_SHAPE, changes=changes).inputs


def _range_lies() -> Sequence[Inputs]:
    true = _range(0)
    low, high = true["min"][0], true["max"][0]
    return [
        _range(0, count=0),
        _range(0, count=4),
        _range(0, base=2**48),
        *(_range(0, deltas=deltas) for deltas in ((2**30, 5), (5, 2**30), (R - 1, 5), (5, R - 1))),
        *(
            _range(0, values=_rows(true, value, place, k))
            for value in (low - 1, high + 1)
            for place in range(3)
            for k in range(2)
        ),
        *(changed(true, "min", true["values"][0][k] + 1, k) for k in range(2)),
        *(changed(true, "max", true["values"][0][k] - 1, k) for k in range(2)),
        _range(0, minimum=(2**48, low), maximum=(2**48 + 9, high), values=((2**48 + 1, low),) * 3),
        _range(0, minimum=(low, 2**48), maximum=(high, 2**48 + 9), values=((low, 2**48 + 1),) * 3),
        _range(0, minimum=(R - 2, low), maximum=(5, high), values=((R - 1, low),) * 3),
        *(true | {name: true[name] + 1} for name in ("content", "key", "schema", "slotLength")),
        true | {"count": 2},
    ]


# Device.


def _shallow(told: Any) -> Any:
    """The same in a registry of fewer levels."""
    return replace(told, path=told.path[:DEPTH], root=hashed("registry", told.path[DEPTH - 1], a=DEPTH))


@cache
def _device(seed: int, **changes: Any) -> Inputs:
    """Of odd seeds, one enrolled for the window and no longer."""
    if seed % 2 and not changes:
        even = _device(seed - 1)
        changes = {"enrolled_from": even["timeMin"], "enrolled_until": even["timeMax"] + 1}
    told = _shallow(example_device(seed=seed, changes=changes))
    known(told)
    return dict(told.inputs)


def _device_lies() -> Sequence[Inputs]:
    true = _device(0)
    start, end = true["timeMin"], true["timeMax"]
    other = _device(1)
    path = [[child + (level == 1) for child in children] for level, children in enumerate(true["path"])]
    return [
        _device(0, enrolled_from=start + 1),
        _device(0, enrolled_until=end),
        _device(0, time_max=2**47),
        _device(0, time_max=2**48, enrolled_until=2**48 + 5),
        _device(0, time_max=R - 1),
        _device(0, time_max=R - 1, enrolled_until=0),
        *(true | {name: true[name] + 1} for name in ("content", "root", "deviceClass", "sequence", "ownerKey")),
        true | {"enrolledFrom": 5},
        true | {"enrolledUntil": 2**46},
        true | {"T": other["T"]},
        true | {"T": other["T"], "R8": other["R8"], "S": other["S"]},
        true | {"path": path},
        true | {"path": other["path"]},
    ]


# The claim.


@cache
def _claim(seed: int, **changes: Any) -> Claim:
    """Of odd seeds, one at the ends of everything."""
    records = example_records(3 - seed % 2, 1, seed)
    slack: Inputs = {"mode": 1 - seed % 2, "buyer_key": buyer_key(7 + seed), "as_of": (FIRST_SLOT + 2) * HOUR}
    if seed % 2:
        first, last = records[0][0], records[-1][0]
        slack |= {"as_of": last, "enrolled_from": first, "enrolled_until": last + 1}
    told: Claim = _shallow(example_claim(records, seed=seed, shape=CAPSULE_SHAPE, changes=slack | changes))
    known(told)
    return told


def _capsule(seed: int) -> Inputs:
    return _claim(seed).inputs


def _with_values(told: Claim, **places: int) -> Inputs:
    """M, x and y for other values than the claim's, which the rows should notice."""
    order = {"root": 8, "count": 9, "content": 10, "nullifier": 11, "release": 13, "ephemeral": 15, "wrap": 16}
    values = list(told.signals)
    for name, value in places.items():
        values[order[name]] = value
    return told.inputs | dict(zip("Mxy", compress(values, told.words, told.mode), strict=True))


def _capsule_lies() -> Sequence[Inputs]:
    true = _claim(0)
    base, last = true.base, true.last
    thief = replace(true, owner_key=true.owner_key + 1)
    odd = _claim(0, mode=2)
    return [
        odd.inputs | {"y": _polynomial(odd, 2)},
        *(_claim(0, **change).inputs for change in _false_claims(true, base, last)),
        thief.inputs,
        replace(true, signature=sign(b"another device" + bytes(18), true.message)).inputs,
        *(
            _with_values(true, **{name: 12345})
            for name in ("root", "count", "content", "nullifier", "release", "ephemeral", "wrap")
        ),
        *(true.inputs | {name: true.inputs[name] + 1} for name in _SECRETS),
        true.inputs | {"ephemeralSecret": true.ephemeral_secret + 2},
    ]


_SECRETS = [
    "mode",
    "scope",
    "slotLength",
    "timeMin",
    "timeMax",
    "asOf",
    "schema",
    "deviceClass",
    "terms",
    "buyerKey",
    "key",
    "sequence",
    "ownerKey",
    "slot",
    "base",
    "count",
    "enrolledFrom",
    "enrolledUntil",
    "releaseSecret",
    "buyerKeyV",
    "M",
    "y",
]


def _polynomial(told: Claim, factor: int) -> int:
    terms = [*told.signals, *(factor * word for word in told.words)]
    return sum(term * pow(told.inputs["x"], i, R) for i, term in enumerate(terms)) % R


def _false_claims(true: Claim, base: int, last: int) -> Sequence[Inputs]:
    limb = true.values[0][0]
    return [
        {"count": 0},
        {"count": 4},
        {"time_min": base + 1},
        {"time_max": last - 1},
        {"as_of": last - 1},
        {"slot": true.slot - 1},
        {"slot": true.slot + 1},
        {"enrolled_from": base + 1},
        {"enrolled_until": last},
        {"slot_length": 100, "slot": base // 100, "deltas": (5, 5)},
        {"slot_length": base >> 32, "slot": 2**32 + 1, "base": (2**32 + 1) * (base >> 32), "deltas": (5, 5)},
        {"slot_length": last, "slot": 0},
        {"deltas": (2**30, 5), "slot_length": 2**47, "slot": 0, "time_max": 2**47, "as_of": 2**47},
        {"deltas": (5, 2**30), "slot_length": 2**47, "slot": 0, "time_max": 2**47, "as_of": 2**47},
        {"deltas": (true.deltas[0], R - 9)},
        {"minimum": (limb + 1,)},
        {"maximum": (limb - 1,)},
        {"minimum": (2**48,), "maximum": (2**48 + 9,), "values": ((2**48 + 1,),) * 3},
        {"minimum": (R - 5,), "maximum": (5,), "values": ((R - 1,),) * 3},
        {"ephemeral_secret": true.ephemeral_secret - 1},
        {"ephemeral_secret": 2**248 + 1},
    ]


_CAPSULE_INPUTS = (
    "signal input M; signal input x; signal input y; signal input mode; signal input scope; signal input timeMin;"
    "signal input timeMax; signal input asOf; signal input terms; signal input buyerKey; signal input min[1];"
    "signal input max[1]; signal input slot; signal input releaseSecret; signal input buyerKeyV;"
    "signal input ephemeralSecret;"
)


def _statement(name: str, template: str, declarations: str, **rest: Any) -> Subject:
    body = wired("statement", template, declarations)
    return Subject(name, f"statements/{name}.circom", (template.partition("(")[0],), body, **rest)


def _of(shape: tuple[int, ...], judge: Callable[..., bool | None]) -> Callable[[Inputs, Inputs], bool | None]:
    return lambda told, _: judge(shape, told)


STATEMENTS = (
    _statement(
        "device",
        f"Device({DEPTH})",
        "signal input context; signal input content; signal input root; signal input timeMin; signal input timeMax;"
        + ENROLMENT_INPUTS,
        draw=_device,
        judge=lambda told, _: verdicts.device(told),
        lies=_device_lies,
        computed=("root",),
        idle=("S",),
        tries=900,
    ),
    _statement(
        "timestamp",
        "Timestamp(3, 2, 48)",
        "signal input context; signal input content; signal input timeMin; signal input timeMax;"
        + SEALED_INPUTS.format(K=2),
        draw=_timestamp,
        judge=_of(TIMESTAMP_SHAPE, verdicts.timestamp),
        lies=_timestamp_lies,
        computed=("content",),
        tries=900,
    ),
    _statement(
        "range",
        "Range(3, 2, 48)",
        "signal input context; signal input content; signal input min[2]; signal input max[2];"
        + SEALED_INPUTS.format(K=2),
        draw=_range,
        judge=_of(RANGE_SHAPE, verdicts.value_range),
        lies=_range_lies,
        computed=("content",),
        tries=900,
    ),
    _statement(
        "capsule",
        f"Capsule(3, 1, 48, {DEPTH})",
        _CAPSULE_INPUTS + SEALED_INPUTS.format(K=1) + ENROLMENT_INPUTS,
        draw=_capsule,
        judge=_of(CAPSULE_SHAPE, verdicts.capsule),
        lies=_capsule_lies,
        computed=("M", "y"),
        idle=("S",),
        tries=900,
    ),
)
"""Smallest first. `Enrolled` is judged as a part of `device`."""
