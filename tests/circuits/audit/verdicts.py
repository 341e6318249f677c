"""What is true of inputs and outputs, in plain Python: the oracle's half of every subject."""

from collections.abc import Iterable, Sequence
from functools import cache

from tests.circuits.audit.subject import Inputs
from tests.reference import babyjubjub, montgomery, oracle
from tests.reference.capsule import compress
from tests.reference.delivery import is_ephemeral_secret, mask, release_hash, times_base8
from tests.reference.field import R
from tests.reference.sealing import Header, content, device_message, encrypt, hashed, registry_leaf
from tests.reference.words import Layout, place_times

Point = tuple[int, int]
signed: set[tuple[int, int, int, int]] = set()
"""Every (A.x, R8.x, R8.y, message) that a device of these tests signed: no other signature is one."""


def all_of(verdicts: Iterable[bool | None]) -> bool | None:
    """False where one is false; else None where one is not judged."""
    found = list(verdicts)
    if False in found:
        return False
    return None if None in found else True


def on_curve(point: Sequence[int]) -> bool:
    """Of the Montgomery curve."""
    return montgomery.on_curve((point[0], point[1]))


def eightfold(point: Sequence[int]) -> montgomery.Point:
    """8 P; None for a small order."""
    return montgomery.double(montgomery.double(montgomery.double((point[0], point[1]))))


def in_subgroup(point: Sequence[int]) -> bool:
    """Whether a Montgomery point is on the curve and in the prime subgroup."""
    return on_curve(point) and montgomery.multiply(babyjubjub.SUBGROUP_ORDER, (point[0], point[1])) is None


def device_key(share: Sequence[int]) -> babyjubjub.Point | None:
    """A = 8 T in Edwards coordinates, where T is on the curve and A not neutral."""
    if not on_curve(share):
        return None
    key = eightfold(share)
    return None if key is None else montgomery.to_edwards(key)


def is_signed(key: babyjubjub.Point, nonce: Sequence[int], message: int) -> bool:
    """Whether the device signed just this."""
    return (key[0], nonce[0], nonce[1], message) in signed


def is_enrolled(told: Inputs, root: int, first: int, last: int) -> bool:
    """Signature, leaf, path and stretch of time."""
    key = device_key(told["T"])
    if key is None or not is_signed(key, told["R8"], device_message(told["content"], told["sequence"])):
        return False
    start, until = told["enrolledFrom"], told["enrolledUntil"]
    owner = hashed("owner", (told["ownerKey"], key[0]))
    node = registry_leaf(key[0], owner, told["deviceClass"], start, until)
    for level, children in enumerate(told["path"], 1):
        if node not in children:
            return False
        node = hashed("registry", children, a=level)
    return node == root and start <= first and last < until


@cache
def _sealed(shape: tuple[int, ...], numbers: tuple[int, ...], places: tuple[int, ...]) -> tuple[tuple[int, ...], int]:
    layout, (schema, slot_length, count, key, base) = Layout(*shape), numbers
    deltas, flat = places[: layout.records - 1], places[layout.records - 1 :]
    values = [flat[i : i + layout.fields] for i in range(0, len(flat), layout.fields)]
    header = Header(schema, slot_length, (layout.form(0) + count) % R)
    words = encrypt(layout.pack(base, deltas, values), key, header)
    return tuple(words), content(words, key, header)


def sealed(shape: tuple[int, ...], told: Inputs) -> tuple[tuple[int, ...], int]:
    """Ciphertext words and content."""
    numbers = tuple(told[name] for name in ("schema", "slotLength", "count", "key", "base"))
    return _sealed(shape, numbers, (*told["deltas"], *(value for row in told["values"] for value in row)))


def has_limbs(shape: tuple[int, ...], told: Inputs) -> bool:
    """Every limb has its width, and the count its range."""
    records, _, bits = shape
    widths = [(told["base"], 48), *((delta, 30) for delta in told["deltas"])]
    widths += [(value, bits) for row in told["values"] for value in row]
    return all(number < 1 << width for number, width in widths) and oracle.has_count(told["count"], records)


def times_of(told: Inputs) -> list[int]:
    """Of the records."""
    return place_times(told["base"], told["deltas"])[: told["count"]]


def timestamp(shape: tuple[int, ...], told: Inputs) -> bool:
    """The statement `timestamp`."""
    return (
        has_limbs(shape, told)
        and oracle.in_window(times_of(told), told["timeMin"], told["timeMax"])
        and sealed(shape, told)[1] == told["content"]
    )


def in_bounds(shape: tuple[int, ...], told: Inputs) -> bool:
    """Every limb of every place."""
    ends = list(zip(told["min"], told["max"], strict=True))
    limbs = (pair for row in told["values"] for pair in zip(row, ends, strict=True))
    return all(oracle.in_range(limb, *end, shape[2]) for limb, end in limbs)


def value_range(shape: tuple[int, ...], told: Inputs) -> bool:
    """The statement `range`."""
    return has_limbs(shape, told) and in_bounds(shape, told) and sealed(shape, told)[1] == told["content"]


def device(told: Inputs) -> bool | None:
    """The statement `device`; None where no registrar would have enrolled for these times."""
    if told["timeMax"] >= oracle.TIME_END:
        return False
    if told["enrolledFrom"] >= oracle.TIME_END or told["enrolledUntil"] > oracle.TIME_END:
        return None
    return is_enrolled(told, told["root"], told["timeMin"], told["timeMax"])


def wrapped(told: Inputs, ephemeral: int, wrap: int) -> bool:
    """The delivery of a capsule key."""
    point, k = (told["buyerKey"], told["buyerKeyV"]), told["ephemeralSecret"]
    if not on_curve(point) or not is_ephemeral_secret(k):
        return False
    shared = eightfold(point)
    if shared is None or times_base8(k) != ephemeral:
        return False
    hidden = mask(
        montgomery.affine(montgomery.multiply(k, shared))[0], ephemeral, told["content"], told["releaseSecret"]
    )
    return (told["key"] + hidden) % R == wrap


def capsule(shape: tuple[int, ...], told: Inputs) -> bool | None:
    """The claim; None where the verifier or the registrar would have refused a time of 48 bits or more."""
    if any(told[name] >= oracle.TIME_END for name in ("slotLength", "timeMin", "timeMax", "asOf", "enrolledFrom")):
        return None
    if told["enrolledUntil"] > oracle.TIME_END:
        return None
    if not has_limbs(shape, told) or not in_bounds(shape, told) or told["mode"] not in (0, 1):
        return False
    times = times_of(told)
    if not oracle.in_window(times, told["timeMin"], told["timeMax"]) or not oracle.known_by(times, told["asOf"]):
        return False
    if not oracle.in_slot(times, told["slot"], told["slotLength"]):
        return False
    key = device_key(told["T"])
    if key is None:
        return False
    words, told = sealed(shape, told)[0], told | {"content": sealed(shape, told)[1]}
    root = told["path"][-1]
    root = hashed("registry", root, a=len(told["path"]))
    if not is_enrolled(told, root, times[0], times[-1]):
        return False
    k, point = told["ephemeralSecret"], (told["buyerKey"], told["buyerKeyV"])
    shared = eightfold(point) if on_curve(point) else None
    if shared is None or not is_ephemeral_secret(k):
        return False
    ephemeral = times_base8(k)
    hidden = mask(
        montgomery.affine(montgomery.multiply(k, shared))[0], ephemeral, told["content"], told["releaseSecret"]
    )
    nullifier = hashed("nullifier", (told["ownerKey"], key[0], told["scope"], told["slot"]))
    values = [
        *(
            told[name]
            for name in ("mode", "scope", "slotLength", "timeMin", "timeMax", "asOf", "schema", "deviceClass")
        ),
        *(root, told["count"], told["content"], nullifier, told["terms"], release_hash(told["releaseSecret"])),
        *(told["buyerKey"], ephemeral, (told["key"] + hidden) % R, *told["min"], *told["max"]),
    ]
    terms = [*values, *(words if told["mode"] else ())]
    total = sum(term * pow(told["x"], i, R) for i, term in enumerate(terms)) % R
    return compress(values, words, told["mode"])[0] == told["M"] and total == told["y"]
