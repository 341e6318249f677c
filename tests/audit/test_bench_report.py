"""The report of `zkdata bench`: what its page is made of, and what its JSON holds."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from bench import gas_stack, growth, rows, run, summary
from bench.materials import material
from bench.provers import compare
from bench.report import page, write
from tests.audit.test_report_page import HEADINGS, REPORT
from zkdata.errors import ArtifactMalformed
from zkdata.proof.circuit import Circuit

TINY = run.Plan("quick", 1, 1, ("range_16x4",), (run.Comparison("range_16x4", ("witness",)),), (4,), 0)
"""What takes a few seconds, and still has a path, a peer and rows."""


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    """A report of a quick run, without its samples."""
    report: dict[str, Any] = json.loads(REPORT.read_text())
    return report


class Elements(HTMLParser):
    """What a page is made of."""

    VOID = ("meta", "link")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Each element is closed by its own end."""
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """See above."""
        assert self.open.pop() == tag


def test_the_page_holds_everything(kept: dict[str, Any]) -> None:
    """Well-formed, with every heading and drawing; no script, and nothing that a browser would fetch."""
    text = page(kept)
    elements = Elements(text)
    assert elements.open == []
    names = [name for name, _ in elements.found]
    assert not {"script", "iframe", "img", "object", "embed", "base", "form"} & set(names)
    assert names.count("svg") >= 12
    addresses = [value for _, about in elements.found for key, value in about.items() if key in ("href", "src")]
    assert [each for each in addresses if each != "data:," and not str(each).startswith("#")] == []
    assert not re.search(r"url\(|@import|https?://", text)
    targets = {about["id"] for _, about in elements.found if "id" in about}
    assert {str(each)[1:] for each in addresses if each != "data:,"} <= targets
    for heading in HEADINGS:
        assert heading.replace("'", "&#x27;") in text


def test_words_of_the_machine_are_text(kept: dict[str, Any]) -> None:
    """A processor or a peer may be called anything."""
    evil = "<img src=x onerror=alert(1)>"
    about = json.loads(json.dumps(kept).replace("rapidsnark", evil).replace("AMD EPYC", evil))
    text = page(about)
    assert "<img" not in text
    assert text.count("&lt;img") > 10


def test_another_document_is_refused(kept: dict[str, Any]) -> None:
    """A report of another version says so, where a page of it would lie."""
    with pytest.raises(ArtifactMalformed, match="version 1"):
        page(kept | {"version": 2})


def test_a_shared_machine_is_told(kept: dict[str, Any]) -> None:
    """Where something else took a tenth of the cores the page says it on top, and elsewhere not."""

    def shared(part: float) -> dict[str, Any]:
        timed = {"paths": kept["paths"], "comparisons": kept["comparisons"]}
        return kept | {name: [row | {"foreign": part} for row in every] for name, every in timed.items()}

    assert "Something else took" in page(shared(0.2))
    assert "Something else took" not in page(shared(0.05))


def test_the_stack_of_a_call_is_its_gas(kept: dict[str, Any]) -> None:
    """The parts add up to what bench/gas.json says, none of them negative."""
    calls = json.loads(gas_stack.FILE.read_text())
    for call, parts in gas_stack.stacks().items():
        assert sum(parts.values()) == calls[call]
        assert min(parts.values()) >= 0


@pytest.mark.parametrize("naive", [pytest.param("kept", id="kept"), pytest.param("compiled", marks=pytest.mark.deep)])
def test_a_tiny_run(naive: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step of a circuit is measured; `peers` have a name and a ratio, all are written, and told in a screen."""
    if naive == "kept":  # a compilation takes two seconds
        for module in (growth, rows):
            monkeypatch.setattr(module, "naive_rows", lambda records, fields: {1: 11_135, 2: 16_495}[records])
    told: list[str] = []
    report = run.measured(TINY, 1, None, told.append)
    ((path),) = report["paths"]
    assert set(path["steps"]) == {"seal", "statement", "witness", "prove", "verify"}
    whole, steps = path["whole"]["wall"]["median"], [step["wall"]["median"] for step in path["steps"].values()]
    assert 0 < max(steps) < sum(steps) <= whole
    assert path["peak_kibibytes"] > 1024
    peers = {(each["name"], each["of"]): each["ratio"] for each in report["peers"]}
    assert peers["node's WASM", "time"] > 0
    assert peers["a signature per record", "rows"] > 3
    assert peers["the naive escrow", "gas"] > 1
    html, data = sorted(write(report, tmp_path / "out"))
    assert json.loads(data.read_text())["peers"] == json.loads(json.dumps(report["peers"]))
    assert "range_16x4" in html.read_text()
    assert "range_16x4" in summary.text(report)
    assert told


@pytest.mark.deep
def test_a_journey() -> None:
    """Everyone who was found comes from records to a verified proof, and the others say why not."""
    rows = compare("journey", material("capsule_16x4"), 1, 2, ())
    assert [(row["kind"], row["name"]) for row in rows] == [
        ("library", "zkdata"),
        ("library", "rapidsnark, witness by node"),
        ("process", "zkdata"),
        ("process", "rapidsnark, witness by node"),
        ("process", "snarkjs"),
    ]
    assert all(row["wall"]["median"] > 0 if "wall" in row else row["absent"] for row in rows)
    (snarkjs,) = (row for row in rows if row["name"] == "snarkjs")
    assert snarkjs["ratio"]["cpu"]["median"] > 1


def test_a_quick_run_takes_what_is_usual() -> None:
    """A quick one has the usual circuits, a full one has all, with every peer at every size that he ends at."""
    quick, full = run.quick(), run.full()
    assert quick.circuits == tuple(circuit.name for circuit in Circuit.usual())
    assert full.circuits == tuple(circuit.name for circuit in Circuit.all())
    assert {"13", "16", "18", "20", run.HEADLINE} == {each.circuit for each in full.comparisons}
    assert all("journey" in plan.comparisons[0].operations for plan in (quick, full))
