"""The page of `zkdata bench`, in a real browser: nothing logged, nothing asked for, nothing over its edge."""

import json
from pathlib import Path

import pytest

from bench.report import page
from tests.audit.chromium import window
from tests.audit.page_faults import faults

HOUSE = Path(__file__).resolve().parents[2]
REPORT = Path(__file__).parent / "report.json"
PICTURES = HOUSE / "build" / "tests" / "pages"
HEADINGS = (
    "From records to paid, measured",
    "From records to a verified proof",
    "The clock",
    "Like with like",
    "Beside the peers",
    "A proof from its witness",
    "Every circuit, from records to paid",
    "Where the time goes",
    "How it grows",
    "Time of a proof",
    "Memory of a proof",
    "Gas",
    "Where a proof's time goes",
    "What a claim pays for",
    "A claim and its release",
    "Measure it again",
)


@pytest.mark.deep
def test_the_page_in_a_browser(tmp_path: Path) -> None:
    """By day and by night, wide and narrow; its pictures are left in build/tests/pages."""
    file = tmp_path / "report.html"
    file.write_text(page(json.loads(REPORT.read_text())))
    with window() as tab:
        assert faults(tab, file, HEADINGS, PICTURES) == []


PLANTS = {
    "logged: planted": "<script>console.error('planted')</script>",
    "asked for: http://127.0.0.1:9/planted.png": '<img src="http://127.0.0.1:9/planted.png">',
    "wider than the window": '<div style="width: 3000px">planted</div>',
    "spills over its box": '<p style="width: 40px">plantedplantedplantedplanted</p>',
    "leaves its drawing": '<svg viewBox="0 0 100 100"><text x="98" y="50">planted</text></svg>',
    "has no drawing": "<figure><h3>planted</h3></figure>",
    "lies on": '<svg viewBox="0 0 900 300"><text x="50" y="50">one</text><text x="52" y="51">two</text></svg>',
}


@pytest.mark.deep
@pytest.mark.parametrize("fault", PLANTS)
def test_a_broken_page_is_caught(fault: str, tmp_path: Path) -> None:
    """Each fault planted in the page, whose own policy is taken out so that it can show."""
    whole = page(json.loads(REPORT.read_text()))
    assert "Content-Security-Policy" in whole
    file = tmp_path / "broken.html"
    file.write_text(whole.replace("Content-Security-Policy", "x-policy").replace("<footer", PLANTS[fault] + "<footer"))
    with window() as tab:
        assert any(fault in found for found in faults(tab, file, HEADINGS, tmp_path))


@pytest.mark.deep
@pytest.mark.parametrize(
    ("there", "instead", "fault"),
    [
        ("Like with like", "Something else", "no heading 'Like with like'"),
        ("prefers-color-scheme: dark", "prefers-color-scheme: dim", "the same by day and by night"),
    ],
)
def test_a_page_without_something_is_caught(there: str, instead: str, fault: str, tmp_path: Path) -> None:
    """A heading, or the colours of the night."""
    file = tmp_path / "bare.html"
    whole = page(json.loads(REPORT.read_text()))
    assert there in whole
    file.write_text(whole.replace(there, instead))
    with window() as tab:
        assert any(fault in found for found in faults(tab, file, HEADINGS, tmp_path))


@pytest.mark.deep
def test_a_machine_without_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a failure that says what to install, and nothing is skipped."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.fail.Exception, match="apt-get install chromium"), window():
        pass


@pytest.mark.deep
def test_the_policy_of_the_page_holds(tmp_path: Path) -> None:
    """Whatever came into the page, the browser runs no script of it and fetches nothing for it."""
    file = tmp_path / "injected.html"
    injected = "<script>document.title = 'planted'</script>" + PLANTS["asked for: http://127.0.0.1:9/planted.png"]
    file.write_text(page(json.loads(REPORT.read_text())).replace("<footer", injected + "<footer"))
    with window() as tab:
        tab.show(file, 1280, 900, "light")
        assert tab.run("document.title") != "planted"
        assert any("Content Security Policy" in line for line in tab.logged)
