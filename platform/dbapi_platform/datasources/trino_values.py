"""What Trino answers, made plain.

The client is asked for values as they come in the server's JSON: its own conversion to Python
rounds to microseconds, and fails for years over 9999.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .plain import iso_interval, parse_json, plain_decimal, unique_names

Convert = Callable[[Any], object]
Signature = Mapping[str, Any]

_DATE: Final = re.compile(r"([+-]?)(\d+)(-\d\d-\d\d)(.*)", re.DOTALL)
_INTERVAL: Final = re.compile(r"(-?)(\d+) (\d+):(\d+):(\d+)\.(\d+)")
# The Gregorian calendar repeats itself after so many years.
_CYCLE: Final = 400


def plain_rows(
    columns: Sequence[Mapping[str, Any]], rows: Sequence[Sequence[object]]
) -> list[tuple[object, ...]]:
    """Rows as the server's JSON has them; `columns` are its own words too."""
    converters = [_converter(column["typeSignature"]) for column in columns]
    if not any(converters):
        return [tuple(row) for row in rows]
    return [
        tuple([_apply(convert, value) for convert, value in zip(converters, row, strict=True)])
        for row in rows
    ]


def kinds_of(columns: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What the columns hold; see `types.Rows`."""
    return tuple(_kind(column["type"].lower()) for column in columns)


def _kind(name: str) -> str:
    if name.startswith("decimal("):
        return name.replace(" ", "")
    bare = re.sub(r"\(.*\)", "", name)
    return _KINDS.get(bare, "text")


def _converter(signature: Signature) -> Convert | None:
    """What makes a value of the type plain, None where it is; NULL is never given to it."""
    kind = signature["rawType"].lower()
    arguments = [argument["value"] for argument in signature["arguments"]]
    if kind == "array":
        return _array_converter(_converter(arguments[0]))
    if kind == "map":
        return _map_converter(_converter(arguments[0]), _converter(arguments[1]))
    if kind == "row":
        return _row_converter(arguments)
    # Some of these names are written with their precision inside: `timestamp(3) with time zone`.
    return _CONVERTERS.get(re.sub(r"\(\d+\)", "", kind))


def _apply(convert: Convert | None, value: object) -> object:
    return value if convert is None or value is None else convert(value)


def _array_converter(element: Convert | None) -> Convert | None:
    if element is None:
        return None
    return lambda value: [_apply(element, item) for item in value]


def _map_converter(key: Convert | None, value: Convert | None) -> Convert | None:
    """Keys are strings in the server's JSON already, and stay strings."""
    if key is None and value is None:
        return None

    def convert(entries: Mapping[str, object]) -> object:
        return {_key(_apply(key, name)): _apply(value, item) for name, item in entries.items()}

    return convert


def _key(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _row_converter(fields: Sequence[Signature]) -> Convert:
    """A row is an object; fields without a name are `field0`, `field1`, as Trino's JDBC says."""
    names = unique_names(
        [
            field["fieldName"]["name"] if field.get("fieldName") else f"field{number}"
            for number, field in enumerate(fields)
        ]
    )
    converters = [_converter(field["typeSignature"]) for field in fields]

    def convert(values: Sequence[object]) -> object:
        members = zip(names, converters, values, strict=True)
        return {name: _apply(member, value) for name, member, value in members}

    return convert


def _decimal(text: str) -> object:
    return plain_decimal(Decimal(text))


def _short(text: str) -> str:
    """Without zeros at the end of a fraction: `12:30:00.500` is `12:30:00.5`."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _time_tz(text: str) -> str:
    """`12:30:00.500+02:00`: a time of day has no date, so there is no telling it in UTC."""
    return f"{_short(text[:-6])}{text[-6:]}"


def _era(text: str) -> str:
    """Trino's year 0 is 1 BC; years over 9999 have no sign."""
    match = _DATE.fullmatch(text)
    if match is None:
        return text
    sign, year, day, rest = match.groups()
    if sign == "-" or not int(year):
        return f"{int(year) + 1:04}{day}{rest} BC"
    return f"{year}{day}{rest}"


def _timestamp(text: str) -> str:
    return _era(_short(text).replace(" ", "T", 1))


def _timestamp_tz(text: str) -> str:
    """Each value has its own zone; all are told in UTC."""
    local, _, zone = text.rpartition(" ")
    seconds, _, fraction = local.partition(".")
    try:
        moment = _utc(seconds, zone)
    except (ValueError, ZoneInfoNotFoundError):
        return f"{_timestamp(local)} {zone}"
    found = _short(f"{moment}.{fraction}").replace(" ", "T", 1)
    era = _era(found)
    return f"{era[:-3]}+00:00 BC" if era.endswith("BC") else f"{era}+00:00"


def _utc(text: str, zone: str) -> str:
    """Python knows the years 1 to 9999 only: others are shifted there and back."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year = int(match[1] + match[2])
    shift = year - (year % _CYCLE + _CYCLE) if not 1 < year < 9999 else 0
    near = datetime.fromisoformat(f"{year - shift:04}{match[3]}{match[4]}")
    found = near.replace(tzinfo=_zone(zone)).astimezone(UTC)
    year = found.year + shift
    return f"{'-' if year < 0 else ''}{abs(year):04}{found:-%m-%d %H:%M:%S}"


def _zone(name: str) -> "ZoneInfo | timezone":
    if name[0] not in "+-":
        return ZoneInfo(name)
    offset = timedelta(hours=int(name[1:3]), minutes=int(name[4:6]))
    return timezone(-offset if name[0] == "-" else offset)


def _months(text: str) -> str:
    """`-3-4`: three years and four months ago."""
    years, months = text.removeprefix("-").split("-")
    count = int(years) * 12 + int(months)
    return iso_interval(-count if text.startswith("-") else count, 0, 0)


def _interval(text: str) -> str:
    match = _INTERVAL.fullmatch(text)
    if match is None:
        return text
    days, hours, minutes, seconds = (int(match[n]) for n in range(2, 6))
    microseconds = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000
    microseconds += int(match[6].ljust(6, "0")[:6])
    sign = -1 if match[1] else 1
    return iso_interval(0, sign * days, sign * microseconds)


_CONVERTERS: Final[dict[str, Convert]] = {
    "decimal": _decimal,
    "number": _decimal,
    "json": parse_json,
    "date": _era,
    "time": _short,
    "time with time zone": _time_tz,
    "timestamp": _timestamp,
    "timestamp with time zone": _timestamp_tz,
    "interval year to month": _months,
    "interval day to second": _interval,
}

_KINDS: Final = {
    "boolean": "boolean",
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), "integer"),
    **dict.fromkeys(("real", "double"), "float"),
    "date": "date",
    "uuid": "uuid",
    "timestamp": "timestamp",
    "timestamp with time zone": "timestamptz",
    "varbinary": "binary",
    **dict.fromkeys(("json", "array", "map", "row"), "json"),
}
