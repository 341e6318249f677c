"""The device registry on the chain, as far as an escrow asks it: whether it accepts a root of a registrar's."""

from typing import Self

from zkdata.settlement.chain import Chain, Contract
from zkdata.settlement.contracts import committed
from zkdata.settlement.receipt import Receipt

TRIAL = "SwitchRegistry"
"""The one contract that the trial, the demo and the tests deploy."""


class RootRegistry:
    """A registry at an address of one chain."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    @classmethod
    def at(cls, chain: Chain, address: str) -> Self:
        """A registry that is deployed already."""
        return cls(chain.at(committed(TRIAL), address))

    @classmethod
    def deploy_for_trial(cls, chain: Chain) -> Self:
        """A registry in which anybody switches any registrar's roots: for demonstrations and tests."""
        return cls(chain.deploy(committed(TRIAL)))

    @property
    def address(self) -> str:
        """Where it lives."""
        return self._contract.address

    def accepts(self, registrar: str, root: int) -> bool:
        """Whether a claim about this root is taken now."""
        return bool(self._contract.call("accepts", registrar, root))

    def publish(self, root: int, *, registrar: str, accepted: bool = True) -> Receipt:
        """Let a root of the registrar's count from now on, or no longer."""
        return self._contract.send("set", registrar, root, accepted, sender=registrar)
