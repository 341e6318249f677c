"""A node of a chain that is not local, though it listens on this machine."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from zkdata.settlement.contracts import CHECKOUT


@contextmanager
def running(chain_id: int) -> Iterator[str]:
    """The URL of a fresh anvil with this chain's id."""
    binary = next((CHECKOUT / "node_modules" / "@foundry-rs").glob("anvil-*/bin/anvil"))
    command = [binary, "--port", "0", "--chain-id", str(chain_id)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = next(line for line in process.stdout if line.startswith("Listening on "))
            yield f"http://{line.split()[-1]}"
        finally:
            process.terminate()
