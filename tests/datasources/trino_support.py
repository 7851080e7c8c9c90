"""Ways to run things on the tests' Trino, and to look at it from outside."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

from dbapi_platform.datasources import (
    Datasource,
    DatasourceConfig,
    Statement,
    open_datasource,
)
from tests.services.fixtures import TrinoSchema
from tests.services.trino import TrinoServer

MANY = "UNNEST(sequence(1, 10000)) AS {0} (x)"
ENDLESS = (
    f"SELECT count(*) AS n FROM {MANY.format('a')}, {MANY.format('b')}, {MANY.format('c')}"
    " WHERE a.x * b.x + c.x < 0"
)


@asynccontextmanager
async def filled(schema: TrinoSchema) -> AsyncIterator[Datasource]:
    """A datasource on the schema, with the table t."""
    schema.run(
        "CREATE TABLE t (a integer NOT NULL, b varchar)",
        "INSERT INTO t VALUES (1, 'x'), (2, NULL), (3, 'z')",
    )
    async with opened_with(schema.config()) as opened:
        yield opened


@asynccontextmanager
async def opened_with(config: DatasourceConfig, **changes: Any) -> AsyncIterator[Datasource]:
    opened = open_datasource(replace(config, **changes))
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


async def states(trino: TrinoServer, text: str) -> set[object]:
    """Of the queries with this text that have not ended."""
    quoted = text.replace("'", "''")
    rows = await asyncio.to_thread(
        trino.run,
        f"SELECT state FROM system.runtime.queries WHERE query = '{quoted}'"
        " AND state NOT IN ('FINISHED', 'FAILED')",
    )
    return {state for (state,) in rows}


async def gone(trino: TrinoServer, text: str) -> None:
    for _ in range(100):
        if not await states(trino, text):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the query still runs")


class Relay:
    """Stands before a server, and can hang up on everybody."""

    def __init__(self, target: int, port: int) -> None:
        self._target = target
        self._port = port
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> "Relay":
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.drop()
        await asyncio.gather(*self._tasks)

    def drop(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        other_reader, other_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers |= {writer, other_writer}
        await asyncio.gather(_copy(reader, other_writer), _copy(other_reader, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()
