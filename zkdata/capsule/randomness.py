"""The operating system's randomness, the only source of secrets. No fallback: without it, an OSError."""

import contextlib
import errno
import os
from collections.abc import Iterator


def fresh_bytes(count: int) -> bytes:
    """`count` fresh bytes."""
    with _refusing():
        return os.urandom(count)


def fresh_integer(least: int, bound: int) -> int:
    """A fresh integer in least .. bound - 1, each as likely."""
    import secrets  # some milliseconds, which proving a file does not need

    with _refusing():
        return least + secrets.randbelow(bound - least)


@contextlib.contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except (OSError, NotImplementedError) as fault:
        message = "the operating system gave no randomness; nothing secret can be made without it"
        raise OSError(getattr(fault, "errno", None) or errno.ENOSYS, message) from None
