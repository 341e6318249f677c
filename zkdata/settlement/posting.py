"""A request that a buyer posted, with the money terms that stand beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zkdata.capsule.hashing import FIELD_ORDER, keccak256
from zkdata.errors import SignalMismatch
from zkdata.proof.request import Mode, Request


@dataclass(frozen=True, slots=True)
class Posting:
    """One request at one escrow. `request.scope` is the escrow's own, so a claim proven for it fits nowhere else."""

    id: int
    chain_id: int
    escrow: str
    buyer: str
    token: str
    verifier: str
    price_per_record: int
    """In the token's smallest unit."""
    budget: int
    """What was locked when it was posted."""
    deadline: int
    """Last second, since 1970, in which a claim is taken."""
    release_window: int
    """Seconds from claim to the last release that is paid."""
    request: Request

    def __post_init__(self) -> None:
        expected = scope_of(self.chain_id, self.escrow, self.id)
        if self.request.scope != expected:
            raise SignalMismatch(
                "the scope is not the one of this chain, escrow and request; read the posting from the escrow again",
                expected=expected,
                got=self.request.scope,
            )

    @property
    def parameters(self) -> tuple[Any, ...]:
        """The `Request` of the contract: the escrow keeps only its hash, so every call brings it along."""
        return parameters_of(
            self.request,
            buyer=self.buyer,
            token=self.token,
            verifier=self.verifier,
            price_per_record=self.price_per_record,
            deadline=self.deadline,
            release_window=self.release_window,
        )

    @staticmethod
    def from_event(posted: Mapping[str, Any], chain_id: int, escrow: str, bits: int) -> "Posting":
        """What the event `Posted` says; the width of a limb is the verifier's, and not in it."""
        given = posted["request"]
        limbs = len(given["bounds"]) // 2
        request = Request(
            schema_id=given["schema"],
            device_class=given["deviceClass"],
            root=given["root"],
            buyer_key=given["buyerKey"],
            slot_length=given["slotLength"],
            time_min=given["timeMin"],
            time_max=given["timeMax"],
            bounds=tuple(zip(given["bounds"][:limbs], given["bounds"][limbs:], strict=True)),
            bits=bits,
            mode=Mode(given["mode"]),
            scope=posted["scope"],
        )
        return Posting(
            id=posted["id"],
            chain_id=chain_id,
            escrow=escrow,
            buyer=given["buyer"],
            token=given["token"],
            verifier=given["verifier"],
            price_per_record=given["pricePerRecord"],
            budget=posted["budget"],
            deadline=given["deadline"],
            release_window=given["releaseWindow"],
            request=request,
        )


def scope_of(chain_id: int, escrow: str, request_id: int) -> int:
    """keccak256(abi.encode(chain, escrow, request)) mod r, as the contract derives it."""
    encoded = b"".join(number.to_bytes(32, "big") for number in (chain_id, int(escrow, 16), request_id))
    return int.from_bytes(keccak256(encoded), "big") % FIELD_ORDER


def parameters_of(
    request: Request,
    *,
    buyer: str,
    token: str,
    verifier: str,
    price_per_record: int,
    deadline: int,
    release_window: int,
) -> tuple[Any, ...]:
    """`IDataEscrow.Request`, in the order of its fields."""
    minima, maxima = zip(*request.bounds, strict=True)
    return (
        buyer,
        token,
        price_per_record,
        deadline,
        release_window,
        verifier,
        request.schema_id,
        request.device_class,
        request.root,
        request.buyer_key,
        request.slot_length,
        request.time_min,
        request.time_max,
        int(request.mode),
        [*minima, *maxima],
    )
