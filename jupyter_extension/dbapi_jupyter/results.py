"""What verbs and cells answer with: objects with a plain-text and an HTML form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import html
from .errors import DbapiError
from .rows import Answer, RowSet, data_frame
from .shapes import LogLine
from .text import count_text, duration_text, log_text, table_text, value_text

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

LISTED_ROWS = 200
MAX_ENVELOPE = 120
# What a result tells already.
_USUAL = {"success", "message", "data", "truncated"}


class Shown:
    """Displayed as HTML where that can be shown, else as text."""

    def text(self) -> str:
        """The plain form."""
        raise NotImplementedError

    def html(self) -> str:
        """The HTML form."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, **_options: object) -> dict[str, str]:
        return {"text/plain": self.text(), "text/html": self.html()}


@dataclass(repr=False)
class Message(Shown):
    """A sentence or a few; `kind` is good, warning or nothing."""

    message: str
    kind: str = ""
    code: str | None = None

    def text(self) -> str:
        """The sentences, then the code."""
        return "\n".join(part for part in (self.message, self.code) if part)

    def html(self) -> str:
        """The same."""
        parts = [html.paragraph(line, self.kind) for line in self.message.splitlines()]
        return html.page(*parts, html.code_block(self.code) if self.code else "")


@dataclass(repr=False)
class Listing(Shown):
    """A list of things; `rows` in full, of which the first are shown."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    note: str = ""
    empty: str = "There are none"

    @property
    def data(self) -> list[dict[str, Any]]:
        """A dict for each row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def df(self) -> "pd.DataFrame":
        """As a pandas DataFrame."""
        return data_frame(self.columns, self.rows)

    def text(self) -> str:
        """An aligned table."""
        if not self.rows:
            return self.empty
        shown = table_text(self.columns, self.rows[:LISTED_ROWS])
        return "\n".join(part for part in (shown, self._notes()) if part)

    def html(self) -> str:
        """A table."""
        if not self.rows:
            return html.page(html.paragraph(self.empty, "note"))
        notes = self._notes()
        return html.page(
            html.table(self.columns, self.rows[:LISTED_ROWS]),
            html.paragraph(notes, "note") if notes else "",
        )

    def _notes(self) -> str:
        more = len(self.rows) - LISTED_ROWS
        cut = f"{LISTED_ROWS} of {len(self.rows):,} shown" if more > 0 else ""
        return " · ".join(part for part in (self.note, cut) if part)


@dataclass(repr=False)
class Result(Shown):
    """What a run or a call answered: rows or a number for each statement, or a value.

    `data` is what a consumer gets, `envelope` what stands around it, `logs` what a script logged.
    """

    data: Any
    results: Sequence[Answer]
    elapsed_ms: float
    about: str
    warnings: Sequence[str] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    logs: Sequence[LogLine] = ()
    envelope: Mapping[str, Any] = field(default_factory=dict)

    @property
    def row_sets(self) -> list[RowSet]:
        """Those results that are rows."""
        return [result for result in self.results if isinstance(result, RowSet)]

    @property
    def columns(self) -> list[str]:
        """The columns of the first rows."""
        return list(self.row_sets[0].columns) if self.row_sets else []

    @property
    def rows(self) -> list[Sequence[Any]]:
        """All rows of the first SELECT."""
        return list(self.row_sets[0].rows) if self.row_sets else []

    def df(self, index: int = 0) -> "pd.DataFrame":
        """The rows of a SELECT (the first, unless said otherwise) as a pandas DataFrame."""
        if index >= len(self.row_sets):
            raise DbapiError(
                f"There are {count_text(len(self.row_sets), 'table')} in this result",
                hint="`.data` holds everything that was answered",
            )
        chosen = self.row_sets[index]
        return data_frame(chosen.columns, chosen.rows)

    def text(self) -> str:
        """Tables and values, then the log, then a line about the run."""
        parts = [part for part in (result.text() for result in self.results) if part]
        logs = [log_text(self.logs)] if self.logs else []
        beside = self._beside()
        notes = [*([beside] if beside else []), *(f"Note: {text}" for text in self._warnings())]
        return "\n\n".join([*parts, *logs, "\n".join([*notes, self.footer()])])

    def html(self) -> str:
        """The same."""
        beside = self._beside()
        return html.page(
            *(result.html() for result in self.results),
            html.log(self.logs) if self.logs else "",
            html.paragraph(beside) if beside else "",
            *(html.paragraph(warning, "warning") for warning in self._warnings()),
            html.paragraph(self.footer(), "note"),
        )

    def footer(self) -> str:
        """`10 of 120 rows · 12 ms · draft of GET orders`."""
        counts = ", ".join(row_set.summary() for row_set in self.row_sets)
        return " · ".join(
            part for part in (counts, duration_text(self.elapsed_ms), self.about) if part
        )

    def _beside(self) -> str:
        """What a consumer gets beside the data: `total: 120, offset: 0`."""
        fields = [
            f"{name}: {value_text(value, MAX_ENVELOPE)}"
            for name, value in self.envelope.items()
            if name not in _USUAL
        ]
        if self.envelope.get("success", True) and (message := self.envelope.get("message")):
            fields.insert(0, f"message: {value_text(message, MAX_ENVELOPE)}")
        return f"Beside the data: {', '.join(fields)}" if fields else ""

    def _warnings(self) -> list[str]:
        if self.envelope.get("success", True):
            return list(self.warnings)
        message = self.envelope.get("message")
        return [
            f"The answer says success: false{f' ({message})' if message else ''}",
            *self.warnings,
        ]
