"""What every driver needs to make its rows plain and its columns distinct."""

import json
import math
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """The names, a second `id` becoming `id_2`, a third `id_3`."""
    taken = set(names)
    if len(taken) == len(names):
        return tuple(names)
    seen: dict[str, int] = {}
    return tuple(_unique(name, seen, taken) for name in names)


def _unique(name: str, seen: dict[str, int], taken: set[str]) -> str:
    count = seen[name] = seen.get(name, 0) + 1
    if count == 1:
        return name
    while f"{name}_{count}" in taken:
        count += 1
    seen[name] = count
    taken.add(f"{name}_{count}")
    return f"{name}_{count}"


def plain_float(value: float) -> float | str:
    """JSON has no word for NaN and infinity; PostgreSQL writes them as strings, so do we."""
    if math.isfinite(value):
        return value
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def parse_json(text: str) -> object:
    """The document, its numbers exact."""
    return json.loads(text, parse_float=Decimal)


def iso_interval(months: int, days: int, microseconds: int) -> str:
    """ISO 8601, written as PostgreSQL does with IntervalStyle iso_8601."""
    years, months = _divide(months, 12)
    seconds, microseconds = _divide(microseconds, 1_000_000)
    minutes, seconds = _divide(seconds, 60)
    hours, minutes = _divide(minutes, 60)
    date = _parts([(years, "Y"), (months, "M"), (days, "D")])
    time = _parts([(hours, "H"), (minutes, "M")]) + _seconds(seconds, microseconds)
    return f"P{date}T{time}" if time else f"P{date or 'T0S'}"


def interval_of(value: timedelta) -> str:
    """The same of a Python duration, which knows no months."""
    microseconds = value.seconds * 1_000_000 + value.microseconds
    return iso_interval(0, value.days, microseconds)


def _divide(value: int, by: int) -> tuple[int, int]:
    """Towards zero, so that both parts carry the value's sign."""
    quotient, rest = divmod(abs(value), by)
    return (quotient, rest) if value >= 0 else (-quotient, -rest)


def _parts(parts: Iterable[tuple[int, str]]) -> str:
    return "".join(f"{value}{unit}" for value, unit in parts if value)


def _seconds(seconds: int, microseconds: int) -> str:
    if not seconds and not microseconds:
        return ""
    sign = "-" if seconds < 0 or microseconds < 0 else ""
    fraction = f".{abs(microseconds):06}".rstrip("0") if microseconds else ""
    return f"{sign}{abs(seconds)}{fraction}S"


def plain_decimal(value: Decimal) -> Decimal | str:
    """As plain_float; a finite Decimal stays exact."""
    return value if value.is_finite() else str(plain_float(float(value)))
