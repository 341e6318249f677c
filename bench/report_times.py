"""The parts of the report that are about time: end to end, beside the peers, by circuit, and up to the payment."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench.contestants import OURS
from bench.hot_path import STEPS
from zkdata.audit.figures import Bar, Curve, bars, colours_of, curves, number, stacks
from zkdata.audit.markup import Markup
from zkdata.audit.page import commands, figure, folded, legend, pair, paragraph, section, table

LOADED, STARTED = "loaded", "started for it"
KINDS = {"library": LOADED, "process": STARTED}
OPERATIONS = {
    "journey": "records to proof",
    "prove": "a proof from its witness",
    "witness": "a witness from its inputs",
    "verify": "a verification",
    "claim": "witness and proof",
    "setup": "development keys",
}
TEN_TICKS = 0.1
"""Seconds."""

UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6}
OURS_BAR = Bar(f"{OURS}, of the same kind", 1, "1x")


def seconds(value: float) -> str:
    """In the unit that people read it in."""
    unit = next((unit for unit, size in UNITS.items() if value >= size), "us")
    return f"{number(value / UNITS[unit])} {unit}"


def foreign(part: float, wall: Mapping[str, float]) -> str:
    """What part of the cores something else took, where a run is long beside the ticks that this is counted in."""
    return f"{min(part, 1):.0%}" if wall["median"] >= TEN_TICKS else ""


def times(ratio: float) -> str:
    """How many times ours."""
    return f"{number(ratio)}x"


def between(spread: Mapping[str, float], size: float = 1) -> str:
    """The median, and from what to what, in units of a size."""
    middle, least, most = (number(spread[which] / size) for which in ("median", "min", "max"))
    return f"{middle} ({least} to {most})"


def clocked(spread: Mapping[str, float]) -> str:
    """The same of seconds, in the median's unit."""
    unit = seconds(spread["median"]).split()[1]
    return f"{between(spread, UNITS[unit])} {unit}"


def journey(report: Mapping[str, Any]) -> Markup:
    """From records to a verified proof, ours and the peers'."""
    rows = [row for row in report["comparisons"] if row["operation"] == "journey" and "wall" in row]
    clocks, ratios = [], []
    for row in rows:
        who, wall = f"{row['name']}, {KINDS[row['kind']]}", row["wall"]
        colour = "s1" if row["name"] == OURS else "rest"
        told = f"{wall['rounds']} rounds, {seconds(wall['min'])} to {seconds(wall['max'])}"
        clocks.append(Bar(who, wall["median"], seconds(wall["median"]), told, colour, wall["min"], wall["max"]))
        if "ratio" in row:
            ratios.append(_ratio(who, row["ratio"]["wall"]))
    ratios[:0] = [OURS_BAR] if ratios else []
    circuit = rows[0]["circuit"] if rows else ""
    return section(
        "From records to a verified proof",
        paragraph(
            f"A full capsule of {circuit} is sealed, stated, calculated, proven and verified. Loaded: keys and "
            "circuit are in memory, and peers are spared all that their processes would say to each other. Started for "
            "it: each program starts, reads its files, works, writes and ends. Nobody but us seals, so ours does it "
            "for all."
        ),
        pair(
            figure("The clock", "Shorter is faster. The thin line is from the fastest round to the slowest.", bars(
                "Seconds from records to a verified proof", clocks)),
            figure("Like with like", "How many times as long as ours of the same kind, paired within each round.", bars(
                "Times ours, end to end", ratios)),
        ),
        _compared("End to end", rows),
        commands(f"python -m bench.provers --of journey --circuits {circuit} --runs {report['plan']['rounds']}"),
    )  # fmt: skip


def _ratio(who: str, ratio: Mapping[str, float]) -> Bar:
    told = f"{ratio['rounds']} rounds, {times(ratio['min'])} to {times(ratio['max'])}"
    colour = "s1" if who.startswith(OURS) else "rest"
    return Bar(who, ratio["median"], times(ratio["median"]), told, colour, ratio["min"], ratio["max"])


def _compared(name: str, rows: Sequence[Mapping[str, Any]]) -> Markup:
    lines = []
    for row in rows:
        ratio, loaded = row.get("ratio"), row.get("ratio_to_loaded")
        lines.append(
            {
                "of": OPERATIONS[row["operation"]],
                "circuit": row["circuit"],
                "prover": row["name"],
                "how": KINDS[row["kind"]],
                "median (min to max)": clocked(row["wall"]),
                "CPU": seconds(row["cpu"]["median"]),
                "peak MiB": f"{row['peak_kibibytes'] / 1024:,.0f}",
                "loading": seconds(row["load"]["wall"]) if row["kind"] == "library" else "",
                "times ours": between(ratio["wall"]) if ratio else "",
                "by CPU": number(ratio["cpu"]["median"]) if ratio else "",
                "times ours loaded": number(loaded["wall"]["median"]) if loaded else "",
                "foreign": foreign(row["foreign"], row["wall"]),
                "rounds": str(row["wall"]["rounds"]),
            }
        )
    headings = [
        heading
        for heading in (lines[0] if lines else {})
        if any(line[heading] for line in lines)
        and (heading not in ("of", "circuit") or len({line[heading] for line in lines}) > 1)
    ]
    words = [place for place, heading in enumerate(headings) if heading in ("of", "circuit", "prover", "how")]
    return table(name, headings, [[line[heading] for heading in headings] for line in lines], words)


def peers(report: Mapping[str, Any], headline: str) -> Markup:
    """Each operation by itself."""
    rows = [row for row in report["comparisons"] if row["operation"] != "journey" and "wall" in row]
    figures = []
    for operation in ("prove", "verify", "witness"):
        named = [row for row in rows if row["operation"] == operation and row["circuit"] == headline and "ratio" in row]
        if named:
            drawn = [_ratio(f"{row['name']}, {KINDS[row['kind']]}", row["ratio"]["wall"]) for row in named]
            what = OPERATIONS[operation]
            heading = what[0].upper() + what[1:]
            caption = f"{headline}: how many times as long as ours of the same kind."
            figures.append(figure(heading, caption, bars(f"{what}: times ours", [OURS_BAR, *drawn])))
    figures[1:1] = _by_size(report, rows)
    missing = [(each["name"], each["why"]) for each in report["absent"]]
    again = f"python -m bench.provers --of prove witness verify --circuits {headline} --runs {report['plan']['rounds']}"
    return section(
        "Beside the peers",
        paragraph(
            "The same files for everyone, in turns on the same cores, in one run; each proof is verified, and a false "
            "one ends the run. Ours checks every point of a key when it opens it, and every proof before it hands it "
            "out; the peers do neither. Where ours is started for it, Python's own start is in its time."
        ),
        pair(*figures),
        folded("Every measurement", _compared("Beside the peers", rows)),
        *([table("Absent", ("not measured", "why"), missing, words=(0, 1))] if missing else []),
        commands(again, "python -m bench.provers --sizes 13 16 18 --runs 7        after: make peers"),
    )


def _by_size(report: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> list[Markup]:
    """How the ratio of a proof goes with the size of the circuit, where more than one was measured."""
    found: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        if (row["operation"], row["kind"]) == ("prove", "library") and "ratio" in row:
            size = report["circuits"][row["circuit"]]["domain"]
            found.setdefault(row["name"], []).append((size, row["ratio"]["wall"]["median"]))
    found = {name: sorted(points) for name, points in found.items() if len(points) > 1}
    if all(name.startswith(OURS) for name in found):
        return []
    colours = colours_of(found)
    drawn = curves(
        "Times ours by size",
        [Curve(name, points, colours[name]) for name, points in found.items()],
        "domain, rows",
        "times ours",
    )
    named = legend((colours[name], name) for name in found)
    return [figure("As circuits grow", "A proof, everyone loaded. Both axes are logarithmic.", named, drawn)]


def circuits(report: Mapping[str, Any], gas: Mapping[str, int | None]) -> Markup:
    """The hot path of every circuit."""
    paths = report["paths"]
    claims = [path for path in paths if path["template"] == "Capsule"]
    colours = colours_of(STEPS)
    parts = {path["circuit"]: {step: path["steps"][step]["wall"]["median"] for step in STEPS} for path in claims}
    told = {path["circuit"]: seconds(path["whole"]["wall"]["median"]) for path in claims}
    memory = [
        Bar(path["circuit"], mebibytes, f"{mebibytes:,.0f} MiB", f"{path['rows']:,} rows")
        for path in claims
        if (mebibytes := path["peak_kibibytes"] / 1024)
    ]
    headings = ("circuit", "rows", *STEPS, "whole (min to max)", "CPU", "loading", "peak MiB", "claim gas",
                "foreign")  # fmt: skip
    rows = []
    for path in paths:
        whole, claim = path["whole"], gas.get(path["circuit"])
        rows.append(
            (
                path["circuit"],
                f"{path['rows']:,}",
                *(seconds(path["steps"][step]["wall"]["median"]) for step in STEPS),
                clocked(whole["wall"]),
                seconds(whole["cpu"]["median"]),
                seconds(path["load"]["wall"]),
                f"{path['peak_kibibytes'] / 1024:,.0f}",
                f"{claim:,}" if claim else "",
                foreign(path["foreign"], whole["wall"]),
            )
        )
    meanings = "; ".join(f"{step}: {meaning}" for step, meaning in STEPS.items())
    return section(
        "Every circuit, from records to paid",
        paragraph(
            f"Medians of {report['plan']['runs']} runs on a capsule that fills the shape. {meanings}. A claim's gas is "
            f"with keepers; its release takes {report['gas']['calls']['release']:,} more, whatever the circuit."
        ),
        pair(
            figure("Where the time goes", "Claims, each bar a whole path; its time stands above it.",
                   legend((colours[step], step) for step in STEPS),
                   stacks("Shares of the steps", parts, told, colours, shared=False)),
            figure("Memory", "The most that the process held at once: Python, key, circuit and proof.",
                   bars("Peak memory by circuit", memory)),
        ),
        table("Every circuit", headings, rows),
        commands("python -m bench.hot_path --runs 7", "python -m bench.hot_path capsule_832x4"),
    )  # fmt: skip


def paid(report: Mapping[str, Any]) -> list[Markup]:
    """From a capsule to its payment on a chain, where that was run."""
    found = report["paid"]
    if found is None:
        return []
    columns = list(found["seconds"])
    rows = [
        (told, *(seconds(found["seconds"][column][name]) for column in columns))
        for name, told in {**found["parts"], "whole": "the whole"}.items()
    ]
    return [
        section(
            "From a capsule to its payment",
            paragraph(
                f"Medians of {found['runs']} runs on anvil: one that mines at once, and one that mines a block a "
                f"second and is waited for {found['confirmations']} blocks."
            ),
            table("To the payment", ("part", *columns), rows),
            commands(f"python -m bench.proof_to_paid --runs {found['runs']} --confirmations {found['confirmations']}"),
        )
    ]
