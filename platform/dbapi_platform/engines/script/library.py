"""Shared Python macros: what they define, and which of them a script uses."""

from collections.abc import Sequence

from ..errors import Code, DefinitionProblem, InvalidDefinition
from .engine import ScriptEngine
from .programs import Checked, Source


async def check_macro(engine: ScriptEngine, macro: Source, others: Sequence[Source]) -> None:
    """Raises InvalidDefinition unless the text is sound and defines what no other macro does."""
    found, *known = await engine.check([("content", macro[1]), *others])
    problems = list(found.problems)
    if not problems and not found.defined:
        hint = "def name(…): or NAME = …"
        problems.append(
            DefinitionProblem("content", "defines no name", hint=hint, code=Code.NO_ENTRY)
        )
    for (name, _), other in zip(others, known, strict=True):
        for clash in sorted(found.defined & other.defined):
            message = f"'{clash}' is defined by the macro '{name}' already"
            problems.append(DefinitionProblem("content", message))
    if problems:
        raise InvalidDefinition(tuple(problems))


async def used_macros(
    engine: ScriptEngine, texts: Sequence[str], macros: Sequence[Source]
) -> frozenset[str]:
    """The names of those that the texts use, by themselves or through another.

    A text that cannot be read uses none: compiling it tells why.
    """
    sources = [("content", text) for text in texts]
    checked = await engine.check([*sources, *macros])
    own, known = checked[: len(sources)], checked[len(sources) :]
    by_name = {name: found for (name, _), found in zip(macros, known, strict=True)}
    wanted = frozenset().union(*(found.read - found.defined for found in own))
    return frozenset(_reached(wanted, by_name))


def _reached(wanted: frozenset[str], macros: dict[str, Checked]) -> set[str]:
    used: set[str] = set()
    while found := [
        name for name, macro in macros.items() if name not in used and wanted & macro.defined
    ]:
        used.update(found)
        wanted = wanted.union(*(macros[name].read for name in found))
    return used
