"""One node: how it is reached, and what a wallet asks it. Its answers are compared with what was asked."""

import contextlib
import json
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from zkdata.errors import ToolMissing, TransactionFailed

try:
    import requests
    from web3 import HTTPProvider, Web3
    from web3.exceptions import TransactionNotFound, Web3Exception
    from web3.providers.rpc.utils import ExceptionRetryConfiguration
except ImportError:
    raise ToolMissing("web3 is not installed; run `pip install 'zkdata[chain]'`", extra="chain") from None

ANSWER_SECONDS = 60
BLOCK_SECONDS = 15
"""A block of the slower chains, and a little more."""
UNANSWERED = (requests.RequestException, json.JSONDecodeError)
Refusals = Callable[[str], contextlib.AbstractContextManager[None]]


class Node:
    """What a wallet needs of a node, and no more."""

    def __init__(self, web3: Web3, refusals: Refusals, confirmations: int = 0) -> None:
        self._web3 = web3
        self._refusals = refusals
        self.confirmations = confirmations
        """Blocks on top of the one with a transaction before it counts as mined."""

    @cached_property
    def identity(self) -> str:
        """Chain id and first block: two chains of one id are two chains."""
        with self._refusals("reading the first block"):
            first = self._web3.eth.get_block(0)
            return f"{self._web3.eth.chain_id}:{Web3.to_hex(first['hash'])}"

    @cached_property
    def chain_id(self) -> int:
        """As transactions are signed for."""
        return int(self.identity.split(":")[0])

    def offer(self, raw: bytes) -> str | None:
        """Give the node a transaction. None if it took it, or gave no answer; else what it said."""
        try:
            self._web3.eth.send_raw_transaction(raw)
        except UNANSWERED:
            return None
        except (Web3Exception, ValueError) as fault:
            return str(fault)
        return None

    def receipt(self, transaction: str, confirmations: int | None = None) -> Mapping[str, Any] | None:
        """The receipt, once so many blocks stand on its block, and that one is still the chain's; else None."""
        depth = self.confirmations if confirmations is None else confirmations
        try:
            found: Any = self._web3.eth.get_transaction_receipt(transaction)  # type: ignore[arg-type]
            if Web3.to_hex(found["transactionHash"]) != transaction:
                return None
            latest = self._web3.eth.block_number
            block = self._web3.eth.get_block(found["blockNumber"])
        except (*UNANSWERED, TransactionNotFound, Web3Exception, KeyError, TypeError, ValueError):
            return None
        settled = block["hash"] == found["blockHash"] and latest >= found["blockNumber"] + depth
        return found if settled else None

    def mined(self, transaction: str, label: str) -> Mapping[str, Any]:
        """Wait for the receipt; TransactionFailed if there is none in time."""
        started, patience = time.monotonic(), ANSWER_SECONDS + BLOCK_SECONDS * self.confirmations
        while (spent := time.monotonic() - started) < patience:
            if (found := self.receipt(transaction)) is not None:
                return found
            time.sleep(min(0.02 + spent / 20, 1.0))
        raise TransactionFailed(
            f"{label} was sent, and not confirmed within {patience:.0f} s; look for it before you send again",
            transaction=transaction,
        )

    def count(self, account: str, confirmations: int | None = None) -> int:
        """Transactions of this account: with those that wait in the node, or those under so many blocks."""
        with self._refusals("counting transactions"):
            at: Any = "pending" if confirmations is None else max(0, self._web3.eth.block_number - confirmations)
            return int(self._web3.eth.get_transaction_count(account, at))  # type: ignore[arg-type]

    def height(self) -> int:
        """Number of the latest block."""
        with self._refusals("reading the latest block"):
            return int(self._web3.eth.block_number)

    def fees(self) -> tuple[int, int]:
        """The base fee of the next block, or of the latest, and the tip that the node suggests; in wei."""
        with self._refusals("reading fees"):
            base = self._web3.eth.get_block("pending").get("baseFeePerGas", 0)
            return int(base), int(self._web3.eth.max_priority_fee)


def http(url: str) -> Web3:
    """A connection that follows no redirect and no proxy of the environment."""
    session = requests.Session()
    session.trust_env = False  # a proxy named in the environment would carry us off this machine
    return Web3(
        HTTPProvider(
            url,
            session=session,
            request_kwargs={"timeout": ANSWER_SECONDS, "allow_redirects": False},
            exception_retry_configuration=ExceptionRetryConfiguration(
                errors=(requests.ConnectionError, requests.HTTPError, requests.Timeout), retries=3, backoff_factor=0.1
            ),
        )
    )
