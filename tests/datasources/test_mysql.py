"""MySQL's protocol against a real MariaDB: values, types, transactions, limits, lost servers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from dbapi_platform.datasources import (
    Affected,
    Busy,
    ConnectFailed,
    Datasource,
    QueryFailed,
    QueryTimeout,
    Rows,
    Statement,
    open_datasource,
)
from dbapi_platform.demo.processes import free_port
from tests.services.fixtures import MariadbDatabase
from tests.services.mariadb import MariadbServer, start_mariadb

from .conftest import query, rows_of

ENDLESS = "SELECT count(*) AS n FROM seq_1_to_1000000000 AS a WHERE sha2(a.seq, 512) = 'x'"


@pytest.fixture
async def datasource(mariadb_database: MariadbDatabase) -> AsyncIterator[Datasource]:
    mariadb_database.run(
        "CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR(50)) ENGINE=InnoDB",
        "INSERT INTO t VALUES (1, 'x'), (2, NULL), (3, 'z')",
    )
    async with opened_with(mariadb_database) as opened:
        yield opened


@asynccontextmanager
async def opened_with(source: MariadbDatabase, **changes: Any) -> AsyncIterator[Datasource]:
    opened = open_datasource(source.config(**changes))
    await opened.open()
    try:
        yield opened
    finally:
        await opened.close()


async def run(
    datasource: Datasource, *statements: Statement | str, timeout_s: float = 20
) -> list[Any]:
    return list(
        await datasource.execute(
            [Statement(s) if isinstance(s, str) else s for s in statements],
            max_rows=1_000, timeout_s=timeout_s,
        )
    )  # fmt: skip


VALUES = [
    (None, None), (True, 1), (7, 7), (-(2**63), -(2**63)), (2**64 - 1, 2**64 - 1),
    (Decimal("1.10"), Decimal("1.10")), (0.1, 0.1), (1e300, 1e300), (-0.5, -0.5),
    ("it's \"é\" \\ % %s ? \n 😀", "it's \"é\" \\ % %s ? \n 😀"), ("", ""),
    (date(2026, 1, 31), "2026-01-31"),
    (datetime(2026, 1, 31, 12, 30, 0, 500_000), "2026-01-31 12:30:00.500000"),  # noqa: DTZ001
    (datetime(2026, 1, 31, 12, tzinfo=timezone(timedelta(hours=2))), "2026-01-31 10:00:00"),
    (time(12, 30), "12:30:00"), (timedelta(hours=25), "25:00:00"),
    (UUID(int=5), str(UUID(int=5))), (b"\x00\xff'", "AP8n"),
    ([1, "a"], '[1, "a"]'), ({"a": "b'"}, '{"a": "b\'"}'),
]  # fmt: skip


@pytest.mark.parametrize(("value", "answered"), VALUES)
async def test_a_value_arrives_as_it_is(
    datasource: Datasource, value: object, answered: object
) -> None:
    found = await rows_of(datasource, "SELECT %s AS x, '100%%' AS y", value)
    assert found.rows[0] == (answered, "100%")


@pytest.mark.parametrize("value", [float("inf"), float("nan"), Decimal("NaN"), object()])
async def test_a_value_that_no_column_holds_is_refused(
    datasource: Datasource, value: object
) -> None:
    with pytest.raises(QueryFailed, match="cannot be a parameter"):
        await rows_of(datasource, "SELECT %s", value)


async def test_every_type_becomes_plain(mariadb_database: MariadbDatabase) -> None:
    mariadb_database.run(
        """CREATE TABLE every (
          yes BOOLEAN, other TINYINT(1), tiny TINYINT, small SMALLINT, big BIGINT UNSIGNED,
          exact DECIMAL(20, 4), f FLOAT, d DOUBLE, day DATE, moment DATETIME(6),
          point TIMESTAMP(3) NULL, hour TIME(2), year YEAR, word VARCHAR(20), letters CHAR(3),
          long_text TEXT, bytes VARBINARY(10), fixed BINARY(2), stored BLOB, bits BIT(10),
          choice ENUM('a', 'b'), several SET('a', 'b', 'c'), doc JSON, id UUID, address INET6)""",
        """INSERT INTO every VALUES (
          true, 5, -1, 300, 18446744073709551615, 1.10, 0.5, 0.1, '2026-01-31',
          '2026-01-31 12:30:00.5', '2026-01-31 12:00:00-00:00', '-100:30:00.50', 2026, 'é', 'abc',
          'long', X'00ff', X'0001', X'ff', b'1000000001', 'b', 'a,c', '{"a": 1.50}',
          '123e4567-e89b-12d3-a456-426614174000', '::1')""".replace("-00:00'", "'"),
    )  # fmt: skip
    async with opened_with(mariadb_database) as datasource:
        found = await rows_of(datasource, "SELECT * FROM every")
        row = dict(zip(found.columns, found.rows[0], strict=True))
    # The server's own zone is five hours behind: what was written there at noon is 17 o'clock.
    assert row == {
        "yes": True, "other": 5, "tiny": -1, "small": 300, "big": 2**64 - 1,
        "exact": Decimal("1.1000"), "f": 0.5, "d": 0.1, "day": "2026-01-31",
        "moment": "2026-01-31T12:30:00.5", "point": "2026-01-31T17:00:00+00:00",
        "hour": "-100:30:00.5", "year": 2026, "word": "é", "letters": "abc", "long_text": "long",
        "bytes": "AP8=", "fixed": "AAE=", "stored": "/w==", "bits": 513, "choice": "b",
        "several": "a,c", "doc": '{"a": 1.50}', "id": "123e4567-e89b-12d3-a456-426614174000",
        "address": "::1",
    }  # fmt: skip


async def test_what_writes_answers_a_number_and_what_returns_rows(datasource: Datasource) -> None:
    assert await run(datasource, "UPDATE t SET b = 'x'") == [Affected(3)]
    # Rows that were as they should be are counted too.
    assert await run(datasource, "UPDATE t SET b = 'x'") == [Affected(3)]
    assert await run(datasource, "DELETE FROM t WHERE a = 99") == [Affected(0)]
    (made,) = await run(datasource, "INSERT INTO t VALUES (4, 'w') RETURNING a, b")
    assert made == Rows(("a", "b"), [(4, "w")])
    (shown,) = await run(datasource, "SHOW TABLES")
    assert shown.rows == [("t",)]


async def test_several_statements_are_one_transaction(datasource: Datasource) -> None:
    outcomes = await run(
        datasource, "DELETE FROM t WHERE a = 1", query("SELECT a FROM t ORDER BY a")
    )
    assert outcomes == [Affected(1), Rows(("a",), [(2,), (3,)])]
    with pytest.raises(QueryFailed) as caught:
        await run(datasource, "DELETE FROM t", "SELECT nope FROM t")
    assert caught.value.statement == 1
    assert "nope" in caught.value.message
    assert len((await rows_of(datasource, "SELECT a FROM t")).rows) == 2
    for text in (
        "BEGIN",
        "START TRANSACTION",
        "COMMIT",
        "ROLLBACK",
        "XA START 'x'",
        "/* x */ commit",
    ):
        with pytest.raises(QueryFailed, match="one transaction already"):
            await run(datasource, text)
    await run(datasource, "SAVEPOINT s", "DELETE FROM t", "ROLLBACK TO SAVEPOINT s")
    assert len((await rows_of(datasource, "SELECT a FROM t")).rows) == 2


async def test_rows_over_the_limit_are_cut_in_order(datasource: Datasource) -> None:
    for _ in range(3):
        found = await rows_of(
            datasource, "SELECT seq FROM seq_1_to_3000000 ORDER BY seq DESC", max_rows=2
        )
        assert (found.rows, found.truncated) == ([(3_000_000,), (2_999_999,)], True)
    exact = await rows_of(datasource, "SELECT a FROM t ORDER BY a", max_rows=3)
    assert (len(exact.rows), exact.truncated) == (3, False)
    first, second = await datasource.execute(
        [query("SELECT a FROM t ORDER BY a"), query("SELECT 1 AS a")], max_rows=1, timeout_s=20
    )
    assert (first, second) == (Rows(("a",), [(1,)], truncated=True), Rows(("a",), [(1,)]))


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO t VALUES (9, 'x')", "UPDATE t SET b = 1", "DELETE FROM t", "TRUNCATE t",
        "DROP TABLE t", "CREATE TABLE u (a INT)", "REPLACE INTO t VALUES (1, 'x')",
        "SET SESSION TRANSACTION READ WRITE", "SELECT 1 INTO OUTFILE '/tmp/dbapi-outfile'",
        "/*! DELETE FROM t */", "LOCK TABLES t WRITE", "CALL write_it()",
        "SELECT write_it_too()", "SET STATEMENT max_statement_time = 1 FOR DELETE FROM t",
    ],
)  # fmt: skip
async def test_a_read_only_datasource_writes_nothing(
    mariadb_database: MariadbDatabase, text: str
) -> None:
    mariadb_database.run(
        "CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR(50))",
        "INSERT INTO t VALUES (1, 'x')",
        "CREATE PROCEDURE write_it() BEGIN DELETE FROM t; END",
        "CREATE FUNCTION write_it_too() RETURNS INT MODIFIES SQL DATA"
        " BEGIN DELETE FROM t; RETURN 1; END",
    )  # fmt: skip
    async with opened_with(mariadb_database, read_only=True) as datasource:
        for statements in ([text], ["SELECT 1", text]):
            with pytest.raises(QueryFailed):
                await run(datasource, *statements)
        assert (await rows_of(datasource, "SELECT a, b FROM t")).rows == [(1, "x")]


async def test_a_query_over_its_time_is_stopped_on_the_server(
    datasource: Datasource, mariadb: MariadbServer
) -> None:
    with pytest.raises(QueryTimeout):
        await run(datasource, query(ENDLESS), timeout_s=0.5)
    await gone(mariadb)
    assert (await rows_of(datasource, "SELECT 1 AS a")).rows == [(1,)]


async def test_a_caller_who_goes_away_stops_the_query(
    datasource: Datasource, mariadb: MariadbServer
) -> None:
    task = asyncio.create_task(run(datasource, query(ENDLESS)))
    while not running(mariadb):  # noqa: ASYNC110 - it happens in another process
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await gone(mariadb)


def running(mariadb: MariadbServer) -> bool:
    return any("seq_1_to_1000000000" in str(row) and "Query" in str(row)
               for row in mariadb.run("SHOW FULL PROCESSLIST"))  # fmt: skip


async def gone(mariadb: MariadbServer) -> None:
    for _ in range(100):
        if not running(mariadb):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the query still runs")


async def test_the_server_itself_has_the_datasources_limit(
    mariadb_database: MariadbDatabase,
) -> None:
    async with opened_with(mariadb_database, statement_timeout_s=1) as datasource:
        with pytest.raises(QueryTimeout):
            await run(datasource, query(ENDLESS))


async def test_what_a_statement_leaves_behind_does_not_last(
    mariadb_database: MariadbDatabase,
) -> None:
    async with opened_with(mariadb_database, pool_size=1) as datasource:
        for text in (
            "SET SESSION sql_mode = 'ANSI_QUOTES'",
            "SET @x = 5",
            "CREATE TEMPORARY TABLE left_over (a INT)",
            "SET time_zone = '+09:00'",
        ):
            await run(datasource, text)
        found = await rows_of(datasource, """SELECT @x AS x, @@time_zone AS zone, "text" AS word""")
        assert found.rows == [(None, "+00:00", "text")]
        with pytest.raises(QueryFailed, match="left_over"):
            await run(datasource, "SELECT * FROM left_over")


async def test_introspection_finds_tables_and_views(mariadb_database: MariadbDatabase) -> None:
    mariadb_database.run(
        "CREATE TABLE t (id BIGINT UNSIGNED PRIMARY KEY, word VARCHAR(20) NOT NULL, at DATETIME)",
        "CREATE VIEW v AS SELECT word FROM t",
    )
    async with opened_with(mariadb_database) as datasource:
        tables = [t for t in await datasource.introspect() if t.schema == mariadb_database.name]
    assert [(table.name, table.kind) for table in tables] == [("t", "table"), ("v", "view")]
    assert [(c.name, c.type, c.nullable) for c in tables[0].columns] == [
        ("id", "bigint(20) unsigned", False),
        ("word", "varchar(20)", False),
        ("at", "datetime", True),
    ]


async def test_a_wrong_login_and_a_wrong_port_are_told(mariadb_database: MariadbDatabase) -> None:
    for changes, told in (
        ({"password": "s3cret"}, "Access denied"),
        ({"port": free_port(0)}, "refused"),
        ({"database": "nope"}, "nope"),
    ):
        async with opened_with(mariadb_database, **changes) as datasource:
            with pytest.raises(ConnectFailed, match=told) as caught:
                await datasource.test()
            assert "s3cret" not in caught.value.message


async def test_the_test_tells_the_product(datasource: Datasource) -> None:
    info = await datasource.test()
    assert (info.product, info.version.split(".")[0]) == ("MariaDB", "10")


async def test_a_full_pool_is_busy(mariadb_database: MariadbDatabase) -> None:
    async with opened_with(mariadb_database, pool_size=1, connect_timeout_s=0.5) as datasource:
        task = asyncio.create_task(run(datasource, query(ENDLESS)))
        await asyncio.sleep(0.2)
        with pytest.raises(Busy):
            await run(datasource, query("SELECT 1"))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_server_that_was_restarted_is_noticed() -> None:
    server = start_mariadb()
    try:
        database = MariadbDatabase(server, "mysql")
        async with opened_with(database) as datasource:
            assert (await rows_of(datasource, "SELECT 1 AS a")).rows == [(1,)]
            await asyncio.to_thread(server.halt)
            with pytest.raises(ConnectFailed):
                await rows_of(datasource, "SELECT 1 AS a")
            await asyncio.to_thread(server.start)
            assert (await rows_of(datasource, "SELECT 2 AS a")).rows == [(2,)]
            await asyncio.to_thread(server.halt)
            await asyncio.to_thread(server.start)
            # Its old connection is dead; a query that only reads is tried again on a new one.
            assert (await rows_of(datasource, "SELECT 3 AS a")).rows == [(3,)]
    finally:
        server.stop()


async def test_a_syntax_error_tells_its_place(datasource: Datasource) -> None:
    with pytest.raises(QueryFailed) as caught:
        await run(datasource, "SELECT a FORM t")
    assert caught.value.position == len("SELECT a FORM ") + 1
