"""A kubo node of our own: offline, on free loopback ports, with a repository of its own, and ended by its id."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BINARY = Path(__file__).resolve().parents[2] / "build" / "tools" / "ipfs"
SECONDS = 60
STOP_SECONDS = 10
OFFLINE: dict[str, Any] = {
    "Addresses.API": "/ip4/127.0.0.1/tcp/0",
    "Addresses.Gateway": "/ip4/127.0.0.1/tcp/0",
    "Addresses.Swarm": [],
    "AutoConf.Enabled": False,
    "Bootstrap": [],
}


@dataclass(frozen=True)
class Kubo:
    """A node that runs, and its command line."""

    url: str
    repository: Path

    def run(self, *arguments: str) -> bytes:
        """What `ipfs ...` answers; it asks the daemon."""
        return _ipfs(self.repository, *arguments)


@contextmanager
def running(repository: Path, **settings: Any) -> Iterator[Kubo]:
    """Such a node, with these settings beside those that keep it offline."""
    assert BINARY.is_file(), f"{BINARY} is not there: make {BINARY.relative_to(BINARY.parents[2])}"
    _ipfs(repository, "init", "--empty-repo")
    for name, value in (OFFLINE | settings).items():
        _ipfs(repository, "config", "--json", name, json.dumps(value))
    with (repository / "output").open("wb") as output:
        process = subprocess.Popen(
            [BINARY, "daemon", "--offline"],
            env=_environment(repository),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Kubo(_url(process, repository), repository)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _url(process: "subprocess.Popen[bytes]", repository: Path) -> str:
    deadline, said = time.monotonic() + SECONDS, ""
    while process.poll() is None and time.monotonic() < deadline:
        said = (repository / "output").read_text(errors="replace")
        if "Daemon is ready" in said:
            port = (repository / "api").read_text().strip().rpartition("/")[2]
            return f"http://127.0.0.1:{port}"
        time.sleep(0.05)
    raise AssertionError(f"kubo did not start within {SECONDS} s: {said[-800:]}")


def _ipfs(repository: Path, *arguments: str) -> bytes:
    command, environment = [BINARY, *arguments], _environment(repository)
    ran = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=SECONDS)
    assert ran.returncode == 0, ran.stderr.decode(errors="replace")
    return ran.stdout


def _environment(repository: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(repository), "IPFS_PATH": str(repository), "IPFS_TELEMETRY": "off"}
