"""What a run of `zkdata bench` found, as a page and as JSON.

zkdata bench --full --out FOLDER          measures, and writes both
python -m bench.report report.json        the page of a report that was kept, on standard output
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench import command
from bench.contestants import OURS
from bench.growth import claim_gas
from bench.report_costs import gas, growth
from bench.report_phases import phases
from bench.report_times import TEN_TICKS, circuits, journey, paid, peers, seconds, times
from bench.run import FORMAT, HEADLINE, VERSION
from zkdata.audit.figures import number
from zkdata.audit.markup import Markup, tag
from zkdata.audit.page import commands, contents, document, paragraph, section, table, tiles
from zkdata.errors import ArtifactMalformed

NAMES = "report.json", "report.html"
TITLE = "zkdata, measured: from records to paid"
GIBIBYTE = 2**30
QUIET = 0.1
"""The part of the cores that something else may take before the page says so."""


def page(report: Mapping[str, Any]) -> str:
    """The page."""
    if (report.get("format"), report.get("version")) != (FORMAT, VERSION):
        raise ArtifactMalformed(f"this is no report of zkdata bench, version {VERSION}: make one with `zkdata bench`")
    by_circuit = {
        path["circuit"]: claims - report["gas"]["calls"]["release"]
        for path in report["paths"]
        if path["template"] == "Capsule" and path["bits"] == 48
        if (claims := claim_gas(report["gas"]["calls"], path["fields"]))
    }
    parts = [
        ("From records to a verified proof", journey(report)),
        ("Beside the peers", peers(report, HEADLINE)),
        ("Every circuit, from records to paid", circuits(report, by_circuit)),
        ("How it grows", growth(report)),
        ("Where a proof's time goes", phases(report, HEADLINE)),
        ("What a claim pays for", gas(report)),
        *(("From a capsule to its payment", part) for part in paid(report)),
        ("Measure it again", _again(report)),
    ]
    return document(
        TITLE,
        tag("p", f"{report['mode']} run, {report['datetime'][:10]}", class_="eyebrow"),
        tag("h1", "From records to paid, measured"),
        tag("p", "How long zkdata takes to seal records, prove what is claimed of them and have it paid, beside the "
            "provers of others on the same machine, in one run.", class_="lead"),
        tag("p", _machine(report), class_="about"),
        *_warning(report),
        contents(heading for heading, _ in parts),
        tiles(*_headline(report)),
        *(part for _, part in parts),
        tag("footer", f"By zkdata bench {report['versions']['zkdata']} in {number(report['seconds'] / 60)} minutes. "
            "This page holds everything it shows; report.json beside it has every sample."),
    )  # fmt: skip


def _headline(report: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    rows = {(row["kind"], row["name"]): row for row in report["comparisons"] if row["operation"] == "journey"}
    facts = []
    ours = rows.get(("library", OURS))
    if ours:
        facts.append((seconds(ours["wall"]["median"]), "from records to a verified proof", f"{HEADLINE}, keys loaded"))
    for kind, name, how in (
        ("process", "snarkjs", "both started for each proof"),
        ("library", "rapidsnark, witness by node", "both loaded"),
    ):
        row = rows.get((kind, name))
        if row and "ratio" in row:
            facts.append((times(row["ratio"]["wall"]["median"]), f"as long with {name}", how))
    calls = report["gas"]["calls"]
    facts.append((f"{calls['claim_attested'] + calls['release']:,}", "gas for a claim and its release", "with keepers"))
    most = max((point for point in report["growth"]["records"] if point["gas"]), key=lambda point: point["records"])
    facts.append((f"{most['gas'] / most['records']:,.0f}", "gas a record", f"{most['records']:,} records in one claim"))
    return facts


def _machine(report: Mapping[str, Any]) -> str:
    machine, cpu = report["machine"], report["machine"]["cpu"]
    said = [
        cpu.get("brand_raw") or machine["processor"],
        f"{report['threads']} of {machine['usable_cores']} cores",
        f"{machine['memory_bytes'] / GIBIBYTE:.0f} GiB",
        f"load {machine['load'][0]:.2f} before",
        f"commit {report['commit']}",
    ]
    return "; ".join(said) + "."


def _warning(report: Mapping[str, Any]) -> list[Markup]:
    """Where the machine was not ours alone."""
    timed = [(path["foreign"], path["whole"]["wall"]) for path in report["paths"]]
    timed += [(row["foreign"], row["wall"]) for row in report["comparisons"] if "wall" in row]
    most = max((part for part, wall in timed if wall["median"] >= TEN_TICKS), default=0)
    if most <= QUIET:
        return []
    text = f"Something else took up to {min(most, 1):.0%} of the cores meanwhile: ratios say more here than seconds do."
    return [tag("p", text, class_="about warning")]


def _again(report: Mapping[str, Any]) -> Markup:
    machine, cpu = report["machine"], report["machine"]["cpu"]
    ifma = "yes" if "avx512ifma" in cpu.get("flags", ()) else "no"
    facts = [
        ("processor", f"{cpu.get('brand_raw', '')}, family {cpu.get('family')}, model {cpu.get('model')}"),
        ("AVX-512 IFMA", ifma),
        ("cores used", f"{report['threads']} of {machine['usable_cores']}"),
        ("memory", f"{machine['memory_bytes'] / GIBIBYTE:.1f} GiB"),
        ("system", f"{machine['system']} {machine['release']}"),
        ("load before and after", f"{machine['load'][0]:.2f}, {report['load_after'][0]:.2f}"),
        ("rustc", machine["rustc"]),
        *((name, told) for name, told in report["versions"].items() if told),
        ("commit", report["commit"]),
    ]
    return section(
        "Measure it again",
        paragraph(
            "From a checkout with make, Rust, Node and Python. rapidsnark is never built here: unpack a release "
            "of it into build/peers/rapidsnark. Nothing else should run meanwhile: the column foreign says what part "
            "of the cores something else took, at worst."
        ),
        commands(
            "make build",
            "make peers                                      arkworks, and the usual design's keys and witnesses",
            f".venv/bin/zkdata bench --{report['mode']} --out FOLDER",
        ),
        table("The machine", ("what", "which"), facts, words=(0, 1)),
    )


def write(report: Mapping[str, Any], folder: Path) -> list[Path]:
    """Both files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / name for name in NAMES]
    for file, text in zip(files, (json.dumps(report, indent=1) + "\n", page(report)), strict=True):
        file.write_text(text, encoding="utf-8")
    return files


def main(arguments: list[str]) -> int:
    """The command line above."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.report", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("report", type=Path, metavar="REPORT.json")
    print(page(json.loads(parser.parse_args(arguments).report.read_text())), end="")
    return 0


if __name__ == "__main__":
    command.run(main)
