"""The part of the report that says where a proof's time goes, and how far each phase is from its bound."""

from collections.abc import Mapping
from typing import Any

from bench.report_times import seconds, times
from zkdata.audit.figures import Bar, bars, number
from zkdata.audit.markup import Markup
from zkdata.audit.page import commands, figure, legend, pair, paragraph, section, table

PHASES = {"load": "load the key, once", "quotient": "quotient (NTT)", "rest": "the rest"}


def phases(report: Mapping[str, Any], headline: str) -> Markup:
    """A proof's time by phase, and the bound of each."""
    bounded = report["product_ns"] is not None
    shown = next((each for each in report["phases"] if each["circuit"] == headline), None)
    figures = [_phases(shown)] if shown else []
    largest = max(report["phases"], key=lambda each: each["cpu"], default=None)
    if largest is not None and largest is not shown:
        figures.append(_phases(largest))
    rows = []
    for each in report["phases"]:
        least = each["bound"] or {}
        for name, took in {**each["phases"], "load": each["load"]}.items():
            rows.append((each["circuit"], PHASES.get(name, name), seconds(took), *_distance(took, least.get(name))))
        rows.append(
            (each["circuit"], "a whole proof, CPU", seconds(each["cpu"]), *_distance(each["cpu"], sum(least.values())))
        )
    text = (
        f"The bound counts field multiplications alone, at {report['product_ns']:g} ns each in a lane; additions, "
        "divisions, memory and digits cost nothing in it, so nobody reaches it."
        if bounded
        else "How far a phase is from its bound is told where --product-ns says what a multiplication takes here."
    )
    return section(
        "Where a proof's time goes",
        paragraph(
            "Seconds that threads were at each phase, together; on shared cores more than they worked. A, B1, B2, C "
            "and H are sums of points, B2 in the second group. ",
            text,
        ),
        pair(*figures),
        table("Phases", ("circuit", "phase", "threads' time", "bound", "times the bound"), rows, words=(0, 1)),
        commands(
            f"python -m bench.provers --circuits {headline} --product-ns {report['product_ns'] or 4.0:g}",
            "python -m bench.prover_bound CIRCUIT.zkey WITNESS.wtns --product-ns 4.0",
        ),
    )


def _phases(each: Mapping[str, Any]) -> Markup:
    least = each["bound"] or {}
    drawn = []
    for name, took in {"load": each["load"], **each["phases"]}.items():
        bound = least.get(name)
        told = seconds(took) + (f", {times(took / bound)} the bound" if bound else "")
        drawn.append(Bar(PHASES.get(name, name), took, told, within=bound, colour="s1" if bound else "pale"))
    named = legend([("pale", "measured"), ("s1", "the bound")]) if least else Markup()
    return figure(each["circuit"], "Time of all threads, by phase.", named, bars(f"Phases of {each['circuit']}", drawn))


def _distance(took: float, bound: float | None) -> tuple[str, str]:
    return (seconds(bound), number(took / bound)) if bound else ("", "")
