"""The README's program runs as it stands there, and stays a first screen."""

import ast
import re
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]


def _programs(page: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (HOUSE / page).read_text(), re.DOTALL)


def test_the_program_on_the_first_screen_runs() -> None:
    """Every line runs, its own assertion about the payment included."""
    names: dict[str, object] = {}
    exec(compile(_programs("README.md")[0], "README.md", "exec"), names)  # noqa: S102
    assert "pending" in names


def test_the_tutorial_runs_block_after_block() -> None:
    """A newcomer who types every block of the tutorial in order ends up paid, and refused where it says so."""
    names: dict[str, object] = {}
    blocks = _programs("docs/tutorial/first-payment.md")
    assert len(blocks) == 9
    for block in blocks:
        exec(compile(block, "first-payment.md", "exec"), names)  # noqa: S102


def test_the_program_is_short() -> None:
    """A newcomer reads it in one look: fifteen statements or fewer."""
    statements = ast.parse(_programs("README.md")[0]).body
    assert len(statements) - 1 <= 15, "the import is not counted"


def test_every_link_leads_somewhere() -> None:
    """Relative links of the README and of every page under docs name files that exist."""
    pages = [HOUSE / "README.md", *(HOUSE / "docs").rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
