"""Trino's statements against a real server: outcomes, limits, cancelling, errors."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from dbapi_platform.datasources import (
    Affected,
    Datasource,
    QueryFailed,
    QueryTimeout,
    Rows,
    Statement,
)
from tests.services.fixtures import TrinoSchema
from tests.services.trino import TrinoServer

from .conftest import query, rows_of
from .trino_support import ENDLESS, MANY, filled, gone, opened_with, run, states


@pytest.fixture
async def datasource(trino_schema: TrinoSchema) -> AsyncIterator[Datasource]:
    async with filled(trino_schema) as opened:
        yield opened


async def test_what_writes_answers_a_number_and_what_returns_rows(datasource: Datasource) -> None:
    assert await run(datasource, "CREATE TABLE u (a integer)") == [Affected(0)]
    assert await run(datasource, Statement("INSERT INTO u VALUES ?, ?", (1, 2))) == [Affected(2)]
    assert await run(datasource, "CREATE TABLE v AS SELECT a FROM u") == [Affected(2)]
    for text, row in (("SHOW TABLES", ("t",)), ("DESCRIBE t", ("a", "integer", "", ""))):
        (shown,) = await run(datasource, text)
        assert shown.rows[0] == row
    for text in ("EXPLAIN INSERT INTO u VALUES 1", "EXPLAIN ANALYZE INSERT INTO u VALUES 1"):
        (shown,) = await run(datasource, text)
        assert shown.columns == ("Query Plan",)
    assert (await rows_of(datasource, "SELECT count(*) FROM u")).rows == [(3,)]


async def test_several_statements_may_only_read(datasource: Datasource) -> None:
    outcomes = await run(datasource, query("SELECT 1 AS a"), "SHOW TABLES", query("SELECT 2 AS a"))
    assert [outcome.rows for outcome in outcomes] == [[(1,)], [("t",)], [(2,)]]
    with pytest.raises(QueryFailed) as caught:
        await run(datasource, "SELECT 1", "INSERT INTO t VALUES (4, 'w')")
    assert caught.value.statement == 1
    assert "only read" in (caught.value.hint or "")
    assert (await rows_of(datasource, "SELECT count(*) FROM t")).rows == [(3,)]
    with pytest.raises(QueryFailed) as caught:
        await run(datasource, "SELECT 1", "SELECT nope")
    assert (caught.value.statement, caught.value.position) == (1, 8)


async def test_there_are_no_transactions(datasource: Datasource) -> None:
    with pytest.raises(QueryFailed, match="no transactions") as caught:
        await datasource.begin(timeout_s=5)
    assert caught.value.hint
    for text in ("START TRANSACTION", "/* x */ commit", "ROLLBACK"):
        with pytest.raises(QueryFailed, match="no transactions"):
            await run(datasource, text)


async def test_rows_over_the_limit_are_cut_in_order_and_the_query_ended(
    datasource: Datasource, trino: TrinoServer
) -> None:
    text = f"SELECT a.x, b.x FROM {MANY.format('a')}, {MANY.format('b')}"
    found = await rows_of(datasource, text, max_rows=2)
    assert (len(found.rows), found.truncated) == (2, True)
    await gone(trino, text)
    exact = await rows_of(datasource, "SELECT a FROM t ORDER BY a DESC", max_rows=3)
    assert (exact.rows, exact.truncated) == ([(3,), (2,), (1,)], False)
    none = await rows_of(datasource, "SELECT a FROM t", max_rows=0)
    assert (none.columns, none.rows, none.truncated) == (("a",), [], True)


async def test_all_pages_are_read(datasource: Datasource) -> None:
    found = await rows_of(
        datasource, f"SELECT x, rpad('', 500, 'x') FROM {MANY.format('a')}", max_rows=20_000
    )
    assert found.truncated is False
    assert {row[0] for row in found.rows} == set(range(1, 10_001))


WRITING = [
    "INSERT INTO t VALUES (9, 'x')", "DELETE FROM t", "DROP TABLE t", "TRUNCATE TABLE t",
    "CREATE TABLE u AS SELECT 1 AS a", "ALTER TABLE t RENAME TO u",
    "SET SESSION query_priority = 1",
    "EXPLAIN ANALYZE INSERT INTO t VALUES (9, 'x')", "explain /* */ ANALYZE verbose DELETE FROM t",
    "CALL system.runtime.kill_query('x', 'y')", "EXECUTE IMMEDIATE 'DROP TABLE t'",
    "PREPARE p FROM DROP TABLE t", "--\rDROP TABLE t --\nSELECT 1", "/* SELECT */ DROP TABLE t",
    "USE tpch.tiny", "GRANT SELECT ON t TO other", "",
]  # fmt: skip


@pytest.mark.parametrize("text", WRITING)
async def test_a_read_only_datasource_writes_nothing(trino_schema: TrinoSchema, text: str) -> None:
    trino_schema.run("CREATE TABLE t (a integer, b varchar)", "INSERT INTO t VALUES (1, 'x')")
    async with opened_with(trino_schema.config(read_only=True)) as datasource:
        for statements in ([text], ["SELECT 1", text]):
            with pytest.raises(QueryFailed, match="read only"):
                await run(datasource, *statements)
        assert (await rows_of(datasource, "SELECT a, b FROM t")).rows == [(1, "x")]
        for reading in (
            "(SELECT 1)", "WITH x AS (SELECT 1) TABLE x", "VALUES 1", "SHOW SCHEMAS", "DESC t",
            "-- x\nEXPLAIN ANALYZE VERBOSE (SELECT 1)", "EXPLAIN DROP TABLE t",
        ):  # fmt: skip
            assert isinstance((await run(datasource, reading))[0], Rows)


async def test_a_query_over_its_time_is_stopped_on_the_server(
    datasource: Datasource, trino: TrinoServer
) -> None:
    with pytest.raises(QueryTimeout):
        await run(datasource, query(ENDLESS), timeout_s=1)
    await gone(trino, ENDLESS)
    assert (await rows_of(datasource, "SELECT 1 AS a")).rows == [(1,)]


async def test_a_caller_who_goes_away_stops_the_query(
    datasource: Datasource, trino: TrinoServer
) -> None:
    task = asyncio.create_task(run(datasource, query(ENDLESS)))
    while not await states(trino, ENDLESS) & {"RUNNING"}:  # noqa: ASYNC110 - in another process
        await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await gone(trino, ENDLESS)


async def test_the_server_itself_has_the_datasources_limit(trino_schema: TrinoSchema) -> None:
    async with opened_with(trino_schema.config(), statement_timeout_s=1) as datasource:
        with pytest.raises(QueryTimeout):
            await run(datasource, query(ENDLESS))


@pytest.mark.parametrize(
    ("text", "values", "position", "message"),
    [
        ("SELECT nope FROM t", (), 8, "Column 'nope' cannot be resolved"),
        ("SELECT '😀',\n  nope", (), 15, "Column 'nope'"),
        ("SELECT FROM", (), 8, "mismatched input 'FROM'"),
        ("SELECT 'it''s', nope, ?", (1,), 17, "Column 'nope'"),
        ("SELECT 'it''s',\n ? nope FROM\nWHERE", (1,), 30, "mismatched input 'WHERE'"),
        ("SELECT ?,\n nope", (1,), 12, "Column 'nope'"),
        ("SELECT ? FROM WHERE", (1,), 15, "mismatched input 'WHERE'"),
        ("SELECT a FROM t WHERE a = ?", ("1",), 25, "Cannot apply operator"),
        ("SELECT ?, ?", (1,), 1, "Incorrect number of parameters"),
        ("SELECT 1 / ?", (0,), None, "Division by zero"),
        ("SELECT 1; DROP TABLE t", (), 9, "mismatched input ';'"),
    ],
)
async def test_a_refused_statement_is_told_with_its_place(
    datasource: Datasource, text: str, values: tuple[object, ...], position: int, message: str
) -> None:
    with pytest.raises(QueryFailed) as caught:
        await rows_of(datasource, text, *values)
    assert caught.value.message.startswith(message)
    assert caught.value.position == position


async def test_introspection_finds_tables_and_views(trino_schema: TrinoSchema) -> None:
    trino_schema.run(
        "CREATE TABLE t (id bigint NOT NULL, word varchar(20), at timestamp(6) with time zone)",
        "CREATE VIEW v AS SELECT word FROM t",
    )
    async with opened_with(trino_schema.config()) as datasource:
        tables = await datasource.introspect()
    assert [(table.schema, table.name, table.kind) for table in tables] == [
        (trino_schema.name, "t", "table"), (trino_schema.name, "v", "view"),
    ]  # fmt: skip
    assert [(c.name, c.type, c.nullable) for c in tables[0].columns] == [
        ("id", "bigint", False),
        ("word", "varchar(20)", True),
        ("at", "timestamp(6) with time zone", True),
    ]
    async with opened_with(trino_schema.config(database="tpch")) as datasource:
        found = await datasource.introspect()
    assert {"tiny", "sf1"} <= {table.schema for table in found}
    assert "information_schema" not in {table.schema for table in found}


async def test_rows_come_in_batches(datasource: Datasource) -> None:
    statement = query("SELECT n FROM UNNEST(sequence(1, 250)) AS s(n) ORDER BY n")
    found = [
        batch
        async for batch in datasource.stream(statement, max_rows=210, batch_rows=100, timeout_s=60)
    ]
    assert [len(batch.rows) for batch in found] == [100, 100, 10]
    assert [batch.truncated for batch in found] == [False, False, True]
    assert [row[0] for batch in found for row in batch.rows] == list(range(1, 211))
    assert found[0].kinds == ("integer",)
