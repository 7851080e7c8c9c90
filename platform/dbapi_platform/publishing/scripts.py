"""A definition's scripts as programs: its macros first, then its own text, all of it checked."""

from collections.abc import Sequence
from dataclasses import replace

from ..engines.errors import Code, DefinitionProblem, InvalidDefinition
from ..engines.script.engine import ScriptEngine
from ..engines.script.programs import ScriptProgram, Source
from .definition import Definition


async def compile_script(definition: Definition, engine: ScriptEngine) -> ScriptProgram:
    """The content of a script. Raises InvalidDefinition."""
    return await program_of(
        definition, engine, ("content", definition.content), wanted=("execute", "result"),
        hint="def execute(params): … return …",
    )  # fmt: skip


async def compile_transform(definition: Definition, engine: ScriptEngine) -> ScriptProgram | None:
    """The transform, where there is one. Raises InvalidDefinition."""
    if not definition.transform:
        return None
    return await program_of(
        definition, engine, ("transform", definition.transform), wanted=("transform", "result"),
        hint="def transform(result, params): … return …",
    )  # fmt: skip


async def program_of(
    definition: Definition,
    engine: ScriptEngine,
    own: Source,
    *,
    wanted: Sequence[str] = (),
    hint: str | None = None,
) -> ScriptProgram:
    """A text with the definition's macros. Raises InvalidDefinition, naming every problem.

    `wanted` are names of which the text has to define one.
    """
    macros = [
        (f"macros.{macro.name}", macro.text)
        for macro in definition.macros
        if macro.language == "python"
    ]
    checked = await engine.check([*macros, own])
    problems = [problem for found in checked for problem in found.problems]
    if checked[-1].is_read and wanted and checked[-1].defined.isdisjoint(wanted):
        message = f"defines no {' and no '.join(wanted)}"
        problems.append(DefinitionProblem(own[0], message, hint=hint, code=Code.NO_ENTRY))
    if problems:
        raise InvalidDefinition(tuple(problems))
    program = engine.program([*macros, own])
    return replace(program, read=frozenset().union(*(found.read for found in checked)))
