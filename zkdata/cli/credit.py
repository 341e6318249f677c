"""`zkdata credit`: what the escrow holds for an account: approvers' shares, and what a token refused to pay."""

import argparse
from typing import TYPE_CHECKING, Any

from .account import account_of, add_account, add_deployment, opened, tell
from .usage import UsageWrong

if TYPE_CHECKING:
    from ..settlement.chain import Chain
    from ..settlement.deployment import Deployment
    from ..settlement.token import Token

EPILOG = """\
examples:
  zkdata credit show --deployment deployment.json --rpc http://127.0.0.1:8545 0x...
  zkdata credit withdraw --deployment deployment.json --rpc http://127.0.0.1:8545 --key keeper.account
"""


def add_to(nouns: Any) -> None:
    """Add the noun and its verbs."""
    noun = nouns.add_parser(
        "credit",
        help="take what the escrow holds for an account",
        description="Keepers' and gates' shares, and payments that a token refused, wait until they are taken.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = noun.add_subparsers(title="commands", metavar="COMMAND", required=True)
    show = verbs.add_parser("show", help="what waits for an account", description=_show.__doc__)
    _add_token(show)
    show.add_argument("account", metavar="ADDRESS", help="whose credit")
    show.set_defaults(run=_show)
    withdraw = verbs.add_parser("withdraw", help="take all of it", description=_withdraw.__doc__)
    _add_token(withdraw)
    add_account(withdraw)
    withdraw.add_argument("--to", metavar="ADDRESS", help="another account of yours, if the token refuses this one")
    withdraw.set_defaults(run=_withdraw)


def _add_token(verb: argparse.ArgumentParser) -> None:
    add_deployment(verb)
    verb.add_argument("--token", metavar="ADDRESS", help="of the request; without, the deployment's trial token")


def _show(chosen: argparse.Namespace) -> int:
    """What waits for an account in one token, in its smallest part."""
    deployment, chain, escrow = opened(chosen)
    token, account = _token(chosen, deployment, chain), chain.address(chosen.account)
    return tell(chosen, {"account": account, "token": token.address, "credit": escrow.credit(token, account)})


def _withdraw(chosen: argparse.Namespace) -> int:
    """Take the account's whole credit in one token."""
    deployment, chain, escrow = opened(chosen)
    token = _token(chosen, deployment, chain)
    account = account_of(chosen, chain)
    to = chain.address(chosen.to) if chosen.to else account
    receipt = escrow.withdraw(token, to, sender=account)
    amount = receipt.event("Withdrawn").arguments["amount"]
    return tell(chosen, {"to": to, "token": token.address, "amount": amount, "transaction": receipt.transaction})


def _token(chosen: argparse.Namespace, deployment: "Deployment", chain: "Chain") -> "Token":
    from ..settlement.token import Token

    address = chosen.token or deployment.token
    if not address:
        raise UsageWrong("--token names the token of the request; this deployment has no trial token")
    return Token.at(chain, address)
