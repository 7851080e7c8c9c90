"""Arrow's stream format and Parquet: columns with types, taken from what the driver tells.

Where it tells nothing (SQLite, scripts), the values of the first batch decide.
"""

import base64
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from ...datasources.types import Rows
from .unwritable import Unwritable

_DECIMAL: Final = re.compile(r"decimal\((\d+),(-?\d+)\)")
_MOST_DIGITS: Final = 76
# Rows of one row group of Parquet: it is read by the group, and a group is held until it is full.
_GROUP: Final = 65_536
_encode = msgspec.json.Encoder(decimal_format="number").encode

_TYPES: Final[dict[str, pa.DataType]] = {
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "float": pa.float64(),
    # Without a precision there is no type that holds them all exactly.
    "decimal": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", "UTC"),
    "binary": pa.binary(),
}
_FROM_TEXT: Final = frozenset({"date", "timestamp", "timestamptz"})


class _Sink:
    """A file for Arrow to write to; what was written is taken out."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """All since it was taken last."""
        taken, self._parts = b"".join(self._parts), []
        return taken


class _Columns:
    """Batches of rows as record batches of one schema."""

    def __init__(self, first: Rows, form: str) -> None:
        self._form = form
        kinds = first.kinds or _guessed(first)
        self._kinds = [kind if _type(kind) is not None else "text" for kind in kinds]
        types = [_type(kind) or pa.string() for kind in self._kinds]
        self.schema = pa.schema(
            [pa.field(name, kind) for name, kind in zip(first.columns, types, strict=True)]
        )

    def batch(self, rows: Rows) -> pa.RecordBatch:
        """Raises Unwritable."""
        columns = list(zip(*rows.rows, strict=True)) or [()] * len(self._kinds)
        arrays = [
            self._array(field, kind, column)
            for field, kind, column in zip(self.schema, self._kinds, columns, strict=True)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def _array(self, field: pa.Field, kind: str, values: Sequence[Any]) -> pa.Array:
        try:
            if kind in _FROM_TEXT:
                return pa.array(values, pa.string()).cast(field.type)
            convert = _CONVERTERS.get(kind, _text if field.type == pa.string() else None)
            if convert is not None:
                values = [None if value is None else convert(value) for value in values]
            return pa.array(values, field.type)
        except (pa.ArrowException, ValueError, TypeError, OverflowError) as error:
            reason = str(error).partition("\n")[0]
            raise Unwritable(field.name, self._form, f"{reason}; cast it to text") from None


class ArrowWriter:
    """Arrow's IPC stream format: a record batch for each batch of rows."""

    def __init__(self, first: Rows) -> None:
        self._columns = _Columns(first, "Arrow")
        self._sink = _Sink()
        self._stream = pa.ipc.new_stream(pa.PythonFile(self._sink, "w"), self._columns.schema)

    def write(self, rows: Rows) -> bytes:
        self._stream.write_batch(self._columns.batch(rows))
        return self._sink.take()

    def end(self) -> bytes:
        self._stream.close()
        return self._sink.take()


class ParquetWriter:
    """Parquet: sent by the row group."""

    def __init__(self, first: Rows) -> None:
        self._columns = _Columns(first, "Parquet")
        self._sink = _Sink()
        self._file = pq.ParquetWriter(
            pa.PythonFile(self._sink, "w"), self._columns.schema, compression="zstd"
        )
        self._batches: list[pa.RecordBatch] = []
        self._held = 0

    def write(self, rows: Rows) -> bytes:
        self._batches.append(self._columns.batch(rows))
        self._held += len(rows.rows)
        if self._held >= _GROUP:
            self._write_group()
        return self._sink.take()

    def end(self) -> bytes:
        self._write_group()
        self._file.close()
        return self._sink.take()

    def _write_group(self) -> None:
        self._file.write_table(pa.Table.from_batches(self._batches, self._columns.schema))
        self._batches, self._held = [], 0


def _type(kind: str) -> pa.DataType | None:
    """None for what becomes text."""
    match = _DECIMAL.fullmatch(kind)
    if match is None:
        return _TYPES.get(kind)
    precision, scale = int(match[1]), int(match[2])
    if precision > _MOST_DIGITS or not 0 <= scale <= precision:
        return None
    return pa.decimal128(precision, scale) if precision <= 38 else pa.decimal256(precision, scale)


def _guessed(first: Rows) -> list[str]:
    columns = list(zip(*first.rows, strict=True)) or [()] * len(first.columns)
    return [_guess([value for value in column if value is not None]) for column in columns]


def _guess(values: Sequence[Any]) -> str:
    types = set(map(type, values))
    if types == {bool}:
        return "boolean"
    if types == {int}:
        return "integer"
    if types and types <= {int, float, Decimal} and all(map(_is_double, values)):
        return "float"
    return "text"


def _double(value: float | Decimal) -> float:
    """Raises ValueError or OverflowError where a whole number would become another one."""
    number = float(value)
    if isinstance(value, int) and number != value:
        raise ValueError(f"{value} is not a double")
    return number


def _is_double(value: float | Decimal) -> bool:
    try:
        _double(value)
    except (ValueError, OverflowError):
        return False
    return True


def _text(value: object) -> str:
    return value if isinstance(value, str) else _encode(value).decode()


_CONVERTERS: Final[dict[str, Callable[[Any], object]]] = {
    "float": _double,
    "decimal": float,
    "binary": base64.b64decode,
}
