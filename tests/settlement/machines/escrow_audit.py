"""Compares what the client reads with what the model says: money, claims, requests, slots, and the log."""

from typing import Any

from tests.settlement.machines.attempts import same
from tests.settlement.machines.escrow_books import ESCROW, Sale
from tests.settlement.machines.escrow_model import EscrowModel
from tests.settlement.machines.world import World
from zkdata.capsule.hashing import hashed
from zkdata.settlement.panel import approvers_hash
from zkdata.settlement.pending import PendingClaim

LOGGED = {
    "Posted": ("id", "buyer", "budget"),
    "ToppedUp": ("id", "units"),
    "Cancelled": ("id", "deadline"),
    "Claimed": ("id", "nullifier", "count", "relayer", "fee", "expiry"),
    "ClaimedAgain": ("refusedBy",),
    "Sold": ("id", "nullifier", "count", "relayer", "fee"),
    "Skipped": ("id", "nullifier"),
    "Admitted": ("id", "nullifier", "approvers"),
    "Released": ("id", "nullifier", "secret"),
    "Expired": ("id", "nullifier", "amount"),
    "Closed": ("id", "returned"),
    "Credited": ("token", "account", "amount"),
    "Withdrawn": ("token", "account", "to", "amount"),
}
"""Every event of the escrow but `Listed`, with the arguments that the model has."""


def check_aside(pending: PendingClaim, model: EscrowModel, sale: Sale, secret: int) -> None:
    """A claim as it was told."""
    aside, request = pending.aside, model.requests[sale.request]
    wish = request.wish
    due = {
        "admitted": sale.phase in ("admitted", "paid"),
        "id": sale.request,
        "buyer": wish.buyer,
        "token": wish.token,
        "unit": request.unit,
        "nullifier": sale.offer.nullifier,
        "refused_by": sale.refused_by,
        "recipient": sale.offer.recipient,
        "relayer": sale.relayer,
        "fee": sale.offer.fee,
        "amount": sale.amount,
        "share": sale.share,
        "approvers": approvers_hash(sale.approvers),
        "release_hash": 0 if wish.fact else hashed("release", [secret]),
        "window": wish.window,
        "expiry": sale.expiry,
    }
    same("set aside", {name: getattr(aside, name) for name in due}, due)
    same("records and approvers", (pending.count, pending.approvers), (sale.offer.count, sale.approvers))


def check_money(world: World, before: EscrowModel, now: EscrowModel) -> None:
    """The time, what changed, and the escrow's whole stock of each token that is in use."""
    same("time", world.chain.now(), now.time)
    places = _differing(before, now)
    places |= {("balances", request.wish.token, ESCROW) for request in now.requests.values()}
    _check_places(world, now, sorted(places))
    for number, request in now.requests.items():
        known = before.requests.get(number)
        if known is None or known.left != request.left:
            same(f"left of {number}", world.escrow.left(request.posting), request.left * request.unit)


def audit(world: World, model: EscrowModel) -> None:
    """All of it."""
    places = [
        (kind, token.address, account)
        for kind in ("balances", "credits")
        for token in world.tokens
        for account in (*world.accounts, ESCROW)
    ]
    _check_places(world, model, places)
    for number, request in model.requests.items():
        same(f"left of {number}", world.escrow.left(request.posting), request.left * request.unit)
        same(f"request {number}", world.escrow.posting(number), request.posting)
    _check_slots(world, model)
    _check_log(world, model)
    for root in model.ends:
        same("accepted", world.registry.accepts(world.registrar, root), model.accepted(root, model.time))


def _check_places(world: World, model: EscrowModel, places: list[tuple[str, str, str]]) -> None:
    tokens = {each.address: each for each in world.tokens}
    for kind, token, account in places:
        name = world.account(account)
        found = tokens[token].balance(name) if kind == "balances" else world.escrow.credit(tokens[token], name)
        same(f"{kind} of {account}", found, getattr(model, kind)[token, account])


def _check_slots(world: World, model: EscrowModel) -> None:
    """Every slot that was ever claimed: the last claim as the chain tells it, and for whom it is spent."""
    for (scope, slot), sales in model.slots.items():
        last = sales[-1]
        for number, request in model.requests.items():
            if request.scope == scope:
                found = world.escrow.spent(request.posting, last.offer.nullifier)
                same(f"spent for {number}", found, model.spent(number, slot))
        pending = world.escrow.pending(last.offer.nullifier)
        same("the claim read again", pending and pending.aside, last.aside)


def _check_log(world: World, model: EscrowModel) -> None:
    entries = world.escrow._contract.history(*LOGGED)
    found = [
        (each.event.name, *(_plain(each.event.arguments[name]) for name in LOGGED[each.event.name])) for each in entries
    ]
    due = [tuple(world.account(part) if part == ESCROW else part for part in event) for event in model.events]
    same("the log", found, due)


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _differing(before: EscrowModel, after: EscrowModel) -> set[tuple[str, str, str]]:
    """Which balances and credits changed: the kind, the token and the account."""
    return {
        (kind, *key)
        for kind in ("balances", "credits")
        for key in getattr(before, kind).keys() | getattr(after, kind).keys()
        if getattr(before, kind)[key] != getattr(after, kind)[key]
    }
