"""What differs between two definitions, coloured."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from . import html
from .results import Shown
from .shapes import Diff
from .text import table_text, value_text

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
        fields = table_text(COLUMNS, self._fields()) if self.diff["fields"] else ""
        parts = (
            self.headline, *breaking, fields, self.diff["content"], *self.notes, self.code
        )  # fmt: skip
        return "\n".join(part for part in parts if part)

    def html(self) -> str:
        """The same, coloured."""
        return html.page(
            html.paragraph(self.headline) if self.headline else "",
            *(html.paragraph(f"Breaking: {text}", "bad") for text in self.diff["breaking"]),
            html.table(COLUMNS, self._fields()) if self.diff["fields"] else "",
            _unified(self.diff["content"]) if self.diff["content"] else "",
            *(html.paragraph(note) for note in self.notes),
            html.code_block(self.code) if self.code else "",
        )

    def _fields(self) -> list[tuple[str, Any, Any]]:
        return [
            (change["field"], _brief(change["from"]), _brief(change["to"]))
            for change in self.diff["fields"]
        ]


def _brief(value: object) -> str:
    """`{"type": "date", "required": false}` as `type: date, required: false`."""
    if value is None:
        return "—"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {value_text(item)}" for key, item in value.items())
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
