"""Rows as a file: CSV that a spreadsheet may open, or a line of JSON each, a few at a time."""

import csv
import io
import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select
from sqlmodel import SQLModel

from ..store import Database

Format = Literal["csv", "jsonl"]
MEDIA = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
# A spreadsheet runs what begins with one of these, after blanks and tabs too.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
CHUNK = 1_000


async def export_rows(
    database: Database, query: Select[Any], columns: Sequence[str], form: Format
) -> AsyncIterator[str]:
    """The rows of the query, read as they are sent: no more than a thousand are in memory."""
    if form == "csv":
        yield _csv_lines([columns])
    async with database.session() as session:
        rows = await session.stream_scalars(query.execution_options(yield_per=CHUNK))
        async for part in rows.partitions(CHUNK):
            yield _text(part, columns, form)


def _text(rows: Sequence[SQLModel], columns: Sequence[str], form: Format) -> str:
    listed = [[_plain(row.__dict__[name]) for name in columns] for row in rows]
    if form == "csv":
        return _csv_lines([[_cell(value) for value in row] for row in listed])
    return "".join(
        json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) + "\n"
        for row in listed
    )


def _csv_lines(rows: Sequence[Sequence[object]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | dict | None) else str(value)


def _cell(value: Any) -> Any:
    """Text as a spreadsheet shows it, and does not run it."""
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULAS):
        return f"'{value}"
    return value
