"""Templates that print their parameters and do nothing else: rendered without Jinja.

Most templates are such: text, and `{{ id | sql_int }}` here and there. Their text is the same in
every call, so only the values remain to be converted, by the same filters. Whatever is not as
usual goes the ordinary way, which also tells what is wrong.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import nodes

from .filters import SQL_FILTERS
from .plain_filters import default
from .text import LONG_TEXT, MARK, bindable

# Those that give one value to bind, or none.
_TYPED: Final = (
    "sql_string", "sql_int", "sql_float", "sql_decimal", "sql_bool", "sql_date", "sql_datetime",
    "sql_uuid",
)  # fmt: skip

Convert = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Straight:
    """The text with a MARK for each value, and where the values come from."""

    text: str
    slots: tuple[tuple[str, Convert | None], ...]

    def values(self, given: Mapping[str, object]) -> list[object] | None:
        """The values to bind, in the text's order; None where the ordinary way must be gone."""
        found = []
        try:
            for name, convert in self.slots:
                value = given.get(name)
                if convert is not None:
                    value = convert(value)
                if isinstance(value, str) and len(value) > LONG_TEXT:
                    return None
                found.append(bindable(value))
        except (ValueError, ArithmeticError, TypeError):
            return None
        return found


def straight(tree: nodes.Template) -> Straight | None:
    """The template as this sees it; None for one that does more."""
    pieces: list[str] = []
    slots: list[tuple[str, Convert | None]] = []
    for output in tree.body:
        if not isinstance(output, nodes.Output):
            return None
        for node in output.nodes:
            if isinstance(node, nodes.TemplateData):
                pieces.append(node.data)
                continue
            slot = _slot(node)
            if slot is None:
                return None
            pieces.append(MARK)
            slots.append(slot)
    return Straight("".join(pieces), tuple(slots))


def _slot(node: nodes.Node) -> tuple[str, Convert | None] | None:
    """A parameter as it is, or through a filter for its type, with a default before that."""
    if isinstance(node, nodes.Name):
        return None if node.name == "client" else (node.name, None)
    if not isinstance(node, nodes.Filter) or node.name not in _TYPED or _arguments(node):
        return None
    convert: Convert = SQL_FILTERS[node.name]
    inner = node.node
    if isinstance(inner, nodes.Filter):
        before = _default(inner)
        if before is None:
            return None
        inner = inner.node
        return _named(inner, lambda value: convert(before(value)))
    return _named(inner, convert)


def _named(node: nodes.Node | None, convert: Convert) -> tuple[str, Convert] | None:
    if isinstance(node, nodes.Name) and node.name != "client":
        return node.name, convert
    return None


def _default(node: nodes.Filter) -> Convert | None:
    """`default(constant)`."""
    arguments = _arguments(node)
    if node.name != "default" or len(arguments) != 1 or len(node.args) != 1:
        return None
    (argument,) = arguments
    if not isinstance(argument, nodes.Const):
        return None
    fallback = argument.value
    return lambda value: default(value, fallback)


def _arguments(node: nodes.Filter) -> Sequence[nodes.Node]:
    more = [each for each in (node.dyn_args, node.dyn_kwargs) if each is not None]
    return [*node.args, *node.kwargs, *more]
