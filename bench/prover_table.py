"""A report of `bench.provers` as Markdown."""

from typing import Any

MARKS = "<!-- by python -m bench.provers -->", "<!-- end -->"
MEASURED = ("seconds: median (min to max)", "CPU s", "peak MiB", "loading s", "times ours", "CPU times ours", "foreign")
HEADINGS = ("circuit", "", "prover", *MEASURED, "runs")
PHASE_HEADINGS = ("circuit", "prover", "phase", "CPU ms", "share", "bound ms", "times the bound")


def table(report: dict[str, Any]) -> str:
    """The machine, and what was measured on it."""
    return f"{_machine(report)}\n\n{measurements(report['rows'])}"


def measurements(every: list[dict[str, Any]]) -> str:
    """One line for each contestant, and the phases of our prover where it told them."""
    parts = []
    for operation in dict.fromkeys(row["operation"] for row in every):
        rows = [_cells(row) for row in every if row["operation"] == operation]
        parts.append(f"**{operation}**\n\n{_markdown(HEADINGS, rows)}")
    phases = [cells for row in every for cells in _phases(row)]
    if phases:
        parts.append(f"**phases of a proof**\n\n{_markdown(PHASE_HEADINGS, phases)}")
    return "\n\n".join(parts)


def on_page(page: str, text: str) -> str:
    """The page with this between its marks."""
    before, _, rest = page.partition(MARKS[0])
    _, mark, after = rest.partition(MARKS[1])
    if not mark:
        raise ValueError(f"the page has no line {MARKS[0]}, or no {MARKS[1]} after it")
    return f"{before}{MARKS[0]}\n\n{text}\n\n{mark}{after}"


def _machine(report: dict[str, Any]) -> str:
    machine, commit, cpu = report["machine"], report["commit"], report["machine"]["cpu"]
    ifma = "with" if "avx512ifma" in cpu.get("flags", ()) else "without"
    brand = cpu.get("brand_raw", machine["processor"])
    said = [
        report["datetime"][:10],
        f"commit {commit['id'][:7]}{' and changes' if commit['dirty'] else ''}",
        f"{brand} (family {cpu.get('family')}, model {cpu.get('model')}) {ifma} AVX-512 IFMA",
        f"{machine['usable_cores']} cores",
        f"{machine['memory_bytes'] / 2**30:.0f} GiB",
        f"load {machine['load'][0]:.2f} before",
        f"{report['threads']} threads each",
        f"{report['runs']} rounds",
    ]
    versions = [f"{name} {told}" for name, told in report["versions"].items() if told]
    return f"{', '.join(said)}; {', '.join(versions)}."


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    about = row["circuit"], row["kind"], row["name"]
    if "absent" in row:
        return (*about, f"absent: {row['absent']}", *[""] * (len(HEADINGS) - 4))
    wall, ratio = row["wall"], row.get("ratio")
    return (
        *about,
        f"{wall['median']:.3g} ({wall['min']:.3g} to {wall['max']:.3g})",
        f"{row['cpu']['median']:.3g}",
        f"{row['peak_kibibytes'] / 1024:.0f}",
        f"{row['load']['wall']:.2g}" if row["load"] else "",
        "{median:.2f} ({min:.2f} to {max:.2f})".format(**ratio["wall"]) if ratio else "",
        f"{ratio['cpu']['median']:.2f}" if ratio else "",
        f"{100 * row['foreign']:.0f} %",
        str(wall["rounds"]),
    )


def _phases(row: dict[str, Any]) -> list[tuple[str, ...]]:
    phases, bound = row.get("phases") or {}, row.get("bound") or {}
    lines, about, total = [], (row["circuit"], row["name"]), sum(phases.values())
    for name in dict.fromkeys([*phases, *bound]):
        took, least = phases.get(name), bound.get(name)
        lines.append(
            (
                *about,
                name,
                "" if took is None else f"{1000 * took:.1f}",
                "" if took is None else f"{100 * took / total:.0f} %",
                "" if least is None else f"{1000 * least:.1f}",
                "" if took is None or least is None else f"{took / least:.1f}",
            )
        )
    if bound:
        least, took = sum(bound.values()), row["cpu"]["median"]
        lines.append((*about, "a whole proof", f"{1000 * took:.1f}", "", f"{1000 * least:.1f}", f"{took / least:.1f}"))
    return lines


def _markdown(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [headings, ("---",) * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
