"""What the machine ran, written into the header of --benchmark-json beside processor and Python."""

import os
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def _first_line(*command: str) -> str:
    """The first line of what a tool says about its version, empty where there is none."""
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30).stdout
    except OSError:
        return ""
    return said.partition("\n")[0].strip()


def pytest_benchmark_update_machine_info(config: Any, machine_info: dict[str, Any]) -> None:
    """Cores this process may use, load before the first round, and the versions that the figures depend on."""
    machine_info["usable_cores"] = len(os.sched_getaffinity(0))
    machine_info["load"] = os.getloadavg()
    machine_info["rustc"] = _first_line("rustc", "--version")
    machine_info["node"] = _first_line("node", "--version")
    machine_info["snarkjs"] = _first_line(str(ROOT / "node_modules" / ".bin" / "snarkjs"), "--version")
    machine_info["commit"] = _first_line("git", "-C", str(ROOT), "describe", "--always", "--dirty")
