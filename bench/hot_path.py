"""How long is each step from records to a verified proof, and how much memory do they hold, for each circuit?

    python -m bench.hot_path                              every circuit of at most 32,768 rows
    python -m bench.hot_path capsule_832x4 --runs 7       the named ones
    python -m bench.hot_path --json                       the same for a program

Each circuit has a process of its own, with its keys open, and a capsule that fills its shape. A run seals it afresh;
the first is not counted. Memory is the most that the process held at once, its Python and the circuit's files included.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from bench import command
from bench.contestants import Contestant
from bench.provers import spread, working
from zkdata.proof.circuit import Circuit
from zkdata.proof.setup import setup_development

STEPS = {
    "seal": "records encrypted and signed",
    "statement": "what is claimed of them, checked",
    "witness": "every wire of the circuit",
    "prove": "the proof, verified by its maker",
    "verify": "verified by anyone else",
}
CLOCKS = ("wall", "cpu")


def path_of(circuit: Circuit, runs: int, threads: int) -> dict[str, Any]:
    """One circuit; built and given development keys where it is not there yet."""
    circuit.build()
    setup_development(circuit)
    contestant = Contestant("path", "library", circuit.name, (sys.executable, "-m", "bench.peers.path", circuit.name))
    wholes, steps = [], []
    with working(contestant, threads) as timed:
        timed.run()
        for _ in range(runs):
            wholes.append(timed.run())
            steps.append(timed.order("steps")["said"])
    shape = circuit.entry.shape
    return {
        "circuit": circuit.name,
        "template": circuit.template,
        "rows": circuit.rows,
        "records": shape[0] if shape else None,
        "fields": shape[1] if shape else None,
        "bits": shape[2] if shape else None,
        "load": timed.load,
        "peak_kibibytes": max(whole["peak_kibibytes"] for whole in wholes),
        "foreign": max(whole["foreign"] for whole in wholes),
        "whole": {clock: spread([whole[clock] for whole in wholes]) for clock in CLOCKS},
        "steps": {step: {clock: spread([each[step][clock] for each in steps]) for clock in CLOCKS} for step in STEPS},
    }


def paths(
    circuits: Sequence[Circuit], runs: int, threads: int, tell: Callable[[str], None] = lambda _: None
) -> list[dict[str, Any]]:
    """All of them, one after another."""
    found = []
    for circuit in circuits:
        tell(f"records to proof: {circuit.name}")
        found.append(path_of(circuit, runs, threads))
    return found


def main(arguments: list[str]) -> int:
    """The command line above."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.hot_path", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="of the catalogue")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    circuits = [Circuit.named(name) for name in chosen.names] or Circuit.usual()
    found = paths(circuits, chosen.runs, chosen.threads)
    if chosen.json:
        print(json.dumps(found, indent=1))
        return 0
    print(f"{'medians in milliseconds':<24}{''.join(f'{step:>11}' for step in (*STEPS, 'whole', 'CPU', 'MiB'))}")
    for path in found:
        steps = [path["steps"][step]["wall"]["median"] for step in STEPS]
        cells = [*steps, path["whole"]["wall"]["median"], path["whole"]["cpu"]["median"]]
        numbers = "".join(f"{1000 * cell:>11.1f}" for cell in cells)
        print(f"{path['circuit']:<24}{numbers}{path['peak_kibibytes'] / 1024:>11.0f}")
    return 0


if __name__ == "__main__":
    command.run(main)
