"""XLSX: one sheet. Texts stay texts: nothing in them is taken for a formula or a link."""

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec
import xlsxwriter

from ...datasources.types import Rows
from .unwritable import Unwritable

_MOST_ROWS: Final = 1_048_575
_MOST_LETTERS: Final = 32_767
# A spreadsheet's numbers have no more digits; others would be rounded.
_MOST_DIGITS: Final = 15
_encode = msgspec.json.Encoder(decimal_format="number").encode


class WorkbookWriter:
    """Holds its rows on disk until the end."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._file = io.BytesIO()
        self._book = xlsxwriter.Workbook(
            self._file,
            {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
        )
        self._sheet = self._book.add_worksheet("data")
        self._sheet.write_row(0, 0, columns, self._book.add_format({"bold": True}))
        self._sheet.freeze_panes(1, 0)
        self._count = 0

    def write(self, rows: Rows) -> bytes:
        if self._count + len(rows.rows) > _MOST_ROWS:
            raise Unwritable(self._columns[0], "XLSX", f"a sheet holds {_MOST_ROWS:,} rows")
        for row in rows.rows:
            self._count += 1
            for place, value in enumerate(row):
                self._write(self._count, place, value)
        return b""

    def end(self) -> bytes:
        self._book.close()
        return self._file.getvalue()

    def _write(self, row: int, place: int, value: Any) -> None:
        match value:
            case None:
                return
            case bool():
                self._sheet.write_boolean(row, place, value)
            case int() | float() | Decimal() if _is_exact(value):
                self._sheet.write_number(row, place, value)
            case _:
                text = value if isinstance(value, str) else _encode(value).decode()
                if len(text) > _MOST_LETTERS:
                    reason = f"a cell holds {_MOST_LETTERS:,} letters"
                    raise Unwritable(self._columns[place], "XLSX", reason)
                self._sheet.write_string(row, place, text)


def _is_exact(value: float | Decimal) -> bool:
    if isinstance(value, float):
        return True
    return len(Decimal(value).normalize().as_tuple().digits) <= _MOST_DIGITS
