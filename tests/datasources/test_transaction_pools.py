"""Transactions and the connections that they hold: counted, shared, lost, given back."""

import asyncio
from contextlib import suppress

import pytest

from dbapi_platform.datasources import (
    Affected,
    Busy,
    ConnectFailed,
    DatasourceError,
    PoolState,
    ProductType,
    QueryFailed,
    Statement,
)
from dbapi_platform.datasources.registry import Driver

from .conftest import rows_of
from .transaction_support import (
    ENDLESS,
    SERVERS,
    Database,
    begun,
    database,
    datasource,
    do,
    kept,
    opened_with,
    until,
)

__all__ = ["database", "datasource"]


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
