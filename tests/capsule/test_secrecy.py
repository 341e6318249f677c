"""What the file does not tell: device, readings, key. Each attack is first seen to work on a weak capsule."""

import itertools
import json
from collections.abc import Callable, Sequence

import pytest

from tests.capsule.strategies import DEVICE, START, readings, reference_header
from tests.reference import sealing
from tests.reference.field import R, inverse
from tests.reference.grain import FULL_ROUNDS, PARTIAL_ROUNDS, constants
from tests.reference.poseidon import permute
from zkdata.capsule.capsule_file import CapsuleFile
from zkdata.capsule.device import DeviceKey
from zkdata.capsule.record import Record
from zkdata.capsule.schemas import SENSOR_READING, TEMPERATURE
from zkdata.capsule.seal import Capsule, seal

SEQUENCE = 987_654_321_987_654_321
OTHER = DeviceKey(bytes(range(1, 33)))
RECORDS = [Record(START + 60_000 * index, ["-3.25", "61.5", "1013.2", "3.305"]) for index in range(16)]


def numbers_of(file: CapsuleFile) -> list[int]:
    """Every number in the file but those of the header."""
    document = json.loads(file.to_json())
    return [int(document["keyCommitment"]), *map(int, document["words"])]


def traces(number: int) -> list[bytes]:
    """A number as it could stand in a file: decimal text, hexadecimal text, and bytes in either order."""
    width = max(4, -(-number.bit_length() // 8))
    data = [number.to_bytes(size, order) for size in {width, 8, 32} if size >= width for order in ("big", "little")]
    return [str(number).encode(), f"{number:x}".encode(), *data]


@pytest.mark.parametrize("schema_records", [(SENSOR_READING, RECORDS), (TEMPERATURE, readings("21.5", "-3"))])
def test_no_byte_of_the_file_picks_the_device(schema_records: tuple) -> None:
    """Two devices, one recording and sequence: no number is shared beyond the header, and none is a device's own."""
    schema, records = schema_records
    capsules = [seal(schema, records, key, sequence=SEQUENCE) for key in (DEVICE, DEVICE, OTHER)]
    assert len({capsule.file.header for capsule in capsules}) == 1
    for one, other in itertools.combinations(capsules, 2):
        assert not set(numbers_of(one.file)) & set(numbers_of(other.file))
    for capsule in capsules:
        numbers = itertools.product(numbers_of(capsule.file), ("big", "little"))
        carried = capsule.file.to_json().encode() + b"".join(number.to_bytes(32, order) for number, order in numbers)
        opening = capsule.opening
        hidden = [
            *(opening.signature.s, opening.signature.r8x, opening.signature.r8y, opening.device.x, opening.device.y),
            *(opening.sequence, opening.base, opening.last, opening.key),
        ]
        for number in hidden:
            assert not [trace for trace in traces(number) if trace in carried]
    planted = json.dumps([str(capsules[0].opening.base)]).encode()
    assert any(trace in planted for trace in traces(capsules[0].opening.base))


Derive = Callable[[int, int], int]
"""A capsule key from sequence and digest, by what an attacker knows."""

KEYS_OF_NOTHING_FRESH: list[Derive] = [
    lambda sequence, digest: sealing.capsule_key(0, sequence, digest, 0),
    lambda sequence, digest: sealing.capsule_key(DEVICE.public.x, sequence, digest, 0),
    lambda sequence, digest: sealing.capsule_key(DEVICE.public.y, sequence, digest, 0),
    lambda sequence, digest: digest,
]


def searched(capsule: Capsule, candidates: Sequence[str]) -> str | None:
    """The reading, found by sealing each candidate as the device would with what is known; None if none fits.

    The attacker knows schema, times, sequence and public key: all but the one low-entropy reading.
    """
    header, opening = reference_header(capsule.file), capsule.opening
    for candidate in candidates:
        limbs = TEMPERATURE.encode(Record(START, [candidate]))
        digest = sealing.records_digest(header, opening.base, opening.deltas, [limbs] * capsule.file.header.records)
        for derive in KEYS_OF_NOTHING_FRESH:
            key = derive(opening.sequence, digest)
            if sealing.hashed("key", (key,)) == capsule.file.key_commitment:
                return candidate
    return None


def weak_capsule(capsule: Capsule, derive: Derive) -> Capsule:
    """The same records under a key that follows from them alone; no device would sign for it."""
    opening, header = capsule.opening, reference_header(capsule.file)
    digest = sealing.records_digest(header, opening.base, opening.deltas, opening.values)
    key = derive(opening.sequence, digest)
    words = sealing.encrypt(capsule.file.header.layout.pack(opening.places), key, header)
    file = CapsuleFile(capsule.file.header, sealing.hashed("key", (key,)), tuple(words))
    planted = object.__new__(Capsule)
    object.__setattr__(planted, "file", file)
    object.__setattr__(planted, "opening", opening)
    return planted


TEMPERATURES = [f"{tenths / 10:.1f}" for tenths in range(205, 230)]


def test_a_low_entropy_reading_cannot_be_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dictionary of all temperatures finds the reading where the key follows from it, and nothing in ours.

    Not even where the randomness was dead, for the device's secret is in the key as well.
    """
    capsule = seal(TEMPERATURE, readings("21.5"), DEVICE, sequence=SEQUENCE)
    for derive in KEYS_OF_NOTHING_FRESH:
        assert searched(weak_capsule(capsule, derive), TEMPERATURES) == "21.5"
    assert searched(capsule, TEMPERATURES) is None
    monkeypatch.setattr("os.urandom", bytes)
    assert searched(seal(TEMPERATURE, readings("21.5"), DEVICE, sequence=SEQUENCE), TEMPERATURES) is None


def inverted(lanes: Sequence[int]) -> list[int]:
    """The state before a permutation of 17 lanes."""
    width = len(lanes)
    rounds, matrix = constants(width)
    unmix, fifth_root = _inverse(matrix), inverse(5, R - 1)
    state = list(lanes)
    partial = PARTIAL_ROUNDS[width]
    for index in reversed(range(FULL_ROUNDS + partial)):
        state = [sum(a * b for a, b in zip(row, state, strict=True)) % R for row in unmix]
        full = index < FULL_ROUNDS // 2 or index >= FULL_ROUNDS // 2 + partial
        state = [pow(lane, fifth_root, R) if full or i == 0 else lane for i, lane in enumerate(state)]
        state = [(lane - rounds[index * width + i]) % R for i, lane in enumerate(state)]
    return state


def _inverse(matrix: Sequence[Sequence[int]]) -> list[list[int]]:
    """By Gauss and Jordan; the mixing matrices have no zero pivot on the way."""
    size = len(matrix)
    rows = [[*row, *(int(i == j) for j in range(size))] for i, row in enumerate(matrix)]
    for column in range(size):
        scale = pow(rows[column][column], -1, R)
        rows[column] = [entry * scale % R for entry in rows[column]]
        for i in range(size):
            if i != column:
                factor = rows[i][column]
                rows[i] = [(a - factor * b) % R for a, b in zip(rows[i], rows[column], strict=True)]
    return [row[size:] for row in rows]


def test_known_words_do_not_invert_the_keystream() -> None:
    """Sixteen known words and lane 0 give the key by running the permutation backwards; without lane 0 they do not."""
    capsule = seal(SENSOR_READING, RECORDS, DEVICE)
    known = capsule.file.header.layout.pack(capsule.opening.places)
    lanes = [(sealed - word) % R for sealed, word in zip(capsule.file.words, known, strict=True)]
    header, key = reference_header(capsule.file), capsule.opening.key
    start = [sealing.tag("keystream"), key, *header.numbers, 0, *[0] * 11]
    whole = permute(start)
    assert whole[1:] == lanes
    # planted: a stream that shows lane 0 as well tells tag, key and header
    assert inverted(whole) == start
    for guess in (0, 1, start[0], lanes[0], sum(lanes) % R):
        state = inverted([guess, *lanes])
        assert state[1] != key
        assert state[0] != start[0]
    assert whole[0] not in numbers_of(capsule.file)
    assert whole[0] != capsule.content
