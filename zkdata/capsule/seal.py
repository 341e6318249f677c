"""Sealing: records in, a public file and its secret opening out; and the buyer's way back."""

import hashlib
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from ..catalogue import catalogue
from ..errors import ArtifactMalformed, ArtifactMismatch, KeyUnsafe, RecordInvalid, ResourceLimit
from .capsule_file import MIN_SLOT_LENGTH, SLOT_BITS, SLOT_LENGTH_BITS, CapsuleFile, Header
from .cipher import decrypt, encrypt
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
"""Version 1 leaves the place of a recent block's hash empty."""

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
        if self.file.words != encrypt(words, opening.key, header.hash):
            raise ArtifactMismatch("the opening's records are not this file's; pair the opening with its own file")
        _one_slot(opening.base, opening.last, header.slot_length)
        opening.device.verify(message(self.file.content, opening.sequence), opening.signature)

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
    sequence = time.time_ns() % 2**SEQUENCE_BITS if sequence is None else sequence
    check_sequence(sequence)
    if not isinstance(slot_length, int) or not MIN_SLOT_LENGTH <= slot_length < 2**SLOT_LENGTH_BITS:
        text = f"a slot is whole milliseconds, {MIN_SLOT_LENGTH} or more and below 2^{SLOT_LENGTH_BITS}"
        raise RecordInvalid(text, rule="slot_length")
    recording = list(records)
    capacity = _capacity(len(recording), schema)
    places = _places(recording, schema, capacity)
    _one_slot(recording[0].time, recording[-1].time, slot_length)
    header = Header(schema.id, slot_length, capacity, len(schema.fields), len(recording))
    capsule_key = _capsule_key(key, sequence, header, places)
    words = encrypt(header.layout.pack(places), capsule_key, header.hash)
    file = CapsuleFile(header, hashed("key", [capsule_key]), words)
    signature = key.sign(message(file.content, sequence))
    return Capsule(file, Opening(schema, capsule_key, sequence, signature, key.public, len(recording), places))


def open_capsule(file: CapsuleFile, key: int, schema: Schema, *, content: int | None = None) -> list[Record]:
    """The records of a file under its key. A buyer gives the `content` that was paid for, and the file must have it.

    ArtifactMismatch: another key, schema or content. ArtifactMalformed: what was encrypted is not records.
    """
    if isinstance(key, bool) or not isinstance(key, int) or not 0 <= key < FIELD_ORDER:
        raise KeyUnsafe("a capsule key is a field element; this one is not")
    header = file.header
    if content is not None and content != file.content:
        raise ArtifactMismatch("this is not the file that was paid for: its content differs; fetch the right one")
    if (header.schema, header.fields) != (schema.id, len(schema.fields)):
        raise ArtifactMismatch(f"the file is not of schema {schema.name}; open it with its own", schema=header.schema)
    if hashed("key", [key]) != file.key_commitment:
        raise ArtifactMismatch("this key does not open this file; use the key that was released for its content")
    # Unused places are not looked at: no statement binds them, and what was proven and paid for has to open.
    places = header.layout.unpack(decrypt(file.words, key, header.hash))
    moments = places.times[: header.count]
    try:
        _one_slot(moments[0], moments[-1], header.slot_length)
        return [schema.decode(moment, row) for moment, row in zip(moments, places.values[: header.count], strict=True)]
    except RecordInvalid as fault:
        raise ArtifactMalformed(f"not sealed by the rules: {fault.message}", **fault.evidence) from None


def message(content: int, sequence: int) -> int:
    """What the device signs."""
    return hashed("message", [content, sequence, ANCHOR])


def _capacity(count: int, schema: Schema) -> int:
    shapes = catalogue().shapes(TEMPLATE, len(schema.fields))
    if not shapes:
        text = f"no circuit takes records of {len(schema.fields)} fields; see `zkdata circuits list`"
        raise ResourceLimit(text, limit=0)
    if count == 0:
        raise RecordInvalid("nothing to seal: give at least one record", rule="count")
    if count > shapes[-1]:
        text = f"{count} records; the largest capsule holds {shapes[-1]}: cut the recording into shorter slots"
        raise ResourceLimit(text, limit=shapes[-1], count=count)
    return next(shape for shape in shapes if shape >= count)


def _places(records: list[Record], schema: Schema, capacity: int) -> Places:
    values = [schema.encode(record, index) for index, record in enumerate(records)]
    gaps = [later.time - earlier.time for earlier, later in pairwise(records)]
    for index, gap in enumerate(gaps, start=1):
        if gap < 1:
            text = f"record {index} is not later than the one before; sort the records, and keep one for each time"
            raise RecordInvalid(text, index=index, rule="order")
        if gap > 2**DELTA_BITS:
            text = f"record {index} comes more than 2^{DELTA_BITS} ms after the one before; seal it in another capsule"
            raise RecordInvalid(text, index=index, rule="gap")
    spare = capacity - len(records)
    deltas = (*(gap - 1 for gap in gaps), *[0] * spare)
    return Places(records[0].time, deltas, (*values, *[values[-1]] * spare))


def _one_slot(first: int, last: int, slot_length: int) -> None:
    slot = first // slot_length
    if last // slot_length != slot:
        text = f"the records lie in more than one slot of {slot_length} ms; seal the records of each slot by themselves"
        raise RecordInvalid(text, rule="slot", slot_length=slot_length)
    if slot >= 2**SLOT_BITS:
        raise RecordInvalid(f"the slot's number passes 2^{SLOT_BITS}; take longer slots", rule="slot")


def _capsule_key(device: DeviceKey, sequence: int, header: Header, places: Places) -> int:
    """Hedged: with dead randomness other records or another sequence still give another key."""
    digest = hashlib.sha256()
    for moment, row in zip(places.times, places.values, strict=True):
        for limb in (moment, *row):
            digest.update(limb.to_bytes(8, "big"))
    records = int.from_bytes(digest.digest()[:31], "big")
    entropy = int.from_bytes(fresh_bytes(ENTROPY_BYTES), "big") % FIELD_ORDER
    return hashed("capsule-key", [device.secret, sequence, header.hash, records, entropy])
