"""Looks for every secret in everything that left, but where it may be."""

import threading
from dataclasses import dataclass
from functools import cache

from tests.canaries.spellings import Found, Secret, Table, Texts
from tests.reference.keccak import keccak256

AT_ONCE = 2**23
"""Bytes that are kept before they are looked through; otherwise that waits for the end of the test."""
AROUND = 40
SENDS = (b"eth_sendRawTransaction", b"eth_sendTransaction")
RELEASE_SECRETS = ("release_secret of", "secret of KeptClaim", "secret of zkdata.claim")


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret that left, told without the secret itself: this is printed where everybody reads it."""

    channel: str
    kind: str
    writing: str
    around: str

    def __str__(self) -> str:
        return f"{self.channel}: the {self.kind}, in {self.writing}: {self.around!r}"


class Watch:
    """Secrets so far, texts that nobody has looked through yet, and what was found."""

    def __init__(self) -> None:
        self.leaks: list[Leak] = []
        self._table = Table()
        self._texts: list[tuple[str, bytes]] = []
        self._bytes = 0
        self._public: set[int] = set()
        self._lock = threading.RLock()

    def add(self, secret: Secret) -> None:
        """Look for it from now on, in texts that wait as well."""
        with self._lock:
            self._table.add(secret)

    def note(self, channel: str, text: str | bytes) -> None:
        """Something left."""
        data = text if isinstance(text, bytes) else text.encode(errors="replace")
        with self._lock:
            self._texts.append((channel, data))
            self._bytes += len(data)
            if self._bytes > AT_ONCE:
                self.look()

    def look(self) -> None:
        """Through all that left, in its order."""
        with self._lock:
            texts, self._texts, self._bytes = self._texts, [], 0
            joined = Texts([data for _, data in texts])
            for found in self._table.find(joined.whole):
                channel, data = texts[joined.number(found.place)]
                if not self._may(found, channel, data):
                    self.leaks.append(_leak(found, channel, joined.whole))

    def _may(self, found: Found, channel: str, data: bytes) -> bool:
        """A release secret may go to a node as the argument of `release`; once it was sent so, all may know it.

        Before that the node sees it in a call, since the client asks the contract before it pays for a transaction.
        That it does neither before the claim is final is what test_faulty_node.py and test_reorganisations.py show.
        """
        if not found.secret.kind.startswith(RELEASE_SECRETS):
            return False
        if channel == "traffic" and release_selector() in data:
            if any(method in data for method in SENDS):
                self._public.add(found.secret.number)
            return True
        return found.secret.number in self._public


@cache
def release_selector() -> bytes:
    """The first four bytes of a call of `release`, in hexadecimal."""
    from zkdata.settlement.chain import _type
    from zkdata.settlement.contracts import committed

    entry = next(each for each in committed("DataEscrow").abi if each.get("name") == "release")
    signature = f"release({','.join(_type(given) for given in entry['inputs'])})"
    return keccak256(signature.encode())[:4].hex().encode()


def _leak(found: Found, channel: str, whole: bytes) -> Leak:
    before, after = whole[max(0, found.place - AROUND) : found.place], whole[found.place + found.length :][:AROUND]
    around = f"{before.decode(errors='replace')}<it>{after.decode(errors='replace')}"
    return Leak(channel, found.secret.kind, found.writing, around)
