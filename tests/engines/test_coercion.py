"""From what a caller wrote to typed values: what each type takes, and what it refuses."""

import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbapi_platform.engines.coercion import (
    COERCERS,
    Mismatch,
    ParameterType,
    coercer,
    to_decimal,
    to_number,
)

AN_ID = UUID("123e4567-e89b-12d3-a456-426614174000")
NOON = datetime(2026, 1, 31, 12, 0, tzinfo=timezone(timedelta(hours=1)))

TAKEN: list[tuple[str, object, object]] = [
    ("string", "  two words ", "two words"),
    ("string", 5, "5"),
    ("string", 2.5, "2.5"),
    ("string", 10**30 + 1, "1000000000000000000000000000001"),
    ("integer", "3", 3),
    ("integer", " -3 ", -3),
    ("integer", "3.0", 3),
    ("integer", "1e3", 1000),
    ("integer", 3.0, 3),
    ("number", "3", 3),
    ("number", "2.5", 2.5),
    ("number", ".5", 0.5),
    ("number", "1e-3", 0.001),
    ("number", str(2**63 - 1), 2**63 - 1),
    ("number", str(2**63), float(2**63)),
    ("boolean", "TRUE", True),
    ("boolean", "no", False),
    ("boolean", "1", True),
    ("boolean", 0, False),
    ("date", "2026-01-31", date(2026, 1, 31)),
    ("date", NOON, date(2026, 1, 31)),
    ("datetime", "2026-01-31T12:00:00+01:00", NOON),
    ("datetime", "2026-01-31t11:00:00z", datetime(2026, 1, 31, 11, tzinfo=UTC)),
    ("datetime", "2026-01-31", datetime(2026, 1, 31)),  # noqa: DTZ001 - as it was given
    ("uuid", "123E4567-E89B-12D3-A456-426614174000", AN_ID),
    ("uuid", "123e4567e89b12d3a456426614174000", AN_ID),
    ("array", "1, 2,3", ["1", "2", "3"]),
    ("array", '[1, "b"]', [1, "b"]),
    ("array", "alone", ["alone"]),
    ("array", 7, [7]),
    ("object", '{"a": [1]}', {"a": [1]}),
    ("object", {"a": 1}, {"a": 1}),
]

REFUSED: list[tuple[str, object, str]] = [
    ("string", ["a"], "text, got a list"),
    ("string", True, "text, got True"),
    ("string", "a\0b", "without NUL"),
    ("string", "\ud800", "valid Unicode"),
    ("integer", "3.5", "a whole number, got '3.5'"),
    ("integer", True, "a whole number, got True"),
    ("integer", "1_000", "a whole number"),
    ("integer", "0x10", "a whole number"),
    ("integer", "1e400", "a whole number"),
    ("integer", "9" * 5000, "a whole number"),
    ("integer", 10**50, "too many digits"),
    ("integer", 2**63, "a whole number of 64 bits"),
    ("integer", "-9223372036854775809", "a whole number of 64 bits"),
    ("integer", "1e19", "a whole number of 64 bits"),
    ("number", 10**50, "too many digits"),
    ("integer", "\N{ARABIC-INDIC DIGIT THREE}", "a whole number"),
    ("number", "NaN", "a number, got 'NaN'"),
    ("number", "Infinity", "a number"),
    ("number", math.inf, "a number"),
    ("number", "1,5", "a number"),
    ("boolean", "maybe", "true or false, got 'maybe'"),
    ("boolean", 2, "true or false"),
    ("date", "31.01.2026", "a date such as 2026-01-31"),
    ("date", "2026-02-30", "a date such as"),
    ("date", "20260131", "a date such as"),
    ("datetime", "yesterday", "a date and time such as"),
    ("datetime", "2026-01-31T25:00:00", "a date and time such as"),
    ("datetime", "9999-12-31T23:59:59-01:00", "a date and time such as"),
    ("datetime", "0001-01-01T00:00:00+01:00", "a date and time such as"),
    ("uuid", "123", "a UUID such as"),
    ("array", {"a": 1}, "a list, got an object"),
    ("array", "[1", "a JSON array"),
    ("object", "[1]", "a JSON object"),
    ("object", "{", "a JSON object"),
    ("object", 5, "a JSON object, got 5"),
    ("object", {"a": ["\0"]}, "without NUL"),
    ("object", "[" * 100_000, "nested less deeply"),
]


@pytest.mark.parametrize(("type_", "raw", "value"), TAKEN)
def test_what_is_taken(type_: str, raw: object, value: object) -> None:
    found = coercer(ParameterType(type_))(raw)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("type_", "raw", "told"), REFUSED, ids=lambda value: repr(value)[:30])
def test_what_is_refused_and_why(type_: str, raw: object, told: str) -> None:
    with pytest.raises(Mismatch) as caught:
        coercer(ParameterType(type_))(raw)
    assert str(caught.value).startswith("expected ")
    assert told in str(caught.value)
    assert len(str(caught.value)) < 200


def test_elements_are_coerced_and_the_wrong_one_is_told() -> None:
    integers = coercer(ParameterType.ARRAY, ParameterType.INTEGER)
    assert integers("1,2") == [1, 2]
    with pytest.raises(Mismatch, match="got 'x'") as caught:
        integers("1,x")
    assert vars(caught.value)["index"] == 1


def test_decimals_are_exact() -> None:
    assert str(to_decimal("1.10")) == "1.10"
    assert to_decimal(0.1) == Decimal("0.1")


JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@given(raw=JSON, type_=st.sampled_from(ParameterType), items=st.sampled_from([*COERCERS]))
def test_anything_is_either_coerced_or_refused(
    raw: object, type_: ParameterType, items: ParameterType
) -> None:
    try:
        value = coercer(type_, items)(raw)
    except Mismatch:
        return
    # What was coerced stays what it is.
    assert coercer(type_, items)(value) == value


@given(st.integers(-(2**63), 2**63 - 1))
def test_integers_survive_their_text(number: int) -> None:
    assert coercer(ParameterType.INTEGER)(str(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_their_text(number: float) -> None:
    assert to_number(repr(number)) == number


@given(st.dates())
def test_dates_survive_their_text(day: date) -> None:
    assert coercer(ParameterType.DATE)(day.isoformat()) == day


@given(st.datetimes(timezones=st.none() | st.just(UTC)))
def test_datetimes_survive_their_text(moment: datetime) -> None:
    assert coercer(ParameterType.DATETIME)(moment.isoformat()) == moment
