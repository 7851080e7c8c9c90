"""Whatever PostgreSQL holds is the same value by both ways: rows made plain, and its own JSON."""

import math
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dbapi_platform.datasources import Datasource, QueryFailed
from tests.services.fixtures import PostgresDatabase

from .conftest import as_json, json_of, parsed, query, rows_of

# A type and texts of its values; each column also gets NULL.
VALUES: dict[str, list[str]] = {
    "bool": ["true", "false"],
    "int2": ["-32768", "32767"],
    "int4": ["-2147483648", "0", "2147483647"],
    "int8": ["-9223372036854775808", "9223372036854775807"],
    "float4": ["0.1", "-0", "3.4028235e38", "1e-45", "NaN", "Infinity", "-Infinity", "1e20"],
    "float8": ["0.1", "1.7976931348623157e308", "5e-324", "NaN", "Infinity", "-Infinity", "1e22"],
    "numeric": ["0", "1.10", "-12345678901234567890.123456789", "1e100", "NaN", "Infinity"],
    "numeric(10,2)": ["1.1", "-99999999.99"],
    "money": ["12.34", "-1234567.89"],
    "text": ["", "O'Brien \"quoted\" \\ back\n\t\r\b\f", "日本語 🎉 \u2028 \x01", "null", "{}"],
    "varchar(20)": ["abc"],
    "char(5)": ["ab"],
    '"char"': ["x"],
    "name": ["a_name"],
    "uuid": ["123e4567-e89b-12d3-a456-426614174000"],
    "date": ["2024-01-31", "0044-03-15 BC", "infinity", "-infinity", "5874897-12-31"],
    "time": ["10:00", "23:59:59.999999", "24:00:00"],
    "timetz": ["10:00+02", "23:59:59.5-11:30"],
    "timestamp": ["2024-01-31 10:00", "0044-03-15 10:00:00.000001 BC", "infinity", "294276-12-31"],
    "timestamptz": [
        "2024-01-31 10:00+02", "0044-03-15 10:00+00 BC", "infinity", "-infinity",
        "2024-07-01 00:00:00.123456-07", "10000-01-01 00:00+00",
    ],
    "interval": ["1 year 2 months 3 days 04:05:06.789", "-1 day", "0", "1 month -1 day -00:00:01"],
    "json": ['{"b": 1.10, "a": [1, null], "n": 123456789012345678901234567890}', "null", "1e5"],
    "jsonb": ['{"b": 1.10, "a": 99999999999999999999.5}', '"text"', "[]", "1e400", "null"],
    "inet": ["192.168.0.1", "10.0.0.0/8", "::1"],
    "cidr": ["10.0.0.0/8"],
    "macaddr": ["08:00:2b:01:02:03"],
    "macaddr8": ["08:00:2b:01:02:03:04:05"],
    "bit(3)": ["101"],
    "varbit": ["10101"],
    "xml": ["<a>b &amp; c</a>"],
    "tsvector": ["'a':1 'b':2"],
    "tsquery": ["'a' & 'b'"],
    "oid": ["123"],
    "regclass": ["pg_class"],
    "pg_lsn": ["16/B374D848"],
    "point": ["(1,2)"],
    "line": ["{1,2,3}"],
    "lseg": ["[(0,0),(1,1)]"],
    "box": ["(1,1),(0,0)"],
    "path": ["((0,0),(1,1))"],
    "polygon": ["((0,0),(1,1),(1,0))"],
    "circle": ["<(0,0),1>"],
    "int4range": ["[1,5)", "empty", "(,)"],
    "int8range": ["[1,5)"],
    "numrange": ["[1.5,2.5]"],
    "daterange": ["[2024-01-01,2024-02-01)"],
    "tsrange": ["[2024-01-01 00:00,2024-02-01 00:00)"],
    "tstzrange": ["[2024-01-01 00:00+02,)"],
    "int4multirange": ["{[1,5),[7,9)}"],
    "tstzmultirange": ["{[2024-01-01 00:00+02,)}"],
    "bool[]": ["{t,f,NULL}"],
    "int4[]": ["{}", "{1,NULL,3}", "{{1,2},{3,4}}", "[0:1]={5,6}"],
    "int8[]": ["{9223372036854775807}"],
    "float8[]": ["{0.1,NaN,Infinity}"],
    "numeric[]": ["{1.10,NaN,99999999999999999999.5}"],
    "text[]": ['{"",a,"b,c","d\\"e","NULL",NULL,"{x}","back\\\\slash"}'],
    "uuid[]": ["{123e4567-e89b-12d3-a456-426614174000}"],
    "date[]": ["{2024-01-31,infinity}"],
    "timestamp[]": ["{2024-01-31 10:00}"],
    "timestamptz[]": ['{"2024-01-31 10:00+02",NULL}'],
    "interval[]": ["{1 day,2 hours}"],
    "jsonb[]": ['{"{\\"a\\": 1.10}",NULL,"[1]"}'],
    "json[]": ['{"{\\"a\\": [1, 2]}"}'],
    "inet[]": ["{10.0.0.1}"],
    "box[]": ["{(1,1),(0,0);(2,2),(1,1)}"],
    "int4range[]": ['{"[1,5)"}'],
    "mood": ["happy", "so so"],
    "mood[]": ['{happy,"so so",NULL}'],
    "positive": ["5"],
    "positive[]": ["{5,6}"],
    "moods": ["{happy}"],
    "citext_like": ["x"],
}  # fmt: skip

TYPES = """
CREATE TYPE mood AS ENUM ('happy', 'so so');
CREATE DOMAIN positive AS int4 CHECK (value > 0);
CREATE DOMAIN moods AS mood[];
CREATE DOMAIN citext_like AS text;
CREATE TYPE pair AS (a int, b text);
"""


@pytest.fixture
def database(postgres_database: PostgresDatabase) -> PostgresDatabase:
    postgres_database.run(TYPES)
    return postgres_database


def literal(text: str) -> str:
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def values_query(kind: str, texts: Iterable[str]) -> str:
    rows = ", ".join(f"({n}, {literal(text)}::{kind})" for n, text in enumerate(texts))
    return f"SELECT value FROM (VALUES {rows}, (99, NULL)) AS v(n, value) ORDER BY n"


async def check_kind(datasource: Datasource, kind: str) -> None:
    text = values_query(kind, VALUES[kind])
    rows = await rows_of(datasource, text)
    written = await datasource.execute_json(query(text), max_rows=1000, timeout_s=5)
    truth = await rows_of(datasource, f"SELECT to_json(value)::text FROM ({text}) AS v")
    expected = [None if value is None else parsed(value) for (value,) in truth.rows]
    assert [row["value"] for row in as_json(rows)] == expected
    assert rows.rows[-1] == (None,)
    if kind == '"char"':
        assert written is None  # rare, and of no use in JSON
        return
    written = await json_of(datasource, text)
    assert [row["value"] for row in parsed(written.data)] == expected
    assert written.count == len(expected)


async def test_both_ways_and_to_json_agree_for_every_type(
    database: PostgresDatabase, datasource: Datasource
) -> None:
    for kind in VALUES:
        await check_kind(datasource, kind)


async def test_a_table_with_every_type_is_the_same_by_both_ways(
    database: PostgresDatabase, datasource: Datasource
) -> None:
    kinds = [kind for kind in VALUES if kind != '"char"']
    columns = ", ".join(f"c{n} {kind}" for n, kind in enumerate(kinds))
    database.run(f"CREATE TABLE everything ({columns})")
    for at in range(max(map(len, VALUES.values()))):
        picked = [VALUES[kind][at % len(VALUES[kind])] for kind in kinds]
        database.run(f"INSERT INTO everything VALUES ({', '.join(map(literal, picked))})")
    database.run("INSERT INTO everything DEFAULT VALUES")
    rows = await rows_of(datasource, "SELECT * FROM everything")
    written = await json_of(datasource, "SELECT * FROM everything")
    ordinary, direct = as_json(rows), parsed(written.data)
    for column in rows.columns:
        assert [row[column] for row in ordinary] == [row[column] for row in direct], column


async def test_bytes_are_base64_and_never_made_by_the_database(datasource: Datasource) -> None:
    text = "SELECT '\\xdeadbeef'::bytea AS data, ARRAY['\\x00'::bytea] AS list"
    assert (await rows_of(datasource, text)).rows == [("3q2+7w==", ["AA=="])]
    assert await datasource.execute_json(query(text), max_rows=9, timeout_s=5) is None


async def test_a_composite_is_its_text(database: PostgresDatabase, datasource: Datasource) -> None:
    text = "SELECT (1, 'x')::pair AS p, ARRAY[(1, 'x')::pair] AS l, row(1, 2) AS r"
    assert (await rows_of(datasource, text)).rows == [("(1,x)", ["(1,x)"], "(1,2)")]
    assert await datasource.execute_json(query(text), max_rows=9, timeout_s=5) is None


async def test_a_type_with_its_own_json_is_left_to_the_ordinary_way(
    database: PostgresDatabase, datasource: Datasource
) -> None:
    database.run("""
        CREATE FUNCTION mood_json(mood) RETURNS json LANGUAGE sql AS $$ SELECT '1'::json $$;
        CREATE CAST (mood AS json) WITH FUNCTION mood_json(mood)
    """)
    text = "SELECT 'happy'::mood AS m"
    assert (await rows_of(datasource, text)).rows == [("happy",)]
    assert await datasource.execute_json(query(text), max_rows=9, timeout_s=5) is None


async def test_a_column_named_like_the_row_alias_is_not_mistaken(datasource: Datasource) -> None:
    text = "SELECT 1 AS _dbapi_row, 2 AS b"
    assert (await rows_of(datasource, text)).rows == [(1, 2)]
    assert await datasource.execute_json(query(text), max_rows=9, timeout_s=5) is None


async def test_columns_of_one_name_are_told_apart(datasource: Datasource) -> None:
    text = "SELECT 1 AS id, 2 AS id, 3 AS id_2, 4 AS id"
    assert (await rows_of(datasource, text)).columns == ("id", "id_3", "id_2", "id_4")
    assert await datasource.execute_json(query(text), max_rows=9, timeout_s=5) is None


PARAMETERS = [
    (1, "int4"), (2**40, "int8"), (2**80, "numeric"), (True, "bool"), (1.5, "float8"),
    (Decimal("1.10"), "numeric"), ("O'Brien", "text"), (date(2024, 1, 31), "date"),
    (datetime(2024, 1, 31, 10, tzinfo=UTC), "timestamptz"),
    (datetime(2024, 2, 1, 9, tzinfo=timezone(timedelta(hours=23))), "timestamptz"),
    (b"\x00\xff", "bytea"),
    ([1, 2, None], "int4[]"), (["a", 'b"c', None], "text[]"), ({"a": 1}, "jsonb"),
    ([Decimal("1.5"), 2], "numeric[]"), ([], "int4[]"), (None, "text"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "kind"), PARAMETERS)
async def test_parameters_arrive_as_their_types(
    datasource: Datasource, value: object, kind: str
) -> None:
    rows = await rows_of(datasource, f"SELECT pg_typeof($1::{kind})::text, $1::{kind}", value)
    expected = "AP8=" if isinstance(value, bytes) else value
    if isinstance(value, datetime):
        expected = "2024-01-31T10:00:00+00:00"
    elif isinstance(value, date):
        expected = "2024-01-31"
    assert rows.rows[0][1] == expected


async def test_a_parameter_that_nothing_gives_a_type_is_text(datasource: Datasource) -> None:
    text = "SELECT $1 AS given WHERE $1 IS NULL OR $1 = 'x'"
    assert (await rows_of(datasource, text, "x")).rows == [("x",)]
    assert (await rows_of(datasource, text, None)).rows == [(None,)]
    assert parsed((await json_of(datasource, text, "x")).data) == [{"given": "x"}]


@pytest.mark.parametrize("value", ["a\0b", "\ud800", object(), [[1]]])
async def test_a_value_that_cannot_be_sent_is_refused(
    datasource: Datasource, value: object
) -> None:
    with pytest.raises(QueryFailed):
        await rows_of(datasource, "SELECT $1::text", value)


numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40)
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=8,
)  # fmt: skip
anything = st.fixed_dictionaries(
    {
        "numeric": numbers,
        "float8": st.floats(),
        "timestamp": st.datetimes(),
        "timestamptz": st.datetimes(timezones=st.just(UTC)),
        "date": st.dates(),
        "text": texts,
        "jsonb": documents.map(lambda value: {"value": value}),
        "text[]": st.lists(texts | st.none()),
        "int8": st.integers(-(2**63), 2**63 - 1),
    }
)


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(values=anything)
async def test_any_value_is_the_same_by_both_ways(
    datasource: Datasource, values: dict[str, object]
) -> None:
    columns = ", ".join(f'${n}::{kind} AS "{kind}"' for n, kind in enumerate(values, 1))
    text = f"SELECT {columns}"
    rows = await rows_of(datasource, text, *values.values())
    written = await json_of(datasource, text, *values.values())
    (ordinary,), (direct,) = as_json(rows), parsed(written.data)
    # Two texts of one floating point number: 5.119541093097798e16 and 51195410930977984, -0.0
    # and -0; what is no number is a text.
    number, other = float(ordinary.pop("float8")), float(direct.pop("float8"))
    assert number == other or (math.isnan(number) and math.isnan(other))
    assert ordinary == direct
    row = dict(zip(rows.columns, rows.rows[0], strict=True))
    for kind in ("numeric", "text", "text[]", "int8"):
        assert row[kind] == values[kind]
