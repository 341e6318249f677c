"""A proxy before a node that fails in every way a node can, by a seed: late, busy, cut, lost, forgetful, lying."""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import requests

LATE = 0.9
"""Seconds: more than the client waits for an answer."""


class FaultProxy:
    """Forwards JSON-RPC to a node; of all requests this part goes wrong."""

    def __init__(self, upstream: str, seed: int, part: float) -> None:
        self.upstream, self.part = upstream, part
        self.made: Counter[str] = Counter()
        self.look: Callable[[bytes], None] = lambda body: None
        """Sees every request before anything else does."""
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def forward(self, body: bytes) -> bytes:
        """What the node answers."""
        return requests.post(self.upstream, data=body, headers={"Content-Type": "application/json"}, timeout=30).content

    def _pick(self, method: str) -> str:
        with self._lock:
            if self._random.random() >= self.part:
                return ""
            fault = self._random.choice([*GENERAL, *BY_METHOD.get(method, ())])
            self.made[fault] += 1
            return fault

    def _handler(proxy) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - its own self is the handler's
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                """Nothing is printed."""

            def do_POST(self) -> None:
                """One request, and what becomes of it."""
                body = self.rfile.read(int(self.headers["Content-Length"]))
                proxy.look(body)
                fault = proxy._pick(json.loads(body)["method"])
                if fault in ("late", "cut", "lost", "busy", "broken", "page"):
                    getattr(self, f"_{fault}")(body)
                else:
                    self._answer(LIES[fault](proxy, body) if fault else proxy.forward(body))

            def _answer(self, content: bytes, status: int = 200, length: int | None = None) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(content) if length is None else length))
                self.end_headers()
                self.wfile.write(content)

            def _late(self, body: bytes) -> None:
                time.sleep(LATE)
                self.close_connection = True

            def _cut(self, body: bytes) -> None:
                content = proxy.forward(body)
                self._answer(content[: len(content) // 2], length=len(content))
                self.close_connection = True

            def _lost(self, body: bytes) -> None:
                proxy.forward(body)
                self.close_connection = True

            def _busy(self, body: bytes) -> None:
                self._answer(b"slow down", 429)

            def _broken(self, body: bytes) -> None:
                self._answer(b"<html>bad gateway</html>", 502)

            def _page(self, body: bytes) -> None:
                self._answer(b"<html>welcome</html>")

        return Handler


def _changed(proxy: FaultProxy, body: bytes, change: Callable[[Any], Any]) -> bytes:
    answer = json.loads(proxy.forward(body))
    if answer.get("result"):
        answer["result"] = change(answer["result"])
    return json.dumps(answer).encode()


def _forgotten(proxy: FaultProxy, body: bytes) -> bytes:
    """The transaction is taken, and thrown away."""
    request = json.loads(body)
    return json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": "0x" + "ab" * 32}).encode()


GENERAL = ("late", "cut", "lost", "busy", "broken", "page")
LIES: dict[str, Callable[[FaultProxy, bytes], bytes]] = {
    "forgotten": _forgotten,
    "other chain": lambda proxy, body: _changed(proxy, body, lambda result: "0x1"),
    "other transaction": lambda proxy, body: _changed(
        proxy, body, lambda result: {**result, "transactionHash": "0x" + "cd" * 32}
    ),
    "other block": lambda proxy, body: _changed(proxy, body, lambda result: {**result, "blockHash": "0x" + "ef" * 32}),
    "no receipt": lambda proxy, body: _changed(proxy, body, lambda result: None),
    "failed": lambda proxy, body: _changed(proxy, body, lambda result: {**result, "status": "0x0"}),
    "no logs": lambda proxy, body: _changed(proxy, body, lambda result: []),
}
BY_METHOD = {
    "eth_sendRawTransaction": ("lost", "cut", "forgotten", "forgotten"),
    "eth_getTransactionReceipt": ("other transaction", "other block", "no receipt", "failed"),
    "eth_chainId": ("other chain",),
    "eth_getLogs": ("no logs",),
}
