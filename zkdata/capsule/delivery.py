"""Delivery: the capsule key, wrapped for one buyer, who can open it once the release secret is shown."""

import os
from dataclasses import dataclass, field
from typing import Self

from .. import _native
from ..errors import ArtifactMalformed, BuyerKeyInvalid, KeyUnsafe
from .canonical_json import decimal
from .hashing import FIELD_ORDER, hashed
from .randomness import fresh_integer
from .secret_file import read_secret, write_secret

SUBGROUP_ORDER = 2736030358979909402780800718157159386076813972158567259200215660948447373041
"""l, the order of BabyJubJub's prime subgroup."""

BASE = 7117928050407583618111176421555214756675765419608405867398403713213306743542
"""u of B8, the generator of that subgroup."""

NOBODY = 7250100486914632720959105439547818857996250680049149873297384275187492483989
"""Buyer key of those who buy the fact and not the data. It was hashed to the curve, so nobody knows its secret."""

COFACTOR = 8
EPHEMERAL_BITS = 248
_KIND = "buyer-key"


@dataclass(frozen=True, slots=True)
class BuyerKey:
    """A buyer's secret b, in [1, l): it opens what was wrapped for the buyer key."""

    secret: int = field(repr=False)
    public: int = field(init=False)
    """The buyer key, u of b B8: what a request names."""

    def __post_init__(self) -> None:
        whole = isinstance(self.secret, int) and not isinstance(self.secret, bool)
        if not whole or not 2**128 <= self.secret < SUBGROUP_ORDER:
            raise KeyUnsafe("a buyer's secret is a random number below the subgroup's order; use BuyerKey.generate()")
        object.__setattr__(self, "public", _native.montgomery_times(BASE, self.secret))

    @classmethod
    def generate(cls) -> Self:
        """A new buyer from the operating system's randomness."""
        return cls(fresh_integer(2**128, SUBGROUP_ORDER))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a saved key; KeyUnsafe if others can read the file, or it is not a buyer key."""
        text = read_secret(path, _KIND, {"secret"})["secret"]
        try:
            secret = decimal(text, SUBGROUP_ORDER, "secret")
        except ArtifactMalformed:
            secret = None
        if secret is None:
            raise KeyUnsafe(f"{path} holds a buyer's secret that is out of range; restore it", path=str(path))
        return cls(secret)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the key for its owner's eyes alone; never over an existing file."""
        write_secret(path, _KIND, {"secret": str(self.secret)})


@dataclass(frozen=True, slots=True)
class Delivery:
    """A capsule key on its way to one buyer."""

    content: int
    """Address of the capsule that the key opens."""
    ephemeral: int
    """u of k B8."""
    wrap: int
    """Capsule key plus mask."""
    release_secret: int = field(repr=False)
    """m, without which the mask is unknown to the buyer as well."""

    def __post_init__(self) -> None:
        for name in ("content", "ephemeral", "wrap", "release_secret"):
            _check_element(getattr(self, name), name)

    def key_for(self, buyer: BuyerKey) -> int:
        """The capsule key, if this was wrapped for `buyer` and the release secret is right; else some other number.

        ArtifactMalformed where the ephemeral is the u of no point, or of small order.
        """
        try:
            shared = _native.montgomery_times(self.ephemeral, COFACTOR * buyer.secret)
        except BuyerKeyInvalid as fault:
            text = f"the delivery's ephemeral is none ({fault.message}); take it from the claim again"
            raise ArtifactMalformed(text, what="ephemeral") from None
        return (self.wrap - _mask(shared, self)) % FIELD_ORDER


def deliver(key: int, content: int, buyer_key: int, *, ephemeral_secret: int, release_secret: int) -> Delivery:
    """Wrap a capsule key for a buyer: the owner in a claim, or whoever has the key and sells it again.

    Both secrets are drawn anew each time: who sees two wraps under one ephemeral learns how their keys differ.
    """
    check_buyer_key(buyer_key)
    check_ephemeral(ephemeral_secret)
    _check_element(key, "capsule key")
    ephemeral = _native.montgomery_times(BASE, ephemeral_secret)
    unwrapped = Delivery(content, ephemeral, 0, release_secret)
    shared = _native.montgomery_times(buyer_key, COFACTOR * ephemeral_secret)
    return Delivery(content, ephemeral, (key + _mask(shared, unwrapped)) % FIELD_ORDER, release_secret)


def check_buyer_key(u: int) -> None:
    """BuyerKeyInvalid unless `u` is of a point of the curve that eight does not kill."""
    if isinstance(u, bool) or not isinstance(u, int):
        raise BuyerKeyInvalid("a buyer key is a whole number, the `public` of a BuyerKey")
    _native.montgomery_times(u, COFACTOR)


def check_ephemeral(secret: int) -> None:
    """KeyUnsafe unless `secret` is odd and of 248 bits exactly, as the circuit's ladder needs it."""
    whole = isinstance(secret, int) and not isinstance(secret, bool)
    if not whole or not secret & 1 or secret.bit_length() != EPHEMERAL_BITS or secret < 0:
        raise KeyUnsafe("an ephemeral secret is odd and between 2^247 and 2^248; use fresh_ephemeral()")


def fresh_ephemeral() -> int:
    """k: fresh for every claim, odd, between 2^247 and 2^248; nobody needs it afterwards."""
    return 2 * fresh_integer(2 ** (EPHEMERAL_BITS - 2), 2 ** (EPHEMERAL_BITS - 1)) + 1


def point_over(buyer_key: int) -> int:
    """The smaller v of the two points over a buyer key; BuyerKeyInvalid where there is none."""
    return _native.montgomery_v(buyer_key)


def _mask(shared: int, delivery: Delivery) -> int:
    return hashed("mask", [shared, delivery.ephemeral, delivery.content, delivery.release_secret])


def _check_element(value: object, name: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < FIELD_ORDER:
        raise ArtifactMalformed(f"delivery: the {name} is not a field element", what=name)
