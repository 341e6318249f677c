"""A key that signs here: every transaction is kept before it is sent, mined once, and without gaps."""

import sqlite3
import stat
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from zkdata.errors import ArtifactMalformed, KeyUnsafe, TransactionFailed
from zkdata.settlement import wallet as wallet_module
from zkdata.settlement.chain import Chain
from zkdata.settlement.contract import Contract
from zkdata.settlement.contracts import Compiled
from zkdata.settlement.outbox import Outbox, Signed
from zkdata.settlement.signatures import Signer
from zkdata.settlement.wallet import Wallet

pytestmark = pytest.mark.xdist_group("wallet")
MONEY = 10**20


class Bench:
    """An anvil, a contract that counts, and a key that the node does not have."""

    def __init__(self, chain: Chain, probe: Compiled, path: Path) -> None:
        self.chain, self.path = chain, path
        self.contract: Contract = chain.deploy(probe, 0)
        self.signer = Signer.generate()
        self.request("anvil_setBalance", self.signer.address, hex(MONEY))
        self.outbox = Outbox(path)
        self.wallet = Wallet(self.signer, self.outbox)
        self.sender = chain.use(self.wallet)

    def request(self, method: str, *parameters: Any) -> Any:
        """What anvil answers to a method of its own."""
        answer = self.chain.web3.provider.make_request(method, list(parameters))  # type: ignore[arg-type]
        assert "error" not in answer, answer
        return answer["result"]

    def keep(self, value: int) -> int:
        """One transaction; the nonce that it had."""
        receipt = self.contract.send("keep", value, sender=self.sender)
        return int(self.chain.web3.eth.get_transaction(receipt.transaction)["nonce"])  # type: ignore[arg-type]

    def call(self, value: int) -> dict[str, Any]:
        """What `keep` sends."""
        bound = self.chain.web3.eth.contract(address=self.contract.address, abi=list(self.contract.compiled.abi))  # type: ignore[arg-type,call-overload]
        return {"to": self.contract.address, "data": bound.encode_abi("keep", [value])}

    def kept(self) -> list[int]:
        """The values of all events, in the order of the chain."""
        return [event.arguments["id"] for event in self.contract.logged("Kept")]


@pytest.fixture
def bench(probe: Compiled, tmp_path: Path) -> Iterator[Bench]:
    with Chain.anvil() as chain:
        yield Bench(chain, probe, tmp_path / "outbox")


def test_signed_here(bench: Bench) -> None:
    """The node has no such key; nonces follow each other, and the outbox knows what was mined."""
    assert bench.sender not in bench.chain.accounts
    assert [bench.keep(20), bench.keep(21)] == [0, 1]
    made = bench.chain.deploy(bench.contract.compiled, 3, sender=bench.sender)
    assert made.call("value") == 3 and bench.keep(22) == 3
    assert bench.outbox.waiting(bench.chain.node.identity, bench.sender) == ()
    assert bench.kept() == [20, 21, 22]


def test_a_refusal_takes_no_nonce(bench: Bench) -> None:
    """What would revert is not signed, and what the node does not take is forgotten."""
    with pytest.raises(TransactionFailed):
        bench.keep(3)
    bench.request("anvil_setBalance", bench.sender, "0x0")
    with pytest.raises(TransactionFailed, match="nothing was sent"):
        bench.wallet.send(bench.chain.node, bench.call(8), 2_000_000, "keep")
    bench.request("anvil_setBalance", bench.sender, hex(MONEY))
    assert bench.keep(20) == 0


def many(bench: Bench, threads: int, each: int) -> None:
    """So many threads send so much; afterwards everything is mined, once, and no nonce is missing."""
    values = range(100, 100 + threads * each)
    start = threading.Barrier(threads)

    def work(first: int) -> list[int]:
        start.wait()
        return [bench.keep(values[first * each + step]) for step in range(each)]

    with ThreadPoolExecutor(threads) as pool:
        nonces = [nonce for part in pool.map(work, range(threads)) for nonce in part]
    assert sorted(nonces) == list(range(len(values)))
    assert sorted(bench.kept()) == list(values)
    assert bench.outbox.waiting(bench.chain.node.identity, bench.sender) == ()


def test_many_threads(bench: Bench) -> None:
    """Eight threads, five sends each, one key."""
    many(bench, 8, 5)


@pytest.mark.deep
def test_a_thousand_sends(bench: Bench) -> None:
    """Fifty threads, twenty sends each, one key: 1,000 mined, no gap."""
    many(bench, 50, 20)


def test_two_outboxes_would_collide_and_do_not(bench: Bench, tmp_path: Path) -> None:
    """A nonce that somebody else's outbox used is not this one's: what no node had is signed anew."""
    other = Wallet(bench.signer, Outbox(tmp_path / "other"))
    bench.keep(20)
    # As if it had looked before: it takes nonce 0, which is spent.
    late = other.outbox.add(
        bench.chain.node.identity,
        bench.sender,
        0,
        "keep",
        lambda nonce: bench.signer.signed(
            {"chainId": bench.chain.chain_id, "gas": 2_000_000, "value": 0, "nonce": nonce, **bench.call(21)}, 1, 10**10
        ),
    )
    assert late.nonce == 0
    with pytest.raises(TransactionFailed, match="nonce 0"):
        other.resume(bench.chain.node)
    assert other.resume(bench.chain.node) == ()
    found = other.send(bench.chain.node, bench.call(22), 2_000_000, "keep")
    assert found["status"] == 1 and bench.kept() == [20, 22]


def crashed(bench: Bench, value: int, *, offered: bool) -> Signed:
    """As `send` leaves it when it is killed: kept, and given to the node or not."""

    def sign(nonce: int) -> Signed:
        fields = {"chainId": bench.chain.chain_id, "gas": 2_000_000, "value": 0, "nonce": nonce, **bench.call(value)}
        return bench.signer.signed(fields, 10**9, 10**11)

    sent = bench.outbox.add(bench.chain.node.identity, bench.sender, 0, "keep", sign)
    if offered:
        assert bench.chain.node.offer(sent.versions[-1].raw) is None
    return sent.versions[-1]


@pytest.mark.parametrize("offered", [False, True])
def test_a_crash_after_keeping(bench: Bench, offered: bool) -> None:
    """The next run sends what was kept, and it is mined once, whether the node had it or not."""
    first = crashed(bench, 30, offered=offered)
    bench.outbox.close()
    again = Wallet(bench.signer, Outbox(bench.path))
    bench.chain.use(again)
    (found,) = again.resume(bench.chain.node)
    assert "0x" + found["transactionHash"].hex().removeprefix("0x") == first.hash
    assert bench.keep(31) == 1
    assert bench.kept() == [30, 31]
    assert again.resume(bench.chain.node) == ()


def test_once(bench: Bench) -> None:
    """Under one name one transaction is made, whoever asks again, and after a crash too."""
    node = bench.chain.node
    first = bench.wallet.send(node, bench.call(40), 2_000_000, "post", once="request for March")
    bench.outbox.close()
    again = Wallet(bench.signer, Outbox(bench.path))
    second = again.send(node, bench.call(41), 2_000_000, "post", once="request for March")
    assert first["transactionHash"] == second["transactionHash"] and bench.kept() == [40]
    again.send(node, bench.call(42), 2_000_000, "post", once="request for April")
    assert bench.kept() == [40, 42]


def test_a_node_that_forgets(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was dropped from the pool is given to the node again."""
    monkeypatch.setattr(wallet_module, "AGAIN_SECONDS", 0.3)
    bench.request("evm_setAutomine", False)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(bench.keep, 50)
        while not (found := bench.outbox.waiting(bench.chain.node.identity, bench.sender)):
            pass
        bench.request("anvil_dropTransaction", found[0].versions[0].hash)
        bench.request("evm_setAutomine", True)
        assert waiting.result(30) == 0
    assert bench.kept() == [50]


def test_fees_that_rise(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction whose fee is too low by now is replaced by itself with a higher one, and mined once."""
    monkeypatch.setattr(wallet_module, "STUCK_SECONDS", 0.3)
    bench.request("evm_setAutomine", False)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(bench.keep, 60)
        while not bench.outbox.waiting(bench.chain.node.identity, bench.sender):
            pass
        bench.request("anvil_setNextBlockBaseFeePerGas", hex(10**12))
        bench.request("evm_mine")
        assert bench.kept() == []
        bench.request("anvil_setIntervalMining", 1)
        assert waiting.result(30) == 0
    assert bench.kept() == [60]


def test_a_reorganisation(bench: Bench) -> None:
    """Nothing counts before it has its confirmations; what a reorganisation undoes is sent again."""
    node = bench.chain.node
    node.confirmations = 2
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(bench.keep, 70)
        while bench.kept() != [70]:
            pass
        assert not waiting.done()
        bench.request("anvil_reorg", 1, [])
        assert bench.kept() == []
        bench.request("anvil_setIntervalMining", 1)
        assert waiting.result(40) == 0
    assert bench.kept() == [70]


def test_a_reorganisation_of_what_counted_as_final(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was confirmed and undone all the same is sent again, with its nonce, as soon as something waits for it."""
    monkeypatch.setattr(wallet_module, "AGAIN_SECONDS", 0.2)
    monkeypatch.setattr(wallet_module, "WAIT_SECONDS", 10.0)
    assert [bench.keep(70), bench.keep(71)] == [0, 1]
    bench.request("anvil_reorg", 2, [])
    assert bench.kept() == []
    assert bench.keep(72) == 2
    assert bench.kept() == [70, 71, 72]


def test_another_chain_of_the_same_id(bench: Bench, probe: Compiled) -> None:
    """A node that was reset is another chain: nonces begin anew, and what waits for the first is not sent to it."""
    bench.keep(80)
    crashed(bench, 81, offered=False)
    # The first block of an anvil says nothing but in which second it was started.
    time.sleep(1.1)
    with Chain.anvil() as fresh:
        fresh.advance(5)
        assert fresh.node.identity != bench.chain.node.identity
        fresh.web3.provider.make_request("anvil_setBalance", [bench.sender, hex(MONEY)])  # type: ignore[arg-type]
        fresh.use(bench.wallet)
        assert bench.wallet.resume(fresh.node) == ()
        fresh.deploy(probe, 0).send("keep", 82, sender=bench.sender)
        assert fresh.node.count(bench.sender) == 1


def test_the_file(bench: Bench, tmp_path: Path) -> None:
    """Nobody else reads it; what others can read, what is no outbox and what is of another version is refused."""
    assert stat.S_IMODE(bench.path.stat().st_mode) == 0o600
    odd = tmp_path / "text"
    odd.touch(0o600)
    odd.write_bytes(b"no database, but long enough to be looked at as one" * 30)
    with pytest.raises(ArtifactMalformed):
        Outbox(odd)
    later = tmp_path / "later"
    Outbox(later).close()
    with sqlite3.connect(later) as tables:
        tables.execute("PRAGMA user_version = 2")
    with pytest.raises(ArtifactMalformed, match="version 2"):
        Outbox(later)
    bench.path.chmod(0o640)
    with pytest.raises(KeyUnsafe):
        Outbox(bench.path)
    link = tmp_path / "link"
    link.symlink_to(later)
    with pytest.raises(OSError, match="symbolic"):
        Outbox(link)


def test_nothing_secret_is_shown(bench: Bench) -> None:
    """Neither the key nor what is signed is in a text that somebody might log."""
    made = crashed(bench, 90, offered=False)
    kept = bench.outbox.waiting(bench.chain.node.identity, bench.sender)
    shown = f"{bench.wallet!r} {bench.outbox!r} {made!r} {kept!r}"
    assert bench.signer.secret.hex() not in shown and made.raw.hex() not in shown
    assert repr(made.raw) not in shown
