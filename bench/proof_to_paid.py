"""How long is it from a capsule to its payment, and where does the time go? On anvil, split into parts.

    python -m bench.proof_to_paid            medians of 7 runs, with a block for each transaction and with one a second
    python -m bench.proof_to_paid --runs 21 --confirmations 3
    python -m bench.proof_to_paid --json     the same for a program

Keys, circuit and contracts are loaded and compiled before. Each run is a request of its own and a fresh key with a
fresh outbox. Mined is the time from what is signed and kept to the first look that finds it in a block, and confirmed
from then to the look that finds as many blocks on it; the client waits a little between two looks.
"""

import argparse
import contextlib
import functools
import json
import os
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import command
from tests.journeys.stage import Stage, set_up
from zkdata.proof.verifier import Verifier
from zkdata.proof.witness_graph import WitnessGraph
from zkdata.settlement.chain import Chain
from zkdata.settlement.contract import Contract
from zkdata.settlement.escrow import Escrow
from zkdata.settlement.node import Node
from zkdata.settlement.outbox import Outbox
from zkdata.settlement.signatures import Signer
from zkdata.settlement.wallet import Wallet

PARTS = {
    "witness": "witness",
    "prove": "proof",
    "verified": "verified by its maker",
    "attach": "escrow and verifiers checked against our code",
    "claim verified": "claim: verified again before it is sent",
    "claim asked": "claim: the contract is asked",
    "claim kept": "claim: signed and on the disk",
    "claim mined": "claim: mined",
    "claim confirmed": "claim: confirmed",
    "claim rest": "claim: fees, nonce, receipt",
    "final": "claim: seen to be final",
    "release asked": "release: the contract is asked",
    "release kept": "release: signed and on the disk",
    "release mined": "release: mined",
    "release confirmed": "release: confirmed",
    "release rest": "release: checks, fees, nonce, receipt",
}
"""In the order of a run."""
SECONDS_A_BLOCK = {"a block for each transaction": 0, "a block a second": 1}


class Watch:
    """Seconds spent in each part of one step; what is in no part is the step's rest."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._step = ""
        self._kept = self._mined = 0.0

    @contextlib.contextmanager
    def step(self, name: str, rest: str) -> Iterator[None]:
        """One call of the client."""
        self._step, before, started = name, sum(self.spent.values()), time.perf_counter()
        yield
        whole = time.perf_counter() - started
        self.spent[rest] += whole - (sum(self.spent.values()) - before)
        self._step = ""

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """The calls that are parts."""
        with contextlib.ExitStack() as stack:
            for owner, name, part in (
                (WitnessGraph, "calculate", "witness"),
                (Verifier, "verify", "verified"),
                (Contract, "call", "asked"),
                (Outbox, "add", "kept"),
            ):
                stack.enter_context(replaced(owner, name, self._timed(getattr(owner, name), part)))
            stack.enter_context(replaced(Node, "receipt", self._looking(Node.receipt)))
            yield

    def _part(self, name: str) -> str:
        return f"{self._step} {name}".strip() if self._step in ("claim", "release") else name

    def _timed(self, call: Any, part: str) -> Any:
        @functools.wraps(call)
        def timed(*arguments: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return call(*arguments, **named)
            finally:
                if self._step and self._part(part) in PARTS:
                    self.spent[self._part(part)] += time.perf_counter() - started
                if part == "kept":
                    self._kept, self._mined = time.perf_counter(), 0.0

        return timed

    def _looking(self, receipt: Any) -> Any:
        """A look at a transaction that was kept: is it in a block, and has it its confirmations?"""

        @functools.wraps(receipt)
        def looking(node: Node, transaction: str, confirmations: int | None = None) -> Any:
            if not self._kept:
                return receipt(node, transaction, confirmations)
            if not self._mined and receipt(node, transaction, 0) is not None:
                self._mined = time.perf_counter()
            found = receipt(node, transaction, confirmations) if self._mined else None
            if found is not None:
                self.spent[f"{self._step} mined"] += self._mined - self._kept
                self.spent[f"{self._step} confirmed"] += time.perf_counter() - self._mined
                self._kept = 0.0
            return found

        return looking


@contextlib.contextmanager
def replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    """An attribute, for a while."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


def once(stage: Stage, confirmations: int) -> dict[str, float]:
    """One run: seconds by part."""
    posting = stage.post(stage.journey.request)
    claim = stage.journey.with_(request=posting.request).claim()
    signer, watch = Signer.generate(), Watch()
    provider: Any = stage.chain.web3.provider
    provider.make_request("anvil_setBalance", [signer.address, hex(10**20)])
    before = stage.token.balance(stage.recipient)
    with tempfile.TemporaryDirectory() as folder, watch.watching():
        outbox = Outbox(Path(folder) / "outbox")
        with watch.step("prove", "prove"):
            proof = stage.prover.prove(claim)
        with watch.step("attach", "attach"):
            chain = Chain.rpc(str(provider.endpoint_uri), confirmations)
            escrow = Escrow.attach(chain, stage.escrow.address, stage.escrow.verifiers)
        sender = chain.use(Wallet(signer, outbox))
        with watch.step("claim", "claim rest"):
            pending = escrow.claim(posting, proof, claim.terms, sender=sender)
        with watch.step("final", "final"):
            assert pending.is_final
        with watch.step("release", "release rest"):
            pending.release(claim.release_secret, sender=sender)
        outbox.close()
    assert stage.token.balance(stage.recipient) > before
    return {name: watch.spent[name] for name in PARTS}


def measured(runs: int, confirmations: int) -> dict[str, dict[str, float]]:
    """Medians by column and part, and of the whole."""
    found = {}
    for column, seconds in SECONDS_A_BLOCK.items():
        with Chain.anvil() as chain:
            stage = set_up(chain)
            depth = confirmations if seconds else 0
            once(stage, 0)
            if seconds:
                chain.web3.provider.make_request("evm_setIntervalMining", [seconds])  # type: ignore[arg-type]
            spent = []
            for _ in range(runs):
                # at any moment between two blocks: runs that are in step with them wait for none, or for all of one
                time.sleep(random.uniform(0, seconds))  # noqa: S311 - no secret
                spent.append(once(stage, depth))
        medians = {name: statistics.median(each[name] for each in spent) for name in PARTS}
        found[column] = medians | {"whole": statistics.median(sum(each.values()) for each in spent)}
    return found


def main(arguments: list[str]) -> int:
    """The command line above."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.proof_to_paid",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--runs", type=int, default=7, help="how many, of each kind (default: 7)")
    parser.add_argument(
        "--confirmations", type=int, default=3, help="blocks on top, with a block a second (default: 3)"
    )
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    found = measured(chosen.runs, chosen.confirmations)
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    if chosen.json:
        print(json.dumps({"runs": chosen.runs, "cores": cores, "load": load, "seconds": found}, indent=2))
        return 0
    print(f"medians of {chosen.runs} runs in milliseconds, {cores} cores, load {load:.1f}")
    print(f"{'':<48}  {'  '.join(found)}")
    for name, told in {**PARTS, "whole": "whole"}.items():
        cells = "  ".join(f"{1000 * spent[name]:>{len(column)},.0f}" for column, spent in found.items())
        print(f"{told:<48}  {cells}")
    return 0


if __name__ == "__main__":
    command.run(main)
