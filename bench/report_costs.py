"""The parts of the report that are the same on every machine, and how all of it grows."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.gas_stack import CALLDATA, OWN
from bench.growth import NAIVE
from zkdata.audit.figures import Bar, Curve, bars, colours_of, curves, number, stacks
from zkdata.audit.markup import Markup
from zkdata.audit.page import commands, figure, legend, pair, paragraph, section, table

MILLISECONDS, KIBIBYTE = 1000, 1024
PER_RECORD = {
    "seconds": ("Time of a proof", "ms a record", MILLISECONDS),
    "peak_bytes": ("Memory of a proof", "KiB a record", 1 / KIBIBYTE),
    "gas": ("Gas", "gas a record", 1),
    "rows": ("Rows", "rows a record", 1),
}
"""What grows: its heading, its unit, and how many of that there are in one."""

CALLS = {
    "claim_attested": "a claim with keepers",
    "release": "its release",
    "claim_none_paid": "a claim on a fact, paid at once",
    "claim_in_batch_of_16": "a claim in a batch of 16",
    "post": "posting a request",
}
PEER_CALLS = {
    "claim_naive_paid": "a claim of the naive escrow, paid at once",
    "post_naive": "posting to the naive escrow",
}


def growth(report: Mapping[str, Any]) -> Markup:
    """Per record, against the number of records and of fields, beside the usual design."""
    points = report["growth"]["records"]
    names = list(dict.fromkeys(point["series"] for point in points))
    colours = {
        name: "s2" if name.startswith(NAIVE) else ours for name, ours in zip(names, ("s1", "s3", "s5"), strict=False)
    }
    named = legend((colours[name], name) for name in names)
    figures = []
    for what, (heading, unit, scale) in PER_RECORD.items():
        lines = []
        for name in names:
            found = [
                (point["records"], scale * point[what] / point["records"])
                for point in points
                if point["series"] == name and point[what] is not None
            ]
            if found:
                lines.append(Curve(name, sorted(found), colours[name], name.startswith(NAIVE)))
        if lines:
            drawn = curves(f"{heading} by records", lines, "records in a capsule", unit)
            figures.append(figure(heading, "By records; both axes are logarithmic.", named, drawn))
    return section(
        "How it grows",
        paragraph(
            "The usual design checks a signature for each record; a capsule has one, over all of them. Its rows are "
            "those of bench/naive, its gas one payment by its escrow for a single field, and its time and memory those "
            "of our own prover on as many of its records, without registry and nullifier. Our gas is a claim with "
            "keepers and its release."
        ),
        pair(*figures, *_by_fields(report["growth"]["fields"])),
        _every_point(points),
        commands("python -m bench.growth --fields 1 2 4 8", "python -m bench.rows --compile 16x4 48x1"),
    )


def _by_fields(points: Sequence[Mapping[str, Any]]) -> list[Markup]:
    sides = {"zkdata": ("rows", "s1"), NAIVE: ("naive_rows", "s2")}
    lines = [
        Curve(name, [(point["fields"], point[what]) for point in points], colour, name == NAIVE)
        for name, (what, colour) in sides.items()
    ]
    records = points[0]["records"]
    taken = [
        Bar(f"{point['fields']} field{'s' if point['fields'] > 1 else ''}", point["gas"], f"{point['gas']:,}")
        for point in points
    ]
    return [
        figure(
            "Rows, by fields",
            f"{records} records of 1 to {points[-1]['fields']} fields; both axes are logarithmic.",
            legend((colour, name) for name, (_, colour) in sides.items()),
            curves("Rows by fields", lines, "fields of a record", f"rows of {records} records"),
        ),
        figure("Gas, by fields", "A claim with keepers and its release.", bars("Gas by fields", taken)),
    ]


def _every_point(points: Sequence[Mapping[str, Any]]) -> Markup:
    headings = ("design", "circuit", "records", "rows", "rows a record", "proof ms a record", "CPU ms a record",
                "KiB a record", "gas a record")  # fmt: skip
    rows = []
    for point in points:
        each = [
            (point["rows"], 1),
            (point["seconds"], MILLISECONDS),
            (point["cpu"], MILLISECONDS),
            (point["peak_bytes"], 1 / KIBIBYTE),
            (point["gas"], 1),
        ]
        cells = ("" if value is None else number(scale * value / point["records"]) for value, scale in each)
        rows.append((point["series"], point["circuit"], f"{point['records']:,}", f"{point['rows']:,}", *cells))
    return table("Growth", headings, rows, words=(0, 1))


def gas(report: Mapping[str, Any]) -> Markup:
    """What a claim and its release pay for, and what other calls take."""
    calls, taken = report["gas"]["calls"], report["gas"]["stacks"]
    rows = {CALLS[call]: parts for call, parts in taken.items()}
    parts = [*dict.fromkeys(part for each in rows.values() for part in each if part not in (OWN, CALLDATA)), CALLDATA]
    colours = colours_of(parts) | {OWN: "rest"}
    told = {call: f"{sum(parts.values()):,} gas" for call, parts in rows.items()}
    stacked = stacks("Gas by part", rows, told, colours, shared=True)
    every = [Bar(words, calls[call], f"{calls[call]:,}", colour="s1") for call, words in CALLS.items()]
    every += [
        Bar(words, calls["peers"][call], f"{calls['peers'][call]:,}", colour="rest")
        for call, words in PEER_CALLS.items()
    ]
    each = [(part, *(f"{row[part]:,}" if part in row else "" for row in rows.values())) for part in (*parts, OWN)]
    whole = ("the whole", *(f"{sum(row.values()):,}" for row in rows.values()))
    targets = [
        (call, f"{calls[call]:,}", f"{target:,}", f"{calls['floor'][call]:,}" if call in calls["floor"] else "")
        for call, target in calls["target"].items()
    ]
    return section(
        "What a claim pays for",
        paragraph(
            f"Whole transactions by {calls['fork']}'s rules, {calls['compiler']}; the recipient {calls['recipient']}. "
            "Grey is what our code adds to what no code avoids."
        ),
        pair(
            figure("A claim and its release", "Each part of the gas, on one scale.",
                   legend((colours[part], part) for part in (*parts, OWN)), stacked),
            figure("Calls", "Gas of a whole transaction; grey is the naive escrow.", bars("Gas by call", every)),
        ),
        table("Parts of the gas", ("part", *rows), [*each, whole]),
        table("Gas beside its targets", ("call", "gas", "target", "floor"), targets),
        commands("python -m bench.gas_stack", "python -m bench.gas --check"),
    )  # fmt: skip
