"""Databases of every product for the tests of transactions, and what is asked of them."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import pytest

from dbapi_platform.datasources import (
    DatasourceConfig,
    ProductType,
    QueryFailed,
    Statement,
    Transaction,
    open_datasource,
)
from dbapi_platform.datasources.registry import Driver
from tests.services.fixtures import MariadbDatabase, PostgresDatabase

from .conftest import rows_of

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
            # Of a cursor's query the server may tell no more than that it is read from.
            return any(
                state == "active" and ("endless" in asked or asked.startswith("FETCH"))
                for _, state, asked in self.open_transactions()
            )
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
