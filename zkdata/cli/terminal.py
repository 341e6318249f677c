"""Plain text to a pipe, a little colour and a moving line to a terminal."""

import os
import textwrap
from collections.abc import Callable
from typing import TextIO

BOLD, DIM, GREEN, YELLOW, CYAN = "1", "2", "32", "33", "36"
WIDTH = 110  # columns; lines longer than this are hard to read
ERASE = "\r\x1b[K"


class Terminal:
    """Writes lines; colours them only where somebody looks and NO_COLOR does not forbid it."""

    def __init__(self, stream: TextIO) -> None:
        import shutil  # some milliseconds, which other verbs do not need

        self._stream = stream
        self._moving = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._coloured = self._moving and not os.environ.get("NO_COLOR")
        self._width = min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns)

    def colour(self, code: str, text: str) -> str:
        """The text in a colour, or as it is."""
        return f"\x1b[{code}m{text}\x1b[0m" if self._coloured else text

    def line(self, text: str = "") -> None:
        """One line, in place of what `busy` showed."""
        self._stream.write(f"{ERASE if self._moving else ''}{text}\n")
        self._stream.flush()

    def paragraph(self, text: str, indent: str) -> None:
        """Text wrapped to the window, each line indented."""
        for each in textwrap.wrap(text, max(self._width - len(indent), 40)):
            self.line(indent + each)

    def busy(self, text: str) -> None:
        """What is going on, until the next line; only on a terminal, where it can be erased."""
        if self._moving:
            self._stream.write(f"{ERASE}{self.colour(DIM, text[: self._width - 4] + ' ...')}")
            self._stream.flush()

    def progress(self, text: str) -> Callable[[float], None]:
        """Something to call with the part that is done, from 0 to 1, while it goes on."""
        return lambda part: self.busy(f"{text}: {part:4.0%}")

    def clear(self) -> None:
        """Erase what `busy` showed."""
        if self._moving:
            self._stream.write(ERASE)
            self._stream.flush()
