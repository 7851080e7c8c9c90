"""What scripts are to the platform: texts and where they come from, checked but never parsed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import DefinitionProblem
from .errors import LogLine

# Where a text comes from (`content`, `transform`, `macros.NAME`…), and the text.
Source = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a text defines at its top and what it reads, or what is wrong with it."""

    problems: tuple[DefinitionProblem, ...]
    defined: frozenset[str] = frozenset()
    read: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ScriptProgram:
    """Texts that run one after the other in the same names; `number` is the engine's for it."""

    number: int
    sources: tuple[Source, ...]

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


def checked(where: str, answer: Mapping[str, Any]) -> Checked:
    """What a worker found in a text. Raises KeyError, TypeError, ValueError."""
    problems = tuple(
        DefinitionProblem(where, str(message), line if type(line) is int else None)
        for message, line in answer["problems"]
    )
    if problems:
        return Checked(problems)
    return Checked((), frozenset(map(str, answer["defined"])), frozenset(map(str, answer["read"])))
