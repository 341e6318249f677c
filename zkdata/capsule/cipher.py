"""Counter-mode encryption of words: ciphertext = word + keystream, in the field."""

from collections.abc import Sequence

from .. import _native
from .capsule_file import Header


def encrypt(words: Sequence[int], key: int, header: Header) -> tuple[int, ...]:
    """The ciphertext of a capsule's words under its own key; a key is never used for a second capsule."""
    return tuple(_native.seal_words(words, key, header.schema, header.slot_length, header.form))


def decrypt(ciphertext: Sequence[int], key: int, header: Header) -> tuple[int, ...]:
    """The words again. Any key gives some words: whether it is the right one, only the key commitment says."""
    return tuple(_native.open_words(ciphertext, key, header.schema, header.slot_length, header.form))
