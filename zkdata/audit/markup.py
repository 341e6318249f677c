"""HTML and SVG of which every text is escaped: only `tag` makes markup, and what is no markup is text to it."""

import re
from html import escape

_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*")
_VOID = {"meta", "link"}


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


def tag(name: str, /, *children: object, **attributes: object) -> Markup:
    """An element. `class_` is class, an underscore inside a name a hyphen, and an attribute that is None left out."""
    written = [name]
    for key, value in attributes.items():
        if value is not None:
            written.append(f'{_name(key.rstrip("_").replace("_", "-"))}="{escape(str(value))}"')
    start = f"<{' '.join([_name(name), *written[1:]])}>"
    return Markup(start) if name in _VOID else Markup(f"{start}{together(*children)}</{name}>")


def together(*children: object) -> Markup:
    """One after another, what is no markup escaped."""
    return Markup("".join(child if isinstance(child, Markup) else escape(str(child)) for child in children))


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError(f"{text!r} is no name of an element or attribute")
    return text
