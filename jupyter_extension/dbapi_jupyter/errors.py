"""Errors as a notebook shows them: the message, the line it is about, and what to do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from IPython.core.getipython import get_ipython

from .shapes import LogLine
from .text import log_text

# No red: front-ends show errors on a red ground, where it cannot be read.
BOLD, DIM, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a cell: `line` and `column` count from 1, the magic line is line 1."""

    source: Sequence[str]
    line: int
    column: int | None = None

    def marked(self) -> "Place":
        """With a caret under the line's first character, where no column is known."""
        if self.column is not None or not 1 <= self.line <= len(self.source):
            return self
        text = self.source[self.line - 1]
        return Place(self.source, self.line, len(text) - len(text.lstrip()) + 1)

    def shown(self) -> list[str]:
        """The line with the one before it, and a caret under the column."""
        if not 1 <= self.line <= len(self.source):
            return []
        numbers = [n for n in (self.line - 1, self.line) if n >= 1]
        width = len(str(self.line))
        lines = [f"  {DIM}{n:>{width}} |{PLAIN} {self.source[n - 1]}" for n in numbers]
        if self.column is not None:
            # Tabs are kept, so that the caret stands under its column however wide they are.
            before = re.sub(r"[^\t]", " ", self.source[self.line - 1][: self.column - 1])
            lines.append(f"  {' ' * width} {DIM}|{PLAIN} {before}{BOLD}^{PLAIN}")
        return lines


class _Short:
    """Shows an error in a few lines instead of a traceback."""

    debug = False

    def lines(self) -> list[str]:
        """What is shown, coloured."""
        return [str(self)]

    def _render_traceback_(self) -> list[str]:
        shell = get_ipython()
        full: list[str] = []
        if self.debug and shell is not None and isinstance(self, BaseException):
            full = shell.InteractiveTB.structured_traceback(type(self), self, self.__traceback__)
        lines = [*full, *self.lines()]
        plain = shell is not None and getattr(shell, "colors", "").lower() == "nocolor"
        return [_COLOUR.sub("", line) for line in lines] if plain else lines


class DbapiError(_Short, Exception):
    """Base of all; always raised, so that Run All stops.

    `notes` are further problems or facts, a line each; `logs` is what a script logged until then.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        place: Place | None = None,
        notes: Sequence[str] = (),
        logs: Sequence[LogLine] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.place = place
        self.notes = list(notes)
        self.logs = list(logs)

    def lines(self) -> list[str]:
        """Message, place, logs, notes, hint."""
        return [
            f"{BOLD}{type(self).__name__}{PLAIN}: {self.message}",
            *(self.place.shown() if self.place else ()),
            *([log_text(self.logs)] if self.logs else ()),
            *self.notes,
            *([f"{BOLD}Hint:{PLAIN} {_sentence(self.hint)}"] if self.hint else ()),
        ]


def _sentence(hint: str) -> str:
    """With a capital, unless it begins with something that was typed."""
    first = hint.split(" ", 1)[0]
    return hint[:1].upper() + hint[1:] if first.isalpha() else hint


class UsageError(DbapiError):
    """What was typed is not understood."""


class CellError(DbapiError):
    """A cell that cannot be read, or that the platform refuses."""


class NotConnected(DbapiError):
    """There is no platform, or nobody is logged in."""


class Interrupted(_Short, KeyboardInterrupt):
    """The kernel was interrupted while the platform was at work."""

    def lines(self) -> list[str]:
        """One line: the person who pressed the button knows what happened."""
        return [f"{BOLD}Interrupted{PLAIN}: {self}"]
