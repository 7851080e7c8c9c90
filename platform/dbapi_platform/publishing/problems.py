"""What is wrong, or may be, with a draft: told by its part, so that an editor can underline it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from ..engines.errors import Code, DefinitionProblem
from ..engines.sql import Found
from ..errors import Detail
from .definition import Definition
from .examining import Examined, unused_parameters

Severity = Literal["error", "warning", "info"]
Part = Literal["content", "transform", "header"]
PARTS: Final[tuple[Part, ...]] = ("header", "content", "transform")
TYPE_HINT: Final = "declare it under params, or give it a filter such as sql_int"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that stands in the way (`error`) or does not.

    Lines and columns count from 1 in the part's own text, columns in code points: a tab is one, and
    so is a character that UTF-16 writes with two units. CRLF, CR and LF each end a line. The end is
    behind the last character. The header is no text here, so it has a `field`; where that is a text
    itself (`params.x.validate`), lines count in it.
    """

    severity: Severity
    message: str
    code: Code
    part: Part = "header"
    field: str | None = None
    hint: str | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


def error_of(problem: DefinitionProblem) -> Problem:
    """What stands in the way of saving."""
    part, field = _part(problem.field)
    is_elsewhere = field is not None and field.startswith("macros.")
    place: dict[str, Any] = {} if is_elsewhere else {
        "line": problem.line, "column": problem.column,
        "end_line": problem.end_line, "end_column": problem.end_column,
    }  # fmt: skip
    message = problem.message
    if is_elsewhere and problem.line is not None:
        message = f"macro {str(field).removeprefix('macros.')}, line {problem.line}: {message}"
    return Problem("error", message, problem.code, part, field, problem.hint, **place)


def errors_of(details: Sequence[Detail], code: Code) -> list[Problem]:
    """The same for what a field of the header breaks."""
    return [Problem("error", each.message, code, "header", each.field, each.hint)
            for each in details]  # fmt: skip


def warnings_of(definition: Definition, examined: Examined) -> Iterator[Problem]:
    """What may be meant otherwise, and hinders nothing."""
    found = examined.found
    parameters = None if found is None else [each.parameter for each in found]
    for name in unused_parameters(definition, parameters):
        message = f"parameter {name} is declared, but the template never uses it"
        yield Problem("warning", message, Code.UNUSED_PARAMETER, field=f"params.{name}")
    for each in found or ():
        yield from _of_found(each, definition)
    if found is None and definition.engine == "script":
        for name, declared in definition.params.items():
            if _is_untyped(declared):
                message = f"parameter {name} has no type, so it is a string"
                field = f"params.{name}"
                yield Problem("warning", message, Code.UNTYPED_PARAMETER, field=field)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The header's first, then by their places in the texts."""

    def place(problem: Problem) -> tuple[int, int, int]:
        return PARTS.index(problem.part), problem.line or 0, problem.column or 0

    return tuple(sorted(problems, key=place))


def _of_found(found: Found, definition: Definition) -> Iterator[Problem]:
    name = found.parameter.name
    span = found.line.span if found.line is not None else None
    place: dict[str, Any] = {"part": "content", "field": f"params.{name}"}
    if span is not None:
        place |= {
            "line": span.line, "column": span.column,
            "end_line": span.end_line, "end_column": span.end_column,
        }  # fmt: skip
    is_declared = name in definition.params
    if not found.is_typed and (not is_declared or _is_untyped(definition.params[name])):
        message = f"nothing tells the type of {name}, so it is a string"
        yield Problem("warning", message, Code.UNTYPED_PARAMETER, hint=TYPE_HINT, **place)
    if not is_declared and definition.unknown_params == "refuse":
        message = f"{name} is not declared; it is taken because the template uses it"
        yield Problem("info", message, Code.UNDECLARED_PARAMETER, **place)


def _is_untyped(declared: object) -> bool:
    return isinstance(declared, dict) and declared.get("type") is None


def _part(field: str) -> tuple[Part, str | None]:
    if field == "content":
        return "content", None
    if field == "transform":
        return "transform", None
    return ("content" if field.startswith("macros.") else "header"), field
