"""Connections to PostgreSQL: refused, lost, shared, kept clean."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvloop

from dbapi_platform.datasources import (
    Busy,
    ConnectFailed,
    Datasource,
    QueryFailed,
    QueryTimeout,
    Rows,
    Statement,
    open_datasource,
)
from tests.services.fixtures import PostgresDatabase
from tests.services.postgres import PostgresServer, free_port, start_postgres

from .conftest import json_of, query, rows_of

PID = "SELECT pg_backend_pid() AS pid"


async def pid_of(datasource: Datasource) -> object:
    return (await rows_of(datasource, PID)).rows[0][0]


async def run(datasource: Datasource, *texts: str) -> list[object]:
    statements = [Statement(text) for text in texts]
    return list(await datasource.execute(statements, max_rows=10, timeout_s=10))


async def test_the_connection_test_tells_product_and_version(datasource: Datasource) -> None:
    info = await datasource.test()
    assert info.product == "PostgreSQL"
    assert info.version[0].isdigit()
    assert 0 < info.elapsed_ms < 5000


async def test_a_wrong_password_is_told_without_it(
    postgres_database: PostgresDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    datasource = open_datasource(postgres_database.config(password="not-the-secret"))
    for attempt in (datasource.test(), run(datasource, "SELECT 1"), datasource.introspect()):
        with pytest.raises(ConnectFailed, match="password authentication failed") as caught:
            await attempt
        assert "not-the-secret" not in caught.value.message
    assert "not-the-secret" not in caplog.text + repr(datasource.config)
    await datasource.close()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"host": "host.invalid"}, "resol|not known|host"),
        ({"database": "nope"}, "does not exist"),
        ({"options": {"sslmode": "require"}}, "SSL"),
    ],
)
async def test_why_it_cannot_connect_is_told(
    postgres_database: PostgresDatabase, changes: dict[str, object], reason: str
) -> None:
    datasource = open_datasource(postgres_database.config(**changes))
    with pytest.raises(ConnectFailed, match=reason):
        await datasource.test()
    await datasource.close()


async def test_a_server_that_is_away_fails_at_once_and_opens(
    postgres_database: PostgresDatabase,
) -> None:
    datasource = open_datasource(postgres_database.config(port=free_port()))
    await datasource.open()
    start = time.perf_counter()
    with pytest.raises(ConnectFailed, match="refused"):
        await run(datasource, "SELECT 1")
    assert time.perf_counter() - start < 2
    await datasource.close()


async def test_a_server_that_never_answers_fails_within_its_time(
    postgres_database: PostgresDatabase,
) -> None:
    silent = await asyncio.start_server(lambda _reader, _writer: asyncio.sleep(60), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    datasource = open_datasource(postgres_database.config(port=port, connect_timeout_s=0.5))
    start = time.perf_counter()
    for attempt in (datasource.test(), run(datasource, "SELECT 1")):
        with pytest.raises(ConnectFailed, match="in time"):
            await attempt
    assert time.perf_counter() - start < 3
    await datasource.close()
    silent.close()


async def test_when_all_connections_are_in_use_the_next_is_told(
    postgres_database: PostgresDatabase,
) -> None:
    datasource = open_datasource(postgres_database.config(pool_size=2, connect_timeout_s=0.3))
    long = [asyncio.create_task(run(datasource, "SELECT pg_sleep(1.2)")) for _ in range(2)]
    await asyncio.sleep(0.2)
    with pytest.raises(Busy, match="2 connections"):
        await run(datasource, "SELECT 1")
    await asyncio.gather(*long)
    assert await run(datasource, "SELECT 1 AS a") == [Rows(("a",), [(1,)])]
    await datasource.close()


async def test_many_callers_share_few_connections(postgres_database: PostgresDatabase) -> None:
    datasource = open_datasource(postgres_database.config(pool_size=3))
    found = await asyncio.gather(
        *(rows_of(datasource, "SELECT $1::int AS n", n) for n in range(200))
    )
    assert [rows.rows for rows in found] == [[(n,)] for n in range(200)]
    count = postgres_database.run(
        f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{postgres_database.name}'"
        " AND application_name = 'pydbapi'"
    )
    assert count <= [(3,)]
    await datasource.close()


async def test_callers_that_give_up_take_no_connection_with_them(
    postgres_database: PostgresDatabase,
) -> None:
    datasource = open_datasource(postgres_database.config(pool_size=2))
    for pause in (0.0, 0.001, 0.003, 0.01):
        tasks = [asyncio.create_task(rows_of(datasource, PID)) for _ in range(20)]
        await asyncio.sleep(pause)
        for task in tasks[::2]:
            task.cancel()
        await asyncio.wait(tasks)
    await asyncio.gather(*(rows_of(datasource, PID) for _ in range(20)))
    await datasource.close()


async def test_a_connection_that_the_server_closed_is_replaced_unseen(
    postgres_database: PostgresDatabase, datasource: Datasource
) -> None:
    first = await pid_of(datasource)
    postgres_database.run(f"SELECT pg_terminate_backend({first})")
    assert await pid_of(datasource) != first
    await run(datasource, "CREATE TABLE kept (a int)")
    postgres_database.run(
        f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        f" WHERE datname = '{postgres_database.name}' AND pid <> pg_backend_pid()"
    )
    # A write cannot be tried twice: it must not be sent on a dead connection at all.
    assert await run(datasource, "INSERT INTO kept VALUES (1)")
    assert postgres_database.run("SELECT count(*) FROM kept") == [(1,)]


async def test_a_connection_lost_in_a_write_is_told(
    postgres_database: PostgresDatabase, datasource: Datasource
) -> None:
    await run(datasource, "CREATE TABLE kept (a int)")
    task = asyncio.create_task(run(datasource, "INSERT INTO kept SELECT 1 FROM pg_sleep(5)"))
    await asyncio.sleep(0.3)
    await asyncio.to_thread(
        postgres_database.run,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ '^INSERT INTO kept'",
    )
    with pytest.raises(ConnectFailed, match="terminat"):
        await task


# The loops differ in what they tell of a socket whose other end is gone.
@pytest.mark.parametrize("run_loop", [asyncio.run, uvloop.run])
def test_a_restarted_server_is_used_again_at_once(
    run_loop: Callable[[Coroutine[Any, Any, None]], None],
) -> None:
    server = start_postgres()
    try:
        run_loop(restart_scenario(server))
    finally:
        server.stop()


async def restart_scenario(server: PostgresServer) -> None:
    datasource = open_datasource(PostgresDatabase(server, "postgres").config())
    await rows_of(datasource, PID)
    for _ in range(3):
        await json_of(datasource, PID)
    server.halt()
    start = time.perf_counter()
    with pytest.raises(ConnectFailed, match="refused"):
        await rows_of(datasource, PID)
    server.start()
    await json_of(datasource, PID)
    await asyncio.gather(*(rows_of(datasource, PID) for _ in range(5)))
    server.halt()
    server.start()
    await json_of(datasource, PID)
    assert time.perf_counter() - start < 8
    await datasource.close()


@pytest.mark.parametrize(
    ("change", "trace", "expected"),
    [
        ("SET search_path = pg_catalog", "SHOW search_path", '"$user", public'),
        ("SET TimeZone = 'Asia/Tokyo'", "SHOW timezone", "UTC"),
        ("SELECT set_config('my.tenant', 'a', false)", "SELECT current_setting('my.tenant', true)",
         (None, "")),
        ("CREATE TEMP TABLE mine (a int)", "SELECT to_regclass('pg_temp.mine')", None),
        ("SELECT 1 AS a INTO TEMP mine", "SELECT to_regclass('pg_temp.mine')", None),
        ("SELECT pg_advisory_lock(1)",
         "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'", 0),
        ("LISTEN news", "SELECT count(*) FROM pg_listening_channels()", 0),
        ("PREPARE mine AS SELECT 1",
         "SELECT count(*) FROM pg_prepared_statements WHERE name = 'mine'", 0),
        ("DECLARE c CURSOR WITH HOLD FOR SELECT 1",
         "SELECT count(*) FROM pg_cursors WHERE name = 'c'", 0),
    ],
)  # fmt: skip
async def test_what_a_statement_does_to_its_session_does_not_last(
    postgres_database: PostgresDatabase, change: str, trace: str, expected: object
) -> None:
    datasource = open_datasource(postgres_database.config(pool_size=1))
    try:
        await run(datasource, change)
        if change.startswith("SELECT") and "INTO" not in change:
            # The database would write it as JSON from the second time on.
            await rows_of(datasource, change)
            await datasource.execute_json(query(change), max_rows=10_000, timeout_s=9)
        ((left,),) = (await run(datasource, trace))[0].rows
        assert left == expected or (isinstance(expected, tuple) and left in expected)
        assert (await rows_of(datasource, "SELECT 1 AS a")).rows == [(1,)]
    finally:
        await datasource.close()


async def test_copy_is_refused_and_breaks_nothing(datasource: Datasource) -> None:
    for text in ("COPY (SELECT 1) TO STDOUT", "CREATE TABLE c (a int)", "COPY c FROM STDIN"):
        if text.startswith("COPY"):
            with pytest.raises((QueryFailed, ConnectFailed), match="COPY"):
                await run(datasource, text)
        else:
            await run(datasource, text)
    assert (await rows_of(datasource, "SELECT 1 AS a")).rows == [(1,)]


async def test_options_reach_the_server(postgres_database: PostgresDatabase) -> None:
    options = {
        "application_name": "a name",
        "search_path": "pg_catalog, public",
        "sslmode": "prefer",
    }
    datasource = open_datasource(postgres_database.config(options=options))
    assert (await run(datasource, "SHOW search_path"))[0].rows == [("pg_catalog, public",)]
    assert (await run(datasource, "SHOW application_name"))[0].rows == [("a name",)]
    await datasource.close()


async def test_closing_cancels_what_runs(postgres_database: PostgresDatabase) -> None:
    datasource = open_datasource(postgres_database.config())
    task = asyncio.create_task(run(datasource, "SELECT pg_sleep(30)"))
    await asyncio.sleep(0.3)
    start = time.perf_counter()
    await datasource.close()
    with pytest.raises((ConnectFailed, QueryTimeout)):
        await task
    assert time.perf_counter() - start < 3
    with pytest.raises(ConnectFailed, match="closed"):
        await datasource.execute([query("SELECT 1")], max_rows=1, timeout_s=1)
