"""What is particular to the transactions of one product."""

import asyncio
import os
import signal
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest
from psycopg.abc import Buffer
from psycopg.adapt import Loader

from dbapi_platform.datasources import (
    Affected,
    Busy,
    ConnectFailed,
    DatasourceConfig,
    ProductType,
    QueryFailed,
    QueryTimeout,
    Statement,
    Transaction,
    open_datasource,
)
from dbapi_platform.datasources.registry import Driver
from dbapi_platform.datasources.threads import Threads
from tests.services.fixtures import MariadbDatabase, PostgresDatabase
from tests.services.mariadb import start_mariadb

from .conftest import query, rows_of

SETUP = "CREATE TABLE t (a INTEGER PRIMARY KEY, b VARCHAR(50))"
ROWS = "INSERT INTO t VALUES (1, 'x'), (2, 'y')"


async def do(transaction: Transaction, text: str, *values: object, timeout_s: float = 20) -> Any:
    statement = Statement(text, values, is_query=text.startswith("SELECT"))
    return await transaction.execute(statement, max_rows=100, timeout_s=timeout_s)


async def kept(datasource: Driver) -> list[object]:
    return [row[0] for row in (await rows_of(datasource, "SELECT a FROM t ORDER BY a")).rows]


@pytest.fixture
async def postgresql(postgres_database: PostgresDatabase) -> AsyncIterator[Driver]:
    postgres_database.run(f"{SETUP}; {ROWS}")
    opened = open_datasource(postgres_database.config())
    yield opened
    await opened.close()


@pytest.fixture
async def mysql(mariadb_database: MariadbDatabase) -> AsyncIterator[Driver]:
    mariadb_database.run(SETUP, ROWS)
    opened = open_datasource(mariadb_database.config())
    yield opened
    await opened.close()


def make_file(product: ProductType, path: Path) -> DatasourceConfig:
    connect = duckdb.connect if product is ProductType.DUCKDB else sqlite3.connect
    connection = connect(str(path))
    connection.execute(SETUP)
    connection.execute(ROWS)
    connection.commit()
    connection.close()
    return DatasourceConfig(product, product, product, str(path), read_only=False)


@pytest.fixture
async def duck(tmp_path: Path) -> AsyncIterator[Driver]:
    opened = open_datasource(make_file(ProductType.DUCKDB, tmp_path / "file"))
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Driver]:
    opened = open_datasource(make_file(ProductType.SQLITE, tmp_path / "file"))
    yield opened
    await opened.close()


async def test_postgresql_learns_how_to_send_a_statement_within_a_transaction(
    postgresql: Driver,
) -> None:
    transaction = await postgresql.begin(timeout_s=10)
    await do(transaction, "INSERT INTO t VALUES (3, 'z')")
    for _ in range(3):
        # Nothing tells the type of $1, and the second is refused as a subquery.
        found = await do(transaction, "SELECT count(*) AS n FROM t WHERE $1 IS NULL", None)
        assert found.rows == [(3,)]
        statement = query("SELECT a FROM t WHERE a = 1 FOR UPDATE SKIP LOCKED -- end")
        assert (await transaction.execute(statement, max_rows=9, timeout_s=9)).rows == [(1,)]
        copied = query("SELECT a INTO copied FROM t")
        assert await transaction.execute(copied, max_rows=9, timeout_s=9) == Affected(3)
        await do(transaction, "DROP TABLE copied")
    await transaction.commit()
    assert await kept(postgresql) == [1, 2, 3]


async def test_postgresql_runs_a_statement_whose_table_has_changed(postgresql: Driver) -> None:
    for _ in range(3):
        await rows_of(postgresql, "SELECT * FROM t")
    transaction = await postgresql.begin(timeout_s=10)
    await do(transaction, "ALTER TABLE t ADD COLUMN c INTEGER")
    assert (await do(transaction, "SELECT * FROM t")).columns == ("a", "b", "c")
    await transaction.commit()


async def test_postgresql_undoes_what_it_cannot_read(postgresql: Driver) -> None:
    postgresql._types.adapters.register_loader("circle", Unreadable)  # type: ignore[attr-defined]
    transaction = await postgresql.begin(timeout_s=10)
    with pytest.raises(QueryFailed, match="cannot be read"):
        await do(transaction, "INSERT INTO t VALUES (3, 'z') RETURNING '<(0,0),1>'::circle")
    with pytest.raises(QueryFailed, match="has ended"):
        await transaction.commit()
    assert await kept(postgresql) == [1, 2]


class Unreadable(Loader):
    """A loader that fails."""

    def load(self, data: Buffer) -> object:
        raise ValueError("no")


async def test_postgresql_checks_at_the_commit(
    postgres_database: PostgresDatabase, postgresql: Driver
) -> None:
    postgres_database.run(
        "CREATE TABLE child (a INTEGER REFERENCES t DEFERRABLE INITIALLY DEFERRED)"
    )
    transaction = await postgresql.begin(timeout_s=10)
    await do(transaction, "INSERT INTO child VALUES (9)")
    with pytest.raises(QueryFailed, match="foreign key"):
        await transaction.commit()
    assert postgresql.running == 0
    assert (await rows_of(postgresql, "SELECT a FROM child")).rows == []


@pytest.mark.parametrize("run", range(5))
async def test_postgresql_is_cancelled_in_its_first_statement_too(
    postgresql: Driver, postgres_database: PostgresDatabase, run: int
) -> None:
    """A request to cancel that comes while a new session plans its first statement is lost."""
    # So costly that the server compiles it.
    text = "SELECT count(*) FROM " + ", ".join(f"generate_series(1, 9999) AS e{n}" for n in "abc")
    transaction = await postgresql.begin(timeout_s=10)
    task = asyncio.create_task(do(transaction, text))
    await asyncio.sleep(0.01 * (run + 1))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    active = "SELECT 1 FROM pg_stat_activity WHERE query ~ 'generate_series' AND state = 'active'"
    assert postgres_database.run(f"{active} AND pid <> pg_backend_pid()") == []
    assert postgresql.pool.idle == 1


async def test_mysql_goes_on_after_what_commits_by_itself(mysql: Driver) -> None:
    transaction = await mysql.begin(timeout_s=10)
    await do(transaction, "INSERT INTO t VALUES (3, 'z')")
    await do(transaction, "CREATE TABLE u (a INTEGER)")
    await do(transaction, "INSERT INTO t VALUES (4, 'w')")
    await transaction.rollback()
    # What came before cannot be undone; what came after is.
    assert await kept(mysql) == [1, 2, 3]


async def test_mysql_lets_nothing_follow_in_the_victim_of_a_deadlock(mysql: Driver) -> None:
    first, second = [await mysql.begin(timeout_s=10) for _ in range(2)]
    await do(first, "UPDATE t SET b = 'first' WHERE a = 1")
    await do(second, "INSERT INTO t VALUES (3, 'z'), (4, 'w'), (5, 'v')")
    await do(second, "UPDATE t SET b = 'second' WHERE a = 2")
    waiting = asyncio.create_task(do(first, "UPDATE t SET b = 'first' WHERE a = 2"))
    await asyncio.sleep(0.2)
    outcomes = await asyncio.gather(
        do(second, "UPDATE t SET b = 'second' WHERE a = 1"), waiting, return_exceptions=True
    )
    failed = [isinstance(outcome, QueryFailed) for outcome in outcomes]
    assert sorted(failed) == [False, True]
    victim, winner = (second, first) if failed[0] else (first, second)
    with pytest.raises(QueryFailed, match="ended the transaction"):
        await do(victim, "INSERT INTO t VALUES (9, 'alone')")
    with pytest.raises(QueryFailed, match="ended the transaction"):
        await victim.commit()
    await winner.commit()
    assert 9 not in await kept(mysql)
    assert mysql.running == 0


async def test_mysql_uses_a_connection_again_when_it_is_as_good_as_new(mysql: Driver) -> None:
    number = "SELECT connection_id() AS n"
    first = (await rows_of(mysql, number)).rows
    transaction = await mysql.begin(timeout_s=10)
    assert (await do(transaction, number)).rows == first
    await do(transaction, "INSERT INTO t VALUES (3, 'z')")
    await transaction.commit()
    assert (await rows_of(mysql, number)).rows == first
    transaction = await mysql.begin(timeout_s=10)
    await do(transaction, "SELECT @x := 1")
    await transaction.rollback()
    assert (await rows_of(mysql, number)).rows != first


async def test_mysql_gives_back_the_place_of_a_server_that_is_silent() -> None:
    server = start_mariadb()
    try:
        config = replace(MariadbDatabase(server, "mysql").config(), connect_timeout_s=1)
        datasource = open_datasource(config)
        transaction = await datasource.begin(timeout_s=10)
        assert server.process is not None
        os.kill(server.process.pid, signal.SIGSTOP)
        # A busy machine takes its time to stop each of its threads.
        while psutil.Process(server.process.pid).status() != psutil.STATUS_STOPPED:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        with pytest.raises(QueryTimeout):
            await do(transaction, "SELECT 1", timeout_s=0.2)
        assert datasource.running == 0
        with pytest.raises(ConnectFailed):
            await datasource.begin(timeout_s=10)
        assert datasource.running == 0
        os.kill(server.process.pid, signal.SIGCONT)
        assert (await rows_of(datasource, "SELECT 1 AS a")).rows == [(1,)]
        await datasource.close()
    finally:
        server.stop()


async def test_duckdb_tells_of_a_conflict(duck: Driver) -> None:
    first, second = [await duck.begin(timeout_s=10) for _ in range(2)]
    await do(first, "UPDATE t SET b = 'first' WHERE a = 1")
    with pytest.raises(QueryFailed, match="Conflict"):
        await do(second, "UPDATE t SET b = 'second' WHERE a = 1")
    await second.rollback()
    await first.commit()
    assert (await rows_of(duck, "SELECT b FROM t WHERE a = 1")).rows == [("first",)]
    first, second = [await duck.begin(timeout_s=10) for _ in range(2)]
    await do(first, "INSERT INTO t VALUES (3, 'first')")
    await do(second, "INSERT INTO t VALUES (3, 'second')")
    await first.commit()
    with pytest.raises(QueryFailed, match="constraint"):
        await second.commit()
    assert (await rows_of(duck, "SELECT b FROM t WHERE a = 3")).rows == [("first",)]
    assert duck.running == 0


async def test_duckdb_keeps_nothing_of_what_it_could_not_return(
    duck: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise ValueError("no")

    transaction = await duck.begin(timeout_s=10)
    with monkeypatch.context() as patch:
        patch.setattr("dbapi_platform.datasources.duckdb_queries.plain_rows", fail)
        with pytest.raises(QueryFailed):
            await do(transaction, "INSERT INTO t VALUES (3, 'z') RETURNING a")
    with pytest.raises(QueryFailed, match="has failed"):
        await transaction.commit()
    assert await kept(duck) == [1, 2]


async def test_sqlite_has_one_writer_at_a_time(sqlite: Driver) -> None:
    first = await sqlite.begin(timeout_s=10)
    waiting = asyncio.create_task(sqlite.begin(timeout_s=10))
    await do(first, "INSERT INTO t VALUES (3, 'z')")
    await first.commit()
    second = await waiting
    await do(second, "INSERT INTO t VALUES (4, 'w')")
    await second.commit()
    assert await kept(sqlite) == [1, 2, 3, 4]


async def test_sqlite_waits_for_its_turn_to_write_no_longer_than_to_connect(sqlite: Driver) -> None:
    impatient = open_datasource(replace(sqlite.config, connect_timeout_s=0.1))
    transaction = await sqlite.begin(timeout_s=10)
    with pytest.raises(Busy, match="locked"):
        await impatient.begin(timeout_s=10)
    assert impatient.running == 0
    await transaction.rollback()
    await (await impatient.begin(timeout_s=10)).rollback()
    await impatient.close()


async def test_sqlite_readers_do_not_wait_for_a_writer(sqlite: Driver) -> None:
    reader = open_datasource(replace(sqlite.config, read_only=True, connect_timeout_s=0.1))
    transaction = await sqlite.begin(timeout_s=10)
    await do(transaction, "INSERT INTO t VALUES (3, 'z')")
    reading = await reader.begin(timeout_s=10)
    assert len((await do(reading, "SELECT a FROM t")).rows) == 2
    await reading.commit()
    await transaction.commit()
    await reader.close()


async def test_sqlite_lets_nothing_follow_when_it_has_undone_all(sqlite: Driver) -> None:
    transaction = await sqlite.begin(timeout_s=10)
    await do(transaction, "INSERT INTO t VALUES (3, 'z')")
    with pytest.raises(QueryFailed, match="UNIQUE"):
        await do(transaction, "INSERT OR ROLLBACK INTO t VALUES (1, 'twice')")
    with pytest.raises(QueryFailed, match="undone the transaction"):
        await do(transaction, "INSERT INTO t VALUES (4, 'w')")
    with pytest.raises(QueryFailed, match="undone the transaction"):
        await transaction.commit()
    assert await kept(sqlite) == [1, 2]


async def test_a_thread_is_freed_once() -> None:
    threads = Threads(1, wait_s=0.1, name="test")
    now = asyncio.get_running_loop().time
    seat = await threads.take(now() + 1)
    with pytest.raises(Busy):
        await threads.take(now() + 1)
    assert await seat.run(lambda: 1, lambda: None, now() + 5) == 1
    seat.leave()
    seat.leave()
    again = await threads.take(now() + 1)
    with pytest.raises(Busy):
        await threads.take(now() + 1)
    again.leave()
    await threads.close()
    with pytest.raises(ConnectFailed):
        await threads.take(now() + 1)
