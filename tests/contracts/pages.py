"""Writes the pages of docs/reference that are generated from the contracts and from the error classes.

python -m tests.contracts.pages    writes them
"""

from tests.contracts.contracts_page import contracts_page
from tests.contracts.errors_page import errors_page
from tests.contracts.trapdoor import HOUSE

PAGES = {
    HOUSE / "docs/reference/contracts.md": contracts_page,
    HOUSE / "docs/reference/errors.md": errors_page,
}

if __name__ == "__main__":
    for page, written in PAGES.items():
        page.write_text(written())
