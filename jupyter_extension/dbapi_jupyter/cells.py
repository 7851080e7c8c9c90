"""A cell as text: its header and its content, read into a draft and written from one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import yaml12
from .errors import CellError, Place
from .header import Where, header_end, read_header
from .kinds import DRAFT_KEYS, ENGINES, MACRO, MACRO_KEYS, MARKS, PYTHON_MACRO, SQL, Kind

# What need not be said.
USUAL = {"module": "default", "unknown_params": "ignore", "allow_async": False}
# Fields of a definition that are texts, and have lines of their own.
_TEXT = re.compile(r"content|transform|(?:macros|tests)\..+|params\.\w+\.(?:validate|options)")


@dataclass(frozen=True, slots=True)
class Cell:
    """`lines` is the whole cell, the magic line first; `places` says where each field stands.

    `field` is what the platform calls its content; `texts` are as in a Header.
    """

    lines: Sequence[str]
    kind: Kind
    header: dict[str, Any]
    run: dict[str, Any]
    content: str
    content_line: int
    places: dict[str, Where]
    texts: dict[str, Where]
    field: str = "content"

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
        """Where in the cell: a line of its content or of a text in its header, or a field."""
        if line is not None and self._is_content(field):
            return Place(self.lines, self.content_line - 1 + line, column)
        if line is not None and field in self.texts:
            first, before = self.texts[field]
            shifted = None if column is None else column + before
            return Place(self.lines, first - 1 + line, shifted)
        parts = (field or "").split(".")
        for length in range(len(parts), 0, -1):
            if found := self.places.get(".".join(parts[:length])):
                return Place(self.lines, *found)
        return None

    def _is_content(self, field: str | None) -> bool:
        """A parameter that is wrong where the content uses it comes with a line of the content."""
        if field is None or not is_text(field):
            return self.field == "content"
        return field == self.field


def is_text(field: str) -> bool:
    """Whether the field is a text of its own."""
    return _TEXT.fullmatch(field) is not None


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


def read_cell(magic_line: str, body: str, kind: Kind = SQL, *, field: str = "content") -> Cell:
    """Read a cell. Raises CellError at the line that is wrong."""
    lines = [magic_line, *body.splitlines()]
    end, start = header_end(lines, kind.mark)
    header = read_header(lines, end, kind)
    _refuse_marks(lines, start, kind)
    content = "\n".join(lines[start:]).rstrip()
    if not content.strip():
        raise CellError(
            f"The cell has no {'code' if kind.is_python else 'SQL'}",
            hint=f"Write the {kind.what} below the magic line",
        )
    run = header.values.pop("run", None) or {}
    return Cell(
        lines, kind, header.values, run, content, start + 1, header.places, header.texts, field
    )


def _refuse_marks(lines: Sequence[str], start: int, kind: Kind) -> None:
    """Options below the content's start, or marked as those of the other language."""
    for index in range(start, len(lines)):
        line = lines[index].lstrip()
        if line.startswith(kind.mark):
            raise CellError(
                f"A {kind.mark} line stands below the start of the content",
                place=Place(lines, index + 1, 1),
                hint=f"Move it above line {start + 1}: options stand at the top of the cell",
            )
        if index == start and line.startswith(MARKS):
            raise CellError(
                f"The options of a {kind.name} cell in {kind.language} are marked {kind.mark}",
                place=Place(lines, index + 1, 1),
                hint=f"Begin the line with {kind.mark}",
            )


def write_cell(engine: str, draft: dict[str, Any]) -> str:
    """The cell that `draft` can be read from."""
    kind = ENGINES[engine]
    lines = [f"%%dbapi {engine} {draft['method']} {draft['path']}"]
    for key in DRAFT_KEYS:
        value = draft.get(key)
        if value is None or value == {} or value == USUAL.get(key):
            continue
        written = _written_params(value) if key == "params" else _written(key, value)
        lines += [f"{kind.mark} {line}".rstrip() for line in written]
    return "\n".join([*lines, draft["content"]])


def write_macro_cell(macro: Mapping[str, Any]) -> str:
    """The cell that `macro` can be read from."""
    kind = PYTHON_MACRO if macro.get("language") == "python" else MACRO
    flag = " --python" if kind.is_python else ""
    lines = [f"%%dbapi macro {macro['name']}{flag}"]
    for key in MACRO_KEYS:
        if macro.get(key):
            lines += [f"{kind.mark} {line}".rstrip() for line in _written(key, macro[key])]
    return "\n".join([*lines, macro["content"]])


def _written(key: str, value: object) -> list[str]:
    """On one line; on several when a text has several."""
    if key == "cache" and isinstance(value, dict) and not value.get("vary"):
        # The short form says as much.
        value = value.get("ttl")
    if _has_lines(value):
        return yaml12.dump_block({key: value}).split("\n")
    return [f"{yaml12.dump_inline({key: None})[1:-7]}: {yaml12.dump_inline(value)}"]


def _written_params(params: dict[str, Any]) -> Iterator[str]:
    yield "params:"
    for name, declared in params.items():
        for line in _written(name, declared):
            yield f"  {line}"


def _has_lines(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_lines, value.values()))
    return isinstance(value, str) and "\n" in value
