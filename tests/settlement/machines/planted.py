"""Planted faults: the house's own source, of a contract or of the client, with some of its text replaced."""

import inspect
import json
import textwrap
from collections.abc import Iterable
from types import FunctionType

import pytest

from tests.contracts.trapdoor import HOUSE
from zkdata.settlement.contracts import CONTRACTS, SOURCES, Compiled, compile_contract, with_imports

Edit = tuple[str, str, str]
"""A file of src/, a text that stands there once, and what stands there instead."""


def compiled(name: str, entry: str = "", edits: Iterable[Edit] = ()) -> Compiled:
    """A contract of the checkout with these edits."""
    entry = entry or CONTRACTS[name]
    sources = with_imports({entry: (SOURCES / entry).read_text()})
    for file, text, instead in edits:
        path = f"src/{file}"
        assert sources[path].count(text) == 1, f"{text!r} does not stand in {path} once: the fault is stale"
        sources[path] = sources[path].replace(text, instead)
    return compile_contract(name, entry, sources)


def escrow_with(bug: str) -> Compiled:
    """The escrow with a bug of the table that forge's campaign is tried with."""
    rows = json.loads((HOUSE / "tests/contracts/planted.json").read_text())
    (edits,) = [row["edits"] for row in rows if row["bug"] == bug]
    return compiled("DataEscrow", edits=[(edit["file"], edit["text"], edit["instead"]) for edit in edits])


def in_client(patch: pytest.MonkeyPatch, owner: type, name: str, text: str, instead: str) -> None:
    """Make this method of the client again from its source, with a fault in it."""
    method: FunctionType = vars(owner)[name]
    source = textwrap.dedent(inspect.getsource(method))
    assert source.count(text) == 1, f"{text!r} does not stand in {owner.__name__}.{name} once: the fault is stale"
    made: dict[str, FunctionType] = {}
    exec(source.replace(text, instead), method.__globals__, made)  # noqa: S102 - our own source
    patch.setattr(owner, name, made[name])
