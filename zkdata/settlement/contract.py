"""A contract at an address of one chain: what is called and sent there, and what it logged."""

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zkdata.errors import ResourceLimit, ToolMissing
from zkdata.settlement.contracts import Compiled
from zkdata.settlement.receipt import Entry, Event, Receipt
from zkdata.settlement.refusals import unnamed

try:
    from eth_abi.exceptions import DecodingError
    from web3 import Web3
except ImportError:
    raise ToolMissing("web3 is not installed; run `pip install 'zkdata[chain]'`", extra="chain") from None

if TYPE_CHECKING:
    from zkdata.settlement.chain import Chain

# Explicit limits, so that nobody estimates: estimation would run every pairing several times. What is not used is not
# paid. All are below the 2^24 that one transaction may ask for since Osaka (EIP-7825).
SEND_GAS = 2_000_000
DEPLOY_GAS = 12_000_000
MOST_GAS = 16_000_000
LOG_LIMIT = 2**23
"""Entries of one history: what a full registry of 8^7 places needs, several times over."""


class Contract:
    """A contract at an address of one chain."""

    def __init__(self, chain: "Chain", compiled: Compiled, address: str, deployed: Receipt | None = None) -> None:
        self.chain = chain
        self.compiled = compiled
        account: Any = chain.address(address)
        self.address: str = account
        self.deployed = deployed
        self._web3_contract = chain.web3.eth.contract(address=account, abi=list(compiled.abi))

    def __repr__(self) -> str:
        return f"<{self.compiled.name} at {self.address} on {self.chain}>"

    def call(self, function: str, *arguments: Any, sender: str | None = None, gas: int = SEND_GAS) -> Any:
        """What the function answers now. Costs and changes nothing; raises what the contract would revert with."""
        with self.chain.refusals(f"{self.compiled.name}.{function}"):
            bound = self._web3_contract.functions[function](*arguments)
            return bound.call({"from": sender or self.chain.anybody, "gas": gas})

    def send(
        self, function: str, *arguments: Any, sender: str, gas: int = SEND_GAS, once: str | None = None
    ) -> Receipt:
        """Call first, so that a refusal costs nothing; then send, wait, and check the receipt.

        A wallet sends only one transaction under the name `once`: of what it began already, this is the end.
        """
        if not self.chain.began(sender, once):
            self.call(function, *arguments, sender=sender, gas=gas)
        label = f"{self.compiled.name}.{function}"
        with self.chain.refusals(label):
            bound = self._web3_contract.functions[function](*arguments)
            mined = self.chain.transacted(bound, sender, gas, label, once)
            return self.chain.receipt(mined, self._web3_contract)

    def logged(self, event: str, **indexed: Any) -> tuple[Event, ...]:
        """Every event of this name since the first block whose indexed arguments are these."""
        with self.chain.refusals(f"reading {self.compiled.name}.{event}"):
            found = self._web3_contract.events[event]().get_logs(from_block=0, argument_filters=indexed)
        return tuple(decoded(entry) for entry in found)

    def creation_code(self, event: Event) -> bytes:
        """What created this contract, constructor's arguments included, by an event of its constructor; else nothing.

        A contract with immutables has no code that could be compared to the byte; what made it can.
        """
        with self.chain.refusals(f"reading how {self.compiled.name} was deployed"):
            made = self.chain.web3.eth.get_transaction_receipt(event.transaction)  # type: ignore[arg-type]
            if made["contractAddress"] != self.address:
                return b""
            return bytes(Web3.to_bytes(self.chain.web3.eth.get_transaction(event.transaction)["input"]))  # type: ignore[arg-type]

    def asked(self, event: Event) -> Mapping[str, Any]:
        """Arguments of the transaction that logged this event, by name; none where it called something else."""
        with self.chain.refusals(f"reading a transaction to {self.compiled.name}"):
            sent = self.chain.web3.eth.get_transaction(event.transaction)  # type: ignore[arg-type]
            with contextlib.suppress(DecodingError, ValueError):
                return dict(self._web3_contract.decode_function_input(sent["input"])[1])
        return {}

    def history(self, *events: str, since: int = 0, until: int | None = None, **indexed: Any) -> tuple[Entry, ...]:
        """Every event of these names whose indexed arguments are these, in the order in which they were logged; of the
        blocks from `since` to `until`, which is the latest one where it is left out."""
        label = f"reading the history of {self.compiled.name}"
        try:
            with self.chain.refusals(label):
                latest = self.chain.web3.eth.block_number if until is None else until
                found = [
                    self._entry(entry, indexed, latest)
                    for name in events
                    for entry in self._web3_contract.events[name]().get_logs(
                        from_block=since, to_block=latest, argument_filters=indexed
                    )
                ]
        except (ArithmeticError, AttributeError, DecodingError, LookupError, TypeError, ValueError) as fault:
            raise unnamed(label, f"what the node answers is no log ({type(fault).__name__})") from None
        if len(found) > LOG_LIMIT:
            raise ResourceLimit(f"the node answers with more than {LOG_LIMIT:,} entries", limit=LOG_LIMIT)
        if len({(entry.block, entry.index) for entry in found}) != len(found):
            raise unnamed(label, "the node answers with two entries for one place of the log")
        return tuple(sorted(found, key=lambda entry: (entry.block, entry.index)))

    def _entry(self, given: Any, indexed: Mapping[str, Any], latest: int) -> Entry:
        """One entry, if it is what was asked for: a node need not have looked at address or arguments."""
        arguments = dict(given["args"])
        asked = given["address"] == self.address and all(arguments[name] == indexed[name] for name in indexed)
        block, index = given["blockNumber"], given["logIndex"]
        if not asked or not (0 <= block <= latest and index >= 0):
            raise ValueError
        return Entry(Event(given["event"], arguments), block, index, Web3.to_hex(given["transactionHash"]))


def decoded(entry: Mapping[str, Any]) -> Event:
    """A log entry as web3 decodes it."""
    return Event(entry["event"], dict(entry["args"]), Web3.to_hex(entry["transactionHash"]))
