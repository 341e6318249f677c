"""A copy of contracts in which a fault can be planted, laid out as `verifier_contracts/` is."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from zkdata.settlement.contracts import CHECKOUT, SOURCES

AUDIT = CHECKOUT / "build" / "audit"


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake in one file: each text, which stands there once, becomes the other."""

    file: str
    changes: tuple[tuple[str, str], ...]

    def in_text(self, text: str) -> str:
        """The text with the mistake; ValueError where a text of it does not stand there exactly once."""
        for old, new in self.changes:
            if text.count(old) != 1:
                raise ValueError(f"{self.file} does not hold {old!r} once: the planted fault is stale")
            text = text.replace(old, new)
        return text


def workplace(name: str, sources: Mapping[str, str]) -> Path:
    """A folder of that name with these files, and what forge needs; what has not changed is not touched."""
    folder = AUDIT / name / "verifier_contracts"
    folder.mkdir(parents=True, exist_ok=True)
    modules = folder.parent / "node_modules"
    if not modules.is_symlink():
        modules.symlink_to(CHECKOUT / "node_modules")
    for tool in ("foundry.toml", "solc"):
        shutil.copy2(SOURCES / tool, folder / tool)
    own = {path: text for path, text in sources.items() if not path.startswith("@")}
    for old in folder.rglob("*.sol"):
        if old.relative_to(folder).as_posix() not in own:
            old.unlink()
    for path, text in own.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
    return folder
