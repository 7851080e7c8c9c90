"""StarRocks: no such server runs here. What it shares with MySQL is tried on MariaDB, the rest on
a server that answers as StarRocks' documentation and sources say.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from pymysql.constants import FIELD_TYPE

from dbapi_platform.datasources import (
    Affected,
    ConnectFailed,
    Datasource,
    DatasourceConfig,
    ProductType,
    QueryFailed,
    QueryTimeout,
    Rows,
    Statement,
    mysql_session,
    open_datasource,
)
from tests.engines.corpus import INJECTIONS
from tests.services.fixtures import MariadbDatabase
from tests.services.postgres import free_port
from tests.services.starrocks import (
    BINARY,
    Answer,
    Column,
    PretendedStarrocks,
    pretended_starrocks,
)

from .conftest import query, rows_of

CONFIG = DatasourceConfig(
    "1", "dw", ProductType.STARROCKS, "dw", host="127.0.0.1", username="reader", password="s3cret",
    statement_timeout_s=4.2,
)  # fmt: skip


@asynccontextmanager
async def opened(config: DatasourceConfig) -> AsyncIterator[Datasource]:
    datasource = open_datasource(config)
    try:
        yield datasource
    finally:
        await datasource.close()


@asynccontextmanager
async def pretended(
    answers: Mapping[str, Answer], **changes: Any
) -> AsyncIterator[tuple[PretendedStarrocks, Datasource]]:
    async with (
        pretended_starrocks(answers) as server,
        opened(replace(CONFIG, port=server.port, **changes)) as datasource,
    ):
        yield server, datasource


async def run(datasource: Datasource, *texts: str, timeout_s: float = 20) -> list[Any]:
    statements = [Statement(text) for text in texts]
    return list(await datasource.execute(statements, max_rows=1_000, timeout_s=timeout_s))


async def test_a_session_is_set_up_as_starrocks_understands_it() -> None:
    async with pretended({}) as (server, datasource):
        assert await run(datasource, "SHOW TABLES") == [Affected(0)]
        assert await run(datasource, "SHOW TABLES") == [Affected(0)]
    assert server.told[-4:] == [
        "SET time_zone = '+00:00'", "SET query_timeout = 5", "SHOW TABLES", "SHOW TABLES",
    ]  # fmt: skip
    assert not [text for text in server.told if "READ ONLY" in text or "sql_mode" in text]


async def test_types_that_mysql_has_not_become_plain() -> None:
    columns = {
        Column("yes", FIELD_TYPE.TINY, 1, BINARY): (b"1", True),
        Column("tiny", FIELD_TYPE.TINY, 4, BINARY): (b"1", 1),
        Column("large", FIELD_TYPE.STRING, 40): (str(-(2**127)).encode(), -(2**127)),
        Column("letters", FIELD_TYPE.STRING, 39): (b"0012", "0012"),
        Column("word", FIELD_TYPE.VAR_STRING, 60): ("é".encode(), "é"),
        Column("moment", FIELD_TYPE.DATETIME, 19, BINARY): (
            b"2026-01-31 12:30:00",
            "2026-01-31T12:30:00",
        ),
        Column("list", FIELD_TYPE.STRING, 60): (b"[1,2]", "[1,2]"),
        Column("doc", FIELD_TYPE.STRING, 60): (b'{"a": 1}', '{"a": 1}'),
        Column("bytes", FIELD_TYPE.BLOB, 192, BINARY): (b"\x00\xff", "AP8="),
        Column("nothing", FIELD_TYPE.STRING, 40): (None, None),
    }  # fmt: skip
    answer = Answer(tuple(columns), [[sent for sent, _ in columns.values()]])
    async with pretended({"SELECT * FROM t": answer}) as (_, datasource):
        found = await rows_of(datasource, "SELECT * FROM t")
    assert found.columns == tuple(column.name for column in columns)
    assert found.rows == [tuple(plain for _, plain in columns.values())]


async def test_bytes_are_written_as_hexadecimal_digits() -> None:
    async with pretended({}, read_only=False) as (server, datasource):
        statement = Statement("INSERT INTO t VALUES (%s, %s)", (b"\x00'", "it's"))
        await datasource.execute([statement], max_rows=1, timeout_s=5)
    assert server.told[-1] == "INSERT INTO t VALUES (X'0027', 'it\\'s')"


async def test_the_test_tells_product_and_version() -> None:
    comment = [Column("@@version_comment", FIELD_TYPE.VAR_STRING, 60)]
    answer = Answer(comment, [[b"StarRocks version 3.5.2-46f8bb4"]])
    async with pretended({"SELECT @@version_comment": answer}) as (_, datasource):
        info = await datasource.test()
    assert (info.product, info.version) == ("StarRocks", "3.5.2-46f8bb4")
    async with opened(CONFIG) as datasource:
        assert datasource.config.port is None  # and so 9030, where nobody listens
        with pytest.raises(ConnectFailed):
            await datasource.test()


async def test_the_servers_own_limit_is_a_timeout() -> None:
    told = "Query reached its timeout of 5 seconds, please increase the 'query_timeout' session …"
    answers = {"SELECT 1": Answer(error=(5024, told)), "SELECT 2": Answer(error=(1064, "no"))}
    async with pretended(answers) as (_, datasource):
        with pytest.raises(QueryTimeout):
            await rows_of(datasource, "SELECT 1")
        with pytest.raises(QueryFailed, match="no"):
            await rows_of(datasource, "SELECT 2")


async def test_a_query_over_its_time_is_killed_by_another_connection() -> None:
    slow = Answer(error=(1064, "Cancelled"), waits=True)
    async with pretended({"SELECT slow": slow}) as (server, datasource):
        with pytest.raises(QueryTimeout):
            await run(datasource, "SELECT slow", timeout_s=0.3)
    assert "KILL QUERY 101" in server.told


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO t VALUES (1)", "DELETE FROM t", "--\rDELETE FROM t --\nSELECT 1", "",
        "WITH x AS (SELECT 1) DELETE FROM t USING x", "EXPLAIN ANALYZE INSERT INTO t SELECT 1",
        "DESC /* */ analyze DELETE FROM t", "SELECT 1 INTO  OUTFILE 's3://x'", "SET x = 1",
        "CALL f()", "SUBMIT TASK AS INSERT INTO t SELECT 1", "/*! DELETE FROM t */", "TRUNCATE t",
    ],
)  # fmt: skip
async def test_what_writes_is_refused_where_it_may_not(text: str) -> None:
    async with pretended({}) as (server, datasource):
        for texts in ([text], ["SELECT 1", text]):
            with pytest.raises(QueryFailed, match="read only") as caught:
                await run(datasource, *texts)
            assert caught.value.statement == len(texts) - 1
        for reading in ("(SELECT 1)", "EXPLAIN VERBOSE SELECT 1", "DESC t", "SHOW TABLES"):
            await run(datasource, reading)
        await datasource.execute([query("WITH x AS (SELECT 1) SELECT 1")], max_rows=1, timeout_s=5)
    assert text not in server.told or not text


async def test_there_are_no_transactions() -> None:
    async with pretended({}, read_only=False) as (server, datasource):
        assert await run(datasource, "INSERT INTO t VALUES (1)") == [Affected(0)]
        with pytest.raises(QueryFailed, match="cannot undo") as caught:
            await run(datasource, "SELECT 1", "INSERT INTO t VALUES (1)")
        assert (caught.value.statement, bool(caught.value.hint)) == (1, True)
        for text in ("BEGIN", "COMMIT", "ROLLBACK", "START TRANSACTION"):
            with pytest.raises(QueryFailed, match="no transactions"):
                await run(datasource, text)
        with pytest.raises(QueryFailed, match="no transactions"):
            await datasource.begin(timeout_s=5)
        await run(datasource, "SELECT 1", "SHOW TABLES")
    assert server.told[-2:] == ["SELECT 1", "SHOW TABLES"]
    assert "BEGIN" not in server.told


@pytest.fixture
async def datasource(
    mariadb_database: MariadbDatabase, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Datasource]:
    """MariaDB in StarRocks' place, with a session of its own kind."""
    monkeypatch.setattr(mysql_session, "prepare_starrocks", mysql_session._prepare)
    mariadb_database.run("CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1), (2), (3)")
    async with opened(mariadb_database.config(product_type=ProductType.STARROCKS)) as made:
        yield made


async def test_rows_values_and_errors_are_those_of_mysql(
    datasource: Datasource, mariadb_database: MariadbDatabase
) -> None:
    for text in INJECTIONS:
        found = await rows_of(datasource, "SELECT %s AS x", text)
        assert found.rows == [(text,)]
    cut = await rows_of(datasource, "SELECT a FROM t ORDER BY a DESC", max_rows=2)
    assert cut == Rows(("a",), [(3,), (2,)], truncated=True)
    first, second = await datasource.execute(
        [query("SELECT a FROM t ORDER BY a"), query("SELECT 4 AS a")], max_rows=1, timeout_s=20
    )
    assert (first, second) == (Rows(("a",), [(1,)], truncated=True), Rows(("a",), [(4,)]))
    with pytest.raises(QueryFailed, match="nope") as caught:
        await run(datasource, "SELECT 1", "SELECT nope FROM t")
    assert caught.value.statement == 1
    tables = await datasource.introspect()
    assert [table.name for table in tables if table.schema == mariadb_database.name] == ["t"]
    found = await rows_of(datasource, "SELECT %s AS x", b"\x00\xff")
    assert found.rows == [("AP8=",)]


async def test_a_caller_who_goes_away_stops_the_query(datasource: Datasource) -> None:
    endless = "SELECT count(*) AS n FROM seq_1_to_1000000000 AS a WHERE sha2(a.seq, 512) = 'x'"
    task = asyncio.create_task(run(datasource, endless))
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 5)


async def test_a_server_that_is_away_is_told() -> None:
    async with opened(replace(CONFIG, port=free_port())) as datasource:
        with pytest.raises(ConnectFailed, match="refused"):
            await datasource.test()
