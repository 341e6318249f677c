"""A claim and its release over a node that fails and a chain that is undone: paid once, and no secret too early."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.stage import TOKEN, Stage, set_up
from tests.settlement.fault_proxy import FaultProxy
from zkdata.errors import NotReleased, ZkDataError
from zkdata.proof import signals
from zkdata.proof.claim import Claim
from zkdata.proof.proof import Proof
from zkdata.settlement import node, wallet
from zkdata.settlement.chain import Chain
from zkdata.settlement.escrow import Escrow
from zkdata.settlement.outbox import Outbox
from zkdata.settlement.pending import PendingClaim
from zkdata.settlement.posting import Posting
from zkdata.settlement.signatures import Signer
from zkdata.settlement.wallet import Wallet

CONFIRMATIONS = 3
ROUNDS = 12


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds in place of minutes."""
    monkeypatch.setattr(node, "ANSWER_SECONDS", 0.6)
    monkeypatch.setattr(wallet, "WAIT_SECONDS", 6.0)
    monkeypatch.setattr(wallet, "AGAIN_SECONDS", 0.2)
    monkeypatch.setattr(wallet, "STUCK_SECONDS", 2.0)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """On an anvil of its own, with some blocks behind it."""
    with Chain.anvil() as chain:
        made = set_up(chain)
        chain.web3.provider.make_request("anvil_mine", [hex(40)])  # type: ignore[arg-type]
        yield made


class Truth:
    """What really is on the chain, past the proxy; and what must never be seen there."""

    def __init__(self, stage: Stage, posting: Posting, claim: Claim, proof: Proof, final: int) -> None:
        self.final = final
        self.stage, self.posting, self.claim, self.proof = stage, posting, claim, proof
        self.nullifier = proof.values[signals.NULLIFIER]
        self.early = 0
        self._secret = f"{claim.release_secret:064x}".encode()

    def events(self, name: str) -> list[Any]:
        """Of this claim."""
        found = self.stage.escrow._contract.history(name, nullifier=self.nullifier)
        return [each for each in found if each.event.arguments["id"] == self.posting.id]

    def look(self, body: bytes) -> None:
        """Counts requests with the secret while the claim could still be undone."""
        if self._secret not in body:
            return
        latest = int(self.stage.chain.web3.eth.block_number)
        final = any(each.block + self.final <= latest for each in self.events("Claimed"))
        self.early += not final


@contextmanager
def moving(stage: Stage, seed: int) -> Iterator[None]:
    """Blocks come all the time, and now and then some are undone, never as many as count as final.

    Nothing else makes a block: one that anvil 1.7.1 makes while it undoes others can leave a transaction in two blocks.
    """
    ended, dice = threading.Event(), random.Random(seed)
    request = stage.chain.web3.provider.make_request

    def move() -> None:
        while not ended.wait(0.06):
            request("evm_mine", [])  # type: ignore[arg-type]
            if dice.random() < 0.04:
                request("anvil_reorg", [dice.randint(1, CONFIRMATIONS - 1), []])  # type: ignore[arg-type]

    mover = threading.Thread(target=move)
    request("evm_setAutomine", [False])  # type: ignore[arg-type]
    mover.start()
    try:
        yield
    finally:
        ended.set()
        mover.join()
        request("evm_setAutomine", [True])  # type: ignore[arg-type]


def step(url: str, truth: Truth, signer: Signer, path: Path) -> bool:
    """One run of an owner's program: finish what was begun, claim if nobody has, release. Whether he is told that it is
    paid."""
    chain = Chain.rpc(url, CONFIRMATIONS)
    outbox = Outbox(path)
    try:
        sender = chain.use(Wallet(signer, outbox))
        escrow = Escrow.attach(chain, truth.stage.escrow.address, {truth.posting.verifiers[0]: truth.stage.verifier})
        Wallet(signer, outbox).resume(chain.node)
        pending = escrow.pending(truth.nullifier)
        if pending is None:
            pending = escrow.claim(truth.posting, truth.proof, truth.claim.terms, sender=sender)
        try:
            pending.release(truth.claim.release_secret, sender=sender)
        except NotReleased:
            # Perhaps because it was released already, and the answer lost: the chain says so.
            pending.delivery()
        return True
    finally:
        outbox.close()


def schedule(stage: Stage, seed: int, path: Path, part: float = 0.1, final: int = CONFIRMATIONS) -> None:
    """Runs until one says that he is paid; then he is, once, and each of them kept the rules."""
    posting = stage.post(stage.journey.request)
    claim, proof = stage.proven(posting)
    truth = Truth(stage, posting, claim, proof, final)
    signer = Signer.generate()
    stage.chain.web3.provider.make_request("anvil_setBalance", [signer.address, hex(10**20)])  # type: ignore[arg-type]
    stage.chain.web3.provider.make_request("anvil_mine", [hex(CONFIRMATIONS + 2)])  # type: ignore[arg-type]
    before = stage.token.balance(stage.recipient), stage.token.balance(stage.relayer)
    upstream = str(stage.chain.web3.provider.endpoint_uri)  # type: ignore[attr-defined]
    with FaultProxy(upstream, seed, part) as proxy, moving(stage, seed):
        proxy.look = truth.look
        for number in range(ROUNDS):
            if number == ROUNDS - 3:
                proxy.part = 0.0
            try:
                paid = step(proxy.url, truth, signer, path)
            except ZkDataError:
                continue
            # What it says is so: the payment is there, and it is final.
            assert paid and len(truth.events("Released")) == 1, "Released"
            break
        else:
            pytest.fail(f"seed {seed}: not paid after {ROUNDS} runs, the last three without faults: {proxy.made}")
    assert truth.early == 0, "shown too early"
    assert len(truth.events("Claimed")) == len(truth.events("Released")) == 1
    paid_out = stage.token.balance(stage.recipient) - before[0], stage.token.balance(stage.relayer) - before[1]
    assert paid_out == (11 * TOKEN, TOKEN)


def seeds(first: int, count: int) -> list[Any]:
    """In two groups, each with a chain of its own."""
    marks = [pytest.mark.xdist_group(f"faulty node {number}") for number in (0, 1)]
    return [pytest.param(seed, marks=marks[seed % 2]) for seed in range(first, first + count)]


@pytest.mark.parametrize("seed", seeds(0, 25))
def test_a_claim_over_a_failing_node(stage: Stage, seed: int, tmp_path: Path) -> None:
    """25 seeds."""
    schedule(stage, seed, tmp_path / "outbox")


@pytest.mark.deep
@pytest.mark.parametrize("seed", seeds(1000, 300))
def test_a_claim_over_a_failing_node_at_length(stage: Stage, seed: int, tmp_path: Path) -> None:
    """300 more."""
    schedule(stage, seed, tmp_path / "outbox")


@pytest.mark.xdist_group("faulty node 0")
def test_a_secret_too_early_is_seen(stage: Stage, tmp_path: Path) -> None:
    """An owner who counts fewer confirmations than it takes shows his secret before the claim is final."""
    with pytest.raises(AssertionError, match="early"):
        schedule(stage, 7, tmp_path / "outbox", part=0.0, final=1000)


@pytest.mark.xdist_group("faulty node 0")
def test_a_false_word_of_payment_is_seen(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that says that it released, and did not."""
    monkeypatch.setattr(PendingClaim, "release", lambda *_, **__: None)
    with pytest.raises(AssertionError, match="Released"):
        schedule(stage, 8, tmp_path / "outbox", part=0.0)
