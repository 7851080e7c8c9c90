"""Rows read a batch at a time: alike on every product, and nothing is left behind."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from typing import Final

import pytest

from dbapi_platform.datasources import (
    Busy,
    ProductType,
    QueryFailed,
    QueryTimeout,
    Rows,
    Statement,
)
from dbapi_platform.datasources.registry import Driver

from .conftest import query, rows_of
from .transaction_support import (
    ENDLESS,
    SERVERS,
    Database,
    database,
    datasource,
    opened_with,
    until,
)

__all__ = ["database", "datasource"]

COUNTING: Final = {
    ProductType.POSTGRESQL: "SELECT n, n * 2 AS m FROM generate_series(1, {count}) AS n",
    ProductType.MYSQL: "SELECT seq AS n, seq * 2 AS m FROM seq_1_to_{count}",
    ProductType.DUCKDB: "SELECT range + 1 AS n, (range + 1) * 2 AS m FROM range({count})",
    ProductType.SQLITE: "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r"
    " LIMIT {count}) SELECT n, n * 2 AS m FROM r",
}


def counting(database: Database, count: int) -> Statement:
    return query(COUNTING[database.product].format(count=count))


async def read(
    datasource: Driver, statement: Statement, *, max_rows: int = 10_000, batch_rows: int = 100
) -> list[Rows]:
    rows = datasource.stream(statement, max_rows=max_rows, batch_rows=batch_rows, timeout_s=20)
    async with aclosing(rows):
        return [batch async for batch in rows]


def sizes(found: Sequence[Rows]) -> list[int]:
    return [len(batch.rows) for batch in found]


@pytest.mark.parametrize(
    ("count", "max_rows", "expected", "truncated"),
    [
        (250, 1000, [100, 100, 50], False),
        (200, 1000, [100, 100, 0], False),
        (250, 250, [100, 100, 50], False),
        (251, 250, [100, 100, 50], True),
        (250, 100, [100, 0], True),
        (100, 100, [100, 0], False),
    ],
)
async def test_rows_come_in_batches_and_the_last_tells_of_the_limit(
    database: Database,
    datasource: Driver,
    count: int,
    max_rows: int,
    expected: list[int],
    truncated: bool,
) -> None:
    found = await read(datasource, counting(database, count), max_rows=max_rows)
    assert sizes(found) == expected
    assert [batch.truncated for batch in found] == [False] * (len(found) - 1) + [truncated]
    assert {batch.columns for batch in found} == {("n", "m")}
    rows = [row for batch in found for row in batch.rows]
    assert sorted(rows) == [(n, n * 2) for n in range(1, min(count, max_rows) + 1)]


async def test_no_rows_are_one_batch_with_its_columns(datasource: Driver) -> None:
    found = await read(datasource, query("SELECT a, b FROM t WHERE a = 77"))
    assert found == [Rows(("a", "b"), [])]


async def test_values_are_bound_and_plain_as_in_an_ordinary_call(
    database: Database, datasource: Driver
) -> None:
    mark = {ProductType.MYSQL: "%s", ProductType.SQLITE: "?1"}.get(database.product, "$1")
    text = f"SELECT a, b, 1.50 AS c, NULL AS d FROM t WHERE b = {mark}"
    (found,) = await read(datasource, query(text, "x"))
    assert found == await rows_of(datasource, text, "x")
    assert [len(batch.rows) for batch in await read(datasource, query(text, "x' OR 1=1"))] == [0]


async def test_what_fails_is_told_and_the_connection_goes_on(
    database: Database, datasource: Driver
) -> None:
    with pytest.raises(QueryFailed) as caught:
        await read(datasource, query("SELECT nothing FROM t"))
    assert "nothing" in caught.value.message
    if database.product is ProductType.POSTGRESQL:
        assert caught.value.position == 8
    assert sizes(await read(datasource, counting(database, 3))) == [3]
    assert datasource.running == 0


async def test_a_reader_who_stops_gives_the_connection_back(database: Database) -> None:
    async with opened_with(database, pool_size=1, connect_timeout_s=1.0) as datasource:
        rows = datasource.stream(
            counting(database, 100_000), max_rows=100_000, batch_rows=10, timeout_s=20
        )
        first = await anext(rows)
        assert len(first.rows) == 10
        with pytest.raises(Busy):
            await rows_of(datasource, "SELECT a FROM t")
        await rows.aclose()
        assert datasource.running == 0
        assert (await rows_of(datasource, "SELECT a FROM t")).rows == [(1,)]
    if database.product in SERVERS:
        await until(lambda: not database.open_transactions())


async def test_a_query_without_an_end_is_stopped_at_its_time(
    database: Database, datasource: Driver
) -> None:
    statement = query(ENDLESS[database.product])
    rows = datasource.stream(statement, max_rows=9, batch_rows=9, timeout_s=0.3)
    with pytest.raises(QueryTimeout):
        await anext(rows)
    if database.product in SERVERS:
        await until(lambda: not database.running())
    assert datasource.running == 0


async def test_a_reader_who_is_cancelled_stops_the_query(
    database: Database, datasource: Driver
) -> None:
    statement = query(ENDLESS[database.product])

    async def wait() -> None:
        async for _ in datasource.stream(statement, max_rows=9, batch_rows=9, timeout_s=30):
            raise AssertionError("it has no rows")

    task = asyncio.create_task(wait())
    if database.product in SERVERS:
        await until(database.running)
    else:
        await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    if database.product in SERVERS:
        await until(lambda: not database.running())
    assert datasource.running == 0


async def test_a_datasource_that_is_closed_ends_what_is_read_from_it(database: Database) -> None:
    async with opened_with(database) as datasource:
        rows = datasource.stream(
            counting(database, 100_000), max_rows=100_000, batch_rows=10, timeout_s=20
        )
        await anext(rows)
        await asyncio.wait_for(datasource.close(), 10)
        await rows.aclose()
    if database.product in SERVERS:
        await until(lambda: not database.open_transactions())


async def test_columns_tell_what_they_hold(database: Database, datasource: Driver) -> None:
    cast = "CHAR(9)" if database.product is ProductType.MYSQL else "VARCHAR(9)"
    text = (
        f"SELECT a, CAST(1.5 AS DECIMAL(9, 2)) AS b, CAST('x' AS {cast}) AS c,"
        " CAST('2026-01-31' AS DATE) AS d FROM t"
    )
    (found,) = await read(datasource, query(text))
    expected = {
        ProductType.SQLITE: (),
        ProductType.MYSQL: ("integer", "decimal", "text", "date"),
    }.get(database.product, ("integer", "decimal(9,2)", "text", "date"))
    assert found.kinds == expected
