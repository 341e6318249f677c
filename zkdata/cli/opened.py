"""`zkdata open`: get the ciphertext of a claim that was released, check it, open it, and write its records."""

import argparse
import json
from pathlib import Path
from typing import Any

from .claim_place import add_claim, add_sources, claim_at
from .usage import UsageWrong, add_json, add_schema, plain, schema_of

EPILOG = """\
examples:
  zkdata open --rpc http://127.0.0.1:8545 --escrow 0x5FbDB2315678afecb367f032d93F642f64180aa3 --claim 0x...
      --key buyer.key --from /srv/capsules --from http://127.0.0.1:5001 --schema temperature readings.csv
"""
WRITERS = {".csv": "as_csv", ".json": "as_json"}


def add_to(nouns: Any) -> None:
    """Add the noun."""
    noun = nouns.add_parser(
        "open",
        help="open what was paid for: the records of a released claim",
        description=_open.__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_claim(noun)
    add_sources(noun, required=False)
    noun.add_argument("--key", type=Path, metavar="FILE", required=True, help="the buyer's key, of mode 0600")
    add_schema(noun)
    noun.add_argument("--cid", help="the file's address, where no keeper signed for one")
    noun.add_argument("output", type=Path, metavar="OUT", help="written for your eyes alone, as .csv or .json")
    add_json(noun)
    noun.set_defaults(run=_open)


def _open(chosen: argparse.Namespace) -> int:
    """Get the ciphertext that was paid for, from the claim or the first store that has it, check it, write records."""
    from ..capsule import tables
    from ..capsule.atomic_file import write_private
    from ..capsule.delivery import BuyerKey
    from ..capsule.output import check_outputs
    from ..settlement.delivered import open_delivered
    from ..settlement.stores import store_at

    if chosen.output.suffix not in WRITERS:
        raise UsageWrong(f"{chosen.output} says neither .csv nor .json; name an output that does")
    check_outputs([chosen.output], [chosen.key])
    buyer, schema = BuyerKey.load(chosen.key), schema_of(chosen.schema)
    stores = [store_at(each) for each in chosen.sources]
    claim = claim_at(chosen)
    records = open_delivered(claim, stores, buyer, schema, chosen.cid)
    write_private(chosen.output, getattr(tables, WRITERS[chosen.output.suffix])(schema, records).encode())
    told = {"claim": claim.id, "schema": schema.name, "records": len(records), "output": str(chosen.output)}
    if chosen.json:
        print(json.dumps(plain(told), indent=2))
    else:
        for name, value in told.items():
            print(f"{name:<12}{value}")
    return 0
