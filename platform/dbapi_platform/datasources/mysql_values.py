"""Values on their way into MySQL and MariaDB, and out of them."""

import base64
import json
import math
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Final
from uuid import UUID

from pymysql.connections import TEXT_TYPES
from pymysql.constants import FIELD_TYPE

from .errors import QueryFailed
from .plain import parse_json, plain_float

Convert = Callable[[Any], object]

_AS_THEY_ARE: Final = (int, float, Decimal, str, bytes, date, time, timedelta, type(None))


def parameter(value: object) -> object:
    """What PyMySQL writes as a literal. Raises QueryFailed for what no column could hold."""
    match value:
        case Enum():
            return parameter(value.value)
        case datetime() if value.tzinfo:
            # Sessions are in UTC, and a literal has no offset.
            found: object = value.astimezone(UTC).replace(tzinfo=None)
        case float() | Decimal() if not math.isfinite(value):
            raise QueryFailed(f"{value} cannot be a parameter: MySQL has no such number")
        case bytearray() | memoryview():
            found = bytes(value)
        case UUID():
            found = str(value)
        case list() | tuple() | dict():
            found = json.dumps(value, default=str)
        case _ if isinstance(value, _AS_THEY_ARE):
            found = value
        case _:
            raise QueryFailed(f"A value of type {type(value).__name__} cannot be a parameter")
    return found


def plain_rows(
    description: Sequence[Sequence[Any]], rows: Sequence[tuple[object, ...]]
) -> list[tuple[object, ...]]:
    """Rows as PyMySQL reads them without converters: texts, and bytes where there is no text."""
    converters = [_converter(column) for column in description]
    return [
        tuple(
            [
                value if value is None else convert(value)
                for convert, value in zip(converters, row, strict=True)
            ]
        )
        for row in rows
    ]


def kinds_of(cursor: Any) -> tuple[str, ...]:
    """What a cursor's columns hold; see `types.Rows`."""
    # The description does not tell bytes from text.
    fields = cursor._result.fields if cursor.description else ()  # noqa: SLF001
    return tuple(
        "boolean" if _is_boolean(column) else _KINDS.get(column[1], _text_kind(field))
        for column, field in zip(cursor.description or (), fields, strict=True)
    )


def _text_kind(field: Any) -> str:
    is_binary = field.type_code in TEXT_TYPES and field.charsetnr == _BINARY
    return "binary" if is_binary else "text"


def _is_boolean(column: Sequence[Any]) -> bool:
    return bool(column[1] == FIELD_TYPE.TINY and column[3] == 1)


def _converter(column: Sequence[Any]) -> Convert:
    """By the column's type, and its length where that tells a boolean from a number."""
    return _boolean if _is_boolean(column) else _CONVERTERS.get(column[1], _text)


def _boolean(text: str) -> object:
    """BOOLEAN is TINYINT(1), which may hold other numbers too."""
    return {"0": False, "1": True}.get(text, int(text))


def _text(value: str | bytes) -> object:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _datetime(text: str) -> str:
    return _short(text.replace(" ", "T", 1))


def _timestamp(text: str) -> str:
    """A TIMESTAMP is a point in time, shown in the session's zone, which is UTC."""
    return f"{_datetime(text)}+00:00"


def _short(text: str) -> str:
    """Without zeros at the end of a fraction: `12:30:00.500000` is `12:30:00.5`."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _bits(value: bytes) -> int:
    return int.from_bytes(value, "big")


_BINARY: Final = 63  # the character set of what has none
_INTEGERS: Final = (
    FIELD_TYPE.TINY, FIELD_TYPE.SHORT, FIELD_TYPE.LONG, FIELD_TYPE.INT24, FIELD_TYPE.LONGLONG,
    FIELD_TYPE.YEAR,
)  # fmt: skip
_FLOATS: Final = (FIELD_TYPE.FLOAT, FIELD_TYPE.DOUBLE)
_DECIMALS: Final = (FIELD_TYPE.DECIMAL, FIELD_TYPE.NEWDECIMAL)

_KINDS: Final[dict[int, str]] = {
    **dict.fromkeys(_INTEGERS, "integer"),
    **dict.fromkeys(_FLOATS, "float"),
    **dict.fromkeys(_DECIMALS, "decimal"),
    FIELD_TYPE.BIT: "decimal",
    FIELD_TYPE.DATE: "date",
    FIELD_TYPE.DATETIME: "timestamp",
    FIELD_TYPE.TIMESTAMP: "timestamptz",
    FIELD_TYPE.JSON: "json",
}

_CONVERTERS: Final[dict[int, Convert]] = {
    **dict.fromkeys(_INTEGERS, int),
    **dict.fromkeys(_FLOATS, lambda text: plain_float(float(text))),
    **dict.fromkeys(_DECIMALS, Decimal),
    FIELD_TYPE.DATETIME: _datetime,
    FIELD_TYPE.TIMESTAMP: _timestamp,
    FIELD_TYPE.TIME: _short,
    FIELD_TYPE.BIT: _bits,
    FIELD_TYPE.JSON: parse_json,
}
