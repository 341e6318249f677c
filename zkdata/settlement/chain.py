"""A chain to deploy, send and call on. With `contract`, `node` and `signatures` the only module that imports web3.

A chain is local where its id is in `LOCAL_CHAINS` and it is the embedded one, an anvil that was started here, or a node
on a loopback address. On every other one `judges` asks of each key that it came from a setup that strangers pay on.
"""

import ast
import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from zkdata.errors import (
    ChainMismatch,
    ParametersInvalid,
    SetupInsecure,
    ToolMissing,
    TransactionFailed,
    ZkDataError,
)
from zkdata.settlement import anvil, node
from zkdata.settlement.bounded_http import is_loopback
from zkdata.settlement.contract import DEPLOY_GAS, Contract, decoded
from zkdata.settlement.contracts import Compiled
from zkdata.settlement.receipt import Receipt
from zkdata.settlement.refusals import refusal, unnamed
from zkdata.settlement.wallet import Wallet

try:
    import requests
    from eth_abi import abi as codec
    from eth_abi.exceptions import DecodingError
    from web3 import Web3
    from web3.exceptions import Web3Exception
    from web3.logs import DISCARD
except ImportError:
    raise ToolMissing("web3 is not installed; run `pip install 'zkdata[chain]'`", extra="chain") from None

EMBEDDED_CHAIN = 131277322940537
LOCAL_CHAINS: Mapping[int, str] = {1337: "geth --dev", 31337: "anvil or hardhat", EMBEDDED_CHAIN: "eth-tester"}
NOBODY = "0x" + "00" * 20

_SOLIDITY_ERRORS: Mapping[bytes, Mapping[str, Any]] = {
    bytes.fromhex("08c379a0"): {"name": "Error", "inputs": [{"name": "reason", "type": "string"}]},
    bytes.fromhex("4e487b71"): {"name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]},
}


class Chain:
    """A chain. Make one with `embedded`, `anvil` or `rpc`."""

    def __init__(self, web3: Web3, name: str, *, here: bool = True) -> None:
        self.web3 = web3
        self.name = name
        self.node = node.Node(web3, self.refusals)
        self.second: node.Node | None = None
        """Another node of the same chain, which has to agree on what is final."""
        self._errors: dict[bytes, Mapping[str, Any]] = {}
        self._wallets: dict[str, Wallet] = {}
        with self.refusals(f"connecting to {name}"):
            self.chain_id: int = web3.eth.chain_id
            self.local = here and self.chain_id in LOCAL_CHAINS
            """Whether it is for trials, where development keys do no harm."""
            self.accounts: tuple[str, ...] = tuple(web3.eth.accounts) if here else ()
        if self.local and not self.accounts:
            raise ChainMismatch(f"{name} offers no unlocked accounts; start it as a development node", name=name)

    def __repr__(self) -> str:
        return f"{self.name} (chain {self.chain_id})"

    @classmethod
    def embedded(cls) -> "Chain":
        """A fresh EVM inside this process: eth-tester with py-evm."""
        try:
            from eth_tester import EthereumTester, PyEVMBackend
            from web3 import EthereumTesterProvider
        except ImportError:
            raise ToolMissing("eth-tester is not installed; run `pip install 'zkdata[demo]'`", extra="demo") from None
        return cls(Web3(EthereumTesterProvider(EthereumTester(PyEVMBackend()))), "the embedded chain")

    @classmethod
    @contextlib.contextmanager
    def anvil(cls, hardfork: str = "osaka") -> Iterator["Chain"]:
        """A fresh anvil on a free loopback port, ended when the block is left."""
        with anvil.running(hardfork) as url:
            yield cls(node.http(url), f"anvil ({hardfork})")

    @classmethod
    def rpc(cls, url: str, confirmations: int = 0, second: str | None = None) -> "Chain":
        """A node that is running already: on a loopback address, or elsewhere by https.

        With confirmations nothing counts as mined before so many blocks stand on its block. With a second node, of the
        same chain, no release secret is shown before both say so.
        """
        chain = cls._connected(url, confirmations)
        if second is not None:
            other = cls._connected(second, confirmations)
            if other.node.identity != chain.node.identity:
                raise ChainMismatch(
                    f"{other.name} is another chain than {chain.name}; name two nodes of one chain",
                    expected=chain.node.identity,
                    got=other.node.identity,
                )
            chain.second = other.node
        return chain

    @classmethod
    def _connected(cls, url: str, confirmations: int) -> "Chain":
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            host, parts = "", urlsplit("")
        if parts.scheme not in ("http", "https") or not host:
            raise ChainMismatch("this is not an http URL; write it as http://127.0.0.1:8545", host=host)
        here = is_loopback(host)
        if not here and parts.scheme != "https":
            raise SetupInsecure(
                f"{host} is not on this machine, and what it answers by http anybody on the way can change; use https",
                host=host,
            )
        chain = cls(node.http(url), f"the node at {host}:{parts.port or 'default port'}", here=here)
        chain.node.confirmations = confirmations
        return chain

    def deploy(self, compiled: Compiled, *arguments: Any, sender: str | None = None) -> Contract:
        """Try the constructor, deploy, and check the receipt."""
        self.learn(compiled)
        self.runtime_code(compiled, *arguments)
        label = f"deploying {compiled.name}"
        with self.refusals(label):
            factory = self.web3.eth.contract(abi=list(compiled.abi), bytecode=compiled.bytecode)
            creation = factory.constructor(*arguments)
            mined = self.transacted(creation, sender or self.anybody, DEPLOY_GAS, label)
            receipt = self.receipt(mined, self.web3.eth.contract(abi=list(compiled.abi)))
        return Contract(self, compiled, str(mined["contractAddress"]), receipt)

    def at(self, compiled: Compiled, address: str) -> Contract:
        """A contract that is deployed already; ChainMismatch where there is no code."""
        self.learn(compiled)
        if not self.code(address):
            raise ChainMismatch(f"there is no code at {address} on {self}; is this the right chain?", address=address)
        return Contract(self, compiled, address)

    def runtime_code(self, compiled: Compiled, *arguments: Any) -> bytes:
        """The code that deploying this would leave, immutables filled in; nothing is sent."""
        with self.refusals(f"deploying {compiled.name}"):
            factory = self.web3.eth.contract(abi=list(compiled.abi), bytecode=compiled.bytecode)
            creation = factory.constructor(*arguments).data_in_transaction
            return bytes(self.web3.eth.call({"from": self.anybody, "gas": DEPLOY_GAS, "data": creation}))

    @property
    def anybody(self) -> Any:
        """Who asks where it does not matter who asks."""
        return self.accounts[0] if self.accounts else NOBODY

    def learn(self, compiled: Compiled) -> None:
        """Remember the contract's custom errors: a revert may come through a contract that does not declare it."""
        for entry in compiled.abi:
            if entry["type"] == "error":
                signature = f"{entry['name']}({','.join(_type(given) for given in entry['inputs'])})"
                self._errors[bytes(Web3.keccak(text=signature)[:4])] = entry

    def code(self, address: str) -> bytes:
        """The code at an address."""
        account: Any = self.address(address)
        with self.refusals(f"reading {address}"):
            return bytes(self.web3.eth.get_code(account))

    def address(self, text: str) -> str:
        """An address as this chain's events write it; ChainMismatch for what is none."""
        try:
            return str(Web3.to_checksum_address(text))
        except (TypeError, ValueError):
            message = f"{text!r} is no address; give 0x and 40 hex digits"
            raise ChainMismatch(message, address=str(text)) from None

    def now(self) -> int:
        """Time of the latest block, in seconds since 1970."""
        with self.refusals("reading the latest block"):
            return int(self.web3.eth.get_block("latest")["timestamp"])

    def advance(self, seconds: int) -> None:
        """Let at least a second pass: a block is mined this much later than the latest one."""
        target = self.now() + seconds
        with self.refusals("advancing the clock"):
            if self.chain_id == EMBEDDED_CHAIN:
                # eth-tester 0.14.0b1 mines the block one second before the time it is given.
                self._request("testing_timeTravel", target + 1)
            else:
                self._request("evm_setNextBlockTimestamp", target)
                self._request("evm_mine")

    def is_final(self, transaction: str) -> bool:
        """Whether it was mined in a block that has the confirmations asked for, by the word of every node here."""
        found = self.node.receipt(transaction)
        if found is None or self.second is None:
            return found is not None
        agreed = self.second.receipt(transaction)
        return agreed is not None and agreed["blockHash"] == found["blockHash"]

    def use(self, wallet: Wallet) -> str:
        """From now on sign for this account here, and not in the node; its address, to be named as the sender."""
        self._wallets[wallet.address] = wallet
        return wallet.address

    def began(self, sender: str, once: str | None) -> bool:
        """Whether a wallet in use here has signed something under this name, and it has not failed."""
        wallet = self._wallets.get(sender)
        return once is not None and wallet is not None and wallet.began(self.node, once)

    def resume(self, sender: str) -> None:
        """Finish what a wallet in use here was sending when it was stopped, if this is one."""
        if wallet := self._wallets.get(sender):
            with self.refusals(f"finishing what {sender} began"):
                wallet.resume(self.node)

    def transacted(self, bound: Any, sender: str, gas: int, label: str, once: str | None = None) -> Mapping[str, Any]:
        """Send a call or a creation and wait for it; TransactionFailed if it was mined and reverted."""
        fields: dict[str, Any] = {"from": sender, "gas": gas, "chainId": self.chain_id}
        if wallet := self._wallets.get(sender):
            free = {"nonce": 0, "value": 0, "maxFeePerGas": 0, "maxPriorityFeePerGas": 0}
            built = bound.build_transaction(fields | free)
            call = {name: built[name] for name in ("to", "data") if built.get(name)}
            found = wallet.send(self.node, call, gas, label, once)
        else:
            found = self.node.mined(Web3.to_hex(bound.transact(fields)), label)
        if found["status"] != 1:
            raise TransactionFailed(
                f"{label} was mined and reverted, though it passed just before; something came in between, try again",
                transaction=Web3.to_hex(found["transactionHash"]),
                gas_used=found["gasUsed"],
            )
        return found

    def receipt(self, mined: Mapping[str, Any], contract: Any) -> Receipt:
        """The receipt with the contract's own events decoded."""
        entries = [
            decoded(entry)
            for declared in contract.abi
            if declared["type"] == "event"
            for entry in contract.events[declared["name"]]().process_receipt(mined, errors=DISCARD)
            if entry["address"] in (contract.address, mined["contractAddress"])
        ]
        block = self.web3.eth.get_block(mined["blockNumber"])
        return Receipt(
            Web3.to_hex(mined["transactionHash"]), int(mined["gasUsed"]), int(block["timestamp"]), tuple(entries)
        )

    @contextlib.contextmanager
    def refusals(self, label: str) -> Iterator[None]:
        """Turn what web3, eth-tester or the connection raise into this package's own errors."""
        try:
            yield
        except ZkDataError:
            raise
        except (Web3Exception, requests.RequestException, json.JSONDecodeError, _tester_errors()) as fault:
            raise self._translated(fault, label) from None

    def _translated(self, fault: Exception, label: str) -> ZkDataError:
        if isinstance(fault, requests.RequestException):
            return TransactionFailed(f"{self.name} does not answer ({type(fault).__name__}); is it running?")
        if isinstance(fault, json.JSONDecodeError):
            return TransactionFailed(f"what answers at {self.name} is no node; look at the URL")
        data = _revert_data(fault)
        if not data:
            return unnamed(label, str(fault)[:300])
        return self.revert(data, label)

    def revert(self, data: bytes, label: str) -> ZkDataError:
        """The error that a contract reverted with, or says that it would have."""
        declared = self._errors.get(data[:4], _SOLIDITY_ERRORS.get(data[:4]))
        if declared is None:
            return unnamed(label, "0x" + data.hex())
        given = declared["inputs"]
        try:
            decoded = codec.decode([_type(each) for each in given], data[4:])
        except (DecodingError, ValueError, OverflowError):
            return unnamed(label, "0x" + data.hex())
        values = [
            self.address(value) if each["type"] == "address" else value
            for each, value in zip(given, decoded, strict=True)
        ]
        if declared["name"] in ("Error", "Panic"):
            return unnamed(label, f"{declared['name']}: {values[0]}")
        names = [each["name"] or f"argument{index}" for index, each in enumerate(given)]
        return refusal(declared["name"], dict(zip(names, values, strict=True)), label)

    def _request(self, method: str, *parameters: Any) -> None:
        answer = self.web3.provider.make_request(method, list(parameters))  # type: ignore[arg-type]
        if "error" in answer:
            raise TransactionFailed(f"{self.name} refuses {method}: {answer['error']}; it is no development node")


def encoded(types: Sequence[str], values: Sequence[Any]) -> bytes:
    """abi.encode of these values."""
    return bytes(codec.encode(list(types), list(values)))


def checksummed(address: str) -> str:
    """The address as web3 writes it; ParametersInvalid if it is none."""
    if not Web3.is_address(address):
        raise ParametersInvalid(f"{address!r} is no address: 0x and 40 hex digits", parameter="address")
    return str(Web3.to_checksum_address(address))


def _tester_errors() -> type[Exception]:
    try:
        from eth_tester.exceptions import TransactionFailed as Refused
    except ImportError:
        return Web3Exception
    kind: type[Exception] = Refused
    return kind


def _revert_data(fault: Exception) -> bytes:
    """The bytes a contract reverted with, wherever this node put them; empty if there are none."""
    data = getattr(fault, "data", None)
    if isinstance(data, Mapping):  # hardhat nests it
        data = data.get("data")
    if isinstance(data, str) and data.startswith("0x"):
        try:
            return bytes.fromhex(data[2:])
        except ValueError:
            return b""
    # eth-tester has no field for it: it writes the bytes as Python text after this prefix
    _, found, text = str(fault).partition("execution reverted: ")
    if found and text[:2] in ("b'", 'b"'):
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return b""
        return value if isinstance(value, bytes) else b""
    return b""


def _type(given: Mapping[str, Any]) -> str:
    """The canonical ABI type, tuples written out."""
    if given["type"].startswith("tuple"):
        return f"({','.join(_type(part) for part in given['components'])}){given['type'][5:]}"
    return str(given["type"])
