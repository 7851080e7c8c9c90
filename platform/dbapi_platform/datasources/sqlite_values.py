"""Values on their way into SQLite, which knows five types, and out of it."""

import base64
import json
import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from .errors import QueryFailed
from .plain import interval_of, plain_float

_AS_THEY_ARE: Final = (int, float, str, bytes, bytearray, memoryview, type(None))


def parameter(value: object) -> object:
    """What SQLite stores for it. Raises QueryFailed for what it cannot hold."""
    if isinstance(value, Enum):
        return parameter(value.value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise QueryFailed("SQLite cannot hold an integer of more than 64 bits")
    if isinstance(value, _AS_THEY_ARE):
        return value
    for kinds, convert in _PARAMETERS:
        if isinstance(value, kinds):
            return convert(value)
    raise QueryFailed(f"A value of type {type(value).__name__} cannot be a parameter")


def plain_rows(rows: Sequence[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """SQLite's columns have no types, so each value is looked at."""
    return [tuple([_plain(value) for value in row]) for row in rows]


def _plain(value: Any) -> object:
    if isinstance(value, float):
        return plain_float(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _number(value: Decimal) -> int | float:
    """SQLite has no decimals; as text they would compare with no number."""
    integral = value.is_finite() and value == value.to_integral_value()
    return int(value) if integral and abs(value) < 2**63 else float(value)


_PARAMETERS: Final[tuple[tuple[Any, Callable[[Any], object]], ...]] = (
    (Decimal, _number),
    (datetime, lambda value: value.isoformat(" ")),
    ((date, time), lambda value: value.isoformat()),
    (timedelta, interval_of),
    (uuid.UUID, str),
    ((list, tuple, dict), lambda value: json.dumps(value, default=str)),
)
