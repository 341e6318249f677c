"""A claim as the contract takes it, and what can be known to be refused before anybody is asked."""

from typing import Any

from zkdata.capsule.hashing import FIELD_ORDER
from zkdata.errors import NothingProven, ProofMalformed, SignalMismatch, SignalNotCanonical, TermsMismatch
from zkdata.proof import signals
from zkdata.proof.proof import Proof
from zkdata.proof.request import Request
from zkdata.proof.terms import Terms

INDEX_OF_M = 2**256 - 1  # the contract counts values, then words; M is neither


def claim_input(proof: Proof, terms: Terms) -> tuple[Any, ...]:
    """`IDataEscrow.ClaimInput`, in the order of its fields: the values that no request fixes."""
    if proof.m is None or len(proof.values) <= signals.BOUNDS:
        raise ProofMalformed("this is no proof of a claim: it has no M, or too few values", got=len(proof.values))
    values = proof.values
    return (
        list(proof.calldata),
        proof.m,
        values[signals.AS_OF],
        values[signals.ROOT],
        values[signals.COUNT],
        values[signals.CONTENT],
        values[signals.NULLIFIER],
        values[signals.RELEASE_HASH],
        values[signals.EPHEMERAL],
        values[signals.WRAP],
        list(proof.words),
        terms.recipient,
        terms.relayer,
        terms.fee,
    )


def refuse_other(request: Request, proof: Proof, terms: Terms) -> None:
    """What a contract would refuse. It finds the proof false where this names the value that is another one."""
    due = signals.BOUNDS + 2 * len(request.bounds)
    if proof.m is None or len(proof.values) != due:
        raise ProofMalformed(
            f"a claim on this request has M and {due} values, this proof {len(proof.values)}; prove a claim for it",
            expected=due,
            got=len(proof.values),
        )
    for index, value in (*enumerate((*proof.values, *proof.words)), (INDEX_OF_M, proof.m)):
        if not 0 <= value < FIELD_ORDER:
            which = "M" if index == INDEX_OF_M else f"value {index}"
            raise SignalNotCanonical(
                f"{which} is at or above the field's order, an alias of another one; use it as it was proven",
                index=index,
                value=value,
            )
    digest = terms.digest_on(request.number)
    if proof.values[signals.TERMS] != digest:
        raise TermsMismatch(
            "the proof binds other terms; claim with the recipient, relayer and fee that it was made for; in a market, "
            "on the very request",
            expected=proof.values[signals.TERMS],
            got=digest,
        )
    for index, expected in _asked(request).items():
        if proof.values[index] != expected:
            raise SignalMismatch(
                f"value {index} of the proof is not the one that the request asks for; prove for this request",
                index=index,
                expected=expected,
                got=proof.values[index],
            )
    if proof.values[signals.COUNT] == 0:
        raise NothingProven("the proof is about no record; claim a capsule that has records")


def _asked(request: Request) -> dict[int, int]:
    minima, maxima = zip(*request.bounds, strict=True)
    return {
        signals.MODE: int(request.mode),
        signals.SCOPE: request.scope,
        signals.SLOT_LENGTH: request.slot_length,
        signals.TIME_MIN: request.time_min,
        signals.TIME_MAX: request.time_max,
        signals.SCHEMA: request.schema_id,
        signals.DEVICE_CLASS: request.device_class,
        signals.BUYER_KEY: request.buyer_key,
        **dict(enumerate((*minima, *maxima), start=signals.BOUNDS)),
    }
