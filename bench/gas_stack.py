"""What does a claim pay for: from bench/gas.json, each of its floor's parts, and what our code adds?

python -m bench.gas_stack            a claim with keepers and its release
python -m bench.gas_stack --json     the same for a program
"""

import argparse
import json
from collections.abc import Mapping
from typing import Any

from bench import command
from bench.gas import (
    CHANGED_WORD,
    COLD_ACCOUNT,
    COLD_SLOT,
    FILE,
    NEW_WORD,
    PAIRING,
    PAIRINGS,
    PAYMENT,
    TRANSACTION,
    VERIFY_3,
    WARM,
    logged,
)

CALLDATA, OWN = "calldata", "our code"
PARTS = {
    "claim_attested": {
        "transaction": TRANSACTION,
        "pairings": PAIRINGS + 4 * PAIRING,
        "public inputs": VERIFY_3 - PAIRINGS - 4 * PAIRING,
        "contracts called": 2 * COLD_ACCOUNT + COLD_SLOT + 2 * WARM,
        "storage": 2 * COLD_SLOT + CHANGED_WORD + NEW_WORD,
        "event": logged(3, 9),
    },
    "release": {
        "transaction": TRANSACTION,
        "storage": COLD_SLOT + CHANGED_WORD,
        "contracts called": COLD_ACCOUNT,
        "token moved": PAYMENT,
        "event": logged(3, 1),
    },
}
"""What of each floor is the same whatever is sent."""


def stack(kept: Mapping[str, Any], call: str) -> dict[str, int]:
    """Parts by name, which add up to the call's gas."""
    fixed = PARTS[call]
    return {**fixed, CALLDATA: kept["floor"][call] - sum(fixed.values()), OWN: kept["above_floor"][call]}


def stacks() -> dict[str, dict[str, int]]:
    """Every call that is taken apart, of the committed figures."""
    kept = json.loads(FILE.read_text())
    return {call: stack(kept, call) for call in PARTS}


def main(arguments: list[str]) -> int:
    """The command line above."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.gas_stack", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    found = stacks()
    if parser.parse_args(arguments).json:
        print(json.dumps(found, indent=1))
        return 0
    for call, parts in found.items():
        print(f"{call:<32}{sum(parts.values()):>9,}")
        for part, gas in parts.items():
            print(f"  {part:<30}{gas:>9,}")
    return 0


if __name__ == "__main__":
    command.run(main)
