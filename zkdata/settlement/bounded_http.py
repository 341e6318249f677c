"""Requests to a server that is not trusted: bounded in bytes and in seconds, whatever it does.

http.client is asked directly: it follows no redirect, unpacks nothing, reads no proxy and no password from the
environment. A server that sends a byte now and then passes every socket timeout, so a timer ends the connection.
"""

import base64
import contextlib
import http.client
import ipaddress
import json
import random
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import unquote, urlsplit

from zkdata.errors import ArtifactMalformed, NotAvailable, SetupInsecure

PART_BYTES = 2**16
FAULT_BYTES = 2**12
"""What is read of an answer that is a refusal."""

OVERLOADED = frozenset({408, 429, 502, 503, 504})
_random = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a server is asked, and how long one answer and all of them together may take, in seconds."""

    attempts: int = 4
    each: float = 30.0
    total: float = 90.0
    pause: float = 0.25
    """Before the second attempt; twice as long before each further one, and of each pause a random half is left out."""


@dataclass(frozen=True, slots=True)
class Server:
    """Whom an http or https URL names. A path or a password in it is as secret as a key, and shown nowhere."""

    scheme: str
    host: str
    port: int
    path: str = field(repr=False)
    authorization: str = field(repr=False)
    """Value of the header of this name; empty for none."""

    @classmethod
    def at(cls, url: str) -> Self:
        """Read a URL; ArtifactMalformed, without quoting it, for one that names no such server, SetupInsecure for a
        password that would leave this machine in the clear."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise _no_url() from None
        printable = all("!" <= letter <= "~" for letter in url)
        if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment or not printable:
            raise _no_url()
        given = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        basic = "" if given == ":" else "Basic " + base64.b64encode(given.encode()).decode()
        if basic and parts.scheme == "http" and not is_loopback(host):
            text = f"a password on its way to {host} over http can be read by everybody in between; use https"
            raise SetupInsecure(text, host=host)
        usual = 443 if parts.scheme == "https" else 80
        return cls(parts.scheme, host, usual if port is None else port, parts.path.rstrip("/"), basic)

    @property
    def name(self) -> str:
        """What may be shown."""
        return f"{self.scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def is_loopback(host: str) -> bool:
    """Whether this name or address is of this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Passing(Exception):
    """A fault that may be gone at the next attempt."""


class Deadline:
    """When a connection is cut off, however busy it looks. It can be put off while something comes."""

    def __init__(self, until: float) -> None:
        self.until = until
        self.over = False
        self._left = threading.Event()

    @contextlib.contextmanager
    def watching(self, sock: socket.socket) -> Iterator[None]:
        """Cut the connection off in time, unless the block is left before."""
        # the same connection by another descriptor, since TLS takes the first one over
        watched = sock.dup()
        thread = threading.Thread(target=self._watch, args=(watched,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._left.set()
            thread.join()
            watched.close()

    def _watch(self, watched: socket.socket) -> None:
        while not self._left.wait(max(0.0, self.until - time.monotonic())):
            if time.monotonic() >= self.until:
                self.over = True
                with contextlib.suppress(OSError):
                    watched.shutdown(socket.SHUT_RDWR)
                return


def post(
    server: Server, target: str, *, limit: int, patience: Patience, body: bytes = b"", kind: str = "text/plain"
) -> bytes:
    """What the server answers with status 200, at most `limit` bytes; NotAvailable in the end for anything else.

    Nothing that the server says is quoted: it has seen the URL, and could send it back.
    """
    until = time.monotonic() + patience.total
    pause, asked, reason = patience.pause, 0, "there was no time"
    while asked < patience.attempts:
        seconds = min(patience.each, until - time.monotonic())
        if seconds <= 0:
            break
        asked += 1
        try:
            return _once(server, target, body, kind, limit, time.monotonic() + seconds)
        except Passing as fault:
            reason = str(fault)
        if asked < patience.attempts:
            time.sleep(max(0.0, min(pause * _random.uniform(0.5, 1), until - time.monotonic())))
            pause *= 2
    message = f"{server.name} gives no answer in {asked} attempts: {reason}; try later, or ask another store"
    raise NotAvailable(message, store=server.name, attempts=asked)


def _once(server: Server, target: str, body: bytes, kind: str, limit: int, until: float) -> bytes:
    with answered(server, "POST", target, Deadline(until), {"Content-Type": kind}, body) as response:
        data = _read(response, limit if response.status == 200 else FAULT_BYTES)
        half = response.length not in (None, 0)
    status = response.status
    if status in OVERLOADED or (status == 500 and not _is_its_word(data)):
        raise Passing(f"status {status}")
    if status != 200:
        raise refused(server, reason_of(status, data))
    check_coding(server, response)
    if len(data) > limit:
        raise ArtifactMalformed(f"{server.name} answers with more than {limit} bytes", store=server.name)
    if half:
        raise Passing("the answer ends in the middle")
    return data


@contextlib.contextmanager
def answered(
    server: Server, method: str, target: str, deadline: Deadline, headers: Mapping[str, str], body: bytes = b""
) -> Iterator[http.client.HTTPResponse]:
    """The head of an answer, with its body to be read in the block; Passing for a fault of the connection in either.

    Only what the block reads is bounded in bytes.
    """
    given = {"Connection": "close", **headers}
    if server.authorization:
        given["Authorization"] = server.authorization
    try:
        with _connected(server, deadline) as connection:
            connection.request(method, server.path + target, body, given)
            with connection.getresponse() as response:
                yield response
    except Passing:
        if not deadline.over:
            raise
    except ssl.SSLCertVerificationError:
        raise refused(server, "its certificate is not one that this machine trusts") from None
    except (OSError, http.client.HTTPException, ValueError) as fault:
        raise Passing("it took too long" if deadline.over else f"{type(fault).__name__}") from None
    if deadline.over:
        raise Passing("it took too long")


@contextlib.contextmanager
def _connected(server: Server, deadline: Deadline) -> Iterator[http.client.HTTPConnection]:
    sock = _reached(server, deadline.until)
    try:
        with deadline.watching(sock):
            if server.scheme == "https":
                sock = ssl.create_default_context().wrap_socket(sock, server_hostname=server.host)
            connection = http.client.HTTPConnection(server.host, server.port)
            connection.sock = sock
            yield connection
    finally:
        sock.close()


def _reached(server: Server, until: float) -> socket.socket:
    fault = OSError("no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(max(0.001, until - time.monotonic()))
            sock.connect(address)
        except OSError as refused:
            sock.close()
            fault = refused
        else:
            return sock
    raise fault


def _read(response: http.client.HTTPResponse, limit: int) -> bytes:
    """At most one byte more than `limit`: that there is more is all that needs to be known."""
    if (response.length or 0) > limit:
        return bytes(limit + 1)
    parts, rest = [], limit + 1
    # read() would wait for all that it was asked for
    while rest and (part := response.read1(min(rest, PART_BYTES))):
        parts.append(part)
        rest -= len(part)
    return b"".join(parts)


def _is_its_word(data: bytes) -> bool:
    """Whether this is how kubo says no, which it does with status 500, rather than a server that fell over."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and isinstance(document.get("Message"), str)


def check_coding(server: Server, response: http.client.HTTPResponse) -> None:
    """NotAvailable for an answer that would have to be unpacked."""
    if response.getheader("Content-Encoding", "identity").lower() != "identity":
        raise refused(server, "it answers in a coding that it was not asked for")


def reason_of(status: int, data: bytes = b"") -> str:
    """Why there is nothing, of a status that will be the same next time."""
    if status == 500 and b"not found" in data:
        return "it does not have the file"
    if 300 <= status < 400:
        return f"it sends us elsewhere (status {status}), where nobody told us to go"
    return f"status {status}"


def refused(server: Server, reason: str) -> NotAvailable:
    """What to raise for an answer that will be the same next time."""
    message = f"{server.name} gives nothing: {reason}; look at the address, or ask another store"
    return NotAvailable(message, store=server.name, attempts=1)


def _no_url() -> ArtifactMalformed:
    text = "this is no URL of a store; write it as http://127.0.0.1:5001, without question mark and fragment"
    return ArtifactMalformed(text, what="URL")
