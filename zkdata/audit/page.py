"""A page that needs nothing but itself: no script, and nothing that a browser would have to fetch."""

from collections.abc import Iterable, Sequence

from .markup import Markup, tag
from .style import STYLE

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""What the browser itself holds the page to."""


def document(title: str, *body: Markup) -> str:
    """The file."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("link", rel="icon", href="data:,"),
        tag("title", title),
        tag("style", Markup(STYLE)),
    )
    return f"<!doctype html>\n{tag('html', head, tag('body', tag('main', *body)), lang='en')}\n"


def section(heading: str, *body: Markup) -> Markup:
    """A part of the page, with a name that `contents` can lead to."""
    return tag("section", tag("h2", heading), *body, id=anchor(heading))


def contents(headings: Iterable[str]) -> Markup:
    """Where the sections are."""
    return tag("nav", *(tag("a", each, href=f"#{anchor(each)}") for each in headings), aria_label="Contents")


def anchor(heading: str) -> str:
    """The name of a section in an address."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in heading.lower()).split())


def paragraph(*words: object) -> Markup:
    """Prose."""
    return tag("p", *words)


def tiles(*facts: tuple[str, str, str]) -> Markup:
    """What matters most: each a figure, what it is, and how it was come by."""
    each = (tag("div", tag("b", value), tag("span", what), tag("i", how), class_="tile") for value, what, how in facts)
    return tag("div", *each, class_="tiles")


def figure(heading: str, caption: str, *drawn: Markup) -> Markup:
    """A drawing under its heading."""
    return tag("figure", tag("h3", heading), tag("figcaption", caption), *drawn)


def pair(*figures: Markup) -> Markup:
    """Figures side by side where there is room."""
    return tag("div", *figures, class_="pair")


def legend(named: Iterable[tuple[str, str]]) -> Markup:
    """What each colour means: its class in the style, and the word for it."""
    return tag("ul", *(tag("li", tag("span", class_=colour), word) for colour, word in named), class_="legend")


def table(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]], words: Sequence[int] = (0,)) -> Markup:
    """Cells in columns, numbers to the right; `words` are the columns that hold none. It scrolls where it is wide."""

    def line(cells: Sequence[object], kind: str) -> Markup:
        made = (
            tag(kind, cell, class_="words" if column in words else None, scope="col" if kind == "th" else None)
            for column, cell in enumerate(cells)
        )
        return tag("tr", *made)

    body = tag("tbody", *(line(row, "td") for row in rows))
    whole = tag("table", tag("thead", line(headings, "th")), body)
    return tag("div", whole, class_="scroll", tabindex=0, role="region", aria_label=name)


def folded(summary: str, *body: Markup) -> Markup:
    """What only some want to see."""
    return tag("details", tag("summary", summary), *body)


def commands(*lines: str) -> Markup:
    """What to type."""
    text = tag("pre", tag("code", "\n".join(lines)))
    return tag("div", text, class_="scroll commands", tabindex=0, role="region", aria_label="Commands")


def code(text: str) -> Markup:
    """A word of a program."""
    return tag("code", text)
