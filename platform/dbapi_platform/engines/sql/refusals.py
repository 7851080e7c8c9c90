"""Whose fault it is when a filter refuses a value: the parameter's name, found when it happens."""

from collections.abc import Mapping, Sequence

from jinja2 import nodes

from ..coercion import Mismatch
from ..errors import ParameterProblem
from .filters import SQL_FILTERS
from .sources import Lines, Part


class Refusals:
    """The SQL filters of every line and the names they are given.

    A filter knows the value only, and two parameters may have the same one; the line that
    failed tells them apart without any work for renders that succeed.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self._lines = Lines(parts)
        self._filters: dict[int, list[tuple[str, str | None]]] = {}
        for part in parts:
            for node in part.tree.find_all(nodes.Filter):
                if node.name in SQL_FILTERS:
                    self._filters.setdefault(node.lineno, []).append((node.name, _name(node)))

    def problem(
        self, mismatch: Mismatch, values: Mapping[str, object], line: int | None
    ) -> ParameterProblem:
        """The caller's problem, by the parameter's name or else by filter and line."""
        used = self._filters.get(line or 0, [])
        there = [name for _, name in used if name is not None and name in values]
        holders = [name for name, value in values.items() if _holds(value, mismatch.value)]
        names = [name for name in there if name in holders] or holders
        if not names and len(set(there)) == 1:
            names = there
        return ParameterProblem(names[0] if names else self._place(used, line), None, str(mismatch))

    def _place(self, used: Sequence[tuple[str, str | None]], line: int | None) -> str:
        filters = "/".join(dict.fromkeys(filter_ for filter_, _ in used))
        where, own_line = self._lines.place(line)
        return " in ".join(part for part in (filters, where or f"line {own_line}") if part)


def _name(node: nodes.Filter) -> str | None:
    """The variable at the bottom of `name | a | b` or `name.key | a`."""
    inner: nodes.Node | None = node.node
    while isinstance(inner, nodes.Filter | nodes.Getattr | nodes.Getitem):
        inner = inner.node
    return inner.name if isinstance(inner, nodes.Name) else None


def _holds(value: object, refused: object) -> bool:
    if value is refused:
        return True
    if refused is None or isinstance(refused, bool):
        return False
    if isinstance(value, dict):
        return any(element is refused for element in value.values())
    return isinstance(value, list) and any(element is refused for element in value)
