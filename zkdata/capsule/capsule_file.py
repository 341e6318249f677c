"""The public half of a capsule: header, key commitment and ciphertext words, nothing else."""

import os
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from ..errors import ArtifactMalformed, ResourceLimit
from .atomic_file import read_bounded, write_public
from .canonical_json import decimal, decimals, from_text, members, to_text
from .cid import cid_for
from .hashing import FIELD_ORDER, hashed
from .tree import content_root
from .words import MAX_RECORDS, Layout

SCHEMA_BITS = 248
MIN_SLOT_LENGTH = 1000
SLOT_LENGTH_BITS = 48
SLOT_BITS = 32
FORMAT = "zkdata.capsule"
VERSION = "2"
MAX_BYTES = 8 * 2**20
"""Room for the largest shape of one word a record, 65,535 words of at most 77 digits."""

_HEADER = ("bits", "count", "fields", "records", "schema", "slotLength")


@dataclass(frozen=True, slots=True)
class Header:
    """What a capsule says of itself in the clear."""

    schema: int
    """Id of the schema, 248 bits."""
    slot_length: int
    """L, milliseconds, from 1000 to below 2^48."""
    records: int
    """N, the records that the shape holds."""
    fields: int
    """K, the limbs of a record."""
    bits: int
    """W, bits of a limb: 48 or 128."""
    count: int
    """n, the records that are there: 1 to N."""

    def __post_init__(self) -> None:
        try:
            Layout(self.records, self.fields, self.bits)
        except ResourceLimit as fault:
            raise ArtifactMalformed(f"header: {fault.message}", **fault.evidence) from None
        if not 0 <= self.schema < 2**SCHEMA_BITS:
            raise ArtifactMalformed(f"header: a schema id has {SCHEMA_BITS} bits", what="schema")
        if not MIN_SLOT_LENGTH <= self.slot_length < 2**SLOT_LENGTH_BITS:
            message = f"header: the slot length is {MIN_SLOT_LENGTH} ms or more and below 2^{SLOT_LENGTH_BITS}"
            raise ArtifactMalformed(message, what="slotLength")
        if not 1 <= self.count <= self.records:
            raise ArtifactMalformed(f"header: count is 1 to {self.records}", what="count")

    @property
    def layout(self) -> Layout:
        """Where the limbs lie."""
        return Layout(self.records, self.fields, self.bits)

    @property
    def form(self) -> int:
        """Shape and count as one number, which keystream and content depend on."""
        return self.layout.form(self.count)


@dataclass(frozen=True)
class CapsuleFile:
    """What may lie anywhere for anyone to read: it says nothing of the records but their number."""

    header: Header
    key_commitment: int
    words: tuple[int, ...]
    """The ciphertext."""

    def __post_init__(self) -> None:
        expected = self.header.layout.word_count
        if len(self.words) != expected:
            raise ArtifactMalformed(f"{len(self.words)} words; the header's shape has {expected}", expected=expected)
        elements = (self.key_commitment, *self.words)
        if min(elements) < 0 or max(elements) >= FIELD_ORDER:
            raise ArtifactMalformed("a key commitment or word at or above the field's order", what="words")

    @cached_property
    def content(self) -> int:
        """The capsule's address, recomputed from the file: signed by the device, and a value of every statement."""
        header = self.header
        inputs = [content_root(self.words), self.key_commitment, header.schema, header.slot_length, header.form]
        return hashed("content", inputs)

    @cached_property
    def cid(self) -> str:
        """The address of these bytes on IPFS: version 1, raw, SHA-256, base 32."""
        return cid_for(self.to_json().encode())

    def to_json(self) -> str:
        """The one spelling of this file."""
        header = {
            "bits": str(self.header.bits),
            "count": str(self.header.count),
            "fields": str(self.header.fields),
            "records": str(self.header.records),
            "schema": str(self.header.schema),
            "slotLength": str(self.header.slot_length),
        }
        body = {
            "header": header,
            "keyCommitment": str(self.key_commitment),
            "words": [str(word) for word in self.words],
        }
        return to_text({**body, "format": FORMAT, "version": VERSION})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read the one spelling; ArtifactMalformed for anything else."""
        if len(text) > MAX_BYTES:
            raise ArtifactMalformed(f"a capsule file takes at most {MAX_BYTES} bytes; this is something else")
        keys = ("format", "header", "keyCommitment", "version", "words")
        document = members(from_text(text, "capsule file"), keys, "capsule file")
        if (document["format"], document["version"]) != (FORMAT, VERSION):
            raise ArtifactMalformed(f"not a capsule file of version {VERSION}; read it with the release that wrote it")
        head = members(document["header"], _HEADER, "header")
        header = Header(
            schema=decimal(head["schema"], 2**SCHEMA_BITS, "schema"),
            slot_length=decimal(head["slotLength"], 2**SLOT_LENGTH_BITS, "slotLength"),
            records=decimal(head["records"], MAX_RECORDS + 1, "records"),
            fields=decimal(head["fields"], 2**16, "fields"),
            bits=decimal(head["bits"], 2**16, "bits"),
            count=decimal(head["count"], MAX_RECORDS + 1, "count"),
        )
        commitment = decimal(document["keyCommitment"], FIELD_ORDER, "keyCommitment")
        return cls(header, commitment, decimals(document["words"], FIELD_ORDER, "words"))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the file in one step, replacing an older one."""
        write_public(path, self.to_json().encode())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a saved file; ArtifactMalformed if it is anything else."""
        data = read_bounded(path, MAX_BYTES, "capsule file")
        return cls.from_json(data.decode("utf-8", errors="replace"))
