"""What writes rows in a format: made for the first batch, which tells columns and their kinds."""

from typing import Protocol

from ...datasources.types import Rows
from .choosing import ARROW, CSV, NDJSON, PARQUET, Format
from .texts import CsvWriter, NdjsonWriter


class Writer(Protocol):
    """Makes bytes of batches of the same columns. Blocks: large batches belong into a thread.

    Raises Unwritable for a value that the format cannot hold.
    """

    def write(self, rows: Rows) -> bytes:
        """What can be sent after this batch; may be empty."""

    def end(self) -> bytes:
        """What comes last."""


def writer_of(form: Format, first: Rows) -> Writer:
    """A writer; `first` is the first batch, whose column names are used."""
    if form is NDJSON:
        return NdjsonWriter(first.columns)
    if form is CSV:
        return CsvWriter(first.columns)
    # These load libraries that most workers never need.
    if form in {ARROW, PARQUET}:
        from .columnar import ArrowWriter, ParquetWriter  # noqa: PLC0415

        return ArrowWriter(first) if form is ARROW else ParquetWriter(first)
    from .workbook import WorkbookWriter  # noqa: PLC0415

    return WorkbookWriter(first.columns)
