"""Sealing: records in, a public file and its secret opening out for each slot; and the way back."""

import hashlib
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Self, TypeAlias

from ..catalogue import catalogue
from ..errors import ArtifactMalformed, ArtifactMismatch, KeyUnsafe, RecordInvalid, ResourceLimit
from .capsule_file import MIN_SLOT_LENGTH, SLOT_BITS, SLOT_LENGTH_BITS, CapsuleFile, Header
from .cipher import decrypt, encrypt
from .delivery import BuyerKey, Delivery
from .device import DeviceKey
from .hashing import FIELD_ORDER, hashed
from .opening import SEQUENCE_BITS, Opening, check_sequence
from .randomness import fresh_bytes
from .record import Record, Schema
from .words import DELTA_BITS, Places

TEMPLATE = "Capsule"
"""The circuit template whose shapes a capsule may take."""

HOUR = 3_600_000
"""Milliseconds; the slot length unless another is given."""

ANCHOR = 0
"""Version 2 leaves the place of a recent block's hash empty."""

ENTROPY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Capsule:
    """Sealed records: the file for everyone and the opening for the owner, seen to belong together."""

    file: CapsuleFile
    opening: Opening

    def __post_init__(self) -> None:
        header, opening = self.file.header, self.opening
        if (header.schema, header.count) != (opening.schema.id, opening.count):
            raise ArtifactMismatch("the opening is of another schema or count than the file; pair it with its own file")
        words = header.layout.pack(opening.places)
        if self.file.key_commitment != hashed("key", [opening.key]):
            raise ArtifactMismatch("the opening's key is not this file's; pair the opening with its own file")
        if self.file.words != encrypt(words, opening.key, header):
            raise ArtifactMismatch("the opening's records are not this file's; pair the opening with its own file")
        _one_slot(opening.base, opening.last, header.slot_length)
        opening.device.verify(message(self.file.content, opening.sequence), opening.signature)

    @classmethod
    def _just_sealed(cls, file: CapsuleFile, opening: Opening) -> Self:
        """Two halves that were made of each other a moment ago, so that the check above would only repeat the work."""
        capsule = object.__new__(cls)
        object.__setattr__(capsule, "file", file)
        object.__setattr__(capsule, "opening", opening)
        return capsule

    def __repr__(self) -> str:
        return f"Capsule({self.schema.name!r}, {self.file.header.count} records, content={self.file.content})"

    @property
    def schema(self) -> Schema:
        """What the values mean."""
        return self.opening.schema

    @property
    def records(self) -> tuple[Record, ...]:
        """The records, as they were sealed."""
        return self.opening.records

    @property
    def content(self) -> int:
        """The capsule's address."""
        return self.file.content

    @property
    def slot(self) -> int:
        """The place of the records on the absolute grid of slots."""
        return self.opening.base // self.file.header.slot_length

    def save(self, file: str | os.PathLike[str], opening: str | os.PathLike[str]) -> None:
        """Write both halves, the opening first: a public file whose key is lost is worth nothing."""
        self.opening.save(opening)
        self.file.save(file)

    @classmethod
    def load(cls, file: str | os.PathLike[str], opening: str | os.PathLike[str]) -> Self:
        """Read both halves; ArtifactMismatch if they do not belong together."""
        return cls(CapsuleFile.load(file), Opening.load(opening))


def seal(
    schema: Schema, records: Iterable[Record], key: DeviceKey, *, slot_length: int = HOUR, sequence: int | None = None
) -> Capsule:
    """Seal the records of one slot into the smallest shape that holds them, signed by the device.

    `sequence` is the device's own number of this capsule; a device without a counter leaves it out and the clock's
    nanoseconds are taken. RecordInvalid names the record and the rule, ResourceLimit the most records of a capsule.
    """
    slots = _slots(schema, list(records), slot_length)
    if len(slots) > 1:
        text = f"the records lie in more than one slot of {slot_length} ms; seal them with seal_recording"
        raise RecordInvalid(text, rule="slot", slot_length=slot_length)
    return _sealed(schema, slots, key, slot_length, sequence)[0]


def seal_recording(
    schema: Schema, records: Iterable[Record], key: DeviceKey, *, slot_length: int = HOUR, sequence: int | None = None
) -> list[Capsule]:
    """Seal a recording of any length, one capsule for each slot that has records, all of them or none.

    `sequence` is the number of the first capsule, and each one's is one more than that of the one before.
    RecordInvalid names the record by its place in the whole recording, ResourceLimit a slot with too many.
    """
    return _sealed(schema, _slots(schema, list(records), slot_length), key, slot_length, sequence)


def unseal(file: CapsuleFile, key: int, schema: Schema, *, content: int | None = None) -> list[Record]:
    """The records of a file under its key. Whoever has paid for a `content` gives it, and the file must have it.

    ArtifactMismatch: another key, schema or content. ArtifactMalformed: what was encrypted is not records.
    """
    if isinstance(key, bool) or not isinstance(key, int) or not 0 <= key < FIELD_ORDER:
        raise KeyUnsafe("a capsule key is a field element; this one is not")
    header = file.header
    if content is not None and content != file.content:
        raise ArtifactMismatch("this is not the file that was paid for: its content differs; fetch the right one")
    if (header.schema, header.fields, header.bits) != (schema.id, schema.limbs, schema.bits):
        raise ArtifactMismatch(f"the file is not of schema {schema.name}; open it with its own", schema=header.schema)
    if hashed("key", [key]) != file.key_commitment:
        raise ArtifactMismatch("this key does not open this file; use the key that was released for its content")
    # Unused places are not looked at: no statement is about them, and what was proven and paid for has to open.
    places = header.layout.unpack(decrypt(file.words, key, header))
    moments = places.times[: header.count]
    try:
        _one_slot(moments[0], moments[-1], header.slot_length)
        return [schema.decode(moment, row) for moment, row in zip(moments, places.values[: header.count], strict=True)]
    except RecordInvalid as fault:
        raise ArtifactMalformed(f"not sealed by the rules: {fault.message}", **fault.evidence) from None


def open_capsule(file: CapsuleFile, delivery: Delivery, buyer: BuyerKey, schema: Schema) -> list[Record]:
    """The records that were paid for, by the buyer's key and the delivery, its release secret shown.

    ArtifactMismatch: the file is another one's, the delivery another buyer's, or its release secret not the right one.
    """
    return unseal(file, delivery.key_for(buyer), schema, content=delivery.content)


def message(content: int, sequence: int) -> int:
    """What the device signs."""
    return hashed("message", [content, sequence, ANCHOR])


Slot: TypeAlias = tuple[int, Places]
"""Number of records, and the places of the shape that holds them."""


def _slots(schema: Schema, recording: list[Record], slot_length: int) -> list[Slot]:
    """The recording cut at slot boundaries, seen to be sealable as a whole."""
    if not isinstance(slot_length, int) or not MIN_SLOT_LENGTH <= slot_length < 2**SLOT_LENGTH_BITS:
        text = f"a slot is whole milliseconds, {MIN_SLOT_LENGTH} or more and below 2^{SLOT_LENGTH_BITS}"
        raise RecordInvalid(text, rule="slot_length")
    if not recording:
        raise RecordInvalid("nothing to seal: give at least one record", rule="count")
    times = [record.time for record in recording]
    _ordered(times)
    _one_slot(times[-1], times[-1], slot_length)
    rows = [schema.encode(record, index) for index, record in enumerate(recording)]
    shapes = catalogue().shapes(TEMPLATE, schema.limbs, schema.bits)
    if not shapes:
        text = f"no circuit takes records of {schema.limbs} limbs of {schema.bits} bits; see `zkdata circuits list`"
        raise ResourceLimit(text, limit=0)
    slots, first = [], 0
    for slot, members in groupby(times, lambda moment: moment // slot_length):
        count = sum(1 for _ in members)
        if count > shapes[-1]:
            text = f"slot {slot} has {count} records; the largest capsule holds {shapes[-1]}: take shorter slots"
            raise ResourceLimit(text, limit=shapes[-1], count=count, slot=slot)
        capacity = next(shape for shape in shapes if shape >= count)
        slots.append((count, _places(times, rows, first, count, capacity)))
        first += count
    return slots


def _ordered(times: list[int]) -> None:
    for index, (earlier, later) in enumerate(pairwise(times), start=1):
        if later <= earlier:
            text = f"record {index} is not later than the one before; sort the records, and keep one for each time"
            raise RecordInvalid(text, index=index, rule="order")


def _places(times: list[int], rows: list[tuple[int, ...]], first: int, count: int, capacity: int) -> Places:
    """The `count` records from `first` on, and the last one again in every place beyond."""
    deltas = [later - earlier - 1 for earlier, later in pairwise(times[first : first + count])]
    for index, delta in enumerate(deltas, start=first + 1):
        if delta >> DELTA_BITS:
            text = f"record {index} comes more than 2^{DELTA_BITS} ms after the one before; seal it in another capsule"
            raise RecordInvalid(text, index=index, rule="gap")
    spare, last = capacity - count, rows[first + count - 1]
    return Places(times[first], (*deltas, *[0] * spare), (*rows[first : first + count], *[last] * spare))


def _one_slot(first: int, last: int, slot_length: int) -> None:
    slot = first // slot_length
    if last // slot_length != slot:
        text = f"the records lie in more than one slot of {slot_length} ms; seal the records of each slot by themselves"
        raise RecordInvalid(text, rule="slot", slot_length=slot_length)
    if slot >= 2**SLOT_BITS:
        raise RecordInvalid(f"the slot's number passes 2^{SLOT_BITS}; take longer slots", rule="slot")


def _sealed(schema: Schema, slots: list[Slot], key: DeviceKey, slot_length: int, sequence: int | None) -> list[Capsule]:
    start = time.time_ns() % 2**SEQUENCE_BITS if sequence is None else sequence
    check_sequence(start)
    secret, capsules = key.secret, []
    for number, (count, places) in enumerate(slots, start=start):
        header = Header(schema.id, slot_length, len(places.values), schema.limbs, schema.bits, count)
        capsule_key = _capsule_key(secret, number, header, places)
        words = encrypt(header.layout.pack(places), capsule_key, header)
        file = CapsuleFile(header, hashed("key", [capsule_key]), words)
        signature = key.sign(message(file.content, number))
        opening = Opening(schema, capsule_key, number, signature, key.public, count, places)
        capsules.append(Capsule._just_sealed(file, opening))
    return capsules


def _capsule_key(device_secret: int, sequence: int, header: Header, places: Places) -> int:
    """Hedged: with dead randomness other records or another sequence still give another key."""
    written = [header.schema.to_bytes(32, "big"), header.slot_length.to_bytes(8, "big"), header.form.to_bytes(8, "big")]
    width = 8 + 16 * header.fields
    for place, row in zip(places.times, places.values, strict=True):
        number = place
        for limb in row:
            number = number << 128 | limb
        written.append(number.to_bytes(width, "big"))
    sealed = int.from_bytes(hashlib.sha256(b"".join(written)).digest()[:31], "big")
    entropy = int.from_bytes(fresh_bytes(ENTROPY_BYTES), "big") % FIELD_ORDER
    return hashed("capsule-key", [device_secret, sequence, sealed, entropy])
