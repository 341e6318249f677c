"""kill -9 at any instant of a claim and its release: the next run finishes it, and it is claimed and paid once."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.stage import Stage, set_up
from tests.settlement.fault_proxy import FaultProxy
from zkdata.settlement.chain import Chain
from zkdata.settlement.claim_file import KeptClaim
from zkdata.settlement.deployment import Deployment
from zkdata.settlement.signatures import Signer

pytestmark = pytest.mark.xdist_group("killed")
MONEY = 10**20
PAID = 11
"""Whole tokens: twelve readings, less the relayer's fee."""


class Executioner(FaultProxy):
    """A proxy that fails in nothing, and kills whoever asks at one of his requests: before the node has it, or when the
    node has answered and he does not know yet."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream, seed=0, part=0.0)
        self._counting = threading.Lock()
        self.expect(0, known=False)

    def expect(self, number: int, *, known: bool) -> None:
        """Kill at this request, counted from 1; never at 0."""
        self.asked, self._number, self._known = 0, number, known
        self.child: Future[int] = Future()

    def forward(self, body: bytes) -> bytes:
        """What the node answers, or nothing to a dead man."""
        with self._counting:
            self.asked += 1
            due = self.asked == self._number
        if due and not self._known:
            os.kill(self.child.result(5), signal.SIGKILL)
            return b""
        answer = super().forward(body)
        if due:
            os.kill(self.child.result(5), signal.SIGKILL)
        return answer


@dataclass
class Killing:
    """A claim that waits to be sent, and the command that brings it to its payment."""

    stage: Stage
    folder: Path
    account: str
    proxy: Executioner
    settler: "subprocess.Popen[str]"
    snapshot: str
    stages: Counter[str] = field(default_factory=Counter)

    def request(self, method: str, *parameters: Any) -> Any:
        """What anvil answers to a method of its own."""
        answer = self.stage.chain.web3.provider.make_request(method, list(parameters))  # type: ignore[arg-type]
        assert "error" not in answer, answer
        return answer["result"]

    def run(self, number: int = 0, *, known: bool = False, seconds: float | None = None) -> int:
        """How the command ends, killed at one of its requests or after so many seconds if it comes so far."""
        self.proxy.expect(number, known=known)
        child = self._asked()
        self.proxy.child.set_result(child)
        if seconds is not None:
            time.sleep(seconds)
            os.kill(child, signal.SIGKILL)
        return self._asked()

    def _asked(self) -> int:
        assert self.settler.stdin is not None and self.settler.stdout is not None
        self.settler.stdin.write("\n")
        self.settler.stdin.flush()
        return int(self.settler.stdout.readline())

    def sent(self) -> int:
        """Transactions of the account that were mined."""
        return self.stage.chain.node.count(self.account, 0)

    def begin_again(self) -> None:
        """The chain and the folder as they were before anything was sent."""
        for file in self.folder.glob("account.key.outbox*"):
            file.unlink()
        assert self.request("evm_revert", self.snapshot)
        self.snapshot = self.request("evm_snapshot")

    def kill(self, number: int = 0, *, known: bool = False, seconds: float | None = None) -> None:
        """Kill one run, and let the next one finish."""
        self.begin_again()
        code = self.run(number, known=known, seconds=seconds)
        assert code == -signal.SIGKILL or (code == 0 and seconds is not None)
        began = (self.folder / "account.key.outbox").exists()
        self.stages[f"{self.sent()} mined" if began else "nothing kept"] += 1
        assert self.run() == 0, f"the run after a kill at {number}, {known}, {seconds} did not finish"
        assert self.stage.balances()["recipient"] == PAID
        contract = self.stage.escrow._contract
        claimed = [each.arguments["nullifier"] for each in contract.logged("Claimed")]
        assert claimed == [self.stage.proof.value("nullifier")]
        assert len(contract.logged("Released")) == 1
        assert self.sent() == 2, "a claim and a release, each sent once"


@pytest.fixture(scope="module")
def killing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killing]:
    """On an anvil of its own."""
    folder = tmp_path_factory.mktemp("killed")
    with Chain.anvil() as chain:
        stage = set_up(chain)
        provider: Any = chain.web3.provider
        signer = Signer.generate()
        signer.save(folder / "account.key")
        provider.make_request("anvil_setBalance", [signer.address, hex(MONEY)])
        KeptClaim.of(chain.node.identity, stage.posting, stage.claim, stage.proof).save(folder / "hour.claim")
        Deployment.of(stage.escrow, stage.registry).save(folder / "deployment.json")
        with Executioner(str(provider.endpoint_uri)) as proxy:
            command = [
                *(sys.executable, "-m", "tests.settlement.settler", "claim", "release", str(folder / "hour.claim")),
                *("--deployment", str(folder / "deployment.json"), "--key", str(folder / "account.key")),
                *("--rpc", proxy.url),
            ]
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as settler:
                snapshot = provider.make_request("evm_snapshot", [])["result"]
                yield Killing(stage, folder, signer.address, proxy, settler, snapshot)
                assert settler.stdin is not None
                settler.stdin.close()


def requests_of(killing: Killing) -> list[tuple[int, bool]]:
    """Every request of a whole run, before the node has it, and once it has answered."""
    killing.begin_again()
    assert killing.run() == 0 and killing.sent() == 2
    killing.stages.clear()
    return [(number, known) for number in range(1, killing.proxy.asked) for known in (False, True)]


def test_a_dozen_instants(killing: Killing) -> None:
    """Before anything is kept, between keeping and sending, between claim and release, and at the end."""
    instants = requests_of(killing)
    for place in range(12):
        number, known = instants[place * len(instants) // 12]
        killing.kill(number, known=known)
    assert set(killing.stages) == {"nothing kept", "0 mined", "1 mined", "2 mined"}, killing.stages


@pytest.mark.deep
def test_two_hundred_instants(killing: Killing) -> None:
    """At every request of a run, and at instants in between that nobody chose, until there are two hundred."""
    instants, dice = requests_of(killing), random.Random(0x6111)
    for number, known in instants:
        killing.kill(number, known=known)
    started = time.monotonic()
    killing.begin_again()
    assert killing.run() == 0
    whole = time.monotonic() - started
    for _ in range(max(200 - len(instants), 60)):
        killing.kill(seconds=dice.uniform(0, whole))
    assert set(killing.stages) == {"nothing kept", "0 mined", "1 mined", "2 mined"}, killing.stages
