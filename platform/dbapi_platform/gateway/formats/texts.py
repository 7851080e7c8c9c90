"""NDJSON and CSV: a line for each row, values as the envelope writes them."""

import csv
import io
from collections.abc import Sequence

import msgspec

from ...datasources.types import Rows

_encoder = msgspec.json.Encoder(decimal_format="number")


class NdjsonWriter:
    """One JSON object a line."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns

    def write(self, rows: Rows) -> bytes:
        columns = self._columns
        return _encoder.encode_lines([dict(zip(columns, row, strict=True)) for row in rows.rows])

    def end(self) -> bytes:
        return b""


class CsvWriter:
    """RFC 4180 in UTF-8, with a line of column names first; NULL is an empty field."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns: Sequence[str] | None = columns

    def write(self, rows: Rows) -> bytes:
        text = io.StringIO(newline="")
        lines = csv.writer(text)
        if self._columns is not None:
            lines.writerow(self._columns)
            self._columns = None
        lines.writerows([[_field(value) for value in row] for row in rows.rows])
        return text.getvalue().encode()

    def end(self) -> bytes:
        return b""


def _field(value: object) -> object:
    """As JSON writes it, but for texts, which stand as they are."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return _encoder.encode(value).decode()
    return value
