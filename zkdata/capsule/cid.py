"""Content addresses: CID version 1, codec raw, SHA-256, in base 32, as IPFS writes them."""

import base64
import hashlib
import re

from ..errors import ArtifactMalformed, ArtifactMismatch

PREFIX = bytes((1, 0x55, 0x12, 32))
"""Version 1, codec raw, SHA-256, 32 bytes."""

_SPELLING = re.compile(r"b[a-z2-7]{58}")


def cid_of(digest: bytes) -> str:
    """The CID of a file by its SHA-256."""
    return "b" + base64.b32encode(PREFIX + digest).decode().rstrip("=").lower()


def cid_for(data: bytes) -> str:
    """The CID of a file by its bytes."""
    return cid_of(hashlib.sha256(data).digest())


def digest_in(cid: str) -> bytes:
    """The SHA-256 that a CID holds; ArtifactMalformed for any other kind or spelling of one."""
    if _SPELLING.fullmatch(cid):
        address = base64.b32decode(cid[1:].upper() + "======")
        digest = address[len(PREFIX) :]
        # the last letter has two bits to spare, so that the same bytes could be spelled in four ways
        if address.startswith(PREFIX) and cid_of(digest) == cid:
            return digest
    raise ArtifactMalformed("this is no CID of one raw file by its SHA-256: it begins with bafkrei and has 59 letters")


def check_cid(data: bytes, cid: str) -> bytes:
    """The same bytes, if they are what the CID names; ArtifactMismatch otherwise."""
    if hashlib.sha256(data).digest() != digest_in(cid):
        raise ArtifactMismatch("these bytes are not what the CID names; fetch it elsewhere", cid=cid)
    return data
