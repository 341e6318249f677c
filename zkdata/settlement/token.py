"""An ERC-20 token: what the escrow pays with."""

from zkdata.settlement.chain import Chain
from zkdata.settlement.contract import Contract
from zkdata.settlement.contracts import committed
from zkdata.settlement.receipt import Receipt


class Token:
    """A token at an address of one chain. Amounts are in its smallest unit."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    @classmethod
    def at(cls, chain: Chain, address: str) -> "Token":
        """A token that is deployed already."""
        return cls(chain.at(committed("TestToken"), address))

    @classmethod
    def deploy_for_trial(cls, chain: Chain, *, sender: str | None = None) -> "Token":
        """A token without value that anyone may mint: for demonstrations and tests."""
        return cls(chain.deploy(committed("TestToken"), sender=sender))

    @property
    def address(self) -> str:
        """Where it lives."""
        return self._contract.address

    def balance(self, account: str) -> int:
        """What an account holds."""
        return int(self._contract.call("balanceOf", account))

    def mint(self, account: str, amount: int, *, sender: str) -> Receipt:
        """Make tokens out of nothing; only the trial token has this."""
        return self._contract.send("mint", account, amount, sender=sender)

    def approve(self, spender: str, amount: int, *, sender: str) -> Receipt:
        """Let a spender take up to this much."""
        return self._contract.send("approve", spender, amount, sender=sender)
