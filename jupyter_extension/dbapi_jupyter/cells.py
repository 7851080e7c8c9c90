"""A cell as text: its header lines and its content, read into a draft and written from one."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from . import yaml12
from .errors import CellError, Place
from .suggest import suggestion

SQL_MARK = "--|"
ENGINES = {"sql": SQL_MARK}
# The order in which `show` writes them.
DRAFT_KEYS = (
    "datasource", "module", "name", "description", "access", "timeout", "max_rows",
    "rate_limit", "max_concurrent", "unknown_params", "params",
)  # fmt: skip
HEADER_KEYS = (*DRAFT_KEYS, "run")
MACRO = "macro"
MACRO_KEYS = ("module", "description")
# What need not be said.
USUAL = {"module": "default", "unknown_params": "ignore"}

Where = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """`lines` is the whole cell, the magic line first; `places` says where each field stands."""

    lines: Sequence[str]
    header: dict[str, Any]
    run: dict[str, Any]
    content: str
    content_line: int
    places: dict[str, Where]

    def draft(self, engine: str, method: str, path: str, **defaults: str | None) -> dict[str, Any]:
        """The body of `PUT /drafts`; `defaults` stand in for what the header leaves out."""
        chosen = {name: value for name, value in defaults.items() if value is not None}
        return {
            "method": method,
            "path": path,
            "engine": engine,
            **chosen,
            **self.header,
            "content": self.content,
        }

    def place(
        self, *, field: str | None, line: int | None = None, column: int | None = None
    ) -> Place | None:
        """Where in the cell: a line of the content, or the header line of a field."""
        if line is not None:
            return Place(self.lines, self.content_line - 1 + line, column)
        parts = (field or "").split(".")
        for length in range(len(parts), 0, -1):
            if found := self.places.get(".".join(parts[:length])):
                return Place(self.lines, *found)
        return None


# `column "totl"`, `Table with name orderz`, `no such column: totl`.
_NAMED = re.compile(r"""["'`]([^"'`\s]+)["'`]|\bname ([\w.]+)|: ([\w.]+)$""")


def place_of_word(cell: Cell, message: str) -> Place | None:
    """Where a name stands that a database speaks of in its message, if it stands there once."""
    for word in ("".join(groups) for groups in _NAMED.findall(message)):
        found = list(re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", cell.content))
        if len(found) == 1:
            before = cell.content[: found[0].start()].split("\n")
            return cell.place(field=None, line=len(before), column=len(before[-1]) + 1)
    return None


def read_cell(
    magic_line: str, body: str, *, mark: str = SQL_MARK, keys: Sequence[str] = HEADER_KEYS
) -> Cell:
    """Read a cell. Raises CellError at the line that is wrong."""
    lines = [magic_line, *body.splitlines()]
    header_lines, start = _header_lines(lines, mark)
    header, places = _read_header(lines, header_lines, mark, keys)
    content_lines = lines[start:]
    _refuse_late_header(lines, start, mark)
    content = "\n".join(content_lines).rstrip()
    if not content.strip():
        raise CellError("The cell has no SQL", hint="Write the query below the magic line")
    run = header.pop("run", None) or {}
    return Cell(lines, header, run, content, start + 1, places)


def _header_lines(lines: Sequence[str], mark: str) -> tuple[list[int], int]:
    """The indexes of the header lines, and of the first line of the content."""
    header = []
    for index, line in enumerate(lines[1:], start=1):
        if line.startswith(mark):
            header.append(index)
        elif line.strip():
            return header, index
    return header, len(lines)


def _refuse_late_header(lines: Sequence[str], start: int, mark: str) -> None:
    for index in range(start, len(lines)):
        if lines[index].lstrip().startswith(mark):
            raise CellError(
                f"A {mark} line stands below the start of the content",
                place=Place(lines, index + 1, 1),
                hint=f"Move it above line {start + 1}: options stand at the top of the cell",
            )


def _read_header(
    lines: Sequence[str], indexes: list[int], mark: str, keys: Sequence[str]
) -> tuple[dict[str, Any], dict[str, Where]]:
    def where(spot: yaml.Mark | None) -> Where:
        row, column = (spot.line, spot.column) if spot else (0, 0)
        return indexes[min(row, len(indexes) - 1)] + 1, column + len(mark) + 1

    text = "\n".join(lines[index][len(mark) :] for index in indexes)
    node, header = _parse_yaml(lines, text, where)
    if node is None:
        return {}, {}
    if not isinstance(node, yaml.MappingNode):
        raise CellError(
            "The header is not a list of `key: value` lines", place=Place(lines, indexes[0] + 1)
        )
    places: dict[str, Where] = {}
    for name, spot in _fields(node, ""):
        if name in places:
            raise CellError(f"'{name}' is given twice", place=Place(lines, *where(spot)))
        places[name] = where(spot)
    return _check(header, places, lines, keys), places


def _parse_yaml(
    lines: Sequence[str], text: str, where: Callable[[yaml.Mark | None], Where]
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
            hint="Write `--| key: value`; quote a text that holds `: ` or begins with a sign",
        ) from error


def _fields(node: yaml.MappingNode, prefix: str) -> Iterator[tuple[str, yaml.Mark]]:
    for key, value in node.value:
        name = f"{prefix}{key.value}"
        yield name, key.start_mark
        if isinstance(value, yaml.MappingNode):
            yield from _fields(value, f"{name}.")


def _check(
    header: dict[str, Any], places: dict[str, Where], lines: Sequence[str], keys: Sequence[str]
) -> dict[str, Any]:
    for key in header:
        if key not in keys:
            raise CellError(
                f"'{key}' is not an option of a cell",
                place=Place(lines, *places.get(str(key), (2, 1))),
                hint=suggestion(str(key), keys, label="The options are"),
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
    return {key: value for key, value in header.items() if value is not None}


def _parameter(declared: object) -> object:
    """`since: date` is short for `since: {type: date}`."""
    if declared is None:
        return {}
    return {"type": declared} if isinstance(declared, str) else declared


def write_cell(engine: str, draft: dict[str, Any]) -> str:
    """The cell that `draft` can be read from."""
    mark = ENGINES[engine]
    lines = [f"%%dbapi {engine} {draft['method']} {draft['path']}"]
    for key in DRAFT_KEYS:
        value = draft.get(key)
        if value is None or value == {} or value == USUAL.get(key):
            continue
        if key == "params":
            lines.append(f"{mark} params:")
            lines += [
                f"{mark}   {yaml12.dump({name: None})[:-5]} {yaml12.dump_inline(declared)}"
                for name, declared in value.items()
            ]
        else:
            lines.append(f"{mark} {key}: {yaml12.dump_inline(value)}")
    return "\n".join([*lines, draft["content"]])
