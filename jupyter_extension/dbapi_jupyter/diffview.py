"""What differs between two definitions, coloured."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from . import html
from .results import Shown
from .shapes import Diff, FieldChange
from .text import count_text, table_text, value_text

COLUMNS = ("field", "from", "to")


@dataclass(repr=False)
class DiffView(Shown):
    """A diff under a headline; `notes` and `code` follow it."""

    diff: Diff
    headline: str = ""
    notes: tuple[str, ...] = ()
    code: str | None = None

    @property
    def changes(self) -> bool:
        """Whether there is a difference."""
        return bool(self.diff["content"] or self.diff["fields"] or self.diff["breaking"])

    def text(self) -> str:
        """Headline, warnings, fields, unified diff."""
        breaking = [f"Breaking: {warning}" for warning in self.diff["breaking"]]
        rows = self._fields()
        fields = table_text(COLUMNS, rows) if rows else ""
        parts = (
            self.headline, *breaking, fields, self.diff["content"], *self._texts(), *self.notes,
            self.code,
        )  # fmt: skip
        return "\n".join(part for part in parts if part)

    def html(self) -> str:
        """The same, coloured."""
        rows = self._fields()
        return html.page(
            html.paragraph(self.headline) if self.headline else "",
            *(html.paragraph(f"Breaking: {text}", "bad") for text in self.diff["breaking"]),
            html.table(COLUMNS, rows) if rows else "",
            _unified(self.diff["content"]) if self.diff["content"] else "",
            *map(_unified, self._texts()),
            *(html.paragraph(note) for note in self.notes),
            html.code_block(self.code) if self.code else "",
        )

    def _fields(self) -> list[tuple[str, Any, Any]]:
        return [
            (change["field"], _brief(change["from"]), _brief(change["to"]))
            for change in self.diff["fields"]
            if not (_is_text(change["from"]) or _is_text(change["to"]))
        ]

    def _texts(self) -> list[str]:
        """A unified diff for each text that has changed and is not the content."""
        return [
            "\n".join(
                difflib.unified_diff(
                    (before or "").splitlines(),
                    (after or "").splitlines(),
                    f"{name}: {self.diff['from']}",
                    f"{name}: {self.diff['to']}",
                    lineterm="",
                )
            )
            for change in self.diff["fields"]
            for name, before, after in _changed_texts(change)
        ]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and "\n" in value


def _changed_texts(change: FieldChange) -> Iterator[tuple[str, str | None, str | None]]:
    """A transform, or what checks a parameter."""
    before, after = change["from"], change["to"]
    if _is_text(before) or _is_text(after):
        yield change["field"], before, after
    old = before if isinstance(before, dict) else {}
    new = after if isinstance(after, dict) else {}
    for key in dict.fromkeys((*old, *new)):
        pair = old.get(key), new.get(key)
        if pair[0] != pair[1] and any(map(_is_text, pair)):
            yield f"{change['field']}.{key}", *pair


def _brief(value: object) -> str:
    """`{"type": "date", "required": false}` as `type: date, required: false`."""
    if value is None:
        return "—"
    if isinstance(value, str) and _is_text(value):
        return count_text(len(value.splitlines()), "line")
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_brief(item)}" for key, item in value.items())
    return value_text(value)


def _unified(content: str) -> str:
    return f"<pre>{''.join(_lines(content))}</pre>"


def _lines(content: str) -> Iterator[str]:
    for number, line in enumerate(content.splitlines()):
        kind = {"+": "add", "-": "gone", "@": "place"}.get(line[:1], "")
        # The first two lines name the sides; they are no additions.
        if number < 2 and line.startswith(("---", "+++")):
            kind = "place"
        yield f'<span class="dbapi-{kind or "same"}">{escape(line, quote=False) or " "}</span>'
