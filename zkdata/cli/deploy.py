"""`zkdata deploy`: registry, verifiers and escrow on a chain, and the document that names them for everybody."""

import argparse
from pathlib import Path
from typing import Any

from .account import account_of, add_account, add_node, chain_of, tell
from .usage import UsageWrong

EPILOG = """\
examples:
  zkdata deploy --rpc http://127.0.0.1:8545 --key deployer.key --circuit capsule_16x4 deployment.json
  zkdata deploy ... --circuit capsule_16x4 --circuit capsule_64x4 --trial-token 0x...:500 deployment.json
"""
WHOLE = 10**18


def add_to(nouns: Any) -> None:
    """Add the noun."""
    noun = nouns.add_parser(
        "deploy",
        help="put registry, verifiers and escrow on a chain",
        description=_deploy.__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_node(noun)
    add_account(noun)
    noun.add_argument(
        "--circuit",
        dest="circuits",
        action="append",
        metavar="NAME",
        required=True,
        help="whose claims the escrow takes, by the key that is here; may be given again",
    )
    noun.add_argument(
        "--trial-token",
        dest="holders",
        action="append",
        default=[],
        metavar="ADDRESS:AMOUNT",
        help="also deploy a token without value, and give so many whole ones to an account; may be given again",
    )
    noun.add_argument("output", type=Path, metavar="OUT.json", help="the deployment, for everybody; must not exist yet")
    noun.set_defaults(run=_deploy)


def _deploy(chosen: argparse.Namespace) -> int:
    """Deploy, from the account of the key, and write where everything is. Each proving key's contract is its own."""
    from ..capsule.output import check_outputs
    from ..proof.circuit import Circuit
    from ..proof.verifier import Verifier
    from ..settlement.deployment import Deployment
    from ..settlement.escrow import Escrow
    from ..settlement.registry import DeviceRegistry
    from ..settlement.token import Token

    check_outputs([chosen.output], [chosen.key])
    if chosen.output.exists():
        raise UsageWrong(
            f"{chosen.output} exists, and names a deployment; choose another name", path=str(chosen.output)
        )
    verifiers = [Verifier(Circuit.named(name)) for name in dict.fromkeys(chosen.circuits)]
    holders = [_holder(text) for text in chosen.holders]
    chain = chain_of(chosen)
    sender = account_of(chosen, chain)
    registry = DeviceRegistry.deploy(chain, sender=sender)
    escrow = Escrow.deploy(chain, *verifiers, sender=sender)
    token = Token.deploy_for_trial(chain, sender=sender) if holders else None
    for account, amount in holders:
        if token is not None:
            token.mint(chain.address(account), amount, sender=sender)
    deployment = Deployment.of(escrow, registry, token.address if token else "")
    deployment.save(chosen.output)
    gas = sum(receipt.gas_used for receipt in escrow.deployments if receipt is not None)
    facts = {"chain": chain.chain_id, "escrow": escrow.address, "registry": registry.address}
    facts |= {"token": token.address} if token else {}
    facts |= {each.circuit: each.address for each in deployment.verifiers}
    return tell(chosen, facts | {"gas of escrow and verifiers": gas, "deployment": str(chosen.output)})


def _holder(text: str) -> tuple[str, int]:
    account, colon, amount = text.partition(":")
    if not colon or not amount.isascii() or not amount.isdigit():
        raise UsageWrong("--trial-token takes an address, a colon and a whole number of tokens")
    return account, int(amount) * WHOLE
