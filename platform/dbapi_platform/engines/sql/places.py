"""Where in a template something stands.

Lines and columns count from 1. A column counts code points (not bytes, and not UTF-16 units), and
so does a tab as one. CRLF, CR and LF each end a line, as for Jinja and for editors.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jinja2 import TemplateSyntaxError
from jinja2.lexer import Lexer, Token

from ..errors import Code, DefinitionProblem

_OTHER_ENDS: Final = re.compile(r"\r\n|\r")
_AT_OFFSET: Final = re.compile(r" at \d+$")


@dataclass(frozen=True, slots=True)
class Span:
    """From a first character to behind a last one."""

    line: int
    column: int
    end_line: int
    end_column: int


class At(int):
    """A line number that knows its token's whole span.

    Jinja gives a line number from token to node to error and knows no columns: so they go along.
    """

    span: Span
    offset: int

    def __new__(cls, span: Span, offset: int) -> "At":
        """`offset` is the first character's place in the text, from 0."""
        made = super().__new__(cls, span.line)
        made.span, made.offset = span, offset
        return made


class Ruler:
    """Offsets of a text with plain line ends as lines and columns."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._length = len(text)

    def at(self, start: int, end: int) -> At:
        """From one offset to behind another."""
        start = min(start, self._length)
        line, column = self._place(start)
        return At(Span(line, column, *self._place(min(max(start, end), self._length))), start)

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def plain_lines(text: str) -> str:
    """The text with LF at the end of every line: no line and no column changes by that."""
    return _OTHER_ENDS.sub("\n", text)


def located(lexer: Lexer, source: str) -> Iterator[Token]:
    """Jinja's tokens, each with an At for its line number. Raises TemplateSyntaxError with one."""
    text = plain_lines(source)
    ruler = Ruler(text)
    return lexer.wrap(
        (ruler.at(start, start + len(value)), kind, value)
        for start, kind, value in _raw(lexer, text, ruler)
    )


def printed_places(lexer: Lexer, text: str) -> list[At]:
    """Every `{{ … }}` and `{% print … %}` of a sound text with plain line ends, in order."""
    ruler = Ruler(text)
    places: list[At] = []
    begun: int | None = None
    block = 0
    for start, kind, value in _raw(lexer, text, ruler):
        if kind == "variable_begin":
            begun = start
        elif kind == "block_begin":
            block = start
        elif kind == "name" and value == "print" and not text[block:start].strip("{%-+ \t\n"):
            begun = block
        elif kind in {"variable_end", "block_end"} and begun is not None:
            places.append(ruler.at(begun, start + len(value.rstrip())))
            begun = None
    return places


def problem_at(
    message: str, line: int | None, hint: str | None = None, *, code: Code
) -> DefinitionProblem:
    """A problem of the content, with all that is known of its place."""
    if not isinstance(line, At):
        return DefinitionProblem("content", message, line, hint=hint, code=code)
    span = line.span
    return DefinitionProblem(
        "content", message, span.line, span.column, hint,
        end_line=span.end_line, end_column=span.end_column, code=code,
    )  # fmt: skip


def _raw(lexer: Lexer, text: str, ruler: Ruler) -> Iterator[tuple[int, str, str]]:
    """Offset, kind and text of every token: only blanks are left out between them."""
    position = 0
    try:
        for _, kind, value in lexer.tokeniter(text, None):
            start = max(text.find(value, position), position)
            position = start + len(value)
            yield start, kind, value
    except TemplateSyntaxError as error:
        message = _AT_OFFSET.sub("", error.message or "is not a template")
        raise TemplateSyntaxError(message, ruler.at(position, position + 1)) from None
