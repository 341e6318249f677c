"""A chain takes what is right, says by name what is wrong, and is never anything but local."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.settlement.other_chain import running
from zkdata.errors import AlreadyClaimed, ChainMismatch, SetupInsecure, ToolMissing, TransactionFailed
from zkdata.settlement import anvil as anvil_module
from zkdata.settlement.chain import EMBEDDED_CHAIN, Chain
from zkdata.settlement.contracts import Compiled

pytestmark = pytest.mark.xdist_group("settlement")


def _block(chain: Chain) -> int:
    return int(chain.web3.eth.block_number)


def test_send_call_and_event(chain: Chain, probe: Compiled) -> None:
    """What was sent can be read back, and its event comes decoded, from the sender's own account."""
    contract = chain.deploy(probe, 5)
    assert contract.call("value") == 5
    receipt = contract.send("keep", 9, sender=chain.accounts[1])
    assert contract.call("value") == 9
    assert receipt.event("Kept").arguments == {"id": 9, "who": chain.accounts[1]}
    assert receipt.gas_used > 21_000
    assert contract.logged("Kept", id=9) and not contract.logged("Kept", id=8)
    with pytest.raises(TransactionFailed):
        receipt.event("Kept2")


def test_a_refusal_costs_nothing(chain: Chain, probe: Compiled) -> None:
    """A custom error becomes the class of its name with its arguments, and no transaction is made of it."""
    contract = chain.deploy(probe, 0)
    before = _block(chain)
    with pytest.raises(AlreadyClaimed) as refused:
        contract.send("keep", 1, sender=chain.accounts[1])
    assert refused.value.evidence == {"nullifier": 7}
    assert _block(chain) == before


def test_an_error_comes_through_a_contract_that_does_not_declare_it(chain: Chain, probe: Compiled) -> None:
    """The errors of every contract met are known, whichever one is called."""
    outer = Compiled("Outer", tuple(e for e in probe.abi if e["type"] != "error"), probe.bytecode, probe.digest)
    fresh = Chain(chain.web3, chain.name)
    alone = fresh.deploy(outer, 0)
    alone.send("link", alone.address, sender=chain.accounts[0])
    with pytest.raises(TransactionFailed):
        alone.call("keepThere", 1)
    fresh.learn(probe)
    with pytest.raises(AlreadyClaimed):
        alone.call("keepThere", 1)


@pytest.mark.parametrize(
    ("given", "said"),
    [(2, "OfNoClass"), (3, "three"), (4, "Panic: 1"), (5, ""), (6, ""), (7, "0xdeadbeef")],
    ids=["unknown name", "require", "assert", "out of gas", "empty", "undeclared"],
)
def test_a_revert_without_a_class_is_a_failed_transaction(chain: Chain, probe: Compiled, given: int, said: str) -> None:
    """What has no name of ours is TransactionFailed, with whatever the contract said."""
    contract = chain.deploy(probe, 0)
    with pytest.raises(TransactionFailed) as failed:
        contract.send("keep", given, sender=chain.accounts[0])
    assert said in str(failed.value)
    if given == 2:
        assert failed.value.evidence == {"error": "OfNoClass", "message_": 5, "which": "0x" + "00" * 31 + "06"}


def test_a_constructor_that_reverts(chain: Chain, probe: Compiled) -> None:
    """Deployment is tried before it is sent, like every call."""
    before = _block(chain)
    with pytest.raises(AlreadyClaimed):
        chain.deploy(probe, 13)
    assert _block(chain) == before


def test_a_transaction_that_reverts_when_mined(probe: Compiled) -> None:
    """A receipt is looked at: what passed as a call and reverts in its block is not taken for done."""
    chain = Chain.embedded()
    contract = chain.deploy(probe, 0)
    with pytest.raises(TransactionFailed, match="mined and reverted") as failed:
        contract.send("onlyAt", _block(chain), sender=chain.accounts[0])
    assert failed.value.gas_used > 21_000


def test_nothing_is_estimated(probe: Compiled, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gas limits are explicit: an estimation would run every pairing again."""
    chain = Chain.embedded()
    monkeypatch.setattr(chain.web3.provider.ethereum_tester.backend, "estimate_gas", None)
    chain.deploy(probe, 0).send("keep", 9, sender=chain.accounts[0])


def test_time_passes_when_told(chain: Chain, probe: Compiled) -> None:
    """The next block is as much later as was asked, and blocks after it are later still."""
    before = chain.now()
    chain.advance(86_400)
    assert chain.now() == before + 86_400
    receipt = chain.deploy(probe, 0).send("keep", 9, sender=chain.accounts[0])
    assert receipt.block_time >= before + 86_400


def test_runtime_code_is_what_deployment_leaves(chain: Chain, probe: Compiled) -> None:
    """The code of a deployed contract can be told without deploying it, and an empty account is not a contract."""
    contract = chain.deploy(probe, 3)
    assert chain.code(contract.address) == chain.runtime_code(probe, 4)
    assert chain.at(probe, contract.address).call("value") == 3
    with pytest.raises(ChainMismatch):
        chain.at(probe, chain.accounts[5])


def test_a_node_on_loopback_is_taken(anvil: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    """`rpc` connects to a local node, and not through a proxy that the environment names."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert Chain.rpc(_url(anvil)).chain_id == 31337


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1:8545",
        "http://0.0.0.0:8545",
        "http://localhost.example.org:8545",
        "http://127.0.0.1.example.org",
        "http://127.0.0.1@example.org:8545",
        "http://[2001:db8::1]:8545",
        "http://2130706433:8545",
    ],
)
def test_a_node_elsewhere_is_refused(url: str) -> None:
    """By http, whose answers anybody on the way can change: a host that is not a loopback address is not spoken to."""
    with pytest.raises(SetupInsecure):
        Chain.rpc(url)


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8545", "ftp://127.0.0.1", "http://", "http://127.0.0.1:99999", "file:///etc"]
)
def test_what_is_no_url_is_refused(url: str) -> None:
    """Only http and https URLs name a node."""
    with pytest.raises(ChainMismatch):
        Chain.rpc(url)


def test_another_chain_is_not_local() -> None:
    """A chain that is not listed is not local, loopback or not: it may be a fork, or a tunnel."""
    with running(1) as url:
        chain = Chain.rpc(url)
        assert chain.chain_id == 1 and not chain.local
    assert Chain.embedded().local


@pytest.mark.parametrize(
    ("status", "body"), [(307, b""), (200, b"<html>"), (200, b"[]"), (200, b"{}"), (500, b""), (200, b'{"result":"x"}')]
)
def test_what_is_no_node_is_refused(status: int, body: bytes, anvil: Chain) -> None:
    """A server that redirects or answers no JSON-RPC is refused by name, and a redirect is not followed."""
    with _server(status, body, _url(anvil)) as url, pytest.raises((TransactionFailed, ChainMismatch)):
        Chain.rpc(url)


def test_a_node_that_is_not_there() -> None:
    """No answer is an error that says so."""
    with pytest.raises(TransactionFailed, match="is it running"):
        Chain.rpc("http://127.0.0.1:9")


def test_anvil_is_ended() -> None:
    """Leaving the block ends the anvil that it started, and no other, also when the block fails."""
    with pytest.raises(KeyError), Chain.anvil(hardfork="prague") as chain:
        url = _url(chain)
        assert Chain.rpc(url).chain_id == 31337
        raise KeyError
    with pytest.raises(TransactionFailed):
        Chain.rpc(url)


def test_anvil_that_does_not_start() -> None:
    """An anvil that leaves at once is reported with its own words, without waiting."""
    started = time.monotonic()
    with pytest.raises(ToolMissing, match="no-such-fork"), Chain.anvil(hardfork="no-such-fork"):
        pass
    assert time.monotonic() - started < 5


def test_anvil_that_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing tool is named with the command that installs it."""
    monkeypatch.setattr(anvil_module, "CHECKOUT", tmp_path)
    with pytest.raises(ToolMissing, match="npm ci"), Chain.anvil():
        pass


def test_the_embedded_chain_is_fresh() -> None:
    """Two embedded chains share nothing, and are listed as local."""
    first, second = Chain.embedded(), Chain.embedded()
    assert first.chain_id == second.chain_id == EMBEDDED_CHAIN
    first.advance(10)
    assert _block(first) == _block(second) + 1


def _url(chain: Chain) -> str:
    return str(chain.web3.provider.endpoint_uri)  # type: ignore[attr-defined]


@contextmanager
def _server(status: int, body: bytes, elsewhere: str) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(status)
            self.send_header("Location", elsewhere)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
