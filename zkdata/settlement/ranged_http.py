"""A file of known size from a server that is not trusted, in pieces, gone on with where it broke off.

Each piece has a time of its own, so that a large file may take long and a server that stalls may not. What comes is not
believed: whoever takes a piece compares it with its digest before he asks for the next.
"""

import http.client
import random
import re
import time
from collections.abc import Generator, Iterator

from zkdata.errors import ArtifactMismatch, NotAvailable
from zkdata.settlement.bounded_http import (
    OVERLOADED,
    PART_BYTES,
    Deadline,
    Passing,
    Patience,
    Server,
    answered,
    check_coding,
    reason_of,
    refused,
)

FALLEN_OVER = 500
PAST_THE_END = 416
_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/(?:([0-9]{1,18})|\*)")
_random = random.SystemRandom()


def get_pieces(
    server: Server, target: str, *, size: int, start: int, step: int, patience: Patience
) -> Generator[bytes, None, None]:
    """The bytes from `start` on, `step` at a time, of a file of `size` bytes.

    The patience is for one piece: after so many attempts, or so many seconds, without a further piece it is
    NotAvailable in the end. ArtifactMismatch where the server has a file of another size.
    """
    asked, pause, until = 0, patience.pause, time.monotonic() + patience.total
    while start < size:
        asked += 1
        try:
            for piece in _from(server, target, size, start, step, patience.each):
                start += len(piece)
                yield piece
                asked, pause, until = 0, patience.pause, time.monotonic() + patience.total
            continue
        except Passing as fault:
            reason = str(fault)
        if asked >= patience.attempts or time.monotonic() >= until:
            message = (
                f"{server.name} gives nothing more in {asked} attempts: {reason}; try later, or ask another source"
            )
            raise NotAvailable(message, store=server.name, attempts=asked)
        time.sleep(max(0.0, min(pause * _random.uniform(0.5, 1), until - time.monotonic())))
        pause *= 2


def _from(server: Server, target: str, size: int, start: int, step: int, each: float) -> Iterator[bytes]:
    """What one answer gives; Passing where it ends before the file does."""
    headers = {"Range": f"bytes={start}-"} if start else {}
    deadline = Deadline(time.monotonic() + each)
    with answered(server, "GET", target, deadline, headers) as response:
        left = _checked(server, response, size, start)
        while left:
            # what is here already, again
            deadline.until = time.monotonic() + each
            left -= len(_read(response, min(left, step)))
        while start < size:
            deadline.until = time.monotonic() + each
            piece = _read(response, min(step, size - start))
            start += len(piece)
            yield piece


def _checked(server: Server, response: http.client.HTTPResponse, size: int, start: int) -> int:
    """How many bytes of this answer come before `start`: none, or all of them where a server knows no ranges."""
    status = response.status
    if status in OVERLOADED or status == FALLEN_OVER:
        raise Passing(f"status {status}")
    check_coding(server, response)
    if status == PAST_THE_END and start:
        raise _another(server)
    if status == http.client.PARTIAL_CONTENT and start:
        told = _RANGE.fullmatch(response.getheader("Content-Range", ""))
        if told is None or int(told[1]) != start:
            raise refused(server, "it answers with another range than it was asked for")
        if int(told[2]) >= size or (told[3] is not None and int(told[3]) != size):
            raise _another(server)
        return 0
    if status != http.client.OK:
        raise refused(server, reason_of(status))
    if response.length not in (None, size):
        raise _another(server)
    return start


def _read(response: http.client.HTTPResponse, count: int) -> bytes:
    """So many bytes; Passing where the answer ends before."""
    parts, rest = [], count
    while rest:
        # read() would wait for all that it was asked for, past every deadline
        part = response.read1(min(rest, PART_BYTES))
        if not part:
            raise Passing("the answer ends in the middle")
        parts.append(part)
        rest -= len(part)
    return b"".join(parts)


def _another(server: Server) -> ArtifactMismatch:
    return ArtifactMismatch(f"{server.name} has a file of another size there; ask another source", store=server.name)
