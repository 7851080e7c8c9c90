"""Trino's values against a real server: bound ones, and those of every type."""

from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest

from dbapi_platform.datasources import (
    Datasource,
    QueryFailed,
    Rows,
)
from tests.engines.corpus import INJECTIONS
from tests.services.fixtures import TrinoSchema

from .conftest import rows_of
from .trino_support import filled


@pytest.fixture
async def datasource(trino_schema: TrinoSchema) -> AsyncIterator[Datasource]:
    async with filled(trino_schema) as opened:
        yield opened


VALUES = [
    (None, None), (True, True), (7, 7), (-7, -7), (2**31, 2**31), (-(2**63), -(2**63)),
    (2**64, 2**64), (Decimal("1.10"), Decimal("1.10")), (Decimal("1E+3"), 1000),
    (Decimal("-0.001"), Decimal("-0.001")), (0.1, 0.1), (1e300, 1e300), (-0.5, -0.5),
    (float("nan"), "NaN"), (float("-inf"), "-Infinity"),
    ("it's \"é\" \\ % %s ? \n 😀 \0 ''", "it's \"é\" \\ % %s ? \n 😀 \0 ''"), ("", ""),
    (date(44, 1, 31), "0044-01-31"),
    (datetime(2026, 1, 31, 12, 30, 0, 500_000), "2026-01-31T12:30:00.5"),  # noqa: DTZ001
    (datetime(2026, 1, 31, 12, tzinfo=timezone(timedelta(hours=2))), "2026-01-31T10:00:00+00:00"),
    (time(12, 30), "12:30:00"),
    (time(12, 30, tzinfo=timezone(timedelta(hours=2))), "12:30:00+02:00"),
    (timedelta(hours=25, milliseconds=5), "P1DT1H0.005S"), (timedelta(seconds=-5), "PT-5S"),
    (UUID(int=5), str(UUID(int=5))), (b"\x00\xff'", "AP8n"),
    ([1, None], [1, None]), (["a'", "b"], ["a'", "b"]), ([], []),
    ({"a": ["b'", 1.5]}, {"a": ["b'", Decimal("1.5")]}),
]  # fmt: skip


@pytest.mark.parametrize(("value", "answered"), VALUES)
async def test_a_value_arrives_as_it_is(
    datasource: Datasource, value: object, answered: object
) -> None:
    found = await rows_of(datasource, "SELECT ? AS x, '100% ''?''' AS y -- ? it's", value)
    assert found.rows[0] == (answered, "100% '?'")


@pytest.mark.parametrize(
    "value",
    [
        Decimal("NaN"), Decimal("Infinity"), object(), 10**40, timedelta(microseconds=1),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-2))), ["a", object()], "\ud800",
    ],
)  # fmt: skip
async def test_a_value_that_trino_cannot_hold_is_refused(
    datasource: Datasource, value: object
) -> None:
    with pytest.raises(QueryFailed):
        await rows_of(datasource, "SELECT ?", value)


async def test_hostile_texts_are_values_and_nothing_else(datasource: Datasource) -> None:
    marks = ", ".join("(?)" for _ in INJECTIONS)
    found = await rows_of(datasource, f"SELECT * FROM (VALUES {marks}) AS v (x)", *INJECTIONS)
    assert [row[0] for row in found.rows] == list(INJECTIONS)
    assert (await rows_of(datasource, "SELECT count(*) AS n FROM t")).rows == [(3,)]


TYPES = [
    ("true", True), ("NULL", None), ("TINYINT '-1'", -1),
    ("BIGINT '9223372036854775807'", 2**63 - 1), ("1.10", Decimal("1.10")),
    ("DECIMAL '12345678901234567890.123'", Decimal("12345678901234567890.123")),
    ("REAL '0.1'", 0.1), ("1e300", 1e300), ("CAST(nan() AS real)", "NaN"),
    ("-infinity()", "-Infinity"), ("CAST('é' AS char(3))", "é  "), ("X'00ff'", "AP8="),
    ("UUID '123E4567-e89b-12d3-a456-426614174000'", "123e4567-e89b-12d3-a456-426614174000"),
    ("IPADDRESS '::1'", "::1"), ("JSON '{\"a\": [1.5, null]}'", {"a": [Decimal("1.5"), None]}),
    ("DATE '2024-01-31'", "2024-01-31"), ("DATE '-0043-03-15'", "0044-03-15 BC"),
    ("DATE '12024-01-31'", "12024-01-31"),
    ("TIME '12:30:00.500'", "12:30:00.5"), ("TIME '12:30:00.500 -03:30'", "12:30:00.5-03:30"),
    ("TIMESTAMP '2024-01-31 10:00:00'", "2024-01-31T10:00:00"),
    ("TIMESTAMP '2024-01-31 10:00:00.123456789012'", "2024-01-31T10:00:00.123456789012"),
    ("TIMESTAMP '0000-03-15 10:00:00.500'", "0001-03-15T10:00:00.5 BC"),
    (
        "TIMESTAMP '2024-07-31 01:00:00.123456789 Europe/Berlin'",
        "2024-07-30T23:00:00.123456789+00:00",
    ),
    ("TIMESTAMP '2024-01-31 10:00:00 +05:30'", "2024-01-31T04:30:00+00:00"),
    ("TIMESTAMP '9999-12-31 23:00:00 -02:00'", "10000-01-01T01:00:00+00:00"),
    ("TIMESTAMP '-0043-03-15 01:00:00 +02:00'", "0044-03-14T23:00:00+00:00 BC"),
    ("INTERVAL '3-4' YEAR TO MONTH", "P3Y4M"), ("-INTERVAL '3-4' YEAR TO MONTH", "P-3Y-4M"),
    ("INTERVAL '1 02:03:04.5' DAY TO SECOND", "P1DT2H3M4.5S"),
    ("-INTERVAL '0.5' SECOND", "PT-0.5S"),
    ("ARRAY[ARRAY[1.5, NULL], NULL]", [[Decimal("1.5"), None], None]),
    ("MAP(ARRAY['a', 'b'], ARRAY[DATE '2024-01-31', NULL])", {"a": "2024-01-31", "b": None}),
    ("MAP(ARRAY[1, 2], ARRAY[X'00', X'ff'])", {"1": "AA==", "2": "/w=="}),
    ("MAP(ARRAY[TIMESTAMP '2024-01-31 10:00:00.00'], ARRAY[1])", {"2024-01-31T10:00:00": 1}),
    ("ROW(1, 'a')", {"field0": 1, "field1": "a"}),
    (
        "ARRAY[CAST(ROW(1, JSON '[0]', TIMESTAMP '2024-01-31 10:00:00 +01:00')"
        " AS ROW(a integer, a json, \"b c\" timestamp(3) with time zone))]",
        [{"a": 1, "a_2": [0], "b c": "2024-01-31T09:00:00+00:00"}],
    ),
]  # fmt: skip


async def test_every_type_becomes_plain(datasource: Datasource) -> None:
    columns = ", ".join(f"{text} AS c{number}" for number, (text, _) in enumerate(TYPES))
    found = await rows_of(datasource, f"SELECT {columns}")
    for (text, expected), value in zip(TYPES, found.rows[0], strict=True):
        assert value == expected, text
        assert type(value) is type(expected), text


async def test_sessions_are_in_utc_and_names_are_unique(datasource: Datasource) -> None:
    found = await rows_of(datasource, "SELECT current_timezone() AS id, 1 AS id, 'x' AS id_2")
    assert found == Rows(("id", "id_3", "id_2"), [("UTC", 1, "x")])
