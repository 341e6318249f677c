"""`zkdata keeper`: fetch the file of a claim, check it, keep it, and sign that it is kept."""

import argparse
import json
from pathlib import Path
from typing import Any

from .claim_place import add_claim, add_sources, claim_at
from .usage import add_json, plain

EPILOG = """\
examples:
  zkdata keeper attest --rpc http://127.0.0.1:8545 --escrow 0x5FbDB2315678afecb367f032d93F642f64180aa3
      --claim 0x... --cid bafkrei... --from http://127.0.0.1:5001 --keep /srv/capsules --key keeper.key
      --out kept.json
"""


def add_to(nouns: Any) -> None:
    """Add the noun and its verbs."""
    noun = nouns.add_parser(
        "keeper",
        help="keep the file of a claim, and sign that it is kept",
        description="Keepers fetch the ciphertext of a claim, keep it for its buyer, and sign. They cannot read it.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = noun.add_subparsers(title="commands", metavar="COMMAND", required=True)
    attest = verbs.add_parser("attest", help="fetch, check, keep, then sign", description=_attest.__doc__)
    add_claim(attest)
    attest.add_argument("--cid", required=True, help="the file's address, as its owner told it")
    add_sources(attest, required=True)
    attest.add_argument(
        "--keep", metavar="STORE", required=True, help="your own store, where it stays: one of the same kinds"
    )
    attest.add_argument("--key", type=Path, metavar="FILE", required=True, help="your account's key, of mode 0600")
    attest.add_argument("--out", type=Path, metavar="KEPT.json", help="write the attestation here, not to stdout")
    add_json(attest)
    attest.set_defaults(run=_attest)


def _attest(chosen: argparse.Namespace) -> int:
    """Fetch the file of a claim, recompute its CID and content, keep it, and only then sign that it is kept."""
    from ..capsule.output import check_outputs
    from ..settlement.keeper import Keeper
    from ..settlement.signatures import Signer
    from ..settlement.stores import fetch_first, store_at

    if chosen.out is not None:
        check_outputs([chosen.out], [chosen.key])
    keeper = Keeper(Signer.load(chosen.key), store_at(chosen.keep))
    sources = [store_at(each) for each in chosen.sources]
    claim = claim_at(chosen)
    kept = keeper.attest(claim, chosen.cid, lambda cid: fetch_first(sources, cid))
    if chosen.out is not None:
        kept.save(chosen.out)
    told = {"claim": claim.id, "keeper": kept.keeper, "cid": chosen.cid, "kept in": keeper.store.name}
    if chosen.json:
        print(json.dumps(plain(told) | {"attestation": json.loads(kept.to_json())}, indent=2))
    elif chosen.out is None:
        print(kept.to_json())
    else:
        for name, value in (told | {"attestation": chosen.out}).items():
            print(f"{name:<12}{value}")
    return 0
