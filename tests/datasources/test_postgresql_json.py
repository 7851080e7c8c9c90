"""What PostgreSQL is sent instead of a statement, so that it writes the rows as JSON."""

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dbapi_platform.datasources import Datasource
from dbapi_platform.datasources.postgresql_json_text import json_text
from tests.services.fixtures import PostgresDatabase

from .conftest import as_json, json_of, parsed, query, rows_of
from .test_postgresql_types import TYPES, VALUES, values_query

_rows = msgspec.json.Decoder(list[dict[str, msgspec.Raw]]).decode
_names = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1
).filter(lambda name: len(name.encode()) < 64)


async def test_values_are_written_as_to_json_writes_them(
    postgres_database: PostgresDatabase, datasource: Datasource
) -> None:
    """Byte by byte: 1.10 is not 1.1, nor 1e20 any other number of the same size."""
    postgres_database.run(TYPES)
    for kind in VALUES.keys() - {'"char"'}:
        text = values_query(kind, VALUES[kind])
        truth = await rows_of(datasource, f"SELECT to_json(value)::text FROM ({text}) AS v")
        await rows_of(datasource, text)
        written = _rows((await json_of(datasource, text)).data)
        expected = [value or "null" for (value,) in truth.rows]
        assert [bytes(row["value"]).decode() for row in written] == expected, kind


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(names=st.lists(_names, min_size=1, max_size=12, unique=True))
@example(names=["{0}", "{}", "$1", "%s"])
@example(names=["a'b", 'a"b', "a\\b", "a\nb"])
@example(names=["日本語", "a b", "SELECT", "--"])
async def test_columns_may_be_called_anything(datasource: Datasource, names: list[str]) -> None:
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    text = f"SELECT {', '.join(f'{n} AS {name}' for n, name in enumerate(quoted))}"
    rows = await rows_of(datasource, text)
    assert list(rows.columns) == names
    written = parsed((await json_of(datasource, text)).data)
    assert list(written[0].items()) == list(as_json(rows)[0].items())


async def test_many_columns_and_rows(datasource: Datasource) -> None:
    columns = ", ".join(f"n + {at} AS c{at}, 'x' || n AS t{at}" for at in range(300))
    text = f"SELECT {columns} FROM generate_series(1, 50) AS n"
    rows = await rows_of(datasource, text)
    written = await json_of(datasource, text)
    assert (written.count, parsed(written.data)) == (50, as_json(rows))


@pytest.mark.parametrize(("rows", "kept"), [(0, 0), (1, 1), (2, 2), (3, 2)])
async def test_rows_over_the_limit_are_left_out(
    datasource: Datasource, rows: int, kept: int
) -> None:
    text = f"SELECT n, '}},{{' AS t FROM generate_series(1, {rows}) AS n"
    await rows_of(datasource, text, max_rows=2)
    written = await json_of(datasource, text, max_rows=2)
    assert parsed(written.data) == [{"n": n + 1, "t": "},{"} for n in range(kept)]
    assert (written.count, written.truncated) == (kept, rows > kept)


async def test_what_is_drawn_by_lot_is_drawn_once(datasource: Datasource) -> None:
    """Where a value stands several times in the text, it is one value."""
    text = """
        SELECT nullif(random() > 0.5, true) AS maybe, (random() * 9)::numeric(9, 3) AS drawn,
               CASE WHEN random() > 0.5 THEN float8 'NaN' ELSE 1 END AS number
        FROM generate_series(1, 500)
    """
    await rows_of(datasource, text)
    for row in parsed((await json_of(datasource, text)).data):
        assert row["maybe"] in (False, None)
        assert 0 <= row["drawn"] <= 9
        assert row["number"] in (1, "NaN")


@pytest.mark.parametrize("names", [[], ["a", "a"], ["_dbapi_row"], ["b", "_dbapi_row"]])
def test_for_some_columns_there_is_no_such_text(names: list[str]) -> None:
    assert json_text("SELECT 1", tuple((name, 23) for name in names), 5) is None


KINDS = ("bool", "int2", "int4", "int8", "numeric", "float4", "float8", "uuid", "date", "json",
         "jsonb", "text")  # fmt: skip


@pytest.mark.parametrize("before", KINDS)
async def test_a_table_that_is_made_anew_is_never_taken_for_the_old_one(
    postgres_database: PostgresDatabase, datasource: Datasource, before: str
) -> None:
    """What was known of its types is used at most to be refused: a text is never unquoted."""
    for after in KINDS:
        if after == before:
            continue
        postgres_database.run(_made(before))
        await rows_of(datasource, "SELECT * FROM swapped")
        for _ in range(3):  # the last of them is prepared
            await json_of(datasource, "SELECT * FROM swapped")
        postgres_database.run(_made(after))
        written = await datasource.execute_json(
            query("SELECT * FROM swapped"), max_rows=10_000, timeout_s=20
        )
        rows = await rows_of(datasource, "SELECT * FROM swapped")
        assert written is None or parsed(written.data) == as_json(rows), (before, after)


def _made(kind: str) -> str:
    literals = {
        "bool": "true", "int2": "7", "int4": "70000", "int8": "7000000000", "float4": "0.1",
        "float8": "0.1", "numeric": "1234567890.12345678901234567890", "date": "2024-01-31",
        "uuid": "123e4567-e89b-12d3-a456-426614174000", "json": '{"a": 1}', "jsonb": '{"a": 1}',
        "text": '1, "b": "',
    }  # fmt: skip
    return f"""
        DROP TABLE IF EXISTS swapped;
        CREATE TABLE swapped (value {kind});
        INSERT INTO swapped VALUES ('{literals[kind]}'), (NULL)
    """
