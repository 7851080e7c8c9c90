"""Shared macros: what they define, and which of them a template uses."""

from collections.abc import Iterator, Sequence
from typing import Final

from jinja2 import TemplateSyntaxError, nodes

from ...datasources.dialects import POSTGRESQL
from ..errors import Code, DefinitionProblem, InvalidDefinition
from .checking import forbidden
from .environment import SqlEnvironment
from .misplacing import misplaced_values
from .sources import MacroSource, parse, stray_output

# Only to read templates with: what is defined and used is the same in every dialect.
_READER: Final = SqlEnvironment(POSTGRESQL)


def check_macro(macro: MacroSource, others: Sequence[MacroSource], *, max_bytes: int) -> None:
    """Raises InvalidDefinition unless the text is sound and defines what no other macro does."""
    parts, problems = parse(_READER, macro.text, (), max_bytes=max_bytes)
    for part in parts:
        problems += [*forbidden(part.tree, _READER), *stray_output(part)]
        problems += misplaced_values(part, _READER, POSTGRESQL)
    if not problems:
        (part,) = parts
        problems = list(_name_problems(_own_names(part.tree), others))
    if problems:
        raise InvalidDefinition(tuple(problems))


def _name_problems(
    names: frozenset[str], others: Sequence[MacroSource]
) -> Iterator[DefinitionProblem]:
    if not names:
        yield DefinitionProblem(
            "content", "defines no macro", hint="{% macro name(value) %}", code=Code.NO_ENTRY
        )
    for other in others:
        for name in sorted(names & defined_names(other.text)):
            message = f"'{name}' is defined by the macro '{other.name}' already"
            yield DefinitionProblem("content", message)


def defined_names(text: str) -> frozenset[str]:
    """The names that a macro's text gives to a template."""
    return _own_names(_READER.parse(text))


def used_macros(content: str, macros: Sequence[MacroSource]) -> tuple[MacroSource, ...]:
    """Those that the content uses, by itself or through another, in the order of `macros`.

    None for a content that cannot be read: compiling it tells why.
    """
    try:
        tree = _READER.parse(content)
    except TemplateSyntaxError:
        return ()
    trees = {macro.name: _READER.parse(macro.text) for macro in macros}
    wanted, used = _loaded(tree) - _own_names(tree), set[str]()
    while found := [
        name for name, other in trees.items() if name not in used and wanted & _own_names(other)
    ]:
        used.update(found)
        wanted = wanted.union(*(_loaded(trees[name]) for name in found))
    return tuple(macro for macro in macros if macro.name in used)


def _own_names(tree: nodes.Template) -> frozenset[str]:
    named = frozenset(node.name for node in tree.body if isinstance(node, nodes.Macro))
    return named.union(
        node.target.name
        for node in tree.body
        if isinstance(node, nodes.Assign | nodes.AssignBlock)
        and isinstance(node.target, nodes.Name)
    )


def _loaded(tree: nodes.Template) -> frozenset[str]:
    return frozenset(name.name for name in tree.find_all(nodes.Name) if name.ctx == "load")
