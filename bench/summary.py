"""What a run of `zkdata bench` found, in a screen of text."""

from collections.abc import Iterator, Mapping
from typing import Any

from bench.contestants import OURS
from bench.hot_path import STEPS
from bench.report_times import KINDS, OPERATIONS, seconds


def text(report: Mapping[str, Any]) -> str:
    """The whole screen."""
    return "\n".join([*_paths(report), "", *_peers(report), "", *_costs(report)])


def _paths(report: Mapping[str, Any]) -> Iterator[str]:
    headings = "".join(f"{step:>11}" for step in (*STEPS, "whole", "peak"))
    yield f"{'medians, from records to a verified proof':<42}{headings}"
    for path in report["paths"]:
        times = [path["steps"][step]["wall"]["median"] for step in STEPS] + [path["whole"]["wall"]["median"]]
        cells = [*map(seconds, times), f"{path['peak_kibibytes'] / 1024:,.0f} MiB"]
        yield f"{path['circuit']:<42}{''.join(f'{cell:>11}' for cell in cells)}"


def _peers(report: Mapping[str, Any]) -> Iterator[str]:
    yield f"{'beside the peers':<42}{'':<34}{'seconds':>11}{'times ours':>11}{'by CPU':>11}"
    for row in report["comparisons"]:
        if "absent" in row:
            continue
        what = f"{OPERATIONS[row['operation']]}, {row['circuit']}"
        who = f"{row['name']}, {KINDS[row['kind']]}" if row["name"] != OURS else f"ours, {KINDS[row['kind']]}"
        ratio = row.get("ratio")
        times = [f"{ratio[clock]['median']:.2f}" if ratio else "" for clock in ("wall", "cpu")]
        yield f"{what:<42}{who:<45}{seconds(row['wall']['median']):>11}{''.join(f'{cell:>11}' for cell in times)}"
    for each in report["absent"]:
        yield f"not measured: {each['name']}, {each['why']}"


def _costs(report: Mapping[str, Any]) -> Iterator[str]:
    calls = report["gas"]["calls"]
    yield f"gas: claim {calls['claim_attested']:,}, release {calls['release']:,}"
    for point in report["growth"]["fields"]:
        ratio = point["naive_rows"] / point["rows"]
        shape = f"{point['records']} records of {point['fields']}"
        naive = f"a signature per record: {point['naive_rows']:,}, {ratio:.1f} times ours"
        yield f"rows: {shape}: {point['rows']:,}; {naive}"
    load, minutes = report["machine"]["load"][0], report["seconds"] / 60
    yield f"{report['mode']} run, {report['threads']} cores, load {load:.2f} before, {minutes:.1f} minutes"
