"""Values on their way to Trino: literals after USING, away from the statement's own text.

Trino has no other way to bind values. Its client would write these literals too, but not for
integers over 64 bits, times with a zone, years before 1000, intervals and JSON.
"""

import json
import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Final
from uuid import UUID

from .errors import QueryFailed

# The quote begins the second line, so that places in errors can be told: `trino_errors.position`.
PREFIX: Final = "EXECUTE IMMEDIATE\n'"
_DIGITS: Final = 38


def bound(text: str, values: Sequence[object]) -> str:
    """The statement with its values; the server puts them where its `?` stand."""
    if not values:
        return text
    return f"{PREFIX}{_doubled(text)}' USING {', '.join(map(literal, values))}"


def literal(value: object) -> str:
    """The value as Trino reads it. Raises QueryFailed for what it has no literal for."""
    match value:
        case None:
            found = "NULL"
        case Enum():
            found = literal(value.value)
        case bool():
            found = "true" if value else "false"
        case int() | float() | Decimal():
            found = _number(value)
        case str():
            found = f"'{_doubled(value)}'"
        case bytes() | bytearray() | memoryview():
            found = f"X'{bytes(value).hex()}'"
        case date() | time() | timedelta():
            found = _moment(value)
        case UUID():
            found = f"UUID '{value}'"
        case list() | tuple():
            found = f"ARRAY[{', '.join(map(literal, value))}]"
        case dict():
            found = f"JSON '{_doubled(json.dumps(value, default=str))}'"
        case _:
            raise QueryFailed(f"A value of type {type(value).__name__} cannot be a parameter")
    return found


def _number(value: float | Decimal) -> str:
    if isinstance(value, float):
        if math.isnan(value):
            return "nan()"
        if math.isinf(value):
            return "infinity()" if value > 0 else "-infinity()"
        return f"DOUBLE '{value!r}'"
    if isinstance(value, int) and -(2**31) < value < 2**31:
        return str(int(value))
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return f"BIGINT '{value:d}'"
    return _decimal(Decimal(value))


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise QueryFailed(f"{value} cannot be a parameter: Trino has no such decimal")
    digits = f"{value:f}"
    if sum(digit.isdigit() for digit in digits) > _DIGITS:
        raise QueryFailed(f"Trino's decimals have no more than {_DIGITS} digits")
    return f"DECIMAL '{digits}'"


def _moment(value: date | time | timedelta) -> str:
    if isinstance(value, timedelta):
        milliseconds, rest = divmod(value, timedelta(milliseconds=1))
        if rest:
            raise QueryFailed("Trino's intervals are in milliseconds, and not finer")
        sign = "-" if milliseconds < 0 else ""
        seconds, milliseconds = divmod(abs(milliseconds), 1000)
        return f"INTERVAL '{sign}{seconds}.{milliseconds:03}' SECOND"
    if isinstance(value, time):
        if value.tzinfo is not None and value.utcoffset() is None:
            raise QueryFailed("A time in a zone without a fixed offset cannot be a parameter")
        return f"TIME '{value.isoformat()}'"
    if not isinstance(value, datetime):
        return f"DATE '{value.isoformat()}'"
    if value.tzinfo is None:
        return f"TIMESTAMP '{value.isoformat(' ')}'"
    try:
        moment = value.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        raise QueryFailed(f"{value} cannot be a parameter: it has no time in UTC") from None
    return f"TIMESTAMP '{moment.isoformat(' ')} UTC'"


def _doubled(text: str) -> str:
    """A quote is the one character that has a meaning inside of Trino's quotes."""
    return text.replace("'", "''")
