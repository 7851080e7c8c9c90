"""Transactions of every product on real databases: kept, undone, abandoned, counted."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import pytest

from dbapi_platform.datasources import (
    Affected,
    Busy,
    ConnectFailed,
    DatasourceConfig,
    DatasourceError,
    PoolState,
    ProductType,
    QueryFailed,
    QueryTimeout,
    Rows,
    Statement,
    Transaction,
    open_datasource,
)
from dbapi_platform.datasources.registry import Driver
from tests.services.fixtures import MariadbDatabase, PostgresDatabase

from .conftest import query, rows_of

SETUP = ("CREATE TABLE t (a INTEGER PRIMARY KEY, b VARCHAR(50))", "INSERT INTO t VALUES (1, 'x')")
ENDLESS = {
    ProductType.POSTGRESQL: "SELECT count(*) AS n FROM generate_series(1, 9999) AS a,"
    " generate_series(1, 9999) AS b, generate_series(1, 9999) AS endless",
    ProductType.MYSQL: "SELECT count(*) AS n FROM seq_1_to_1000000000 AS a"
    " WHERE sha2(a.seq, 512) = 'endless'",
    ProductType.DUCKDB: "SELECT count(*) AS n FROM range(100000000000) AS a WHERE hash(a) % 7 = 3",
    ProductType.SQLITE: "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)"
    " SELECT count(*) AS n FROM r",
}
SERVERS = [ProductType.POSTGRESQL, ProductType.MYSQL]


@dataclass(frozen=True, slots=True)
class Database:
    """A database with the table t; `ask` runs something on the server as its superuser."""

    config: DatasourceConfig
    ask: Callable[[str], list[tuple[Any, ...]]] | None = None

    @property
    def product(self) -> ProductType:
        return self.config.product_type

    def open_transactions(self) -> list[tuple[Any, ...]]:
        """What the server itself knows of transactions of the platform."""
        assert self.ask is not None
        if self.product is ProductType.POSTGRESQL:
            return self.ask(
                "SELECT pid, state, query FROM pg_stat_activity WHERE xact_start IS NOT NULL"
                f" AND datname = '{self.config.database}' AND pid <> pg_backend_pid()"
            )
        return self.ask(
            "SELECT p.id, p.info FROM information_schema.innodb_trx AS t"
            " JOIN information_schema.processlist AS p ON p.id = t.trx_mysql_thread_id"
            f" WHERE p.db = '{self.config.database}'"
        )

    def running(self) -> bool:
        """Whether the endless statement runs on the server."""
        assert self.ask is not None
        if self.product is ProductType.POSTGRESQL:
            return any("endless" in row[2] for row in self.open_transactions())
        rows = self.ask("SELECT info FROM information_schema.processlist WHERE command = 'Query'")
        return any("seq_1_to_1000000000" in str(row[0]) for row in rows)


@pytest.fixture(params=list(ENDLESS))
def database(request: pytest.FixtureRequest, tmp_path: Any) -> Database:
    match request.param:
        case ProductType.POSTGRESQL:
            postgres: PostgresDatabase = request.getfixturevalue("postgres_database")
            postgres.run("; ".join(SETUP))
            return Database(postgres.config(), postgres.run)
        case ProductType.MYSQL:
            mariadb: MariadbDatabase = request.getfixturevalue("mariadb_database")
            mariadb.run(*SETUP)
            return Database(mariadb.config(), mariadb.run)
    connect = duckdb.connect if request.param is ProductType.DUCKDB else sqlite3.connect
    path = str(tmp_path / "file")
    connection = connect(path)
    for text in SETUP:
        connection.execute(text)
    connection.commit()
    connection.close()
    return Database(DatasourceConfig(path, "file", request.param, path, read_only=False))


@asynccontextmanager
async def opened_with(database: Database, **changes: Any) -> AsyncIterator[Driver]:
    opened = open_datasource(replace(database.config, **changes))
    try:
        yield opened
    finally:
        await opened.close()


@pytest.fixture
async def datasource(database: Database) -> AsyncIterator[Driver]:
    async with opened_with(database) as opened:
        yield opened


async def do(transaction: Transaction, text: str, *values: object, timeout_s: float = 20) -> Any:
    statement = Statement(text, values, is_query=text.startswith("SELECT"))
    return await transaction.execute(statement, max_rows=100, timeout_s=timeout_s)


async def kept(datasource: Driver) -> list[object]:
    return [row[0] for row in (await rows_of(datasource, "SELECT a FROM t ORDER BY a")).rows]


async def until(happened: Callable[[], bool]) -> None:
    """Wait for what another process does."""
    for _ in range(400):
        if await asyncio.to_thread(happened):
            return
        await asyncio.sleep(0.025)
    raise AssertionError("it did not happen")


async def begun(datasource: Driver) -> Transaction:
    return await datasource.begin(timeout_s=10)


async def test_commit_keeps(datasource: Driver) -> None:
    transaction = await begun(datasource)
    assert await do(transaction, "INSERT INTO t VALUES (2, 'y'), (3, 'z')") == Affected(2)
    found = await do(transaction, "SELECT a, b, a FROM t ORDER BY a")
    assert found == Rows(("a", "b", "a_2"), [(1, "x", 1), (2, "y", 2), (3, "z", 3)])
    assert datasource.running == 1
    await transaction.commit()
    assert datasource.running == 0
    assert await kept(datasource) == [1, 2, 3]


async def test_rollback_undoes_and_may_come_twice(datasource: Driver) -> None:
    transaction = await begun(datasource)
    await do(transaction, "INSERT INTO t VALUES (2, 'y')")
    await transaction.rollback()
    await transaction.rollback()
    assert datasource.running == 0
    assert await kept(datasource) == [1]


async def test_others_see_nothing_before_the_commit(datasource: Driver) -> None:
    transaction = await begun(datasource)
    await do(transaction, "INSERT INTO t VALUES (2, 'y')")
    assert await kept(datasource) == [1]
    await transaction.commit()
    assert await kept(datasource) == [1, 2]


async def test_rows_over_the_limit_are_cut_and_another_statement_follows(
    datasource: Driver,
) -> None:
    transaction = await begun(datasource)
    await do(transaction, "INSERT INTO t VALUES (2, 'y'), (3, 'z')")
    for _ in range(2):
        cut = await transaction.execute(
            query("SELECT a FROM t ORDER BY a"), max_rows=2, timeout_s=20
        )
        assert cut == Rows(("a",), [(1,), (2,)], truncated=True)
    await transaction.rollback()


async def test_values_are_bound(datasource: Driver) -> None:
    first, second = (datasource.dialect.placeholder.format(n=number) for number in (1, 2))
    transaction = await begun(datasource)
    for number, word in enumerate(["y", None, "z"], 2):
        await do(transaction, f"INSERT INTO t VALUES ({first}, {second})", number, word)
    found = await do(transaction, f"SELECT a FROM t WHERE b = {first}", "z")
    assert found.rows == [(4,)]
    await transaction.rollback()


async def test_a_failed_statement_is_told_and_undone(datasource: Driver) -> None:
    transaction = await begun(datasource)
    await do(transaction, "INSERT INTO t VALUES (2, 'y')")
    with pytest.raises(QueryFailed, match="nope"):
        await do(transaction, "SELECT nope FROM t")
    await transaction.rollback()
    assert await kept(datasource) == [1]
    assert datasource.running == 0


async def test_after_a_failure_a_commit_keeps_all_or_tells(
    database: Database, datasource: Driver
) -> None:
    transaction = await begun(datasource)
    await do(transaction, "INSERT INTO t VALUES (2, 'y')")
    with pytest.raises(QueryFailed):
        await do(transaction, "INSERT INTO t VALUES (1, 'twice')")
    if database.product in {ProductType.MYSQL, ProductType.SQLITE}:
        await do(transaction, "INSERT INTO t VALUES (3, 'z')")
        await transaction.commit()
        assert await kept(datasource) == [1, 2, 3]
    else:
        with pytest.raises(QueryFailed):
            await do(transaction, "INSERT INTO t VALUES (3, 'z')")
        with pytest.raises(QueryFailed, match="failed"):
            await transaction.commit()
        assert await kept(datasource) == [1]
    assert datasource.running == 0


@pytest.mark.parametrize("end", ["commit", "rollback"])
async def test_nothing_is_possible_after_the_end(datasource: Driver, end: str) -> None:
    transaction = await begun(datasource)
    await do(transaction, "INSERT INTO t VALUES (2, 'y')")
    await getattr(transaction, end)()
    with pytest.raises(QueryFailed, match="has ended"):
        await do(transaction, "INSERT INTO t VALUES (3, 'z')")
    with pytest.raises(QueryFailed, match="has ended"):
        await transaction.commit()
    await transaction.rollback()
    assert await kept(datasource) == ([1, 2] if end == "commit" else [1])
    assert datasource.running == 0


@pytest.mark.parametrize("text", ["BEGIN", "COMMIT", "ROLLBACK", "/* x */ commit"])
async def test_a_statement_may_not_end_it(datasource: Driver, text: str) -> None:
    transaction = await begun(datasource)
    await do(transaction, "INSERT INTO t VALUES (2, 'y')")
    with pytest.raises(QueryFailed, match="one transaction already"):
        await do(transaction, text)
    await do(transaction, "INSERT INTO t VALUES (3, 'z')")
    await transaction.rollback()
    assert await kept(datasource) == [1]


async def test_a_savepoint_is_possible_where_the_product_has_them(
    database: Database, datasource: Driver
) -> None:
    transaction = await begun(datasource)
    if database.product is ProductType.DUCKDB:
        with pytest.raises(QueryFailed):
            await do(transaction, "SAVEPOINT s")
        await transaction.rollback()
        return
    await do(transaction, "SAVEPOINT s")
    await do(transaction, "DELETE FROM t")
    with pytest.raises(QueryFailed):
        await do(transaction, "SELECT nope FROM t")
    await do(transaction, "ROLLBACK TO SAVEPOINT s")
    await do(transaction, "INSERT INTO t VALUES (2, 'y')")
    await transaction.commit()
    assert await kept(datasource) == [1, 2]


async def test_a_statement_over_its_time_undoes_all(database: Database, datasource: Driver) -> None:
    transaction = await begun(datasource)
    await do(transaction, "INSERT INTO t VALUES (2, 'y')")
    with pytest.raises(QueryTimeout):
        await do(transaction, ENDLESS[database.product], timeout_s=0.3)
    assert datasource.running == 0
    await check_undone(database, datasource, transaction)


async def test_a_cancelled_task_undoes_all(database: Database, datasource: Driver) -> None:
    transaction = await begun(datasource)
    await do(transaction, "INSERT INTO t VALUES (2, 'y')")
    task = asyncio.create_task(do(transaction, ENDLESS[database.product]))
    if database.product in SERVERS:
        await until(database.running)
    else:
        await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert datasource.running == 0
    await check_undone(database, datasource, transaction)


async def test_a_task_cancelled_again_while_it_undoes_loses_no_connection(
    database: Database,
) -> None:
    async with opened_with(database, pool_size=1) as datasource:
        for pause in (0.0, 0.001, 0.01, 0.05):
            transaction = await begun(datasource)
            await do(transaction, "INSERT INTO t VALUES (2, 'y')")
            task = asyncio.create_task(do(transaction, ENDLESS[database.product]))
            await asyncio.sleep(0.1)
            task.cancel()
            await asyncio.sleep(pause)
            task.cancel()
            await asyncio.wait([task])
            await check_undone(database, datasource, transaction)


async def check_undone(database: Database, datasource: Driver, transaction: Transaction) -> None:
    if database.product in SERVERS:
        await until(lambda: not database.open_transactions())
    with pytest.raises(QueryFailed, match="has ended"):
        await transaction.commit()
    await transaction.rollback()
    assert await kept(datasource) == [1]
    assert datasource.running == 0
    # Nothing is left that would lock the table.
    await datasource.execute([Statement("UPDATE t SET b = 'x'")], max_rows=1, timeout_s=10)


async def test_a_read_only_datasource_writes_nothing(database: Database) -> None:
    async with opened_with(database, read_only=True) as datasource:
        for text in (
            "INSERT INTO t VALUES (2, 'y')",
            "SET TRANSACTION READ WRITE",
            "SET SESSION TRANSACTION READ WRITE",
            "CREATE TABLE u (a INTEGER)",
        ):
            transaction = await begun(datasource)
            with suppress(QueryFailed):  # what is harmless is not refused
                await do(transaction, text)
            with pytest.raises(QueryFailed):
                await do(transaction, "INSERT INTO t VALUES (2, 'y')")
            with suppress(QueryFailed):
                await transaction.commit()
        transaction = await begun(datasource)
        assert (await do(transaction, "SELECT a FROM t")).rows == [(1,)]
        await transaction.commit()
        assert await kept(datasource) == [1]


async def test_a_transaction_needs_no_second_connection(database: Database) -> None:
    async with opened_with(database, pool_size=1, connect_timeout_s=0.3) as datasource:
        transaction = await begun(datasource)
        with pytest.raises(Busy):
            await rows_of(datasource, "SELECT a FROM t")
        with pytest.raises(Busy):
            await begun(datasource)
        await do(transaction, "INSERT INTO t VALUES (2, 'y')")
        waiting = asyncio.create_task(kept(datasource))
        await asyncio.sleep(0)
        await do(transaction, "INSERT INTO t VALUES (3, 'z')")
        await transaction.commit()
        assert await waiting == [1, 2, 3]


async def test_as_many_transactions_as_connections_go_on(database: Database) -> None:
    # SQLite has one writer at a time.
    read_only = database.product is ProductType.SQLITE
    async with opened_with(database, pool_size=3, read_only=read_only) as datasource:
        transactions = [await begun(datasource) for _ in range(3)]
        late = asyncio.create_task(kept(datasource))
        found = await asyncio.gather(*(do(each, "SELECT a FROM t") for each in transactions))
        assert [rows.rows for rows in found] == [[(1,)]] * 3
        await asyncio.gather(*(each.commit() for each in transactions))
        assert await late == [1]


async def test_the_pool_tells_its_numbers(database: Database) -> None:
    async with opened_with(database, pool_size=1) as datasource:
        assert datasource.pool == PoolState(open=0, idle=0, waiting=0)
        transaction = await begun(datasource)
        waiting = asyncio.create_task(kept(datasource))
        while not datasource.pool.waiting:  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert datasource.pool == PoolState(open=1, idle=0, waiting=1)
        await transaction.rollback()
        await waiting
        left = 0 if database.product is ProductType.DUCKDB else 1
        assert datasource.pool == PoolState(open=left, idle=left, waiting=0)


async def test_many_transactions_share_few_connections(database: Database) -> None:
    async def one(number: int) -> None:
        transaction = await datasource.begin(timeout_s=60)
        await do(transaction, f"INSERT INTO t VALUES ({number}, 'y')")
        await (transaction.commit() if number % 2 else transaction.rollback())

    async with opened_with(database, pool_size=3, connect_timeout_s=60) as datasource:
        await asyncio.gather(*(one(number) for number in range(2, 42)))
        assert datasource.running == 0
        assert await kept(datasource) == [1, *range(3, 42, 2)]


async def test_begins_that_are_given_up_take_no_connection_with_them(database: Database) -> None:
    async def one() -> None:
        transaction = await datasource.begin(timeout_s=60)
        await transaction.rollback()

    async with opened_with(database, pool_size=2, connect_timeout_s=60) as datasource:
        for pause in (0.0, 0.001, 0.005, 0.02):
            tasks = [asyncio.create_task(one()) for _ in range(10)]
            await asyncio.sleep(pause)
            for task in tasks[::2]:
                task.cancel()
            await asyncio.wait(tasks)
        await asyncio.gather(*(one() for _ in range(4)))
        assert datasource.running == 0


async def test_closing_undoes_what_is_open(database: Database) -> None:
    async with opened_with(database) as datasource:
        resting, busy = await begun(datasource), None
        await do(resting, "INSERT INTO t VALUES (2, 'y')")
        if database.product is not ProductType.SQLITE:
            busy = await begun(datasource)
            await do(busy, "INSERT INTO t VALUES (3, 'z')")
            task = asyncio.create_task(do(busy, ENDLESS[database.product]))
            await asyncio.sleep(0.2)
        await datasource.close()
        assert datasource.running == 0 or database.product is ProductType.POSTGRESQL
        if busy is not None:
            with pytest.raises(DatasourceError):
                await task
        with pytest.raises((ConnectFailed, QueryFailed)):
            await do(resting, "SELECT a FROM t")
        await resting.rollback()
        assert datasource.running == 0
        if database.product in SERVERS:
            await until(lambda: not database.open_transactions())
    async with opened_with(database) as again:
        assert await kept(again) == [1]


async def test_what_a_statement_leaves_behind_does_not_last(database: Database) -> None:
    make = {
        ProductType.POSTGRESQL: ["SET my.tenant = 'a'", "CREATE TEMP TABLE mine (a INTEGER)"],
        ProductType.MYSQL: ["SET @x = 1", "CREATE TEMPORARY TABLE mine (a INTEGER)"],
    }.get(database.product, ["CREATE TEMP TABLE mine (a INTEGER)"])
    async with opened_with(database, pool_size=1) as datasource:
        transaction = await begun(datasource)
        for text in make:
            await do(transaction, text)
        await do(transaction, "INSERT INTO mine VALUES (1)")
        await transaction.commit()
        with pytest.raises(QueryFailed, match="mine"):
            await rows_of(datasource, "SELECT a FROM mine")


@pytest.mark.parametrize("database", SERVERS, indirect=True)
async def test_a_connection_lost_in_between_is_told(database: Database, datasource: Driver) -> None:
    transaction = await begun(datasource)
    await do(transaction, "INSERT INTO t VALUES (2, 'y')")
    kill(database)
    with pytest.raises(ConnectFailed, match="lost"):
        await do(transaction, "INSERT INTO t VALUES (3, 'z')")
    with pytest.raises(QueryFailed, match="has ended"):
        await transaction.commit()
    assert datasource.running == 0
    assert await kept(datasource) == [1]


@pytest.mark.parametrize("database", SERVERS, indirect=True)
async def test_a_connection_that_the_server_closed_while_idle_is_not_used(
    database: Database,
) -> None:
    async with opened_with(database, pool_size=1) as datasource:
        assert await kept(datasource) == [1]
        kill(database)
        # What writes cannot be tried twice: it must not be sent on a dead connection at all.
        insert = [Statement("INSERT INTO t VALUES (2, 'y')")]
        assert await datasource.execute(insert, max_rows=1, timeout_s=10) == [Affected(1)]
        kill(database)
        transaction = await begun(datasource)
        await do(transaction, "INSERT INTO t VALUES (3, 'z')")
        await transaction.commit()
        assert await kept(datasource) == [1, 2, 3]


def kill(database: Database) -> None:
    """The server ends every session of the platform."""
    assert database.ask is not None
    if database.product is ProductType.POSTGRESQL:
        database.ask(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            f" WHERE datname = '{database.config.database}' AND pid <> pg_backend_pid()"
        )
        return
    ids = (
        "SELECT id FROM information_schema.processlist"
        f" WHERE db = '{database.config.database}' AND id <> connection_id()"
    )
    for (number,) in database.ask(ids):
        database.ask(f"KILL {number}")
    while database.ask(ids):
        pass
