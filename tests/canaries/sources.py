"""Where secrets come from: every object of the package with a field named like one, and private files."""

import dataclasses
import functools
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.canaries.spellings import Secret

FIELDS = frozenset({"secret", "seed", "release_secret", "ephemeral_secret", "key"})
"""Names of fields, and of members of private files, whose values nobody else may see."""
PRIVATE_BYTES = 2**16
Add = Callable[[Secret], None]


class Sources:
    """Hooks the constructors of the package as its modules are loaded, so that loading none is loaded for this."""

    def __init__(self, patch: pytest.MonkeyPatch, add: Add) -> None:
        self._patch, self._add = patch, add
        self._seen: set[str] = set()
        self.hooked: set[str] = set()
        """Classes whose objects hold secrets."""

    def hook(self) -> None:
        """All modules that were loaded since the last time."""
        for name in [name for name in sys.modules if name.startswith("zkdata.") and name not in self._seen]:
            self._seen.add(name)
            for found in [*vars(sys.modules[name]).values()]:
                if isinstance(found, type) and found.__module__ == name and _fields(found):
                    self._hook(found)
        entropy = sys.modules.get("zkdata.proof.snarkjs")
        if entropy is not None and "_contribution" not in self.hooked:
            self.hooked.add("_contribution")
            self._patch.setattr(entropy, "_contribution", self._heard(entropy._contribution))

    def learn(self, file: Path) -> None:
        """What a private file of this package holds: another process may have made it."""
        if file.stat().st_size > PRIVATE_BYTES:
            return
        try:
            document = json.loads(file.read_bytes())
        except ValueError:
            return
        if isinstance(document, dict) and str(document.get("format")).startswith("zkdata."):
            for name in FIELDS & document.keys():
                self._tell(f"{name} of {document['format']}", _number(document[name]))

    def _hook(self, owner: type[Any]) -> None:
        made, kept = owner.__init__, _fields(owner)
        self.hooked.add(owner.__name__)

        @functools.wraps(made)
        def heard(this: Any, *arguments: Any, **named: Any) -> None:
            made(this, *arguments, **named)
            for name in kept:
                self._tell(f"{name} of {owner.__name__}", _number(getattr(this, name)))

        self._patch.setattr(owner, "__init__", heard)

    def _heard(self, made: Callable[[str], tuple[str, str]]) -> Callable[[str], tuple[str, str]]:
        @functools.wraps(made)
        def contribution(name: str) -> tuple[str, str]:
            option, entropy = made(name)
            self._tell("entropy of a contribution", _number(entropy))
            return option, entropy

        return contribution

    def _tell(self, kind: str, number: int | None) -> None:
        if number is not None:
            self._add(Secret(kind, number))


def private_and_open(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Every regular file below, and whether others than its owner can read it."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield path, bool(path.stat().st_mode & 0o044)


def _fields(owner: type[Any]) -> tuple[str, ...]:
    """Names of its secrets, those that follow from others included."""
    if not dataclasses.is_dataclass(owner):
        return ()
    named = [field.name for field in dataclasses.fields(owner) if field.name in FIELDS]
    derived = [name for name in FIELDS if isinstance(vars(owner).get(name), property)]
    return (*named, *derived) if named else ()


def _number(value: Any) -> int | None:
    """A secret as the number that its bytes are; None for what is neither."""
    if isinstance(value, bytes):
        return int.from_bytes(value)
    if isinstance(value, str):
        try:
            return int(value, 10 if value.isdecimal() else 16)
        except ValueError:
            return None
    return value if isinstance(value, int) and value > 0 else None
