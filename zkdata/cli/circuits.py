"""`zkdata circuits`: the circuits of the catalogue, their artifacts and development keys."""

import argparse
import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from .usage import UsageWrong, add_json

if TYPE_CHECKING:
    from ..proof.circuit import Circuit

EPILOG = """\
examples:
  zkdata circuits list --json
  zkdata circuits build                  those of at most 32,768 rows
  zkdata circuits build --all
  zkdata circuits show capsule_16x4
"""


def add_to(nouns: Any) -> None:
    """Add the noun and its verbs."""
    noun = nouns.add_parser(
        "circuits",
        help="list, build and show circuits",
        description="The circuits of circuits/catalogue.json; rows and digests as locked in circuits/artifacts.lock.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = noun.add_subparsers(title="commands", metavar="COMMAND", required=True)

    listing = verbs.add_parser("list", help="every circuit", description=_list.__doc__)
    add_json(listing)
    listing.set_defaults(run=_list)

    build = verbs.add_parser("build", help="compile, and make development keys", description=_build.__doc__)
    build.add_argument("names", nargs="*", metavar="NAME", help="which; those of at most 32,768 rows if none is named")
    build.add_argument("--all", action="store_true", help="every circuit; the largest take minutes and gigabytes")
    add_json(build)
    build.set_defaults(run=_build)

    show = verbs.add_parser("show", help="everything about one circuit", description=_show.__doc__)
    show.add_argument("name", metavar="NAME")
    add_json(show)
    show.set_defaults(run=_show)


def _list(chosen: argparse.Namespace) -> int:
    """Every circuit: template, parameters, rows, public signals and digest."""
    from ..proof.circuit import Circuit

    described = [_describe(circuit) for circuit in Circuit.all()]
    if chosen.json:
        print(json.dumps(described, indent=2))
        return 0
    rows = [("NAME", "TEMPLATE", "ROWS", "PUBLIC SIGNALS", "DIGEST")]
    for each in described:
        given = ", ".join(f"{key} {value}" for key, value in each["parameters"].items())
        signals = ", ".join(each["public_signals"])
        rows.append((each["name"], f"{each['template']}({given})", f"{each['rows']:,}", signals, each["digest"][:16]))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return 0


def _build(chosen: argparse.Namespace) -> int:
    """Compile with the pinned circom, compare with the lock, and make development keys. What is there is kept."""
    from concurrent.futures import ThreadPoolExecutor

    from ..proof.circuit import Circuit
    from ..proof.setup import setup_development

    if chosen.all and chosen.names:
        raise UsageWrong("name circuits, or say --all; not both")
    circuits = Circuit.all() if chosen.all else [Circuit.named(name) for name in chosen.names] or Circuit.usual()

    def build_one(circuit: "Circuit") -> dict[str, Any]:
        started = time.perf_counter()
        circuit.build()
        setup_development(circuit)
        seconds = round(time.perf_counter() - started, 3)
        if not chosen.json:
            sys.stderr.write(
                f"{circuit.name}: {circuit.rows:,} rows, ready in {seconds:.1f} s in {circuit.directory}\n"
            )
        return {"name": circuit.name, "seconds": seconds, "directory": str(circuit.directory)}

    with ThreadPoolExecutor(os.cpu_count()) as workers:  # the compiler is a process of its own
        largest_first = sorted(circuits, key=lambda circuit: -circuit.rows)
        building = {circuit.name: workers.submit(build_one, circuit) for circuit in largest_first}
        built = [building[circuit.name].result() for circuit in circuits]
    if chosen.json:
        print(json.dumps(built, indent=2))
    return 0


def _show(chosen: argparse.Namespace) -> int:
    """One circuit: what `list` tells, its public values in order, and its artifacts with their sizes."""
    from ..proof.circuit import Circuit

    circuit = Circuit.named(chosen.name)
    described = _describe(circuit) | {"values": list(circuit.values), "artifacts": _artifacts(circuit)}
    if chosen.json:
        print(json.dumps(described, indent=2))
        return 0
    for key, value in described.items():
        if key == "artifacts":
            print("artifacts")
            for kind, artifact in value.items():
                size = "not made yet: zkdata circuits build" if artifact is None else f"{artifact['bytes']:,} bytes"
                print(f"  {kind:<10} {size}")
        elif isinstance(value, dict):
            print(f"{key:<15}" + ", ".join(f"{name} = {number}" for name, number in value.items()))
        elif isinstance(value, list):
            print(f"{key:<15}" + ", ".join(value))
        else:
            print(f"{key:<15}{value}")
    return 0


def _describe(circuit: "Circuit") -> dict[str, Any]:
    return {
        "name": circuit.name,
        "template": circuit.template,
        "parameters": dict(circuit.entry.parameters),
        "rows": circuit.rows,
        "public_signals": list(circuit.public_signals),
        "digest": circuit.digest,
    }


def _artifacts(circuit: "Circuit") -> dict[str, dict[str, Any] | None]:
    found: dict[str, dict[str, Any] | None] = {}
    for kind in ("circom", "r1cs", "wgr", "wasm", "sym", "zkey", "vkey.json"):
        path = circuit.artifact(kind)
        found[kind] = {"path": str(path), "bytes": path.stat().st_size} if path.is_file() else None
    return found
