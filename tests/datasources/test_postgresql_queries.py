"""Statements on PostgreSQL: what they answer, how they fail, how they are stopped."""

import asyncio
import time
from collections.abc import Callable

import pytest

from dbapi_platform.datasources import (
    Affected,
    Datasource,
    QueryFailed,
    QueryTimeout,
    Rows,
    Statement,
    open_datasource,
)
from tests.services.fixtures import PostgresDatabase

from .conftest import json_of, parsed, query, rows_of

ODD_TEXTS = [
    "SELECT 1 AS a -- a comment at the end",
    "/* a /* nested */ comment */ SELECT 1 AS a",
    "WITH x AS (SELECT 1 AS a) SELECT a FROM x ORDER BY a",
    "VALUES (1)",
    "TABLE one",
    "(SELECT 1 AS a) UNION ALL (SELECT 1) LIMIT 1",
    "SELECT 1 AS a WHERE '%' = '%' AND '?' <> '$1'",
]


@pytest.fixture
def database(postgres_database: PostgresDatabase) -> PostgresDatabase:
    postgres_database.run("CREATE TABLE one (a int); INSERT INTO one VALUES (1)")
    return postgres_database


async def run(datasource: Datasource, *texts: str, timeout_s: float = 10, max_rows: int = 100):
    statements = [Statement(text) for text in texts]
    return await datasource.execute(statements, max_rows=max_rows, timeout_s=timeout_s)


@pytest.mark.parametrize("text", ODD_TEXTS)
async def test_queries_of_every_form_run_both_ways(
    database: PostgresDatabase, datasource: Datasource, text: str
) -> None:
    for _ in range(3):  # sent plainly, prepared, and from then on by name
        assert (await rows_of(datasource, text)).rows == [(1,)]
        assert list(parsed((await json_of(datasource, text)).data)[0].values()) == [1]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("INSERT INTO one VALUES (2), (3)", Affected(2)),
        ("INSERT INTO one VALUES (2) RETURNING a", Rows(("a",), [(2,)])),
        ("-- first\nUPDATE one SET a = 5 WHERE a = 0", Affected(0)),
        (
            "WITH x AS (DELETE FROM one RETURNING a) SELECT count(*) FROM x",
            Rows(("count",), [(1,)]),
        ),
        ("SHOW timezone", Rows(("TimeZone",), [("UTC",)])),
        ("CREATE TABLE two (a int)", Affected(0)),
        ("VACUUM one", Affected(0)),
        ("DO $$ BEGIN PERFORM 1; END $$", Affected(0)),
    ],
)
async def test_other_statements_answer_rows_or_a_count(
    database: PostgresDatabase, datasource: Datasource, text: str, outcome: object
) -> None:
    assert await run(datasource, text) == [outcome]


async def test_explain_answers_rows(database: PostgresDatabase, datasource: Datasource) -> None:
    (plan,) = await run(datasource, "EXPLAIN SELECT * FROM one")
    assert isinstance(plan, Rows)
    assert plan.columns == ("QUERY PLAN",)


@pytest.mark.parametrize(("limit", "truncated"), [(4, True), (5, False), (6, False), (1, True)])
async def test_rows_over_the_limit_are_cut_exactly(
    datasource: Datasource, limit: int, truncated: bool
) -> None:
    text = "SELECT n FROM generate_series(1, 5) AS n ORDER BY n"
    expected = list(range(1, min(limit, 5) + 1))
    rows = await rows_of(datasource, text, max_rows=limit)
    written = await json_of(datasource, text, max_rows=limit)
    assert [row[0] for row in rows.rows] == expected
    assert [row["n"] for row in parsed(written.data)] == expected
    assert written.count == len(expected)
    assert (rows.truncated, written.truncated) == (truncated, truncated)


async def test_no_rows_are_an_empty_list(datasource: Datasource) -> None:
    text = "SELECT 1 AS a WHERE false"
    assert (await rows_of(datasource, text)).rows == []
    written = await json_of(datasource, text)
    assert (written.data, written.count) == (b"[]", 0)


async def test_a_huge_limit_does_not_make_the_whole_answer_travel(datasource: Datasource) -> None:
    start = time.perf_counter()
    rows = await rows_of(datasource, "SELECT n FROM generate_series(1, 50000000) AS n", max_rows=3)
    assert rows.truncated
    assert time.perf_counter() - start < 15


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("SELECT nope FROM one", "nope"),
        ("SELECT a,\n  b FROM one", "b FROM"),
        ("SELEC 1", "SELEC"),
        ("SELECT 'é', nope", "nope"),
        ("SELECT (1", None),
        ("SELECT 1)", ")"),
        ("SELECT 1; SELECT 2", "SELECT 2"),
    ],
)
@pytest.mark.parametrize("is_query", [True, False])
async def test_an_error_points_into_the_authors_text(
    database: PostgresDatabase,
    datasource: Datasource,
    text: str,
    marked: str | None,
    is_query: bool,
) -> None:
    with pytest.raises(QueryFailed) as caught:
        await datasource.execute([Statement(text, is_query=is_query)], max_rows=10, timeout_s=5)
    position = caught.value.position
    if text == "SELECT 1; SELECT 2":
        assert "multiple commands" in caught.value.message or position
    elif marked:
        assert position is not None
        assert text[position - 1 :].startswith(marked)
    assert "_dbapi" not in caught.value.message


async def test_an_error_while_running_points_into_the_authors_text_by_both_ways(
    datasource: Datasource,
) -> None:
    text = "SELECT $1::text::int AS n"
    await rows_of(datasource, text, "1")
    for way in (rows_of, json_of):
        with pytest.raises(QueryFailed, match="invalid input syntax"):
            await way(datasource, text, "abc")


async def test_errors_carry_detail_hint_and_statement(
    database: PostgresDatabase, datasource: Datasource
) -> None:
    database.run("CREATE TABLE keyed (id int PRIMARY KEY)")
    with pytest.raises(QueryFailed) as caught:
        await run(datasource, "INSERT INTO keyed VALUES (1)", "INSERT INTO keyed VALUES (1)")
    assert "Key (id)=(1) already exists" in caught.value.message
    assert caught.value.statement == 1
    with pytest.raises(QueryFailed) as caught:
        await run(datasource, "SELECT substr(1)")
    assert caught.value.hint
    assert database.run("SELECT * FROM keyed") == []


async def test_several_statements_are_one_transaction(
    database: PostgresDatabase, datasource: Datasource
) -> None:
    outcomes = await run(datasource, "INSERT INTO one VALUES (2)", "SELECT count(*) FROM one")
    assert outcomes == [Affected(1), Rows(("count",), [(2,)])]
    with pytest.raises(QueryFailed):
        await run(datasource, "DELETE FROM one", "SELECT 1 / 0")
    assert database.run("SELECT count(*) FROM one") == [(2,)]


async def test_what_fails_at_the_commit_is_undone_and_told(
    database: PostgresDatabase, datasource: Datasource
) -> None:
    database.run("CREATE TABLE late (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(QueryFailed, match="duplicate key"):
        await run(datasource, "INSERT INTO late VALUES (1)", "INSERT INTO late VALUES (1)")
    assert await run(datasource, "SELECT count(*) FROM late") == [Rows(("count",), [(0,)])]


@pytest.mark.parametrize(
    "text", ["BEGIN", "commit", " -- x\nROLLBACK", "START TRANSACTION", "END", "ABORT",
             "PREPARE TRANSACTION 'x'"]
)  # fmt: skip
async def test_transaction_control_is_refused_by_name(
    database: PostgresDatabase, datasource: Datasource, text: str
) -> None:
    with pytest.raises(QueryFailed, match="one transaction already") as caught:
        await run(datasource, "INSERT INTO one VALUES (2)", text)
    assert caught.value.statement == 1
    assert database.run("SELECT count(*) FROM one") == [(1,)]


async def test_savepoints_are_fine(database: PostgresDatabase, datasource: Datasource) -> None:
    await run(
        datasource, "SAVEPOINT a", "INSERT INTO one VALUES (2)", "ROLLBACK TO SAVEPOINT a",
        "INSERT INTO one VALUES (3)",
    )  # fmt: skip
    assert database.run("SELECT a FROM one ORDER BY a") == [(1,), (3,)]


@pytest.mark.parametrize(
    "texts",
    [
        ["DELETE FROM one"],
        ["SET default_transaction_read_only = off", "DELETE FROM one"],
        ["SET TRANSACTION READ WRITE", "DELETE FROM one"],
        ["SELECT set_config('transaction_read_only', 'off', false)", "DELETE FROM one"],
        ["DO $$ BEGIN COMMIT; SET TRANSACTION READ WRITE; DELETE FROM one; END $$"],
        ["DO $$ BEGIN SET TRANSACTION READ WRITE; DELETE FROM one; END $$"],
        ["WITH x AS (DELETE FROM one RETURNING 1) SELECT * FROM x"],
    ],
)
async def test_a_read_only_datasource_writes_nothing(
    database: PostgresDatabase, texts: list[str]
) -> None:
    datasource = open_datasource(database.config(read_only=True))
    try:
        await run(datasource, "SELECT 1")
        with pytest.raises(QueryFailed):
            await run(datasource, *texts)
        with pytest.raises(QueryFailed, match="read-only"):
            await run(datasource, "DELETE FROM one")
    finally:
        await datasource.close()
    assert database.run("SELECT count(*) FROM one") == [(1,)]


def sleeping(database: PostgresDatabase) -> int:
    return database.run(
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query ~ 'pg_sleep'"
        f" AND datname = '{database.name}' AND pid <> pg_backend_pid()"
    )[0][0]


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(200):
        if await asyncio.to_thread(condition):
            return
        await asyncio.sleep(0.02)
    pytest.fail("it did not happen in time")


async def test_a_query_over_its_time_is_cancelled_on_the_server(
    database: PostgresDatabase, datasource: Datasource
) -> None:
    text = "SELECT pg_sleep(30) IS NULL AS slept"
    start = time.perf_counter()
    with pytest.raises(QueryTimeout):
        await datasource.execute([query(text)], max_rows=1, timeout_s=0.3)
    assert time.perf_counter() - start < 3
    assert sleeping(database) == 0
    assert await run(datasource, "SELECT 1 AS a") == [Rows(("a",), [(1,)])]


async def test_a_cancelled_task_cancels_its_query_on_the_server(
    database: PostgresDatabase, datasource: Datasource
) -> None:
    task = asyncio.create_task(run(datasource, "SELECT pg_sleep(30)", timeout_s=60))
    await until(lambda: sleeping(database) == 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sleeping(database) == 0
    assert await run(datasource, "SELECT 1 AS a") == [Rows(("a",), [(1,)])]


async def test_a_cancelled_transaction_is_undone(
    database: PostgresDatabase, datasource: Datasource
) -> None:
    task = asyncio.create_task(run(datasource, "DELETE FROM one", "SELECT pg_sleep(30)"))
    await until(lambda: sleeping(database) == 1)
    task.cancel()
    await asyncio.wait([task])
    assert database.run("SELECT count(*) FROM one") == [(1,)]
    assert database.run("SELECT count(*) FROM pg_stat_activity WHERE state ~ 'in transaction'") == [
        (0,)
    ]


async def test_the_servers_own_limit_is_a_timeout_too(database: PostgresDatabase) -> None:
    datasource = open_datasource(database.config(statement_timeout_s=0.2))
    with pytest.raises(QueryTimeout):
        await run(datasource, "SELECT pg_sleep(5)", timeout_s=10)
    await datasource.close()


async def test_an_altered_table_is_noticed(
    database: PostgresDatabase, datasource: Datasource
) -> None:
    text = "SELECT * FROM one"
    for _ in range(4):
        await rows_of(datasource, text)
    database.run("ALTER TABLE one ADD COLUMN b text DEFAULT 'x'")
    assert (await rows_of(datasource, text)).rows == [(1, "x")]
    assert parsed((await json_of(datasource, text)).data) == [{"a": 1, "b": "x"}]
    database.run("ALTER TABLE one DROP COLUMN a")
    assert (await rows_of(datasource, text)).rows == [("x",)]


async def test_more_statements_than_are_kept_prepared(datasource: Datasource) -> None:
    for n in range(250):
        for _ in range(2):
            assert (await rows_of(datasource, f"SELECT {n} AS n")).rows == [(n,)]
    (count,) = (await rows_of(datasource, "SELECT count(*) FROM pg_prepared_statements")).rows[0]
    assert 0 < count <= 200


async def test_large_values_travel_both_ways(datasource: Datasource) -> None:
    big = "ü" * 5_000_000
    text = "SELECT $1 AS big, length($1) AS n"
    assert (await rows_of(datasource, text, big)).rows == [(big, len(big))]


async def test_introspection_finds_what_the_user_may_read(
    database: PostgresDatabase, datasource: Datasource
) -> None:
    database.run("""
        CREATE SCHEMA shop;
        CREATE TABLE shop.orders (id int PRIMARY KEY, total numeric(10, 2), tags text[]);
        CREATE VIEW shop.totals AS SELECT sum(total) AS total FROM shop.orders;
        CREATE MATERIALIZED VIEW shop.kept AS SELECT 1 AS a;
        CREATE TABLE shop.parted (a int) PARTITION BY RANGE (a);
        CREATE TABLE shop.secret (a int);
        CREATE ROLE reader LOGIN PASSWORD 'reading';
        GRANT USAGE ON SCHEMA shop TO reader;
        GRANT SELECT ON shop.orders, shop.totals, shop.kept, shop.parted TO reader;
    """)
    reader = open_datasource(database.config(username="reader", password="reading"))
    try:
        tables = await reader.introspect()
    finally:
        await reader.close()
        database.run("DROP OWNED BY reader; DROP ROLE reader")
    assert [(table.schema, table.name, table.kind) for table in tables] == [
        ("shop", "kept", "view"),
        ("shop", "orders", "table"),
        ("shop", "parted", "table"),
        ("shop", "totals", "view"),
    ]
    orders = tables[1]
    assert [(column.name, column.type, column.nullable) for column in orders.columns] == [
        ("id", "integer", False),
        ("total", "numeric(10,2)", True),
        ("tags", "text[]", True),
    ]
    assert ("public", "one") in {(t.schema, t.name) for t in await datasource.introspect()}
