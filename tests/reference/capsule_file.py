"""The file that anyone may hold, and its name, by docs/reference/statements.md."""

import base64
import hashlib
import json

from .sealed import Sealed
from .sealing import hashed


def file_bytes(sealed: Sealed) -> bytes:
    """Canonical JSON of header, key commitment and ciphertext; every number a decimal text."""
    layout = sealed.layout
    header = {
        "bits": layout.bits,
        "count": sealed.count,
        "fields": layout.fields,
        "records": layout.records,
        "schema": sealed.schema,
        "slotLength": sealed.slot_length,
    }
    document = {
        "format": "zkdata.capsule",
        "header": {name: str(number) for name, number in header.items()},
        "keyCommitment": str(hashed("key", (sealed.key,))),
        "version": "2",
        "words": [str(word) for word in sealed.words],
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def cid(data: bytes) -> str:
    """Version 1, codec raw, SHA-256 of 32 bytes, in base 32 (which multibase marks with a b)."""
    binary = bytes((0x01, 0x55, 0x12, 0x20)) + hashlib.sha256(data).digest()
    return "b" + base64.b32encode(binary).decode().lower().rstrip("=")
