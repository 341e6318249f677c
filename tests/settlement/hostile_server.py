"""An HTTP server on loopback that behaves as it is told: like an IPFS node, or in any way that should not be."""

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from urllib.parse import parse_qs, urlsplit

from zkdata.capsule.cid import cid_for

Behaviour = Callable[["Visit"], None]
STEP = 0.02
"""Seconds between the bytes of somebody slow."""


class Visit(BaseHTTPRequestHandler):
    """One request. A behaviour answers it, with `answer` or in its own way."""

    server: "HostileServer"

    def do_POST(self) -> None:
        self.server.seen.append((self.path, dict(self.headers)))
        self.close_connection = True
        with suppress(OSError):  # a client that left is what most behaviours end with
            self.server.behaviour(self)

    def do_GET(self) -> None:
        self.do_POST()

    def body(self) -> bytes:
        """What was sent."""
        return self.rfile.read(int(self.headers["Content-Length"]))

    def answer(self, data: bytes, status: int = 200, **headers: str) -> None:
        """An answer as it should be, but for what the headers say."""
        given = {"Content-Length": str(len(data))} | {name.replace("_", "-"): value for name, value in headers.items()}
        self.send_response(status)
        for name, value in given.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def drip(self, data: bytes) -> None:
        """A byte now and then, for as long as anybody listens."""
        while True:
            for place in range(len(data)):
                self.wfile.write(data[place : place + 1])
                if self.server.stopped.wait(STEP):
                    return

    def log_message(self, *_: object) -> None:
        """Nothing is written to the terminal."""


class HostileServer(ThreadingHTTPServer):
    """`behaviour` may be changed between requests; `seen` has path and headers of each."""

    daemon_threads = True

    def __init__(self, behaviour: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Visit)
        self.behaviour, self.stopped = behaviour, threading.Event()
        self.seen: list[tuple[str, dict[str, str]]] = []

    def server_bind(self) -> None:
        """Without asking the resolver for this machine's name, which can take seconds."""
        TCPServer.server_bind(self)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: object) -> None:
        """Nor here."""


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[HostileServer]:
    """Such a server, ended with the block."""
    with HostileServer(behaviour) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": STEP})
        thread.start()
        try:
            yield server
        finally:
            server.stopped.set()
            server.shutdown()
            thread.join()


class Node:
    """Answers as kubo does: files that were added are given, others are not found."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def __call__(self, visit: Visit) -> None:
        parts = urlsplit(visit.path)
        if parts.path == "/api/v0/add":
            border = visit.headers["Content-Type"].partition("boundary=")[2].encode()
            data = visit.body().split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n--" + border + b"--\r\n")
            self.files[cid_for(data)] = data
            visit.answer(json.dumps({"Name": "file", "Hash": cid_for(data), "Size": str(len(data))}).encode() + b"\n")
        elif (cid := parse_qs(parts.query)["arg"][0]) in self.files:
            visit.answer(self.files[cid], X_Stream_Output="1")
        else:
            said = {
                "Message": "block was not found locally (offline): ipld: could not find",
                "Code": 0,
                "Type": "error",
            }
            visit.answer(json.dumps(said).encode(), 500)


class Files:
    """A web server with files by their names, which gives the rest of one from where it is asked to."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files

    def __call__(self, visit: Visit) -> None:
        data = self.files.get(urlsplit(visit.path).path.rpartition("/")[2])
        if data is None:
            visit.answer(b"", 404)
        elif asked := visit.headers["Range"]:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            visit.answer(data[start:], 206, Content_Range=f"bytes {start}-{len(data) - 1}/{len(data)}")
        else:
            visit.answer(data)


@cache
def bomb() -> bytes:
    """A few bytes that unpack to 64 MiB."""
    return gzip.compress(bytes(2**26))


def lies(data: bytes, elsewhere: str) -> dict[str, Behaviour]:
    """Everything that a server may do with a request for `data` but answer it; `elsewhere` is a URL that would."""

    def half(visit: Visit) -> None:
        visit.answer(data[: len(data) // 2], Content_Length=str(len(data)))

    def half_in_chunks(visit: Visit) -> None:
        visit.send_response(200)
        visit.send_header("Transfer-Encoding", "chunked")
        visit.end_headers()
        visit.wfile.write(f"{len(data):x}\r\n".encode() + data[:-9])

    def bad_chunks(visit: Visit) -> None:
        visit.send_response(200)
        visit.send_header("Transfer-Encoding", "chunked")
        visit.end_headers()
        visit.wfile.write(b"-5\r\n" + data + b"\r\n0\r\n\r\n")

    def endless(visit: Visit) -> None:
        visit.send_response(200)
        visit.end_headers()
        while not visit.server.stopped.is_set():
            visit.wfile.write(data)

    def slow_body(visit: Visit) -> None:
        visit.send_response(200)
        visit.send_header("Content-Length", str(len(data)))
        visit.end_headers()
        visit.drip(data)

    def slow_head(visit: Visit) -> None:
        visit.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        visit.drip(b"a")

    def silent(visit: Visit) -> None:
        visit.server.stopped.wait(30)

    def only_continue(visit: Visit) -> None:
        while not visit.server.stopped.is_set():
            visit.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            time.sleep(0.001)

    def many_headers(visit: Visit) -> None:
        visit.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: a\r\n" % each for each in range(1000)) + b"\r\n")

    packed = bomb()
    return {
        "another file": lambda visit: visit.answer(data + b"\n"),
        "nothing": lambda visit: visit.answer(b""),
        "a page": lambda visit: visit.answer(b"<html>please log in</html>", Content_Type="text/html"),
        "half of it": half,
        "half of it in chunks": half_in_chunks,
        "chunks that are none": bad_chunks,
        "a terabyte, it says": lambda visit: visit.answer(data, Content_Length=str(2**40)),
        "no end": endless,
        "a bomb": lambda visit: visit.answer(packed, Content_Encoding="gzip"),
        "packed": lambda visit: visit.answer(gzip.compress(data), Content_Encoding="gzip"),
        "slow body": slow_body,
        "slow head": slow_head,
        "silence": silent,
        "continue, for ever": only_continue,
        "too many headers": many_headers,
        "a line that is no status": lambda visit: visit.wfile.write(b"SSH-2.0-OpenSSH_9.9\r\n"),
        "hanging up": lambda visit: None,
        "elsewhere": lambda visit: visit.answer(b"", 307, Location=elsewhere + visit.path),
        "elsewhere, with the file": lambda visit: visit.answer(data, 302, Location=elsewhere + visit.path),
        "round and round": lambda visit: visit.answer(b"", 307, Location=visit.path),
        "too many requests": lambda visit: visit.answer(b"", 429, Retry_After="3600"),
        "overloaded": lambda visit: visit.answer(data, 503),
        "fallen over": lambda visit: visit.answer(b"<html>oops</html>", 500),
        "deep": lambda visit: visit.answer(b"[" * 4000, 500),
        "not found": lambda visit: visit.answer(b'{"Message":"block was not found","Code":0}', 500),
        "forbidden": lambda visit: visit.answer(data, 403),
        "gone": lambda visit: visit.answer(b"", 404),
    }
