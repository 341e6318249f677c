"""A store over the HTTP API of an IPFS node, as kubo offers it. No answer is believed but by the hash of its bytes."""

import json
import math
from dataclasses import dataclass, field
from typing import Self

from zkdata.capsule.capsule_file import MAX_BYTES
from zkdata.capsule.cid import check_cid, cid_for, digest_in
from zkdata.capsule.randomness import fresh_bytes
from zkdata.errors import ArtifactMismatch, ResourceLimit
from zkdata.settlement.bounded_http import Patience, Server, post

MAX_BLOCK = 2**20
"""Bytes of a file that nodes exchange in one piece, and so under the CID of its bytes; larger ones are cut."""

ANSWER_BYTES = 2**14
_ADD = f"/api/v0/add?cid-version=1&raw-leaves=true&hash=sha2-256&chunker=size-{MAX_BLOCK}&pin=true&progress=false"


@dataclass(frozen=True, slots=True)
class IpfsStore:
    """What an IPFS node has, and what its peers have. Its API is for its owner alone: never open it to others."""

    server: Server
    patience: Patience = field(default=Patience(), repr=False)

    @classmethod
    def at(cls, url: str, patience: Patience | None = None) -> Self:
        """The node whose API answers at this http or https URL, such as http://127.0.0.1:5001."""
        return cls(Server.at(url), patience or Patience())

    @property
    def name(self) -> str:
        """Where it is, without what is secret in its URL."""
        return self.server.name

    def put(self, data: bytes) -> str:
        """Add and pin the file, read it back, and return its CID."""
        if len(data) > MAX_BLOCK:
            text = f"IPFS nodes exchange a file under its own CID up to {MAX_BLOCK} bytes; keep this one in a folder"
            raise ResourceLimit(text, limit=MAX_BLOCK)
        cid, border = cid_for(data), fresh_bytes(16).hex()
        head = f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{cid}"\r\n'
        body = (
            f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + data + f"\r\n--{border}--\r\n".encode()
        )
        kind = f"multipart/form-data; boundary={border}"
        answer = post(self.server, _ADD, limit=ANSWER_BYTES, patience=self.patience, body=body, kind=kind)
        if _hash_in(answer) != cid:
            text = f"{self.name} put the file under another CID than its own; take another store"
            raise ArtifactMismatch(text, cid=cid, store=self.name)
        self.fetch(cid)
        return cid

    def fetch(self, cid: str) -> bytes:
        """The file under this CID, from the node or whoever it finds; NotAvailable where nobody has it in time."""
        digest_in(cid)
        # a node with peers looks for a missing file for ever, and says nothing meanwhile
        patient = max(1, math.floor(self.patience.each) - 1)
        target = f"/api/v0/block/get?arg={cid}&timeout={patient}s"
        return check_cid(post(self.server, target, limit=MAX_BYTES, patience=self.patience), cid)


def _hash_in(answer: bytes) -> str | None:
    """The CID that kubo says it used."""
    try:
        document = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    found = document.get("Hash") if isinstance(document, dict) else None
    return found if isinstance(found, str) else None
