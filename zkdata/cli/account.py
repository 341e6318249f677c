"""Options of the commands that look at a deployment, or send something from an account."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .usage import UsageWrong, add_json, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..settlement.chain import Chain
    from ..settlement.deployment import Deployment
    from ..settlement.escrow import Escrow

MOST_CONFIRMATIONS = 1_000


def add_node(verb: argparse.ArgumentParser) -> None:
    """`--rpc`, `--confirmations`, `--second` and `--json`."""
    verb.add_argument("--rpc", metavar="URL", required=True, help="a node: on this machine, or elsewhere by https")
    verb.add_argument(
        "--confirmations",
        type=int,
        default=0,
        metavar="N",
        help="blocks on top of the one with a transaction before it counts (default: %(default)s)",
    )
    verb.add_argument(
        "--second", metavar="URL", help="another node of the same chain, which has to agree before a secret is shown"
    )
    add_json(verb)


def add_deployment(verb: argparse.ArgumentParser) -> None:
    """`--deployment`, and a node."""
    verb.add_argument(
        "--deployment", type=Path, metavar="FILE", required=True, help="what `zkdata deploy` wrote: addresses and keys"
    )
    add_node(verb)


def add_account(verb: argparse.ArgumentParser) -> None:
    """`--key` and `--outbox`."""
    verb.add_argument("--key", type=Path, metavar="FILE", required=True, help="the account's key, of mode 0600")
    verb.add_argument(
        "--outbox",
        type=Path,
        metavar="FILE",
        help="where what is signed is kept before it is sent; one for each key (default: the key's name with .outbox)",
    )


def chain_of(chosen: argparse.Namespace) -> "Chain":
    """The chain behind the node, or the nodes, that are named."""
    from ..settlement.chain import Chain

    if not 0 <= chosen.confirmations <= MOST_CONFIRMATIONS:
        raise UsageWrong(f"--confirmations takes 0 to {MOST_CONFIRMATIONS:,}")
    return Chain.rpc(chosen.rpc, chosen.confirmations, chosen.second)


def account_of(chosen: argparse.Namespace, chain: "Chain") -> str:
    """The account of the key, which signs here; what it was sending when it was stopped is finished first."""
    from ..settlement.outbox import Outbox
    from ..settlement.signatures import Signer
    from ..settlement.wallet import Wallet

    signer = Signer.load(chosen.key)
    outbox = Outbox(chosen.outbox or chosen.key.with_name(chosen.key.name + ".outbox"))
    waiting = outbox.waiting(chain.node.identity, signer.address)
    if waiting:
        sys.stderr.write(f"finishing what was begun: {', '.join(each.label for each in waiting)}\n")
    account = chain.use(Wallet(signer, outbox))
    chain.resume(account)
    return account


def opened(chosen: argparse.Namespace) -> "tuple[Deployment, Chain, Escrow]":
    """The deployment, its chain, and its escrow, whose code and keys are seen to be ours."""
    from ..settlement.deployment import Deployment

    deployment, chain = Deployment.load(chosen.deployment), chain_of(chosen)
    return deployment, chain, deployment.escrow_on(chain)


def tell(chosen: argparse.Namespace, facts: "Mapping[str, Any]") -> int:
    """The answer: a line for each fact, or JSON."""
    if chosen.json:
        print(json.dumps(plain(facts), indent=2))
        return 0
    width = 2 + max(len(name) for name in facts)
    for name, value in facts.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
        print(f"{name:<{width}}{shown}")
    return 0
