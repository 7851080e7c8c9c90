"""A definition made ready to run. Debug runs and the gateway use this same code and limits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..datasources.types import Datasource, Dialect
from ..engines.errors import DefinitionProblem, InvalidDefinition
from ..engines.parameters import Binder, Location, Parameter, dump_parameters, parse_parameters
from ..engines.sql import MacroSource, SqlLimits, SqlProgram, SqlResult, compile_sql, run_sql
from .definition import Definition
from .paths import path_parameters


@dataclass(frozen=True, slots=True)
class Limits:
    """What a definition gets where it sets nothing, and what it may ask for at most."""

    default_timeout: float
    max_timeout: float
    default_rows: int
    max_rows: int
    sql: SqlLimits


@dataclass(frozen=True, slots=True)
class CompiledEndpoint:
    """A definition with its parameters settled and its template compiled."""

    definition: Definition
    parameters: tuple[Parameter, ...]
    binder: Binder
    program: SqlProgram
    timeout: float
    max_rows: int

    async def run(
        self,
        values: Mapping[str, object],
        *,
        datasource: Datasource,
        client: Mapping[str, object] | None = None,
        prefer_json: bool = False,
    ) -> SqlResult:
        """Run it with bound parameters, within its own limits."""
        return await run_sql(
            self.program,
            values,
            datasource=datasource,
            max_rows=self.max_rows,
            timeout_s=self.timeout,
            client=client,
            prefer_json=prefer_json,
        )


def compile_definition(
    definition: Definition, *, dialect: Dialect, limits: Limits
) -> CompiledEndpoint:
    """Raises InvalidDefinition, naming every problem of the parameters or of the template."""
    declared = parse_parameters(definition.params)
    program = compile_sql(
        definition.content,
        dialect=dialect,
        macros=[MacroSource(macro.name, macro.text) for macro in definition.macros],
        limits=limits.sql,
    )
    parameters = _settle(declared, program.discovered, path_parameters(definition.path))
    return CompiledEndpoint(
        definition=definition,
        parameters=parameters,
        binder=Binder(parameters, refuse_unknown=definition.unknown_params == "refuse"),
        program=program,
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
    """Declared parameters that the template never mentions."""
    used = {parameter.name for parameter in compiled.program.discovered}
    return [name for name in compiled.definition.params if name not in used]


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
