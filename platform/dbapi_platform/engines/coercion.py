"""From what a caller wrote to a typed value: one function a type, the same everywhere."""

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from .nesting import require_shallow

Coercer = Callable[[object], object]

MAX_DIGITS = 40
MIN_INTEGER, MAX_INTEGER = -(2**63), 2**63 - 1
SHOWN = 40


class ParameterType(StrEnum):
    """The types that a parameter may have."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    UUID = "uuid"
    ARRAY = "array"
    OBJECT = "object"


class Mismatch(ValueError):
    """The value is not what was expected; the message says both."""

    def __init__(self, expected: str, value: object) -> None:
        super().__init__(f"expected {expected}, got {shown(value)}")
        self.value = value


TRUE: Final = frozenset({"true", "1", "yes"})
FALSE: Final = frozenset({"false", "0", "no"})

_HUGE: Final = 10**MAX_DIGITS
_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_UUID = re.compile(r"\{?[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\}?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATETIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9:.,]+([Zz]|[+-][0-9:]+)?)?")


def to_string(value: object) -> str:
    """Text, trimmed. Numbers become their text; other things are refused."""
    if not isinstance(value, str):
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise Mismatch("text", value)
        # Long identifiers are sometimes sent as numbers: no digit of theirs is lost.
        return str(to_number(value) if isinstance(value, float) else _decimal(value, "text"))
    text = value.strip()
    _check_text(text)
    return text


def _check_text(text: str) -> None:
    if "\0" in text:
        raise Mismatch("text without NUL characters", text)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Mismatch("text of valid Unicode", text) from None


def to_integer(value: object) -> int:
    """A whole number; `3.0` and `1e3` are whole, `3.5` and booleans are not.

    No product has larger keys than 64 bits hold, and some cannot even compare with more.
    """
    if type(value) is int:
        number = value
    elif isinstance(value, str) and len(value) <= MAX_DIGITS and _INTEGER.fullmatch(value.strip()):
        number = int(value)
    else:
        exact = _decimal(value, "a whole number")
        if exact != exact.to_integral_value():
            raise Mismatch("a whole number", value)
        number = int(exact)
    if not MIN_INTEGER <= number <= MAX_INTEGER:
        raise Mismatch("a whole number of 64 bits", value)
    return number


def to_number(value: object) -> int | float:
    """A finite number: an int where it is written as one of 64 bits."""
    number: int | float = math.nan
    if isinstance(value, str) and len(value) <= MAX_DIGITS:
        text = value.strip()
        if _INTEGER.fullmatch(text):
            number = int(text)
        elif _NUMBER.fullmatch(text):
            number = float(text)
    elif type(value) is int and -_HUGE < value < _HUGE:
        number = value
    elif isinstance(value, float | Decimal):
        number = float(value)
    if not math.isfinite(number):
        raise Mismatch("a number", value)
    is_large = isinstance(number, int) and not MIN_INTEGER <= number <= MAX_INTEGER
    return float(number) if is_large else number


def to_decimal(value: object) -> Decimal:
    """An exact decimal number."""
    return _decimal(value, "a number")


def to_boolean(value: object) -> bool:
    """true/false, 1/0, yes/no in any case."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = value.strip().lower()
        if word in TRUE or word in FALSE:
            return word in TRUE
    elif type(value) is int and value in {0, 1}:
        return value == 1
    raise Mismatch("true or false", value)


def to_date(value: object) -> date:
    """An ISO date; a datetime gives its day."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and _DATE.fullmatch(value.strip()):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise Mismatch("a date such as 2026-01-31", value)


def to_datetime(value: object) -> datetime:
    """An ISO date and time, with an offset or without; a date is its midnight."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - as it was given
    if isinstance(value, str) and len(value) <= MAX_DIGITS and _DATETIME.fullmatch(value.strip()):
        try:
            return _in_time(datetime.fromisoformat(value.strip().upper()))
        except (ValueError, OverflowError):
            pass
    raise Mismatch("a date and time such as 2026-01-31T12:00:00+00:00", value)


def _in_time(moment: datetime) -> datetime:
    """As it is. Raises OverflowError where its year in UTC is none."""
    if moment.tzinfo is not None:
        moment.astimezone(UTC)
    return moment


def to_uuid(value: object) -> UUID:
    """A UUID in any of its usual spellings."""
    if isinstance(value, UUID):
        return value
    if isinstance(value, str) and _UUID.fullmatch(value.strip()):
        return UUID(value.strip())
    raise Mismatch("a UUID such as 123e4567-e89b-12d3-a456-426614174000", value)


def to_object(value: object) -> dict[str, object]:
    """A JSON object, or its text."""
    found = _json(value, "a JSON object") if isinstance(value, str) else value
    if not isinstance(found, dict):
        raise Mismatch("a JSON object", value)
    check_texts(found)
    return found


def to_list(value: object) -> list[object]:
    """A JSON array, its text, or `1,2,3`; a single value is a list of one."""
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, dict):
        raise Mismatch("a list", value)
    if not isinstance(value, str):
        return [value]
    text = value.strip()
    if not text.startswith("["):
        return [part.strip() for part in text.split(",")]
    found = _json(text, "a JSON array")
    if not isinstance(found, list):
        raise Mismatch("a JSON array", value)
    return found


def check_texts(value: object) -> None:
    """No text at any depth may be one that no database could hold. Raises Mismatch."""
    pending = [value]
    while pending:
        found = pending.pop()
        if isinstance(found, str):
            _check_text(found)
        elif isinstance(found, dict):
            pending.extend(found)
            pending.extend(found.values())
        elif isinstance(found, list):
            pending.extend(found)


def array_of(item: Coercer | None) -> Coercer:
    """A list whose elements are of one type, or are kept as they are."""

    def to_array(value: object) -> list[object]:
        elements = to_list(value)
        if item is None:
            check_texts(elements)
            return elements
        coerced = []
        for index, element in enumerate(elements):
            try:
                coerced.append(item(element))
            except Mismatch as problem:
                raise ElementMismatch(index, str(problem)) from None
        return coerced

    return to_array


class ElementMismatch(Mismatch):
    """One element of a list is wrong."""

    def __init__(self, index: int, message: str) -> None:
        ValueError.__init__(self, message)
        self.value = None
        self.index = index


COERCERS: Final[dict[ParameterType, Coercer]] = {
    ParameterType.STRING: to_string,
    ParameterType.INTEGER: to_integer,
    ParameterType.NUMBER: to_number,
    ParameterType.BOOLEAN: to_boolean,
    ParameterType.DATE: to_date,
    ParameterType.DATETIME: to_datetime,
    ParameterType.UUID: to_uuid,
    ParameterType.OBJECT: to_object,
}


def coercer(type_: ParameterType, items: ParameterType | None = None) -> Coercer:
    """The function for a type."""
    if type_ is ParameterType.ARRAY:
        return array_of(COERCERS[items] if items else None)
    return COERCERS[type_]


def comparable(value: object) -> object:
    """A value that can be compared with another of its type: naive times are taken for UTC."""
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value


def _decimal(value: object, expected: str) -> Decimal:
    if isinstance(value, bool):
        raise Mismatch(expected, value)
    if isinstance(value, int | Decimal):
        found = Decimal(value)
    elif isinstance(value, float):
        found = Decimal(repr(value))
    elif isinstance(value, str) and len(value) <= MAX_DIGITS and _NUMBER.fullmatch(value.strip()):
        try:
            found = Decimal(value.strip())
        except InvalidOperation:
            raise Mismatch(expected, value) from None
    else:
        raise Mismatch(expected, value)
    # 1e400 is a whole number of 401 digits: nobody means that, and it is slow to work with.
    if not found.is_finite() or abs(found.adjusted()) > MAX_DIGITS:
        raise Mismatch(expected, value)
    return found


def _json(text: str, expected: str) -> object:
    try:
        found: object = msgspec.json.decode(text)
        require_shallow(text, found)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Mismatch(f"{expected} ({error})", text) from None
    except RecursionError:
        raise Mismatch(f"{expected} that is nested less deeply", text) from None
    return found


def shown(value: object) -> str:
    """The value as a message shows it: cut, and never slow to write."""
    if isinstance(value, str):
        return repr(value) if len(value) <= SHOWN else f"{value[:SHOWN]!r}…"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, dict):
        return "an object"
    if type(value) is int and not -_HUGE < value < _HUGE:
        return "a number of too many digits"
    return repr(value)[:SHOWN]
