"""A definition looked at as a whole: compiled, or everything that is wrong with it."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import msgspec

from ..datasources.types import Dialect
from ..engines.errors import DefinitionProblem, InvalidDefinition, RenderFailed
from ..engines.parameters import Binder, Location, Parameter, read_parameters
from ..engines.script.programs import ScriptProgram
from ..engines.sql import (
    Found,
    MacroSource,
    Reading,
    SqlLimits,
    SqlProgram,
    Uses,
    read_sql,
    sql_uses,
)
from .answering import NOT_ONE_QUERY, PAGE_PARAMETERS, MostRows, answering_problems
from .checks import Checks, compile_checks
from .compiled import CompiledEndpoint, Engines
from .definition import Definition
from .pages import Pager
from .paths import path_parameters
from .scripts import compile_script, compile_transform
from .settling import settle

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Examined:
    """A definition looked at as a whole: it is compiled, or has problems.

    `parameters` are those that are sound; `found` what the template itself tells of its names,
    None where there is no template or it cannot be read.
    """

    problems: tuple[DefinitionProblem, ...]
    parameters: tuple[Parameter, ...]
    found: tuple[Found, ...] | None
    compiled: CompiledEndpoint | None


async def compile_definition(
    definition: Definition, *, dialect: Dialect, engines: Engines, is_kept: bool = True
) -> CompiledEndpoint:
    """Raises InvalidDefinition, naming every problem of the parameters, the content or a script.

    One that `is_kept` was looked at when its version was made: how it answers is not looked at
    again, so that no setting that is lowered later takes an endpoint off the gateway.
    """
    examined = await examine_definition(
        definition, dialect=dialect, engines=engines, is_kept=is_kept
    )
    if examined.compiled is None:
        raise InvalidDefinition(examined.problems)
    return examined.compiled


async def examine_definition(
    definition: Definition, *, dialect: Dialect, engines: Engines, is_kept: bool = False
) -> Examined:
    """Find everything that is wrong with it, or compile it.

    Templates are compiled in a thread and scripts are read in a worker, so that the event loop
    goes on.
    """
    limits, scripts = engines.limits, engines.scripts
    declared, wrong = read_parameters(definition.params)
    problems = list(wrong)
    program: SqlProgram | ScriptProgram | None
    found = None
    if definition.engine == "sql":
        reading = await asyncio.to_thread(_read_sql, definition, dialect, limits.sql)
        program, found = reading.program, reading.found
        problems += reading.problems
    else:
        program = await _sound(compile_script(definition, scripts.engine), problems)
    discovered = tuple(each.parameter for each in found or ())
    parameters, misplaced = settle(declared, discovered, path_parameters(definition.path))
    problems += misplaced
    transform = await _sound(compile_transform(definition, scripts.engine), problems)
    compiling = compile_checks(definition, parameters, dialect=dialect, scripts=scripts)
    checks = await _sound(compiling, problems)
    max_rows = min(definition.max_rows or limits.default_rows, limits.max_rows)
    if not is_kept:
        most = MostRows(max_rows, limits.max_export_rows)
        uses = await _uses(definition, dialect, limits.sql, (program, transform, checks))
        problems += answering_problems(definition, parameters, uses, most)
        if definition.page is not None and await asyncio.to_thread(_is_no_query, program):
            problems.append(NOT_ONE_QUERY)
    if problems or program is None or checks is None:
        # A macro that is wrong is wrong for each of the texts that use it.
        return Examined(tuple(dict.fromkeys(problems)), parameters, found, None)
    compiled = CompiledEndpoint(
        definition=definition,
        parameters=parameters,
        binder=Binder(
            parameters,
            refuse_unknown=definition.unknown_params == "refuse",
            takes_all=_takes_all(definition, parameters),
            platform_words=PAGE_PARAMETERS if definition.page else (),
        ),
        program=program,
        transform=transform,
        checks=checks,
        scripts=scripts,
        timeout=min(definition.timeout or limits.default_timeout, limits.max_timeout),
        max_rows=max_rows,
        max_export_rows=min(definition.max_export_rows or max_rows, limits.max_export_rows),
        pager=_pager(definition, dialect, max_rows),
    )
    return Examined((), parameters, found, compiled)


def _is_no_query(program: SqlProgram | ScriptProgram | None) -> bool:
    """Whether it is known to be more, or other, than one SELECT."""
    if not isinstance(program, SqlProgram):
        return False
    try:
        return program.is_single_query is False
    except RenderFailed:
        # Told where the template is looked at.
        return False


def _pager(definition: Definition, dialect: Dialect, max_rows: int) -> Pager | None:
    rule = definition.page
    if rule is None:
        return None
    # The platform's limit may have been lowered since it was published.
    return Pager(definition, msgspec.structs.replace(rule, size=min(rule.size, max_rows)), dialect)


async def _sound(work: Awaitable[T], problems: list[DefinitionProblem]) -> T | None:
    """What is compiled; None with the reasons among the problems."""
    try:
        return await work
    except InvalidDefinition as error:
        problems += error.problems
        return None


def unused_parameters(definition: Definition, found: Sequence[Parameter] | None) -> list[str]:
    """Declared parameters that the template never mentions; a script reads them as it likes."""
    if found is None or definition.transform:
        return []
    used = {parameter.name for parameter in found}
    return [name for name in definition.params if name not in used]


def _read_sql(definition: Definition, dialect: Dialect, limits: SqlLimits) -> Reading:
    macros = _sql_macros(definition)
    return read_sql(definition.content, dialect=dialect, macros=macros, limits=limits)


def _sql_macros(definition: Definition) -> list[MacroSource]:
    return [
        MacroSource(macro.name, macro.text)
        for macro in definition.macros
        if macro.language == "sql"
    ]


async def _uses(
    definition: Definition,
    dialect: Dialect,
    limits: SqlLimits,
    compiled: tuple[SqlProgram | ScriptProgram | None, ScriptProgram | None, Checks | None],
) -> Uses:
    """What its texts do that keeps an answer from being another's too, as far as they are sound."""
    program, transform, checks = compiled
    scripts = [*(checks.programs if checks else ())]
    scripts += [each for each in (program, transform) if isinstance(each, ScriptProgram)]
    reads_client = any("client" in script.read for script in scripts)
    if definition.cache is None or not isinstance(program, SqlProgram):
        return Uses(client=reads_client, writes=False)
    macros = _sql_macros(definition)
    found = await asyncio.to_thread(
        sql_uses, definition.content, dialect=dialect, macros=macros, limits=limits
    )
    return replace(found, client=found.client or reads_client)


def _takes_all(definition: Definition, parameters: tuple[Parameter, ...]) -> bool:
    """A script that declares no parameter gets everything that a call brings."""
    return (
        definition.engine == "script"
        and definition.unknown_params == "ignore"
        and all(parameter.location is Location.PATH for parameter in parameters)
    )
