"""Counter-mode encryption of words: ciphertext = word + keystream, in the field."""

from collections.abc import Iterator, Sequence
from itertools import count

from .hashing import FIELD_ORDER, keystream_block


def encrypt(words: Sequence[int], key: int, header_hash: int) -> tuple[int, ...]:
    """The ciphertext of a capsule's words under its own key; a key is never used for a second capsule."""
    stream = _keystream(key, header_hash)
    return tuple((word + mask) % FIELD_ORDER for word, mask in zip(words, stream, strict=False))


def decrypt(ciphertext: Sequence[int], key: int, header_hash: int) -> tuple[int, ...]:
    """The words again. Any key gives some words: whether it is the right one, only the key commitment says."""
    stream = _keystream(key, header_hash)
    return tuple((word - mask) % FIELD_ORDER for word, mask in zip(ciphertext, stream, strict=False))


def _keystream(key: int, header_hash: int) -> Iterator[int]:
    for counter in count():
        yield from keystream_block(key, header_hash, counter)
