"""A definition made ready to run. Debug runs and the gateway use this same code and limits."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..datasources.types import Datasource, Dialect
from ..engines.answers import Answer
from ..engines.errors import DefinitionProblem, InvalidDefinition
from ..engines.parameters import Binder, Location, Parameter, dump_parameters, parse_parameters
from ..engines.script.programs import ScriptProgram
from ..engines.script.running import Place, Scripts, envelope_of, value_of
from ..engines.sql import MacroSource, SqlLimits, SqlProgram, compile_sql, run_sql
from .checks import Checks, compile_checks
from .definition import Definition
from .paths import path_parameters
from .scripts import compile_script, compile_transform


@dataclass(frozen=True, slots=True)
class Limits:
    """What a definition gets where it sets nothing, and what it may ask for at most."""

    default_timeout: float
    max_timeout: float
    default_rows: int
    max_rows: int
    sql: SqlLimits


@dataclass(frozen=True, slots=True)
class Engines:
    """What definitions are compiled with and run by."""

    limits: Limits
    scripts: Scripts


@dataclass(frozen=True, slots=True)
class CompiledEndpoint:
    """A definition with its parameters settled, its template compiled, its scripts checked."""

    definition: Definition
    parameters: tuple[Parameter, ...]
    binder: Binder
    program: SqlProgram | ScriptProgram
    transform: ScriptProgram | None
    checks: Checks
    scripts: Scripts
    timeout: float
    max_rows: int

    async def run(
        self,
        values: Mapping[str, object],
        *,
        datasource: Datasource,
        client: Mapping[str, object] | None = None,
        prefer_json: bool = False,
    ) -> Answer:
        """Run it with bound parameters, within its own limits: one deadline for all of it.

        Raises InvalidParameters, RenderFailed, ScriptError, DatasourceError.
        """
        deadline = asyncio.get_running_loop().time() + self.timeout
        place = Place(datasource, client, self.max_rows, deadline)
        if self.checks.any:
            await self.checks.run(values, place)
        if isinstance(self.program, SqlProgram):
            answer = await run_sql(
                self.program,
                values,
                datasource=datasource,
                max_rows=self.max_rows,
                timeout_s=place.left(),
                client=client,
                prefer_json=prefer_json and self.transform is None,
            )
            if self.transform is None:
                return answer
            result = answer.data()
        else:
            done = await self.scripts.execute(self.program, values, place)
            answer = Answer(logs=done.logs, envelope=envelope_of(done))
            if self.transform is None:
                return answer
            result = value_of(done)
        made = await self.scripts.transform(self.transform, result, values, place)
        return replace(answer, envelope=envelope_of(made), logs=(*answer.logs, *made.logs))


async def compile_definition(
    definition: Definition, *, dialect: Dialect, engines: Engines
) -> CompiledEndpoint:
    """Raises InvalidDefinition, naming every problem of the parameters, the content or a script.

    Large templates are compiled in a thread and scripts are read in a worker, so that the event
    loop goes on.
    """
    limits, scripts = engines.limits, engines.scripts
    declared = parse_parameters(definition.params)
    in_path = path_parameters(definition.path)
    program: SqlProgram | ScriptProgram
    if definition.engine == "sql":
        program = await asyncio.to_thread(_compile_sql, definition, dialect, limits.sql)
        parameters = _settle(declared, program.discovered, in_path)
    else:
        program = await compile_script(definition, scripts.engine)
        parameters = _settle(declared, (), in_path)
    return CompiledEndpoint(
        definition=definition,
        parameters=parameters,
        binder=Binder(
            parameters,
            refuse_unknown=definition.unknown_params == "refuse",
            takes_all=_takes_all(definition, parameters),
        ),
        program=program,
        transform=await compile_transform(definition, scripts.engine),
        checks=await compile_checks(definition, parameters, dialect=dialect, scripts=scripts),
        scripts=scripts,
        timeout=min(definition.timeout or limits.default_timeout, limits.max_timeout),
        max_rows=min(definition.max_rows or limits.default_rows, limits.max_rows),
    )


def freeze(compiled: CompiledEndpoint) -> Definition:
    """The definition as a version keeps it: parameters settled and every limit set."""
    fields = compiled.definition.as_dict() | {
        "params": dump_parameters(compiled.parameters),
        "timeout": compiled.timeout,
        "max_rows": compiled.max_rows,
    }
    return Definition.from_dict(fields)


def unused_parameters(compiled: CompiledEndpoint) -> list[str]:
    """Declared parameters that the template never mentions; a script reads them as it likes."""
    if not isinstance(compiled.program, SqlProgram) or compiled.transform is not None:
        return []
    used = {parameter.name for parameter in compiled.program.discovered}
    return [name for name in compiled.definition.params if name not in used]


def _compile_sql(definition: Definition, dialect: Dialect, limits: SqlLimits) -> SqlProgram:
    macros = [
        MacroSource(macro.name, macro.text)
        for macro in definition.macros
        if macro.language == "sql"
    ]
    return compile_sql(definition.content, dialect=dialect, macros=macros, limits=limits)


def _takes_all(definition: Definition, parameters: tuple[Parameter, ...]) -> bool:
    """A script that declares no parameter gets everything that a call brings."""
    return (
        definition.engine == "script"
        and definition.unknown_params == "ignore"
        and all(parameter.location is Location.PATH for parameter in parameters)
    )


def _settle(
    declared: tuple[Parameter, ...], discovered: tuple[Parameter, ...], in_path: tuple[str, ...]
) -> tuple[Parameter, ...]:
    """Declared parameters first, then those that were only found; path segments are required."""
    by_name = {parameter.name: parameter for parameter in declared}
    for parameter in (*discovered, *(_segment(name) for name in in_path)):
        by_name.setdefault(parameter.name, parameter)
    problems = [
        problem
        for parameter in by_name.values()
        if (problem := _misplaced(parameter, in_path)) is not None
    ]
    if problems:
        raise InvalidDefinition(tuple(problems))
    return tuple(
        replace(parameter, location=Location.PATH, required=True, default=None)
        if parameter.name in in_path
        else parameter
        for parameter in by_name.values()
    )


def _misplaced(parameter: Parameter, in_path: tuple[str, ...]) -> DefinitionProblem | None:
    if parameter.name in in_path and parameter.location not in {None, Location.PATH}:
        message = f"stands in the path, so it cannot be taken from the {parameter.location}"
    elif parameter.name not in in_path and parameter.location is Location.PATH:
        message = f"is said to be in the path, but the path has no {{{parameter.name}}}"
    else:
        return None
    return DefinitionProblem(f"params.{parameter.name}", message)


def _segment(name: str) -> Parameter:
    return parse_parameters({name: {"type": "string"}})[0]
