"""A key that signs here and not in the node: fees by EIP-1559, nonces without gaps, and nothing sent that is not kept.

What is in the outbox is mined once, whatever happens in between: a node that forgets, a reorganisation, fees that
rise, a crash. It is sent again with the same nonce, so that two versions of it are never both mined.
"""

import contextlib
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zkdata.errors import TransactionFailed
from zkdata.settlement.node import BLOCK_SECONDS, Node
from zkdata.settlement.outbox import Outbox, Sent, Sign, Signed
from zkdata.settlement.signatures import Signer

WAIT_SECONDS = 60.0
"""For the block with a transaction; for those on top of it, as long as they take, see `node.BLOCK_SECONDS`."""
AGAIN_SECONDS = 2.0
"""After so long without a receipt the node gets the transaction again, in case that it was dropped."""
STUCK_SECONDS = 12.0
"""After a block's time or so, and again after each such time, fees are raised."""
RAISE = (9, 8)
"""A node takes a replacement for an eighth more."""
LEAST_TIP = 10**9
KNOWN = ("already known", "already imported", "known transaction", "alreadyknown")
SPENT = ("nonce too low", "nonce is too low", "oldnonce")
OUTBID = ("underpriced",)
CHEAP = ("less than block base fee",)
"""How nodes say it: they have it, its nonce is used, a version with a higher fee is there, the fee is below today's."""


Renew = Callable[[], Sign]


@dataclass(frozen=True, slots=True)
class Wallet:
    """A signer with his outbox."""

    signer: Signer
    outbox: Outbox = field(repr=False)

    @property
    def address(self) -> str:
        """Who sends."""
        return self.signer.address

    def send(
        self, node: Node, call: Mapping[str, Any], gas: int, label: str, once: str | None = None
    ) -> Mapping[str, Any]:
        """Sign, keep, send, wait until it is mined and confirmed; the receipt. What would revert costs: ask first.

        What was sent under the name `once` is not sent anew: this waits for it, and sends it again where it was undone.
        """
        tip, most = self._fees(node)
        sign = self._signing(node, call, gas, tip, most)
        sent = self.outbox.add(node.identity, self.address, node.count(self.address), label, sign, once)
        return self._through(node, sent, lambda: self._signing(node, call, gas, *self._fees(node)))

    def began(self, node: Node, once: str) -> bool:
        """Whether something was signed under this name, and has not failed."""
        return self.outbox.named(node.identity, self.address, once) is not None

    def resume(self, node: Node) -> tuple[Mapping[str, Any], ...]:
        """Send again whatever is not known to be mined, in the order of its nonces, and wait for all of it."""
        found = self.outbox.waiting(node.identity, self.address)
        return tuple(self._through(node, sent, None) for sent in found)

    def _through(self, node: Node, sent: Sent, anew: Renew | None) -> Mapping[str, Any]:
        started, patience = time.monotonic(), WAIT_SECONDS + BLOCK_SECONDS * node.confirmations
        offered = -AGAIN_SECONDS
        raised, taken = 0.0, anew is None
        while (spent := time.monotonic() - started) < patience:
            for version in sent.versions:
                mined = node.receipt(version.hash)
                if mined is not None:
                    self.outbox.settle(sent, version.hash, done=mined["status"] == 1)
                    return mined
            if spent - raised > STUCK_SECONDS:
                sent, raised = self._raised(node, sent), spent
            if spent - offered >= AGAIN_SECONDS:
                if offered >= 0:
                    self._offer_undone(node, sent)
                sent, taken = self._offer(node, sent, anew, taken)
                offered = spent
            # Jitter, so that many threads do not ask at once.
            time.sleep(random.uniform(0.01, 0.05) * (1 + min(spent, 10)))  # noqa: S311 - no secret
        raise TransactionFailed(
            f"{sent.label} was sent and not mined within {patience:.0f} s; it stays in the outbox: resume it",
            transaction=sent.versions[-1].hash,
        )

    def _offer(self, node: Node, sent: Sent, anew: Renew | None, taken: bool) -> tuple[Sent, bool]:
        """Give the node the last version. Returns what is waited for, and whether a node may have a version of it.

        What a node says is a hint, and a receipt decides: only what no node can have is signed with another nonce, or
        let go of.
        """
        refused = node.offer(sent.versions[-1].raw)
        said = (refused or "").lower()
        if refused is None or any(word in said for word in (*KNOWN, *OUTBID)):
            return sent, True
        if any(word in said for word in CHEAP):
            return self._raised(node, sent), taken
        if any(word in said for word in SPENT):
            if anew is None or taken:
                self._look_whose(node, sent)
                return sent, True
            return self.outbox.renumber(sent, node.identity, self.address, node.count(self.address), anew()), False
        if taken or not self.outbox.forget(sent):
            return sent, True
        raise TransactionFailed(f"{sent.label} was not taken by the node: {refused[:200]}; nothing was sent")

    def _offer_undone(self, node: Node, sent: Sent) -> None:
        """What was mined and confirmed, and undone all the same: nothing with a later nonce is mined without it."""
        with contextlib.suppress(TransactionFailed):
            first = node.count(self.address, 0)
            for undone in self.outbox.settled(node.identity, self.address, first, sent.nonce):
                node.offer(undone.versions[-1].raw)

    def _look_whose(self, node: Node, sent: Sent) -> None:
        """TransactionFailed if the nonce was used by none of these versions: somebody else has the key."""
        used = node.count(self.address, node.confirmations) > sent.nonce
        if used and all(node.receipt(version.hash, 0) is None for version in sent.versions):
            self.outbox.settle(sent, "")
            raise TransactionFailed(
                f"{sent.label} can no longer be mined: another transaction of {self.address} has its nonce "
                f"{sent.nonce}. Do it again if it is still due, and let each key have one outbox",
                nonce=sent.nonce,
            )

    def _raised(self, node: Node, sent: Sent) -> Sent:
        """Another version with fees that a node takes in place of the last one's, and that are enough today."""
        last = sent.versions[-1]
        tip, most = self._fees(node)
        tip, most = (
            max(now, -(-before * RAISE[0] // RAISE[1])) for now, before in ((tip, last.tip), (most, last.most))
        )
        return self.outbox.again(sent, self.signer.signed_again(last.raw, tip, most))

    def _signing(self, node: Node, call: Mapping[str, Any], gas: int, tip: int, most: int) -> Sign:
        fields = {"chainId": node.chain_id, "gas": gas, "value": 0, **call}

        def sign(nonce: int) -> Signed:
            return self.signer.signed({**fields, "nonce": nonce}, tip, most)

        return sign

    def _fees(self, node: Node) -> tuple[int, int]:
        """Tip, and most: room for six full blocks, in each of which the base fee rises by an eighth."""
        base, tip = node.fees()
        tip = max(tip, LEAST_TIP)
        return tip, 2 * base + tip
