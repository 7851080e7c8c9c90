"""Transactions of every product on real databases: kept, undone, abandoned."""

import asyncio

import pytest

from dbapi_platform.datasources import (
    Affected,
    ProductType,
    QueryFailed,
    QueryTimeout,
    Rows,
)
from dbapi_platform.datasources.registry import Driver

from .conftest import query
from .transaction_support import (
    ENDLESS,
    SERVERS,
    Database,
    begun,
    check_undone,
    database,
    datasource,
    do,
    kept,
    opened_with,
    until,
)

__all__ = ["database", "datasource"]


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
