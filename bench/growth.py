"""How do rows, time, memory and gas grow with records and with fields: ours, and the usual design's?

    python -m bench.growth                     rows and gas, which are the same on every machine
    python -m bench.growth --fields 1 2 4 8    the latter for so many fields; some seconds each
    python -m bench.growth --json              the same for a program

Time and memory are those of a proof, where `zkdata bench` has measured them: of our claims by `bench.hot_path`, and of
the usual design, a signature for each record, by `bench.provers` on `bench/naive/records.circom`, with our own prover.
Gas is a claim with keepers and its release, over the records of a full capsule; the naive escrow pays within its claim,
and its figure is for one field.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bench import command
from bench.gas import FILE, of_limbs
from bench.materials import FOLDER, RECORDS
from bench.rows import NAIVE_BITS, naive_record, naive_rows
from zkdata.proof.circuit import CLAIM, Circuit, r1cs_rows
from zkdata.proof.compiler import compile_circuit
from zkdata.settlement.chain import Chain

NAIVE = "a signature per record"
SMALLEST = "capsule_16x4"
LOCKED_FIELDS = (1, 4)
"""The catalogue has claims of so many fields."""

KIBIBYTE = 1024


def series_name(fields: int) -> str:
    """Of our claims."""
    return f"zkdata, {fields} field{'s' if fields > 1 else ''}"


def naive_name(fields: int) -> str:
    """Of the usual design."""
    return f"{NAIVE}, {fields} field{'s' if fields > 1 else ''}"


def claim_gas(gas: Mapping[str, Any], fields: int) -> int | None:
    """A claim with keepers and its release, where bench/gas.json has it."""
    claims = {1: gas["claim_attested"], 4: gas["claim_attested_of_4_limbs"]}
    return claims[fields] + gas["release"] if fields in claims else None


def over_records(paths: Sequence[Mapping[str, Any]], proofs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A point for each claim circuit and for each size of the usual design; what nobody measured is None."""
    gas = json.loads(FILE.read_text())
    measured = {path["circuit"]: path for path in paths}
    points = []
    for circuit in Circuit.all():
        if circuit.template != CLAIM or circuit.layout.bits != NAIVE_BITS:
            continue
        shape, path = circuit.layout, measured.get(circuit.name)
        points.append(
            {
                "series": series_name(shape.fields),
                "circuit": circuit.name,
                "records": shape.records,
                "fields": shape.fields,
                "rows": circuit.rows,
                "gas": claim_gas(gas, shape.fields),
                "seconds": path["steps"]["prove"]["wall"]["median"] if path else None,
                "cpu": path["steps"]["prove"]["cpu"]["median"] if path else None,
                "peak_bytes": path["peak_kibibytes"] * KIBIBYTE if path else None,
            }
        )
    return points + _naive_points(gas, {row["circuit"]: row for row in proofs})


def _naive_points(gas: Mapping[str, Any], measured: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    points = []
    for power, (records, _) in RECORDS.items():
        row = measured.get(f"records_{power}")
        points.append(
            {
                "series": naive_name(4),
                "circuit": f"naive, {records}x4",
                "records": records,
                "fields": 4,
                "rows": naive_rows(1, 4) + (records - 1) * naive_record(4),
                "gas": gas["peers"]["claim_naive_paid"],
                "seconds": row["wall"]["median"] if row else None,
                "cpu": row["cpu"]["median"] if row else None,
                "peak_bytes": row["peak_kibibytes"] * KIBIBYTE if row else None,
            }
        )
    return points


def made_already() -> list[str]:
    """Sizes of the usual design whose circuits, keys and witnesses are in build/peers."""
    endings = ("zkey", "vkey.json", "wgr", "wtns")
    return [str(power) for power in RECORDS if all((FOLDER / f"records_{power}.{end}").exists() for end in endings)]


def claim_rows(fields: int) -> int:
    """Of the smallest claim with so many fields, compiled here."""
    entry = Circuit.named(SMALLEST).entry
    named = replace(entry, name="growing", parameters=MappingProxyType({**entry.parameters, "fields": fields}))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        main = folder / "growing.circom"
        main.write_text(Circuit(named, folder).main_source)
        out = folder / "out"
        out.mkdir()
        compile_circuit(main, out)
        return r1cs_rows((out / "growing.r1cs").read_bytes())


def over_fields(fields: Sequence[int]) -> list[dict[str, Any]]:
    """Rows and gas of the smallest claim by fields, compiled and sent where lock and bench/gas.json have none."""
    gas = json.loads(FILE.read_text())
    smallest = Circuit.named(SMALLEST).layout
    compiled = [each for each in fields if each != smallest.fields]
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as compilers:  # each a process of its own
        list(compilers.map(naive_rows, [1, 2] * len(fields), [K for K in fields for _ in (1, 2)]))
        made = dict(zip(compiled, compilers.map(claim_rows, compiled), strict=True))
    return [
        {
            "records": smallest.records,
            "fields": K,
            "rows": made.get(K) or Circuit.named(SMALLEST).rows,
            "naive_rows": naive_rows(1, K) + (smallest.records - 1) * naive_record(K),
            "gas": claim_gas(gas, K) or _sent(K) + gas["release"],
        }
        for K in sorted(fields)
    ]


def _sent(fields: int) -> int:
    with Chain.anvil() as chain:
        return of_limbs(chain, fields)


def main(arguments: list[str]) -> int:
    """The command line above."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.growth", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fields", nargs="*", type=int, default=list(LOCKED_FIELDS), metavar="K")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    found = {"records": over_records([], []), "fields": over_fields(chosen.fields)}
    if chosen.json:
        print(json.dumps(found, indent=1))
        return 0
    print(f"{'':<38}{'records':>9}{'rows a record':>15}{'gas a record':>14}")
    for point in found["records"]:
        each = (point[what] / point["records"] for what in ("rows", "gas"))
        print(f"{point['series']:<38}{point['records']:>9,}{''.join(f'{value:>14,.0f}' for value in each)}")
    print(f"{'16 records of':<38}{'rows':>9}{'naive rows':>15}{'gas':>14}")
    for point in found["fields"]:
        told = f"{point['fields']} fields"
        print(f"{told:<38}{point['rows']:>9,}{point['naive_rows']:>15,}{point['gas']:>14,}")
    return 0


if __name__ == "__main__":
    command.run(main)
