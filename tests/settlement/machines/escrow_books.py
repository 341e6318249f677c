"""What the model of the escrow is made of: wishes, requests, offers and sales, in plain numbers."""

from collections.abc import Hashable
from dataclasses import dataclass
from math import gcd
from typing import Any

DAY, SHORTEST = 86_400, 3_600
MOST_UNITS = 2**32 - 1
NO_CAP = 2**32 - 1
ESCROW = "the escrow"

Slot = tuple[int, int]
"""A device, and an hour of its records."""


@dataclass(frozen=True)
class Wish:
    """What a buyer wants to post; amounts in the token's smallest part."""

    buyer: str
    token: str
    per_record: int
    budget: int
    share: int
    unit: int | None
    cap: int
    deadline: int
    window: int
    words: bool
    """Whether claims carry the ciphertext."""
    fact: bool
    keepers: tuple[str, ...]
    needed: int
    gate: str | None
    market: str | None

    @property
    def least(self) -> int:
        """Approvers, at least."""
        return self.needed + (self.gate is not None)

    @property
    def counted_in(self) -> int:
        """The unit: as given, else the largest that fits, with a share that the fewest approvers divide evenly."""
        each, rest = divmod(self.share, max(self.least, 1))
        return self.unit or gcd(self.per_record, self.budget, each if rest == 0 else self.share)


@dataclass
class Request:
    """A request that was posted."""

    wish: Wish
    posting: Any
    """What the client calls it; another deadline is another posting."""
    unit: int
    left: int
    """In units."""
    deadline: int
    scope: Hashable
    closed: bool = False

    @property
    def nobody(self) -> bool:
        """Whether nobody has to agree."""
        return self.wish.least == 0


@dataclass(frozen=True)
class Offer:
    """A claim that somebody makes: what matters to the escrow when its proof holds."""

    slot: Slot
    nullifier: int
    count: int
    recipient: str
    relayer: str | None
    fee: int
    root: int
    as_of: int


@dataclass
class Sale:
    """A claim that was taken."""

    request: int
    offer: Offer
    relayer: str
    amount: int
    share: int
    expiry: int
    refused_by: int
    phase: str
    """claimed, admitted, paid, lost, or refused: then another request of the market may have the slot."""
    approvers: tuple[str, ...] = ()
    aside: Any = None
    """What the client calls the money."""
