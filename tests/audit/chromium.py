"""A real headless Chromium, spoken to by its own protocol: what a page logs and asks for, and how it lies."""

import base64
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = f"none of {', '.join(NAMES)} is installed: sudo apt-get install chromium"
START_SECONDS, ANSWER_SECONDS, QUIET_SECONDS = 60.0, 60.0, 0.5
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--remote-debugging-port=0",
)  # fmt: skip


class Window:
    """One tab."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._sent, self._session = socket, 0, ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.logged: list[str] = []
        self.requested: list[str] = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> Any:
        """One order and its answer; what happens meanwhile is noted."""
        self._sent += 1
        order = {"id": self._sent, "method": method, "params": parameters}
        self._socket.send(json.dumps(order | ({"sessionId": self._session} if self._session else {})))
        while True:
            message = json.loads(self._socket.recv(ANSWER_SECONDS))
            if message.get("id") == self._sent:
                assert "error" not in message, (method, message)
                return message["result"]
            self._note(message)

    def _note(self, message: dict[str, Any]) -> None:
        about = message.get("params", {})
        match message.get("method"):
            case "Runtime.consoleAPICalled":
                self.logged.append(" ".join(str(each.get("value", "")) for each in about["args"]))
            case "Runtime.exceptionThrown":
                self.logged.append(about["exceptionDetails"]["text"])
            case "Log.entryAdded":
                self.logged.append(about["entry"]["text"])
            case "Network.requestWillBeSent":
                self.requested.append(about["request"]["url"])

    def show(self, page: Path, width: int, height: int, scheme: str) -> None:
        """Open a file, in a window of this size, by day or by night."""
        self.logged, self.requested = [], []
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url=page.resolve().as_uri())
        self.run("new Promise(done => document.readyState == 'complete' ? done() : addEventListener('load', done))")
        time.sleep(QUIET_SECONDS)  # for what a page does after it has loaded
        self.run("document.querySelectorAll('details').forEach(each => each.open = true)")

    def run(self, script: str) -> Any:
        """What a piece of JavaScript gives."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def picture(self, file: Path) -> None:
        """The whole page, as PNG."""
        answer = self.call("Page.captureScreenshot", captureBeyondViewport=True, format="png")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(base64.b64decode(answer["data"]))


@contextmanager
def window() -> Iterator[Window]:
    """A tab of a browser of its own, with nothing in it from before."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.fail(MISSING)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        quiet = subprocess.DEVNULL
        browser = subprocess.Popen([program, *FLAGS, f"--user-data-dir={profile}"], stdout=quiet, stderr=quiet)
        try:
            port, path = _address(Path(profile) / "DevToolsActivePort", browser)
            with connect(f"ws://127.0.0.1:{port}{path}", max_size=None, proxy=None) as socket:
                yield Window(socket)
        finally:
            browser.terminate()
            browser.wait()


def _address(file: Path, browser: "subprocess.Popen[bytes]") -> tuple[str, str]:
    """Where it listens, which it writes down when it does."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and browser.poll() is None:
        lines = file.read_text().split() if file.exists() else []
        if len(lines) == 2:
            return lines[0], lines[1]
        time.sleep(0.05)
    pytest.fail(f"the browser does not start: it {'has ended' if browser.poll() is not None else 'says nothing'}")
