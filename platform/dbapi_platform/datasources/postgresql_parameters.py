"""Python values as PostgreSQL reads them: text, and the type each is declared to have.

psycopg's own dumpers declare an integer as narrow as its value is, so one statement would be
prepared once for every width its callers happen to use. Here it is int4, else int8, else numeric.
"""

import json
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from .errors import QueryFailed

UNKNOWN: Final = 0  # the server infers the type from where the parameter stands
TEXT: Final = 25
_BOOL, _BYTEA, _INT8, _INT4, _FLOAT8 = 16, 17, 20, 23, 701
_DATE, _TIME, _TIMESTAMP, _TIMESTAMPTZ, _INTERVAL, _TIMETZ = 1082, 1083, 1114, 1184, 1186, 1266
_NUMERIC, _UUID, _JSONB = 1700, 2950, 3802

# An array's type by its elements' type.
_ARRAYS: Final = {
    _BOOL: 1000, _BYTEA: 1001, _INT4: 1007, _INT8: 1016, _FLOAT8: 1022, _TIMESTAMP: 1115,
    _DATE: 1182, _TIME: 1183, _TIMESTAMPTZ: 1185, _INTERVAL: 1187, _NUMERIC: 1231,
    _TIMETZ: 1270, _UUID: 2951, _JSONB: 3807, UNKNOWN: UNKNOWN,
}  # fmt: skip

Dumped = tuple[bytes | None, int]


@dataclass(frozen=True, slots=True)
class Parameters:
    """What goes with a statement: a text for each value, None for NULL, and their types."""

    values: Sequence[bytes | None]
    types: tuple[int, ...]


NO_PARAMETERS: Final = Parameters((), ())


def dump(values: Sequence[object]) -> Parameters:
    """Raises QueryFailed for a value that PostgreSQL cannot hold."""
    if not values:
        return NO_PARAMETERS
    dumped = [_DUMPERS.get(type(value), _dump_other)(value) for value in values]
    return Parameters([data for data, _ in dumped], tuple([oid for _, oid in dumped]))


def _dump_none(_value: Any) -> Dumped:
    return None, UNKNOWN


def _dump_str(value: str) -> Dumped:
    if "\0" in value:
        raise QueryFailed("PostgreSQL's text cannot hold the character NUL")
    try:
        return value.encode(), UNKNOWN
    except UnicodeEncodeError:
        raise QueryFailed("A text parameter is not valid Unicode") from None


def _dump_int(value: int) -> Dumped:
    if -(2**31) <= value < 2**31:
        return b"%d" % value, _INT4
    if -(2**63) <= value < 2**63:
        return b"%d" % value, _INT8
    return b"%d" % value, _NUMERIC


def _dump_decimal(value: Decimal) -> Dumped:
    # PostgreSQL knows no negative NaN, no signalling one, and no payload.
    return (b"NaN" if value.is_nan() else str(value).encode()), _NUMERIC


def _dump_datetime(value: datetime) -> Dumped:
    if value.tzinfo is None:
        return value.isoformat(" ").encode(), _TIMESTAMP
    # PostgreSQL refuses an offset of 16 hours or more, which ISO 8601 allows.
    with suppress(OverflowError):
        value = value.astimezone(UTC)
    return value.isoformat(" ").encode(), _TIMESTAMPTZ


def _dump_time(value: time) -> Dumped:
    return value.isoformat().encode(), _TIME if value.tzinfo is None else _TIMETZ


def _dump_interval(value: timedelta) -> Dumped:
    text = f"{value.days} days {value.seconds} seconds {value.microseconds} microseconds"
    return text.encode(), _INTERVAL


def _dump_bytes(value: bytes | bytearray | memoryview) -> Dumped:
    return b"\\x" + bytes(value).hex().encode(), _BYTEA


def _dump_json(value: dict[Any, Any]) -> Dumped:
    return json.dumps(value, default=str).encode(), _JSONB


def _dump_array(value: Sequence[object]) -> Dumped:
    parameters = dump(value)
    types = {oid for data, oid in zip(parameters.values, parameters.types, strict=True) if data}
    if types & {UNKNOWN, _JSONB} and types - {UNKNOWN} and len(value) > 1:
        types = {UNKNOWN}
    if types <= {_INT4, _INT8, _NUMERIC, _FLOAT8}:
        # Numbers of several types fit the widest of them.
        types = {max(types, key=(_INT4, _INT8, _NUMERIC, _FLOAT8).index)} if types else {UNKNOWN}
    if any(isinstance(element, list | tuple) for element in value):
        raise QueryFailed("A list of lists cannot be a parameter")
    elements = b",".join(map(_element, parameters.values))
    return b"{%s}" % elements, _ARRAYS[types.pop()] if len(types) == 1 else UNKNOWN


def _element(data: bytes | None) -> bytes:
    if data is None:
        return b"NULL"
    return b'"%s"' % data.replace(b"\\", b"\\\\").replace(b'"', b'\\"')


def _dump_other(value: object) -> Dumped:
    """A subclass of a known type, such as an enum's member."""
    if isinstance(value, Enum):
        return _DUMPERS.get(type(value.value), _dump_other)(value.value)
    for base in type(value).__mro__[1:]:
        if base in _DUMPERS:
            return _DUMPERS[base](value)
    raise QueryFailed(f"A value of type {type(value).__name__} cannot be a parameter")


_DUMPERS: Final[dict[type, Callable[[Any], Dumped]]] = {
    type(None): _dump_none,
    str: _dump_str,
    bool: lambda value: (b"t" if value else b"f", _BOOL),
    int: _dump_int,
    float: lambda value: (repr(value).encode(), _FLOAT8),
    Decimal: _dump_decimal,
    datetime: _dump_datetime,
    date: lambda value: (value.isoformat().encode(), _DATE),
    time: _dump_time,
    timedelta: _dump_interval,
    uuid.UUID: lambda value: (str(value).encode(), _UUID),
    bytes: _dump_bytes,
    bytearray: _dump_bytes,
    memoryview: _dump_bytes,
    dict: _dump_json,
    list: _dump_array,
    tuple: _dump_array,
}
