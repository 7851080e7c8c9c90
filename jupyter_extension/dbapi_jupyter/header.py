"""A cell's header: YAML in the comments of the cell's own language."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from . import yaml12
from .errors import CellError, Place
from .kinds import Kind
from .suggest import suggestion

# A line and a column of the cell, from 1.
Where = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Header:
    """`places` says where each field stands.

    `texts` holds, for a field whose value is a text of several lines (`validate: |`), the line of
    the cell that the text begins at and how many characters stand before it.
    """

    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Where] = field(default_factory=dict)
    texts: dict[str, Where] = field(default_factory=dict)


def header_end(lines: Sequence[str], mark: str) -> tuple[int, int]:
    """The index behind the last header line, and that of the content's first line."""
    end = 1
    for index, line in enumerate(lines[1:], start=1):
        if line.startswith(mark):
            end = index + 1
        elif line.strip():
            return end, index
    return end, len(lines)


def read_header(lines: Sequence[str], end: int, kind: Kind) -> Header:
    """Read the lines up to `end`. Raises CellError at the line that is wrong."""
    if end > 1 and not kind.keys:
        raise CellError(
            f"A {kind.name} cell has no options",
            place=Place(lines, _first_marked(lines, kind.mark)),
            hint=f"Leave the {kind.mark} lines out: options stand in the endpoint's own cell",
        )

    def where(spot: yaml.Mark | None) -> Where:
        row, column = (spot.line, spot.column) if spot else (0, 0)
        return max(min(row, end - 2), 0) + 2, column + len(kind.mark) + 1

    node, values = _parse_yaml(lines, _text(lines[1:end], kind.mark), where, kind)
    if node is None:
        return Header()
    if not isinstance(node, yaml.MappingNode):
        raise CellError(
            "The header is not a list of `key: value` lines",
            place=Place(lines, where(node.start_mark)[0]),
        )
    header = Header()
    for name, key, value in _fields(node, ""):
        if name in header.places:
            raise CellError(f"'{name}' is given twice", place=Place(lines, *where(key.start_mark)))
        header.places[name] = where(key.start_mark)
        if isinstance(value, yaml.ScalarNode) and value.style == "|":
            header.texts[name] = _begin(lines, where(value.start_mark)[0] + 1, value.value)
    header.values.update(_check(values, header.places, lines, kind))
    return header


def _first_marked(lines: Sequence[str], mark: str) -> int:
    return next(number for number, line in enumerate(lines, start=1) if line.startswith(mark))


def _text(lines: Sequence[str], mark: str) -> str:
    """Empty lines are kept: a text of several lines may hold some."""
    return "".join((line[len(mark) :] if line.startswith(mark) else "") + "\n" for line in lines)


def _begin(lines: Sequence[str], first: int, text: str) -> Where:
    for index, line in enumerate(text.split("\n")):
        if line.strip() and first + index <= len(lines):
            return first, max(len(lines[first + index - 1]) - len(line), 0)
    return first, 0


def _parse_yaml(
    lines: Sequence[str], text: str, where: Callable[[yaml.Mark | None], Where], kind: Kind
) -> tuple[yaml.Node | None, Any]:
    try:
        node = yaml12.compose(text)
        return node, yaml12.construct(node) if node else None
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or "a character is not allowed"
        spot = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        raise CellError(
            f"The header is not valid YAML: {problem}",
            place=Place(lines, *where(spot)),
            hint=f"Write `{kind.mark} key: value`; "
            "quote a text that holds `: ` or begins with a sign",
        ) from error


def _fields(node: yaml.MappingNode, prefix: str) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    for key, value in node.value:
        name = f"{prefix}{key.value}"
        yield name, key, value
        if isinstance(value, yaml.MappingNode):
            yield from _fields(value, f"{name}.")


def _check(
    header: dict[str, Any], places: dict[str, Where], lines: Sequence[str], kind: Kind
) -> dict[str, Any]:
    for key in header:
        if key not in kind.keys:
            raise CellError(
                f"'{key}' is not an option of a {kind.name} cell",
                place=Place(lines, *places.get(str(key), (2, 1))),
                hint=suggestion(str(key), kind.keys, label="The options are"),
            )
    for key in ("params", "run"):
        if not isinstance(header.get(key, {}), dict | None):
            raise CellError(
                f"'{key}' is a mapping of names, such as {{customer_id: …}}",
                place=Place(lines, *places[key]),
            )
    if header.get("params"):
        header["params"] = {
            name: _parameter(declared) for name, declared in header["params"].items()
        }
    ttl = header.get("cache")
    if isinstance(ttl, int | float) and not isinstance(ttl, bool):
        # `cache: 60` is short for `cache: {ttl: 60}`.
        header["cache"] = {"ttl": ttl}
    return {key: value for key, value in header.items() if value is not None}


def _parameter(declared: object) -> object:
    """`since: date` is short for `since: {type: date}`."""
    if declared is None:
        return {}
    return {"type": declared} if isinstance(declared, str) else declared
