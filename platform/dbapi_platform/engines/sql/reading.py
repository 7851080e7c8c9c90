"""A template read to its end: a program, or everything that is wrong with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from jinja2 import Template, nodes
from jinja2.exceptions import TemplateError

from ...datasources.types import Dialect
from ..errors import Code, DefinitionProblem, InvalidDefinition
from .budget import BUDGET, Meter
from .checking import forbidden
from .discovery import Found, discover
from .environment import SqlEnvironment
from .misplacing import misplaced_values
from .places import problem_at
from .program import SqlLimits, SqlProgram
from .sources import MacroSource, Part, linked, parse, stray_output
from .straight import straight

TOO_DEEP: Final = "is nested too deeply"
USUAL: Final = SqlLimits()


@dataclass(frozen=True, slots=True)
class Reading:
    """A program when there is no problem; `found` are the free names, None where unreadable."""

    program: SqlProgram | None
    found: tuple[Found, ...] | None
    problems: tuple[DefinitionProblem, ...]


def compile_sql(
    content: str,
    *,
    dialect: Dialect,
    macros: Sequence[MacroSource] = (),
    limits: SqlLimits = USUAL,
) -> SqlProgram:
    """Compile a template. Raises InvalidDefinition, naming every problem with its line."""
    reading = read_sql(content, dialect=dialect, macros=macros, limits=limits)
    if reading.program is None:
        raise InvalidDefinition(reading.problems)
    return reading.program


def read_sql(
    content: str,
    *,
    dialect: Dialect,
    macros: Sequence[MacroSource] = (),
    limits: SqlLimits = USUAL,
) -> Reading:
    """Read a template with the macros that it may call."""
    # Jinja runs filters on constants while it compiles.
    under_way = BUDGET.set(limits.budget())
    try:
        return _read(content, dialect, macros, limits)
    except RecursionError:
        return _wrong([problem_at(TOO_DEEP, None, code=Code.TOO_DEEP)])
    finally:
        BUDGET.reset(under_way)


def _read(
    content: str, dialect: Dialect, macros: Sequence[MacroSource], limits: SqlLimits
) -> Reading:
    environment = SqlEnvironment(dialect)
    parts, problems = parse(environment, content, macros, max_bytes=limits.max_template_bytes)
    if problems:
        return _wrong(problems)
    problems = [problem for part in parts for problem in _checked(part, environment, dialect)]
    if any(problem.code is Code.TOO_LARGE for problem in problems):
        return _wrong(problems)
    _allow_unknown(parts, environment)
    try:
        # Found part by part: linking renumbers the macros' lines.
        tree = linked(parts, environment)
        found, others = discover(tree, [part.tree for part in parts])
    except TemplateError as error:
        # What is refused already may make no sense to Jinja either.
        return _wrong(problems or [_refused(error)])
    if problems or others:
        return _wrong([*problems, *others], found)
    # Before the meter, which changes the tree.
    plain = straight(tree)
    template = _template(tree, environment)
    if isinstance(template, DefinitionProblem):
        return _wrong([template], found)
    discovered = [each.parameter for each in found]
    return Reading(
        SqlProgram(template, parts, discovered, dialect, limits, plain), tuple(found), ()
    )


def _wrong(problems: Iterable[DefinitionProblem], found: Iterable[Found] | None = None) -> Reading:
    return Reading(None, None if found is None else tuple(found), tuple(problems))


def _checked(
    part: Part, environment: SqlEnvironment, dialect: Dialect
) -> Iterable[DefinitionProblem]:
    found = list(forbidden(part.tree, environment))
    if part.macro is not None:
        found += stray_output(part)
    found += misplaced_values(part, environment, dialect)
    return [part.located(problem) for problem in found]


def _allow_unknown(parts: Sequence[Part], environment: SqlEnvironment) -> None:
    """Let Jinja go on past filters and tests that are told of already: nothing of this runs."""
    for part in parts:
        for used in part.tree.find_all(nodes.Filter):
            environment.filters.setdefault(used.name, _nothing)
        for asked in part.tree.find_all(nodes.Test):
            environment.tests.setdefault(asked.name, _nothing)


def _nothing(*_: object, **__: object) -> None:
    """Stands for what is not there."""


def _refused(error: TemplateError) -> DefinitionProblem:
    line = getattr(error, "lineno", None)
    return problem_at(error.message or str(error), line, code=Code.TEMPLATE_SYNTAX)


def _template(tree: nodes.Template, environment: SqlEnvironment) -> Template | DefinitionProblem:
    metered = Meter().visit(tree)
    try:
        return environment.from_string(metered)
    except TemplateError as error:
        return _refused(error)
    except (SyntaxError, ValueError, MemoryError):
        # Python itself takes no more than twenty loops within each other.
        return problem_at(TOO_DEEP, None, code=Code.TOO_DEEP)
