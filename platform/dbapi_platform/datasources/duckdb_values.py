"""What DuckDB answers, made plain, as PostgreSQL would write it.

DuckDB's own conversion to Python loses what Python's types cannot hold: infinite and very old
dates, months of an interval, nanoseconds, a FLOAT's shortest form; and for time zones it asks
for a library. So a query is wrapped by casts to text of such columns, and the text is read here.
"""

import base64
import json
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from duckdb.sqltypes import DuckDBPyType

from .plain import interval_of, iso_interval, parse_json, plain_decimal, plain_float

Convert = Callable[[Any], object]

_AS_THEY_ARE: Final = frozenset(
    {
        "boolean", "tinyint", "smallint", "integer", "bigint", "hugeint", "utinyint", "usmallint",
        "uinteger", "ubigint", "uhugeint", "bignum", "decimal", "varchar", "enum", "bit", "null",
        "double", "uuid", "blob",
    }
)  # fmt: skip
_NESTED: Final = frozenset({"list", "array", "struct", "map", "union"})
_INTERVAL: Final = re.compile(
    r"(?:(-?\d+) years? ?)?(?:(-?\d+) months? ?)?(?:(-?\d+) days? ?)?"
    r"(?:(-?)(\d+):(\d+):(\d+)(?:\.(\d+))?)?$"
)


def text_type(kind: DuckDBPyType) -> str | None:
    """The type to cast a column to so that Python can hold it; None when it can as it is."""
    name = kind.id
    if name in _AS_THEY_ARE:
        return None
    if name not in _NESTED:
        return "VARCHAR"
    members = _members(kind)
    casts = [text_type(member) for _, member in members]
    if not any(casts):
        return None
    types = [cast or str(member) for cast, (_, member) in zip(casts, members, strict=True)]
    return _nested_type(kind, types)


def kind_of(kind: DuckDBPyType) -> str:
    """What a column of the type holds; see `types.Rows`."""
    if kind.id in _NESTED or str(kind) == "JSON":
        return "json"
    if kind.id == "decimal":
        return str(kind).lower().replace(" ", "")
    return _KINDS.get(kind.id, "text")


def _nested_type(kind: DuckDBPyType, types: Sequence[str]) -> str:
    """The text of a nested type with its members' types replaced."""
    if kind.id == "list":
        return f"{types[0]}[]"
    if kind.id == "array":
        return f"{types[0]}[{dict(kind.children)['size']}]"
    if kind.id == "map":
        return f"MAP({', '.join(types)})"
    if kind.id == "union":
        return "VARCHAR"
    named = zip(_members(kind), types, strict=True)
    return f"STRUCT({', '.join(f'{_quote(name)} {text}' for (name, _), text in named)})"


def converter(kind: DuckDBPyType) -> Convert | None:
    """What makes a value of the column plain, None where it is; NULL is never given to it."""
    name = kind.id
    if str(kind) == "JSON":
        return parse_json
    if name not in _NESTED or name == "union":
        return _CONVERTERS.get(name, None if name in _AS_THEY_ARE else plain)
    members = {key: converter(member) for key, member in _members(kind)}
    if name == "struct":
        return lambda value: {key: _apply(members.get(key), item) for key, item in value.items()}
    if name == "map":
        return _map_converter(members["key"], members["value"])
    element = members["child"]
    return lambda value: [_apply(element, item) for item in value]


def plain(value: Any) -> object:
    """Any value that DuckDB's client yields, made plain by what it is."""
    for kinds, convert in _BY_CLASS:
        if isinstance(value, kinds):
            return convert(value)
    return value


def plain_rows(
    rows: Sequence[tuple[object, ...]], converters: Sequence[Convert | None]
) -> list[tuple[object, ...]]:
    """The rows with each column's converter applied; whole columns without one stay."""
    if not any(converters) or not rows:
        return list(rows)
    columns = [
        column if convert is None else [None if item is None else convert(item) for item in column]
        for column, convert in zip(zip(*rows, strict=True), converters, strict=True)
    ]
    return list(zip(*columns, strict=True))


def _apply(convert: Convert | None, value: object) -> object:
    return value if convert is None or value is None else convert(value)


def _members(kind: DuckDBPyType) -> list[tuple[str, DuckDBPyType]]:
    return [(name, child) for name, child in kind.children if isinstance(child, DuckDBPyType)]


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _map_converter(key: Convert | None, value: Convert | None) -> Convert:
    def convert(entries: dict[object, object]) -> object:
        return {_key(_apply(key, name)): _apply(value, item) for name, item in entries.items()}

    return convert


def _key(value: object) -> str:
    """JSON's keys are strings; true and null are written as JSON writes them."""
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _timestamp(text: str) -> str:
    return _era(text).replace(" ", "T", 1)


def _timestamp_tz(text: str) -> str:
    return _timestamp(text).replace("+00", "+00:00", 1)


def _era(text: str) -> str:
    return text.replace(" (BC)", " BC") if text.endswith("(BC)") else text


def _interval(text: str) -> str:
    match = _INTERVAL.match(text)
    if match is None:
        return text
    years, months, days = (int(match[n] or 0) for n in (1, 2, 3))
    seconds = int(match[5] or 0) * 3600 + int(match[6] or 0) * 60 + int(match[7] or 0)
    microseconds = seconds * 1_000_000 + int((match[8] or "").ljust(6, "0")[:6])
    return iso_interval(years * 12 + months, days, -microseconds if match[4] else microseconds)


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


_KINDS: Final = {
    "boolean": "boolean",
    **dict.fromkeys(
        ("tinyint", "smallint", "integer", "bigint", "utinyint", "usmallint", "uinteger"),
        "integer",
    ),
    **dict.fromkeys(("hugeint", "uhugeint", "ubigint", "bignum"), "decimal"),
    **dict.fromkeys(("float", "double"), "float"),
    "date": "date",
    "uuid": "uuid",
    **dict.fromkeys(("timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns"), "timestamp"),
    "timestamp with time zone": "timestamptz",
    "blob": "binary",
}

_CONVERTERS: Final[dict[str, Convert]] = {
    "blob": _base64,
    "bignum": int,
    "uuid": str,
    "double": plain_float,
    "float": lambda text: plain_float(float(text)),
    "date": _era,
    "timestamp": _timestamp,
    "timestamp_s": _timestamp,
    "timestamp_ms": _timestamp,
    "timestamp_ns": _timestamp,
    "timestamp with time zone": _timestamp_tz,
    "interval": _interval,
}

_BY_CLASS: Final[tuple[tuple[Any, Convert], ...]] = (
    (float, plain_float),
    (Decimal, plain_decimal),
    ((datetime, date, time), lambda value: value.isoformat()),
    (timedelta, interval_of),
    (UUID, str),
    ((bytes, bytearray, memoryview), _base64),
    ((list, tuple), lambda value: [plain(item) for item in value]),
    (dict, lambda value: {_key(plain(key)): plain(item) for key, item in value.items()}),
)
