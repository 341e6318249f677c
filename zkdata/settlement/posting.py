"""A request that a buyer posted, with the money terms, the registry and the panel that stand beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zkdata.capsule.delivery import NOBODY
from zkdata.capsule.hashing import FIELD_ORDER, keccak256
from zkdata.errors import ParametersInvalid, SignalMismatch
from zkdata.proof.request import Mode, Request
from zkdata.settlement.chain import encoded
from zkdata.settlement.panel import ZERO_WORD, Panel
from zkdata.settlement.prices import Prices

NOBODY_ASKED = Panel()
MOST_VERIFIERS = 16
SHORTEST = 3600
"""Seconds that a request is open at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`IDataEscrow.Request`, before it has a number."""

    request: Request
    buyer: str
    token: str
    prices: Prices
    deadline: int
    """Last second, since 1970, in which a claim is taken."""
    release_window: int
    """Seconds that a claim may wait to be admitted, and then for its release."""
    registry: str
    registrar: str
    """Whose devices count in the registry."""
    verifiers: tuple[str, ...]
    panel: Panel = NOBODY_ASKED
    market: bytes = ZERO_WORD
    """The market within which a slot is sold once; zero for a request that stands alone."""
    about: bytes = ZERO_WORD
    """Hash or address of the offer in words, for people."""

    def __post_init__(self) -> None:
        for name in ("market", "about"):
            _require(len(getattr(self, name)) == 32, name, "has 32 bytes: hash what is longer or shorter")
        _require(1 <= len(self.verifiers) <= MOST_VERIFIERS, "verifiers", f"are 1 to {MOST_VERIFIERS}")

    def check(self, budget: int, now: int) -> None:
        """ParametersInvalid, by the contract's name, for what no claim could ever serve; `budget` in units."""
        request, kept = self.request, bool(self.panel.keepers)
        nobody = request.buyer_key == NOBODY
        fits = not nobody and not kept if request.mode == Mode.CALLDATA else nobody != kept
        rule = "is CALLDATA for a buyer's key, and NONE where keepers hold the file or the fact alone is bought"
        _require(fits, "mode", rule)
        _require(self.prices.share == 0 or not self.panel.nobody, "share", "is for a panel, and there is none")
        few = f"is for {self.panel.least} approvers or more: give each a unit, or nothing"
        _require(self.prices.share == 0 or self.prices.share >= self.panel.least, "share", few)
        least = self.prices.per_record + self.prices.share
        _require(budget >= least, "budget", f"is at least a record and the share, {least} units")
        _require(self.deadline >= now + SHORTEST, "deadline", "is at least an hour ahead")

    @property
    def parameters(self) -> tuple[Any, ...]:
        """In the order of the contract's fields: the escrow keeps only its hash, so every call brings it along."""
        request, prices = self.request, self.prices
        minima, maxima = zip(*request.bounds, strict=True)
        return (
            self.buyer,
            self.token,
            prices.unit,
            prices.per_record,
            prices.share,
            prices.record_cap,
            self.deadline,
            self.release_window,
            self.registry,
            self.registrar,
            self.market,
            request.schema_id,
            request.device_class,
            request.buyer_key,
            request.slot_length,
            request.time_min,
            request.time_max,
            int(request.mode),
            self.panel.hash,
            [*self.verifiers],
            [*minima, *maxima],
        )

    def scope(self, chain_id: int, escrow: str, number: int) -> int:
        """What claims on request `number` carry, as the contract derives it: of the request, or of its market."""
        types, values = ["uint256", "address"], [chain_id, escrow]
        if self.market == ZERO_WORD:
            types, values = [*types, "uint256"], [*values, number]
        else:
            packed = b"".join(bytes.fromhex(each[2:]).rjust(32, b"\0") for each in self.verifiers)
            about = [self.market, self.request.schema_id, self.request.slot_length, keccak256(packed)]
            types, values = [*types, "bytes32", "uint256", "uint64", "bytes32"], [*values, *about]
        return int.from_bytes(keccak256(encoded(types, values)), "big") % FIELD_ORDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting(Asked):
    """One request at one escrow. `request.scope` is the escrow's own, so a claim proven for it fits nowhere else."""

    id: int
    chain_id: int
    escrow: str
    budget: int
    """What was locked when it was posted, in the token's smallest part."""

    def __post_init__(self) -> None:
        Asked.__post_init__(self)
        expected = self.scope(self.chain_id, self.escrow, self.id)
        number = 0 if self.market == ZERO_WORD else self.id
        if (self.request.scope, self.request.number) != (expected, number):
            raise SignalMismatch(
                "the scope is not the one of this chain, escrow and request; read the posting from the escrow again",
                expected=expected,
                got=self.request.scope,
            )

    @staticmethod
    def from_event(posted: Mapping[str, Any], chain_id: int, escrow: str, bits: int) -> "Posting":
        """What the event `Posted` says; the width of a limb is the verifier's, and not in it."""
        given, panel = posted["request"], posted["panel"]
        limbs = len(given["bounds"]) // 2
        request = Request(
            schema_id=given["schema"],
            device_class=given["deviceClass"],
            buyer_key=given["buyerKey"],
            slot_length=given["slotLength"],
            time_min=given["timeMin"],
            time_max=given["timeMax"],
            bounds=tuple(zip(given["bounds"][:limbs], given["bounds"][limbs:], strict=True)),
            bits=bits,
            mode=Mode(given["mode"]),
            scope=posted["scope"],
            number=0 if bytes(given["market"]) == ZERO_WORD else posted["id"],
        )
        prices = Prices(given["unit"], given["pricePerRecord"], given["share"], given["recordCap"])
        return Posting(
            id=posted["id"],
            chain_id=chain_id,
            escrow=escrow,
            buyer=given["buyer"],
            token=given["token"],
            prices=prices,
            budget=prices.amount(posted["budget"]),
            deadline=given["deadline"],
            release_window=given["releaseWindow"],
            registry=given["registry"],
            registrar=given["registrar"],
            verifiers=tuple(given["verifiers"]),
            panel=Panel(panel["keepers"], panel["needed"], panel["gate"]),
            market=bytes(given["market"]),
            about=bytes(posted["about"]),
            request=request,
        )


def named(text: str) -> bytes:
    """32 bytes for a market or an offer of this name: its keccak256."""
    return keccak256(text.encode())


def _require(holds: bool, name: str, rule: str) -> None:
    if not holds:
        raise ParametersInvalid(f"request: {name} {rule}", parameter=name)
