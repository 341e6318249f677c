"""`zkdata request`: the buyer's side of an escrow, from locking the money to taking back what is left."""

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .account import account_of, add_account, add_deployment, opened, tell
from .usage import UsageWrong, plain

if TYPE_CHECKING:
    from ..settlement.escrow import Escrow
    from ..settlement.posting import Posting

EPILOG = """\
examples:
  zkdata request post --deployment deployment.json --rpc URL --key buyer-account.key --buyer-key buyer.key draft.json
  zkdata request show --deployment deployment.json --rpc URL 7
  zkdata request watch --deployment deployment.json --rpc URL --json 7

a draft, with times as text or milliseconds, and amounts in the token's smallest part:
  {"schema": "temperature", "bounds": {"temperature": ["2.00", "8.00"]}, "device_class": 1,
   "slot_length": 3600000, "from": "2026-11-27T12:00:00Z", "until": "2026-11-27T13:00:00Z",
   "mode": "calldata", "registrar": "0x...", "price_per_record": "1000000000000000000",
   "budget": "500000000000000000000", "deadline": "2026-12-04T00:00:00Z"}
  and if need be: token, unit, share, record_cap, release_window (seconds), keepers, keepers_needed, gate,
  market (a name), about (a text)
"""
POLL_SECONDS = 1.0


def add_to(nouns: Any) -> None:
    """Add the noun and its verbs."""
    noun = nouns.add_parser(
        "request",
        help="post a request, look at it, and take back what is left",
        description="A request locks a buyer's money for records that are proven to be what it asks for.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = noun.add_subparsers(title="commands", metavar="COMMAND", required=True)

    post = verbs.add_parser("post", help="lock the budget of a draft", description=_post.__doc__)
    _add_sending(post)
    post.add_argument(
        "--buyer-key", type=Path, metavar="FILE", help="for whom claims wrap the capsule key; without, a fact is bought"
    )
    post.add_argument("draft", type=Path, metavar="DRAFT.json", help="the request in words, see below")
    post.set_defaults(run=_post)

    show = verbs.add_parser("show", help="how a request stands", description=_show.__doc__)
    add_deployment(show)
    _add_number(show)
    show.set_defaults(run=_show)

    watch = verbs.add_parser("watch", help="tell every claim on it, as it comes", description=_watch.__doc__)
    add_deployment(watch)
    _add_number(watch)
    watch.add_argument("--for", dest="seconds", type=float, metavar="SECONDS", help="end after so long")
    watch.set_defaults(run=_watch)

    top_up = verbs.add_parser("top-up", help="add to the budget", description=_top_up.__doc__)
    _add_sending(top_up)
    _add_number(top_up)
    top_up.add_argument("amount", metavar="AMOUNT", help="in the token's smallest part")
    top_up.set_defaults(run=_top_up)

    cancel = verbs.add_parser("cancel", help="give notice, a day before the end", description=_cancel.__doc__)
    _add_sending(cancel)
    _add_number(cancel)
    cancel.set_defaults(run=_cancel)

    close = verbs.add_parser("close", help="after the deadline, take back what is left", description=_close.__doc__)
    _add_sending(close)
    _add_number(close)
    close.set_defaults(run=_close)


def _add_sending(verb: argparse.ArgumentParser) -> None:
    add_deployment(verb)
    add_account(verb)


def _add_number(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("number", type=int, metavar="NUMBER", help="of the request, as it was told when it was posted")


def _post(chosen: argparse.Namespace) -> int:
    """Approve exactly the budget and lock it. The same draft is posted once: again, it is told as it stands.

    To post another one like it, say something else in `about`.
    """
    from ..capsule.delivery import NOBODY, BuyerKey
    from ..settlement.draft import Draft

    draft = Draft.load(chosen.draft)
    buyer_key = BuyerKey.load(chosen.buyer_key).public if chosen.buyer_key else NOBODY
    deployment, chain, escrow = opened(chosen)
    deployment.registry_on(chain)
    buyer = account_of(chosen, chain)
    asked = draft.asked(escrow, buyer=buyer, token=deployment.token, registry=deployment.registry, buyer_key=buyer_key)
    name = draft.name(buyer, buyer_key)
    posting = escrow.post_asked(asked, asked.prices.units(draft.budget), sender=buyer, once=name)
    return tell(chosen, _facts(escrow, posting))


def _show(chosen: argparse.Namespace) -> int:
    """The request as it was posted, and what is left of its budget."""
    _, _, escrow = opened(chosen)
    return tell(chosen, _facts(escrow, escrow.posting(chosen.number)))


def _watch(chosen: argparse.Namespace) -> int:
    """Tell what happens to claims on a request, each once it has the confirmations asked for, until stopped."""
    _, _, escrow = opened(chosen)
    escrow.posting(chosen.number)
    started, block = time.monotonic(), 0
    while True:
        found, block = escrow.happened(chosen.number, block)
        for each in found:
            facts = {"event": each.event.name, "block": each.block, "transaction": each.transaction}
            for name in ("claimId", "nullifier", "count", "recipient"):
                if name in each.event.arguments:
                    value = each.event.arguments[name]
                    facts[name] = "0x" + value.hex() if isinstance(value, bytes) else value
            line = json.dumps(plain(facts)) if chosen.json else "  ".join(str(value) for value in facts.values())
            print(line, flush=True)
        if chosen.seconds is not None and time.monotonic() - started >= chosen.seconds:
            return 0
        time.sleep(POLL_SECONDS)


def _top_up(chosen: argparse.Namespace) -> int:
    """Add to what is left of an open request. Anyone may; the money is the buyer's then."""
    if not chosen.amount.isascii() or not chosen.amount.isdigit():
        raise UsageWrong("the amount is a whole number of the token's smallest part")
    _, chain, escrow = opened(chosen)
    sender = account_of(chosen, chain)
    posting = escrow.posting(chosen.number)
    escrow.top_up(posting, int(chosen.amount), sender=sender)
    return tell(chosen, _facts(escrow, posting))


def _cancel(chosen: argparse.Namespace) -> int:
    """As the buyer, end a request a day from now: claims that are being made still find it."""
    _, chain, escrow = opened(chosen)
    sender = account_of(chosen, chain)
    return tell(chosen, _facts(escrow, escrow.cancel(escrow.posting(chosen.number), sender=sender)))


def _close(chosen: argparse.Namespace) -> int:
    """After the deadline, return to the buyer what is not set aside. Anyone may."""
    _, chain, escrow = opened(chosen)
    sender = account_of(chosen, chain)
    receipt = escrow.close(escrow.posting(chosen.number), sender=sender)
    returned = receipt.event("Closed").arguments["returned"]
    return tell(chosen, {"request": chosen.number, "returned": returned, "transaction": receipt.transaction})


def _facts(escrow: "Escrow", posting: "Posting") -> dict[str, Any]:
    request, prices, panel = posting.request, posting.prices, posting.panel
    return {
        "request": posting.id,
        "buyer": posting.buyer,
        "token": posting.token,
        "left": escrow.left(posting),
        "price per record": prices.amount(prices.per_record),
        "share": prices.amount(prices.share),
        "record cap": prices.record_cap,
        "deadline": posting.deadline,
        "release window": posting.release_window,
        "mode": request.mode.name.lower(),
        "from": request.time_min,
        "until": request.time_max + 1,
        "slot length": request.slot_length,
        "registrar": posting.registrar,
        "keepers": list(panel.keepers),
        "keepers needed": panel.needed,
        "gate": panel.gate,
        "scope": request.scope,
    }
