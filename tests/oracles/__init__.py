"""Judges that we did not write, each asked in a process of its own."""

import json
import subprocess
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).resolve().parents[2]
PATIENCE_S = 1800
"""A thousand signatures take circomlibjs under a minute alone, and many on a busy machine."""
CIRCOMLIBJS = HOUSE / "node_modules" / "circomlibjs" / "package.json"


def circomlibjs_version() -> str:
    """Version of the installed npm package; FileNotFoundError tells that `npm ci` has not run."""
    return str(json.loads(CIRCOMLIBJS.read_text())["version"])


def ask_circomlibjs(**questions: list[Any]) -> dict[str, list[Any]]:
    """Lists of answers by the names of the questions that tests/oracles/circomlibjs.mjs knows."""
    done = subprocess.run(
        ["node", str(Path(__file__).with_name("circomlibjs.mjs"))],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    return dict(json.loads(done.stdout))
