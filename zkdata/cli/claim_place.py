"""Options that name a claim: a node, an escrow, and which claim there; and the stores that its file may be in."""

import argparse
from typing import TYPE_CHECKING

from .usage import UsageWrong, node_of

if TYPE_CHECKING:
    from ..settlement.pending import PendingClaim

HEX_DIGITS = 64


def add_claim(verb: argparse.ArgumentParser) -> None:
    """`--rpc`, `--escrow`, and `--claim` or `--nullifier`."""
    verb.add_argument("--rpc", metavar="URL", required=True, help="a node: on this machine, or elsewhere by https")
    verb.add_argument("--escrow", metavar="ADDRESS", required=True, help="the contract DataEscrow")
    which = verb.add_mutually_exclusive_group(required=True)
    which.add_argument("--claim", metavar="ID", help=f"the claim's id: 0x and {HEX_DIGITS} hex digits")
    which.add_argument("--nullifier", metavar="NUMBER", help="or the number of its slot; its last claim is taken")


def add_sources(verb: argparse.ArgumentParser, *, required: bool) -> None:
    """`--from`, which may be given more than once."""
    verb.add_argument(
        "--from",
        dest="sources",
        metavar="STORE",
        action="append",
        default=[],
        required=required,
        help="where to fetch the file: a folder, the URL of an IPFS node's API, or @FILE for a file of mode 0600 with "
        "such a URL; may be given again, for more stores in this order",
    )


def claim_at(chosen: argparse.Namespace) -> "PendingClaim":
    """The claim as the chain tells it now."""
    found_by, known = _wanted(chosen)
    from ..errors import NotReleased
    from ..settlement.escrow import Escrow

    escrow = Escrow.attach(node_of(chosen), chosen.escrow, {})
    claim = escrow.claim_of(found_by) if isinstance(found_by, bytes) else escrow.pending(found_by)
    if claim is None or known not in (claim.id, claim.nullifier):
        raise NotReleased("this escrow took no such claim; look at its id and the escrow's address", claim=known)
    return claim


def _wanted(chosen: argparse.Namespace) -> tuple[bytes | int, str | int]:
    """The id as bytes, or the nullifier; and the same as a claim tells it."""
    if chosen.claim is not None:
        text = chosen.claim.lower()
        if not text.startswith("0x") or len(text) != 2 + HEX_DIGITS or not set(text[2:]) <= set("0123456789abcdef"):
            raise UsageWrong(f"--claim takes 0x and {HEX_DIGITS} hex digits, as the claim was told")
        return bytes.fromhex(text[2:]), text
    try:
        number = int(chosen.nullifier, 0)
    except ValueError:
        number = -1
    if not 0 <= number < 2**256:
        raise UsageWrong("--nullifier takes a number, as the claim was told")
    return number, number
