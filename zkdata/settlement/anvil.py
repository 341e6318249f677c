"""An anvil of our own: started on a free loopback port, and ended by its id."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zkdata.errors import ToolMissing
from zkdata.settlement.contracts import CHECKOUT

START_SECONDS = 20
STOP_SECONDS = 5


@contextmanager
def running(hardfork: str) -> Iterator[str]:
    """The URL of a fresh anvil, which is ended when the block is left."""
    binaries = sorted((CHECKOUT / "node_modules" / "@foundry-rs").glob("anvil-*/bin/anvil"))
    if not binaries:
        raise ToolMissing("anvil is not installed; run `npm ci` in the checkout", tool="anvil")
    with tempfile.TemporaryDirectory(prefix="zkdata-anvil-") as folder:
        said = Path(folder) / "output"
        with said.open("wb") as output:
            # Its own session: Ctrl-C reaches us alone, and we end it by its id.
            process = subprocess.Popen(
                [binaries[0], "--host", "127.0.0.1", "--port", "0", "--hardfork", hardfork],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            yield _url(process, said)
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _url(process: "subprocess.Popen[bytes]", said: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        _, found, rest = said.read_text(errors="replace").partition("Listening on ")
        if found and "\n" in rest:
            return f"http://{rest.split()[0]}"
        time.sleep(0.02)
    last = said.read_text(errors="replace")[-400:]
    raise ToolMissing(f"anvil did not start within {START_SECONDS} s; run it by hand to see why. {last}", tool="anvil")
