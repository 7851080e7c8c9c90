"""What scripts are to the platform: texts and where they come from, checked but never parsed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..errors import Code, DefinitionProblem
from .errors import LogLine

_LINE_END: Final = re.compile(r"\r\n|\r|\n")

# Where a text comes from (`content`, `transform`, `macros.NAME`…), and the text.
Source = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with a text, what it defines at its top, and what it reads.

    `is_read` tells whether it is Python at all: else nothing is known of its names.
    """

    problems: tuple[DefinitionProblem, ...]
    is_read: bool = False
    defined: frozenset[str] = frozenset()
    read: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ScriptProgram:
    """Texts that run one after the other in the same names; `number` is the engine's for it.

    `read` are the names that they read, as far as that was looked at.
    """

    number: int
    sources: tuple[Source, ...]
    read: frozenset[str] = frozenset()

    def line(self, where: str, number: int | None) -> str:
        """One of the author's lines; nothing for a number that is none."""
        lines = dict(self.sources)[where].splitlines()
        return lines[number - 1].strip() if number is not None and number <= len(lines) else ""


@dataclass(frozen=True, slots=True)
class ScriptAnswer:
    """`body` is JSON as the worker wrote it, not looked at yet; `rows` is the worker's word."""

    body: bytes
    rows: int | None
    logs: tuple[LogLine, ...]


_CODES: Final[Mapping[str, Code]] = {
    "syntax": Code.SCRIPT_SYNTAX,
    "refused": Code.SCRIPT_REFUSED,
    "module": Code.UNKNOWN_MODULE,
    "deep": Code.TOO_DEEP,
}


def checked(where: str, text: str, answer: Mapping[str, Any]) -> Checked:
    """What a worker found in a text. Raises KeyError, TypeError, ValueError."""
    lines = _LINE_END.split(text)
    problems = tuple(_problem(where, lines, *told) for told in answer["problems"])
    if "defined" not in answer:
        return Checked(problems)
    defined, read = frozenset(map(str, answer["defined"])), frozenset(map(str, answer["read"]))
    return Checked(problems, is_read=True, defined=defined, read=read)


def _problem(where: str, lines: Sequence[str], kind: object, message: object, *place: object
) -> DefinitionProblem:  # fmt: skip
    """A worker is not believed that a place is in the text."""
    line, column = _within(lines, *place[:2])
    end_line, end_column = _within(lines, *place[2:4])
    if line is None or (line, column or 0) > (end_line or 0, end_column or 0):
        end_line = end_column = None
    return DefinitionProblem(
        where, str(message), line, column,
        end_line=end_line, end_column=end_column, code=_CODES[str(kind)],
    )  # fmt: skip


def _within(lines: Sequence[str], line: object, column: object) -> tuple[int | None, int | None]:
    if type(line) is not int or line < 1:
        return None, None
    line = min(line, len(lines))
    if type(column) is not int:
        return line, None
    return line, min(max(column, 1), len(lines[line - 1]) + 1)
