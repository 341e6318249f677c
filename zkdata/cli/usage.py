"""What the commands share: wrong usage, and answers as JSON."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import ZkDataError

if TYPE_CHECKING:
    import argparse

    from ..settlement.chain import Chain


class UsageWrong(ZkDataError):
    """A command line that cannot be meant."""


def add_json(parser: "argparse.ArgumentParser") -> None:
    """Every command that answers takes `--json`."""
    parser.add_argument("--json", action="store_true", help="answer as JSON on stdout, errors included")


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
