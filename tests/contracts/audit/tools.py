"""The environments of halmos and slither under `build/tools/`, each made once from its locked list with hashes."""

import os
import subprocess
import sys
import venv
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from zkdata.settlement.contracts import CHECKOUT

HERE = Path(__file__).resolve().parent
TOOLS = CHECKOUT / "build" / "tools"


def commands_of(tool: str) -> Path:
    """The folder of a tool's commands; installs it where the list is another than the one installed."""
    lock, place = HERE / f"{tool}.lock", TOOLS / tool
    wanted, stamp = sha256(lock.read_bytes()).hexdigest(), place / "lock.sha256"
    if not stamp.exists() or stamp.read_text() != wanted:
        print(f"installing {tool} into {place.relative_to(CHECKOUT)}", file=sys.stderr)
        venv.create(place, clear=True, with_pip=True)
        pip = [place / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", lock], check=True)
        stamp.write_text(wanted)
    return place / "bin"


def run(command: Iterable[str | Path], folder: Path, seconds: float) -> subprocess.CompletedProcess[str]:
    """A command in a folder of contracts, with forge in reach; what it says is kept, and its status is not judged."""
    path = os.pathsep.join([str(CHECKOUT / "node_modules" / ".bin"), os.environ.get("PATH", "")])
    own = {name: value for name, value in os.environ.items() if not name.startswith(("FOUNDRY_", "HALMOS_"))}
    return subprocess.run(
        [str(part) for part in command], cwd=folder, env=own | {"PATH": path, "PYTHONHASHSEED": "0"},
        capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip
