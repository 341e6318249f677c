"""What the commands share: wrong usage, and answers as JSON."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ZkDataError

if TYPE_CHECKING:
    import argparse

    from ..capsule.record import Schema
    from ..settlement.chain import Chain

SCHEMA_BYTES = 2**24


class UsageWrong(ZkDataError):
    """A command line that cannot be meant."""


def add_json(parser: "argparse.ArgumentParser") -> None:
    """Every command that answers takes `--json`."""
    parser.add_argument("--json", action="store_true", help="answer as JSON on stdout, errors included")


def add_schema(parser: "argparse.ArgumentParser") -> None:
    """`--schema`."""
    parser.add_argument("--schema", required=True, help="name of a worked schema, or a file with a schema's JSON")


def schema_of(given: str) -> "Schema":
    """The schema that `--schema` names."""
    from ..capsule import schemas
    from ..capsule.atomic_file import read_text
    from ..capsule.canonical_json import from_text
    from ..capsule.record import Schema

    worked = schemas.worked()
    if given in worked:
        return worked[given]
    if not Path(given).suffix:
        raise UsageWrong(f"there is no worked schema {given}; name a file, or one of {', '.join(sorted(worked))}")
    return Schema.from_document(from_text(read_text(given, SCHEMA_BYTES, "schema").removesuffix("\n"), "schema"))


def node_of(chosen: "argparse.Namespace") -> "Chain":
    """The node that `--rpc` names."""
    from ..settlement.chain import Chain

    if not chosen.rpc:
        raise UsageWrong("--rpc needs a URL, such as http://127.0.0.1:8545")
    return Chain.rpc(chosen.rpc)


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as JSON: what is no JSON, and numbers that other languages would round, as text."""
    return {name.replace(" ", "_"): _plain(value) for name, value in facts.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return plain(value)
    exact = value is None or isinstance(value, str | float) or (isinstance(value, int) and abs(value) < 2**53)
    return value if exact else str(value)
