"""What is asked of parameters beyond their declared limits: values of a query, and scripts."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Final

from ..datasources.errors import QueryTimeout
from ..datasources.types import Datasource, Dialect, Rows
from ..engines.coercion import shown
from ..engines.errors import (
    Code,
    DefinitionProblem,
    InvalidDefinition,
    InvalidParameters,
    ParameterProblem,
)
from ..engines.parameters import Parameter
from ..engines.script.errors import ScriptRefused
from ..engines.script.programs import ScriptProgram
from ..engines.script.running import Place, Scripts
from ..engines.sql import SqlProgram, compile_sql
from .definition import Definition
from .scripts import program_of

# How long the values of an `options` query are taken for the values there are.
OPTIONS_S: Final = 60.0
MAX_OPTIONS: Final = 10_000
VALIDATOR_ROWS: Final = 1_000
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Option:
    """A value that a parameter may have, and how it is called."""

    value: object
    label: str


@dataclass(slots=True)
class _Known:
    """The values of one query; kept for a while, and asked for by one call at a time."""

    program: SqlProgram
    options: tuple[Option, ...] = ()
    until: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Checks:
    """Made once for a compiled definition."""

    def __init__(
        self,
        scripts: Scripts,
        validators: Sequence[tuple[Parameter, ScriptProgram]],
        options: Mapping[str, SqlProgram],
    ) -> None:
        self._scripts = scripts
        self._validators = tuple(validators)
        self._options = {name: _Known(program) for name, program in options.items()}
        self.any = bool(self._validators or self._options)
        self.programs = tuple(program for _, program in self._validators)

    async def run(self, values: Mapping[str, object], place: Place) -> None:
        """Raises InvalidParameters, naming every parameter that is wrong; a failing script's
        ScriptError, a failing query's DatasourceError.
        """
        problems: list[ParameterProblem] = []
        for name in self._options:
            problem = await self._unlisted(name, values.get(name), place)
            problems += [ParameterProblem(name, None, problem)] if problem else []
        # A validator needs fewer rows than an answer.
        near = replace(place, max_rows=VALIDATOR_ROWS)
        for parameter, program in self._validators:
            value = values.get(parameter.name)
            if value is None:
                continue
            try:
                found = await self._scripts.validate(program, value, values, near)
            except ScriptRefused as refused:
                found = refused.message
            location = str(parameter.location) if parameter.location else None
            problems += [ParameterProblem(parameter.name, location, found)] if found else []
        if problems:
            raise InvalidParameters(tuple(problems))

    async def options(
        self, name: str, datasource: Datasource, timeout_s: float
    ) -> tuple[Option, ...]:
        """The values that a parameter may have; none for one that has no such query."""
        known = self._options.get(name)
        if known is None:
            return ()
        deadline = asyncio.get_running_loop().time() + timeout_s
        try:
            async with asyncio.timeout_at(deadline), known.lock:
                if known.until <= monotonic():
                    known.options = await _read(known.program, datasource, timeout_s)
                    known.until = monotonic() + OPTIONS_S
        except TimeoutError:
            raise QueryTimeout("The query of a parameter's options took too long") from None
        return known.options

    async def _unlisted(self, name: str, value: object, place: Place) -> str | None:
        if value is None:
            return None
        found = await self.options(name, place.datasource, place.left())
        known = {_key(option.value) for option in found}
        for element in value if isinstance(value, list) else (value,):
            if _key(element) not in known:
                some = ", ".join(sorted(known)[:_SHOWN]) + (", …" if len(known) > _SHOWN else "")
                return f"expected one of {some or 'none'}, got {shown(element)}"
        return None


async def compile_checks(
    definition: Definition, parameters: Sequence[Parameter], *, dialect: Dialect, scripts: Scripts
) -> Checks:
    """Raises InvalidDefinition."""
    problems: list[DefinitionProblem] = []
    validators, options = [], {}
    for parameter in parameters:
        field_ = f"params.{parameter.name}"
        try:
            if parameter.validate is not None:
                source = (f"{field_}.validate", parameter.validate)
                program = await program_of(
                    definition, scripts.engine, source, wanted=("validate",),
                    hint="def validate(value, params): … return a text that says what is wrong",
                )  # fmt: skip
                validators.append((parameter, program))
            if parameter.options is not None:
                options[parameter.name] = _compile_options(parameter.options, dialect)
        except InvalidDefinition as error:
            problems += [
                problem
                if problem.field != "content"
                else replace(problem, field=f"{field_}.options")
                for problem in error.problems
            ]
    if problems:
        raise InvalidDefinition(tuple(problems))
    return Checks(scripts, validators, options)


def _compile_options(text: str, dialect: Dialect) -> SqlProgram:
    program = compile_sql(text, dialect=dialect)
    if program.discovered:
        names = ", ".join(parameter.name for parameter in program.discovered)
        raise InvalidDefinition(
            (
                DefinitionProblem(
                    "content", f"takes no parameters, but names {names}", code=Code.NO_PARAMETERS
                ),
            )
        )
    return program


async def _read(
    program: SqlProgram, datasource: Datasource, timeout_s: float
) -> tuple[Option, ...]:
    statements = program.render({})
    outcomes = await datasource.execute(
        statements, max_rows=MAX_OPTIONS, timeout_s=max(0.001, timeout_s)
    )
    rows = outcomes[-1].rows if isinstance(outcomes[-1], Rows) else ()
    return tuple(Option(row[0], str(row[1] if len(row) > 1 else row[0])) for row in rows if row)


def _key(value: object) -> str:
    """A value as text: databases write dates and identifiers as such."""
    return str(value).lower() if isinstance(value, bool) else str(value)
