"""Programs that stand where snarkjs would, and lie, fail, hang or tell what they were given."""

import json
from pathlib import Path

VERSION = "0.7.6"


def stand_in(folder: Path, script: str, version: str | None = VERSION, interpreter: str = "/bin/sh") -> Path:
    """An executable in a package that says it is snarkjs; without a version there is no package."""
    package = folder / "snarkjs"
    package.mkdir()
    if version is not None:
        (package / "package.json").write_text(json.dumps({"name": "snarkjs", "version": version}))
    executable = package / "cli"
    executable.write_text(f"#!{interpreter}\n{script}\n")
    executable.chmod(0o755)
    return executable


def logged(level: str, message: str) -> str:
    """A shell command that logs as snarkjs does, in colours."""
    return f"printf '\\033[32;22m[{level}]  \\033[39;1msnarkJS\\033[0m: {message}\\n'"
