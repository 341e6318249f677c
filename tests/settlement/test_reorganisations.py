"""A chain that is undone, 1 to 16 blocks deep: first below a claim, then below its payment, by fewer, as many and more
blocks than count as final. No secret is shown too early, nothing is paid twice, and nobody is told a payment that is
not there."""

import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.settlement.fault_proxy import FaultProxy
from tests.settlement.machines.trapdoor_prover import proof_of
from tests.settlement.machines.world import (
    BUYER_KEY,
    DEVICE_CLASS,
    EPOCH,
    HOURS,
    SCALES,
    World,
    built,
    node,
    owner_of,
    sealed,
)
from zkdata.capsule.schemas import TEMPERATURE
from zkdata.capsule.seal import HOUR
from zkdata.errors import TransactionFailed
from zkdata.proof.claim import Claim
from zkdata.proof.request import Mode, Request
from zkdata.proof.terms import Terms
from zkdata.settlement import settling, wallet
from zkdata.settlement.chain import Chain
from zkdata.settlement.claim_file import KeptClaim
from zkdata.settlement.escrow import Escrow
from zkdata.settlement.node import Node
from zkdata.settlement.outbox import Outbox
from zkdata.settlement.receipt import Entry
from zkdata.settlement.settling import Settled, Stage, progress, settle
from zkdata.settlement.signatures import Signer
from zkdata.settlement.wallet import Wallet

DEEPEST = 16
YOUNG = 250
"""Blocks; a test makes a hundred at most, and undoes some."""
RECORDS = 3
PATIENCE = 20.0
"""Seconds for anything that the client does by itself."""
LISTENING = 0.3
"""Seconds in which a client that says too early that it is paid would have said so."""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is sent again at once."""
    monkeypatch.setattr(wallet, "AGAIN_SECONDS", 0.1)


class Worlds:
    """One after the other, each on an anvil of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._open = folder, ExitStack()
        self._world: World | None = None

    def world(self) -> World:
        """The last one, while it is young: from its 500th block on anvil 1.7.1 forgets states, in the end all but ten,
        and goes back to an older block without its contracts."""
        if self._world is None or int(self._world.chain.web3.eth.block_number) > YOUNG:
            self.close()
            self._world = built(self._open.enter_context(node()), self._folder)
        return self._world

    def close(self) -> None:
        """End the last one."""
        self._open.close()


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """For all tests of a group."""
    made = Worlds(tmp_path_factory.mktemp("world"))
    yield made
    made.close()


@pytest.fixture
def world(worlds: Worlds) -> World:
    """For one of them."""
    return worlds.world()


class Undoing:
    """One claim, its owner's program in a thread, and the chain's blocks in our hands."""

    def __init__(
        self,
        world: World,
        proxy: FaultProxy,
        pool: ThreadPoolExecutor,
        folder: Path,
        confirmations: int,
        final: int,
        *,
        surprised: bool,
    ) -> None:
        self.world, self.confirmations, self.final, self.surprised = world, confirmations, final, surprised
        request = Request.about(
            TEMPERATURE,
            {"temperature": ("-40.00", "60.00")},
            device_class=DEVICE_CLASS,
            slot_length=HOUR,
            time_min=EPOCH,
            time_max=EPOCH + HOURS * HOUR - 1,
            buyer_key=BUYER_KEY.public,
            mode=Mode.CALLDATA,
        )
        money: dict[str, Any] = {"budget": 500 * SCALES[0], "price_per_record": SCALES[0], "buyer": world.buyers[0]}
        world.tokens[0].mint(world.buyers[0], money["budget"], sender=world.buyers[0])
        posting = world.escrow.post(
            request, token=world.tokens[0], registry=world.registry, registrar=world.registrar, **money
        )
        self.recipient = Signer.generate().address
        claim = Claim(
            sealed(0, 0, RECORDS),
            posting.request,
            Terms(self.recipient),
            owner=owner_of(0),
            registry=world.registered,
            enrolment=world.registered.enrolments[0],
            as_of=world.chain.now() * 1000,
        )
        self.kept = KeptClaim.of(world.chain.node.identity, posting, claim, proof_of(claim))
        self.signer = Signer.generate()
        self.request("anvil_setBalance", self.signer.address, hex(10**20))
        self.request("anvil_mine", hex(DEEPEST + 4))
        self.early = self.shown = self.lied = False
        proxy.look = self._look
        self._url, self._pool, self._outbox = proxy.url, pool, folder / "outbox"
        self.run: Future[Settled]

    def request(self, method: str, *parameters: Any) -> Any:
        """What anvil answers to a method of its own."""
        answer = self.world.chain.web3.provider.make_request(method, list(parameters))  # type: ignore[arg-type]
        assert "error" not in answer, answer
        return answer["result"]

    def events(self, name: str) -> list[Entry]:
        """Of this claim, as they are on the chain, past the proxy."""
        found = self.world.escrow._contract.history(name, nullifier=self.kept.nullifier)
        return [each for each in found if each.event.arguments["id"] == self.kept.request]

    def is_final(self, events: list[Entry], confirmations: int) -> bool:
        """Whether there is one, and so many blocks on its block."""
        latest = int(self.world.chain.web3.eth.block_number)
        return any(each.block + confirmations <= latest for each in events)

    def start(self) -> None:
        """One run of the owner's program."""
        self.run = self._pool.submit(self._settle)

    def attached(self) -> Escrow:
        """The escrow as the owner reaches it."""
        chain = Chain.rpc(self._url, self.confirmations)
        return Escrow.attach(chain, self.world.escrow.address, self.world.escrow.verifiers)

    def waits(self, nonce: int) -> None:
        """Until the node has a transaction with this nonce."""
        until = time.monotonic() + PATIENCE
        while self.world.chain.node.count(self.signer.address) <= nonce:
            assert time.monotonic() < until, f"nothing was sent with nonce {nonce}"
            time.sleep(0.01)

    def mine(self, blocks: int) -> None:
        """So many."""
        for _ in range(blocks):
            self.request("evm_mine")

    def goes_on(self, *, until_released: bool) -> None:
        """Blocks come until one has the payment, or until a run ends well. What was signed for a claim that came back
        in another block can fail, where the claim counted as final and was not: then the owner runs it again."""
        until = time.monotonic() + PATIENCE
        while not (self.events("Released") if until_released else self.run.done()):
            assert time.monotonic() < until, "nothing comes of it"
            if self.run.done() and isinstance(self.run.exception(), TransactionFailed) and self.surprised:
                self.start()
            assert not self.run.done(), self.run.result()
            self.mine(1)
            time.sleep(0.03)

    def nonce_of(self, name: str) -> int:
        """The nonce of the only transaction with this event."""
        (event,) = self.events(name)
        return int(self.world.chain.web3.eth.get_transaction(event.transaction)["nonce"])  # type: ignore[arg-type]

    def _settle(self) -> Settled:
        outbox = Outbox(self._outbox)
        try:
            escrow = self.attached()
            told = settle(escrow, self.kept, sender=escrow.chain.use(Wallet(self.signer, outbox)))
        finally:
            outbox.close()
        self.lied = self.lied or not self.is_final(self.events("Released"), self.confirmations)
        return told

    def _look(self, body: bytes) -> None:
        if f"{self.kept.secret:064x}".encode() not in body:
            return
        if not self.shown:
            self.early = not self.is_final(self.events("Claimed"), self.final)
        self.shown = True


def undo(world: World, folder: Path, depth: int, confirmations: int, final: int | None = None) -> None:
    """Undo so many blocks below the claim, and then below its payment; and the owner is paid, once."""
    upstream = str(world.chain.web3.provider.endpoint_uri)  # type: ignore[attr-defined]
    with FaultProxy(upstream, 0, 0.0) as proxy, ThreadPoolExecutor(1) as pool:
        final = confirmations if final is None else final
        undoing = Undoing(world, proxy, pool, folder, confirmations, final, surprised=depth > confirmations)
        undoing.request("evm_setAutomine", False)
        try:
            undo_claim(undoing, depth)
            undo_payment(undoing, depth)
        finally:
            undoing.request("evm_setAutomine", True)
    check(undoing)


def undo_claim(undoing: Undoing, depth: int) -> None:
    """The block with the claim, and those on it. The secret waits where that many are not final yet."""
    undoing.start()
    undoing.waits(0)
    undoing.mine(depth)
    if undoing.surprised:
        undoing.waits(1)
    assert len(undoing.events("Claimed")) == 1 and undoing.shown == undoing.surprised
    undoing.request("anvil_reorg", depth, [])
    assert undoing.events("Claimed") == undoing.events("Released") == [] and not undoing.run.done()
    undoing.goes_on(until_released=True)


def undo_payment(undoing: Undoing, depth: int) -> None:
    """The block with the payment, and those on it, of which nobody was told where that many are not final yet."""
    undoing.mine(depth - 1)
    if undoing.surprised:
        assert undoing.run.result(PATIENCE).payment == undoing.events("Released")[0].transaction
    if not undoing.surprised:
        told = wait([undoing.run], LISTENING).done
        assert not told, "told too early"
    undoing.request("anvil_reorg", depth, [])
    assert undoing.events("Released") == []
    if undoing.surprised:
        assert progress(undoing.attached(), undoing.kept).stage < Stage.PAID
        undoing.start()
    undoing.goes_on(until_released=False)


def check(undoing: Undoing) -> None:
    """The last word is true, and every rule was kept."""
    told = undoing.run.result()
    (released,), sent = undoing.events("Released"), undoing.world.chain.node.count(undoing.signer.address)
    assert (told.stage, told.payment) == (Stage.PAID, released.transaction)
    assert not undoing.early, "shown too early"
    assert not undoing.lied, "told too early"
    assert undoing.nonce_of("Claimed") == 0, "the claim was signed anew"
    if not undoing.surprised:
        assert undoing.nonce_of("Released") == 1 and sent == 2, "one claim, one release"
    assert undoing.world.tokens[0].balance(undoing.recipient) == RECORDS * SCALES[0]


def confirmations_around(depth: int) -> tuple[int, ...]:
    """Fewer than are undone, as many, and more."""
    return depth - 1, depth, depth + 2


def grouped(cases: list[tuple[int, int]]) -> list[Any]:
    """In two groups, each with a chain of its own."""
    return [pytest.param(*each, marks=pytest.mark.xdist_group(f"reorganisations {sum(each) % 2}")) for each in cases]


EVERY_DEPTH = [(depth, count) for depth in range(1, DEEPEST + 1) for count in confirmations_around(depth)]


@pytest.mark.parametrize(("depth", "confirmations"), grouped([(1, 0), (1, 3), (2, 2), (7, 6), (7, 9), (16, 16)]))
def test_claim_and_payment_undone(world: World, depth: int, confirmations: int, tmp_path: Path) -> None:
    """Both are sent again, with the same nonces, and end once; the secret waits until the claim is final."""
    undo(world, tmp_path, depth, confirmations)


@pytest.mark.deep
@pytest.mark.parametrize(("depth", "confirmations"), grouped(EVERY_DEPTH))
def test_claim_and_payment_undone_at_every_depth(world: World, depth: int, confirmations: int, tmp_path: Path) -> None:
    """All of them."""
    undo(world, tmp_path, depth, confirmations)


@pytest.mark.xdist_group("reorganisations 0")
def test_a_secret_too_early_is_seen(world: World, tmp_path: Path) -> None:
    """An owner who counts fewer confirmations than it takes."""
    with pytest.raises(AssertionError, match="early"):
        undo(world, tmp_path, 2, 1, final=3)


@pytest.mark.xdist_group("reorganisations 0")
def test_a_false_word_of_payment_is_seen(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that says that it is paid as soon as the payment is in a block."""
    receipt = Node.receipt
    monkeypatch.setattr(settling, "_is_final", lambda *_: True)

    def hasty(self: Node, transaction: str, confirmations: int | None = None) -> Any:
        found = receipt(self, transaction, 0)
        pays = found is not None and len(found["logs"]) > 1
        return found if pays else receipt(self, transaction, confirmations)

    monkeypatch.setattr(Node, "receipt", hasty)
    monkeypatch.setattr(sys.modules[__name__], "LISTENING", PATIENCE)
    with pytest.raises(AssertionError, match="told too early"):
        undo(world, tmp_path, 2, 4)
