"""Reads tests/vectors/ as plain integers."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "vectors"


def _integers(value: Any) -> Any:
    if isinstance(value, list):
        return [_integers(item) for item in value]
    if isinstance(value, dict):
        return {key: _integers(item) for key, item in value.items()}
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) != 64 else value


@cache
def vectors(name: str) -> dict[str, Any]:
    """One file by its stem; decimal strings become integers, seeds (64 hex digits) stay text."""
    document: dict[str, Any] = _integers(json.loads((FOLDER / f"{name}.json").read_text()))
    return document
