"""What one statement or one script answered: rows, or any other value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import html
from .errors import DbapiError
from .text import count_text, json_text, table_text

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

PREVIEW_ROWS = 10


@dataclass(frozen=True, slots=True)
class RowSet:
    """What one SELECT answered."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    truncated: bool = False

    def summary(self) -> str:
        """`10 of 120 rows`."""
        count = count_text(len(self.rows), "row")
        total = f"the first {count} (the endpoint's row limit)" if self.truncated else count
        if len(self.rows) > PREVIEW_ROWS or self.truncated:
            return f"{min(len(self.rows), PREVIEW_ROWS)} of {total}"
        return count

    def preview(self) -> Sequence[Sequence[Any]]:
        """The rows that are shown."""
        return self.rows[:PREVIEW_ROWS]

    def text(self) -> str:
        """The first rows as an aligned table."""
        return table_text(self.columns, self.preview()) if self.columns else ""

    def html(self) -> str:
        """The same as a table."""
        return html.table(self.columns, self.preview()) if self.columns else ""


@dataclass(frozen=True, slots=True)
class Affected:
    """How many rows a statement changed."""

    count: int

    def text(self) -> str:
        """`3 rows affected`."""
        return f"{count_text(self.count, 'row')} affected"

    def html(self) -> str:
        """The same."""
        return html.paragraph(self.text())


@dataclass(frozen=True, slots=True)
class Value:
    """Any JSON that is no table."""

    value: Any

    def text(self) -> str:
        """Readable JSON, shortened."""
        return json_text(self.value)

    def html(self) -> str:
        """The same."""
        return html.code_block(self.text())


Answer = RowSet | Affected | Value


def answers_of(
    results: Sequence[Mapping[str, Any]], data: object, *, truncated: bool = False
) -> list[Answer]:
    """The `results` of a debug run; `data` is what is answered as a value."""
    found: list[Answer] = []
    for result in results:
        match result["kind"]:
            case "rows":
                found.append(
                    RowSet(result["columns"], result["rows"], result.get("truncated", False))
                )
            case "affected":
                found.append(Affected(int(result["count"])))
            case _:
                found.append(value_answer(data, truncated=truncated))
    return found


def value_answer(data: object, *, truncated: bool = False) -> RowSet | Value:
    """A list of objects is a table; its columns come in the order that they are met in."""
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        return Value(data)
    columns = list(dict.fromkeys(name for row in data for name in row))
    return RowSet(columns, [[row.get(name) for name in columns] for row in data], truncated)


def data_frame(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> "pd.DataFrame":
    """Raises DbapiError when pandas is not installed."""
    try:
        import pandas as pd  # noqa: PLC0415 - heavy, and optional
    except ImportError as error:
        raise DbapiError(
            ".df() needs pandas, which is not installed here",
            hint="%pip install pandas, or use `.data` and `.rows`",
        ) from error
    return pd.DataFrame([list(row) for row in rows], columns=list(columns))
