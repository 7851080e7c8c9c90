"""A cell as text: its header lines and its content, read into a draft and written from one."""

from collections.abc import Iterator, Sequence
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


def read_cell(magic_line: str, body: str, *, mark: str = SQL_MARK) -> Cell:
    """Read a cell. Raises CellError at the line that is wrong."""
    lines = [magic_line, *body.splitlines()]
    header_lines, start = _header_lines(lines, mark)
    header, places = _read_header(lines, header_lines, mark)
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
    lines: Sequence[str], indexes: list[int], mark: str
) -> tuple[dict[str, Any], dict[str, Where]]:
    text = "\n".join(lines[index][len(mark) :] for index in indexes)

    def where(node_mark: yaml.Mark | None) -> Where:
        row = min(node_mark.line if node_mark else 0, len(indexes) - 1)
        return indexes[row] + 1, (node_mark.column if node_mark else 0) + len(mark) + 1

    try:
        node = yaml12.compose(text)
    except yaml.MarkedYAMLError as error:
        place = Place(lines, *where(error.problem_mark or error.context_mark))
        raise CellError(
            f"The header is not valid YAML: {error.problem}",
            place=place,
            hint="Write `--| key: value`; quote a text that holds `: ` or begins with a sign",
        ) from error
    if node is None:
        return {}, {}
    if not isinstance(node, yaml.MappingNode):
        raise CellError(
            "The header is not a list of `key: value` lines", place=Place(lines, indexes[0] + 1)
        )
    places = {}
    for name, mark_ in _fields(node, ""):
        if name in places:
            raise CellError(f"'{name}' is given twice", place=Place(lines, *where(mark_)))
        places[name] = where(mark_)
    return _check(yaml12.construct(node), places, lines), places


def _fields(node: yaml.MappingNode, prefix: str) -> Iterator[tuple[str, yaml.Mark]]:
    for key, value in node.value:
        name = f"{prefix}{key.value}"
        yield name, key.start_mark
        if isinstance(value, yaml.MappingNode):
            yield from _fields(value, f"{name}.")


def _check(
    header: dict[str, Any], places: dict[str, Where], lines: Sequence[str]
) -> dict[str, Any]:
    for key in header:
        if key not in HEADER_KEYS:
            raise CellError(
                f"'{key}' is not an option of a cell",
                place=Place(lines, *places.get(str(key), (2, 1))),
                hint=suggestion(str(key), HEADER_KEYS, label="The options are"),
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
        if value is None or value == {}:
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
