"""Everything that `zkdata bench` measures, in one run, as one document.

Peers are those found on this machine, and are timed in turns with ours; who is absent is named with the reason. What is
the same on every machine, rows and gas, is read from the lock and from bench/gas.json, which tests hold to the sources.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from bench import gas_stack, growth, proof_to_paid
from bench.contestants import OURS, PORTABLE, versions
from bench.gas import FILE as GAS
from bench.hot_path import paths
from bench.materials import RECORDS, Material, material
from bench.prover_bound import bound
from bench.provers import compare, machine, spread
from zkdata.proof.circuit import Circuit

FORMAT, VERSION = "zkdata.bench", 1
HEADLINE = "capsule_64x4"
"""Whose way from records to proof is compared end to end."""

PRODUCT_NS = 4.0
"""One field multiplication of a lane by AVX-512 IFMA, as decision 0011 measured it; without that, `--product-ns`."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Operations on one circuit, and who is left out because he would take hours."""

    circuit: str
    operations: tuple[str, ...]
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of everything."""

    name: str
    runs: int
    rounds: int
    """Of those that compare; the slow peers run three times at most."""
    circuits: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    fields: tuple[int, ...]
    paid_runs: int
    """From a capsule to its payment on anvil; none in a quick run."""


def quick() -> Plan:
    """What is built already."""
    sizes = [size for size in growth.made_already() if int(size) <= 16]
    peers = Comparison(HEADLINE, ("journey", "prove", "witness", "verify"), (PORTABLE,))
    ours = [Comparison(size, ("prove",), ("rapidsnark", "snarkjs", "arkworks", "gnark", PORTABLE)) for size in sizes]
    names = tuple(circuit.name for circuit in Circuit.usual())
    return Plan("quick", 3, 2, names, (peers, *ours), growth.LOCKED_FIELDS, 0)


def full() -> Plan:
    """All circuits, all sizes, all peers."""
    of_size = ("prove", "witness")
    comparisons = (
        Comparison(HEADLINE, ("journey", *of_size, "verify")),
        *(Comparison(str(size), of_size, ("snarkjs", "arkworks") if size > 18 else ()) for size in RECORDS),
    )
    names = tuple(circuit.name for circuit in Circuit.all())
    return Plan("full", 7, 7, names, comparisons, (1, 2, 4, 8), 7)


PLANS = {"quick": quick, "full": full}


def measured(plan: Plan, threads: int, product_ns: float | None, tell: Tell = lambda _: None) -> dict[str, Any]:
    """The whole document. All that is timed is held to the same cores."""
    started, before = time.monotonic(), os.sched_getaffinity(0)
    about = machine()
    if product_ns is None and "avx512ifma" in about["cpu"].get("flags", ()):
        product_ns = PRODUCT_NS
    report: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "mode": plan.name,
        "datetime": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": about.pop("commit"),
        "machine": about,
        "versions": versions(),
        "threads": threads,
        "plan": asdict(plan),
        "product_ns": product_ns,
    }
    os.sched_setaffinity(0, sorted(before)[:threads])
    try:
        report["paths"] = paths([Circuit.named(name) for name in plan.circuits], plan.runs, threads, tell)
        report["circuits"] = {}
        report["comparisons"] = []
        for each in plan.comparisons:
            tell(f"files of {each.circuit}")
            made = material(each.circuit)
            report["circuits"][made.name] = made.facts()
            report["comparisons"] += _compared(each, made, plan.rounds, threads, tell)
    finally:
        os.sched_setaffinity(0, before)
    tell("rows and gas")
    proofs = [row for row in report["comparisons"] if _is_ours(row, "prove", "library") and "wall" in row]
    fields = growth.over_fields(plan.fields)  # before the records: it compiles side by side what they need
    report["growth"] = {"records": growth.over_records(report["paths"], proofs), "fields": fields}
    report["phases"] = [_phases(row, product_ns, tell) for row in proofs]
    report["gas"] = {"stacks": gas_stack.stacks(), "calls": json.loads(GAS.read_text())}
    report["paid"] = _paid(plan, tell)
    report["peers"] = peers(report)
    report["absent"] = absent(report)
    report["load_after"] = os.getloadavg()
    report["seconds"] = round(time.monotonic() - started, 1)
    return report


def _compared(asked: Comparison, made: Material, rounds: int, threads: int, tell: Tell) -> list[dict[str, Any]]:
    rows = []
    for operation in asked.operations:
        tell(f"beside the peers: {operation}, {made.name}")
        rows += compare(operation, made, rounds, threads, asked.without)
    return _beside_ours_loaded(rows)


def _beside_ours_loaded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A journey by processes is compared with ours that stays loaded as well: a library needs no process."""
    for loaded in rows:
        if _is_ours(loaded, "journey", "library"):
            for row in rows:
                if row["operation"] == "journey" and row["name"] != OURS and "samples" in row:
                    # one that is slow has the first rounds only
                    pairs = list(zip(row["samples"], loaded["samples"], strict=False))
                    row["ratio_to_loaded"] = {
                        what: spread([theirs[what] / mine[what] for theirs, mine in pairs]) for what in ("wall", "cpu")
                    }
    return rows


def _is_ours(row: dict[str, Any], operation: str, kind: str) -> bool:
    return (row["operation"], row["kind"], row["name"]) == (operation, kind, OURS)


def _phases(row: dict[str, Any], product_ns: float | None, tell: Tell) -> dict[str, Any]:
    tell(f"the bound of {row['circuit']}")
    made = material(row["circuit"].removeprefix("records_"))
    return {
        "circuit": row["circuit"],
        "phases": row["phases"],
        "load": row["load"]["cpu"],
        "cpu": row["cpu"]["median"],
        "bound": bound(made.file("zkey"), made.witness, product_ns) if product_ns else None,
    }


def _paid(plan: Plan, tell: Tell) -> dict[str, Any] | None:
    if not plan.paid_runs:
        return None
    tell("from a capsule to its payment")
    confirmations = 3
    seconds = proof_to_paid.measured(plan.paid_runs, confirmations)
    return {"runs": plan.paid_runs, "confirmations": confirmations, "parts": proof_to_paid.PARTS, "seconds": seconds}


def peers(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Everyone who was found, and how many times as much it takes as ours: the clock's time, rows or gas."""
    found = []
    for row in report["comparisons"]:
        if "ratio" in row and not row["name"].startswith(OURS):
            about = {what: row[what] for what in ("name", "operation", "kind", "circuit")}
            loaded = row.get("ratio_to_loaded")
            found.append(
                about
                | {"of": "time", "ratio": row["ratio"]["wall"]["median"], "spread": row["ratio"]["wall"]}
                | {"cpu_ratio": row["ratio"]["cpu"]["median"]}
                | ({"ratio_to_loaded": loaded["wall"]["median"]} if loaded else {})
            )
    for point in report["growth"]["fields"]:
        circuit = f"{point['records']} records of {point['fields']}"
        about = {"name": growth.NAIVE, "operation": "compile", "kind": "design", "circuit": circuit}
        found.append(about | {"of": "rows", "ratio": point["naive_rows"] / point["rows"]})
    gas = report["gas"]["calls"]
    for name, operation, theirs, ours in (
        ("snarkjs' verifier of 3 inputs", "verify", gas["peers"]["verify_3_snarkjs"], gas["verify_3"]),
        ("snarkjs' verifier of 19 inputs", "verify", gas["peers"]["verify_19_snarkjs"], gas["verify_3"]),
        ("the naive escrow", "claim", gas["peers"]["claim_naive_paid"], gas["claim_none_paid"]),
    ):
        found.append({"name": name, "operation": operation, "kind": "contract", "of": "gas", "ratio": theirs / ours})
    return found


def absent(report: dict[str, Any]) -> list[dict[str, str]]:
    """Who was not found, each once, with the reason."""
    told = {(row["name"], row["absent"]): row for row in report["comparisons"] if "absent" in row}
    return [{"name": name, "why": why} for name, why in told]
