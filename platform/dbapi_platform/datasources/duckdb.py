"""DuckDB: one instance in this process, a cursor for each call, its work in threads."""

import itertools
import threading
import time
from collections.abc import AsyncGenerator, Generator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import duckdb
from duckdb import DuckDBPyConnection

from .batches import stream_in_thread
from .dialects import DUCKDB
from .duckdb_queries import Call, Queries
from .duckdb_transaction import DuckdbSession
from .errors import ConnectFailed
from .thread_transaction import ThreadTransaction
from .threads import Threads
from .types import (
    Column,
    DatasourceConfig,
    JsonRows,
    Outcome,
    PoolState,
    Rows,
    ServerInfo,
    Statement,
    Table,
    Transaction,
)

# A query may read its database and nothing else: no other files, no network, no new extensions.
_HARDENED: Final = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
_RETRY_S: Final = 0.05
_ONCE: Final = ("SET GLOBAL TimeZone = 'UTC'", "SET lock_configuration = true")
_COLUMNS: Final = """
SELECT t.schema_name, t.name, t.kind, c.column_name, c.data_type, c.is_nullable
FROM (SELECT schema_name, table_name AS name, 'table' AS kind FROM duckdb_tables()
      WHERE NOT internal AND database_name = current_database()
      UNION ALL
      SELECT schema_name, view_name, 'view' FROM duckdb_views()
      WHERE NOT internal AND database_name = current_database()) AS t
JOIN duckdb_columns() AS c ON c.database_name = current_database()
  AND c.schema_name = t.schema_name AND c.table_name = t.name
ORDER BY 1, 2, c.column_index
"""


class DuckdbDatasource:
    """See `types.Datasource`. Opened by the first call; the file is then held until `close`."""

    dialect = DUCKDB

    def __init__(self, config: DatasourceConfig) -> None:
        self.config = config
        self._threads = Threads(config.pool_size, wait_s=config.connect_timeout_s, name="duckdb")
        self._lock = threading.Lock()
        self._instance: DuckDBPyConnection | None = None
        self._queries = Queries()

    @property
    def running(self) -> int:
        """How many calls are under way."""
        return self._threads.running

    @property
    def pool(self) -> PoolState:
        return self._threads.state(idle=0)  # a cursor for each call costs nothing

    async def open(self) -> None:
        """Nothing to do: the first call opens the file."""

    async def close(self) -> None:
        await self._threads.close()
        with self._lock:
            if self._instance is not None:
                self._instance.close()
                self._instance = None

    async def test(self) -> ServerInfo:
        start = time.perf_counter()
        await self._read("SELECT 1", self.config.connect_timeout_s * 2)
        return ServerInfo("DuckDB", duckdb.__version__, (time.perf_counter() - start) * 1000)

    async def introspect(self) -> list[Table]:
        rows = await self._read(_COLUMNS, self.config.statement_timeout_s)
        tables = []
        for (schema, name, kind), group in itertools.groupby(rows, key=lambda row: row[:3]):
            columns = tuple(Column(str(row[3]), str(row[4]), bool(row[5])) for row in group)
            tables.append(Table(str(schema), str(name), str(kind), columns))
        return tables

    async def execute(
        self, statements: Sequence[Statement], *, max_rows: int, timeout_s: float
    ) -> list[Outcome]:
        call = Call()
        work = partial(self._execute, call, statements, max_rows)
        return await self._threads.run(work, call.interrupt, timeout_s=timeout_s)

    async def execute_json(
        self,
        statement: Statement,  # noqa: ARG002
        *,
        max_rows: int,  # noqa: ARG002
        timeout_s: float,  # noqa: ARG002
    ) -> JsonRows | None:
        return None  # DuckDB's to_json writes decimals as floating point numbers

    def stream(
        self, statement: Statement, *, max_rows: int, batch_rows: int, timeout_s: float
    ) -> AsyncGenerator[Rows]:
        call = Call()
        rows = self._stream(call, statement, max_rows, batch_rows)
        return stream_in_thread(self._threads, rows, call.interrupt, timeout_s=timeout_s)

    async def begin(self, *, timeout_s: float) -> Transaction:
        session = DuckdbSession(self._connected, self._queries)
        return await ThreadTransaction.begin(self._threads, session, timeout_s=timeout_s)

    async def _read(self, text: str, timeout_s: float) -> Sequence[tuple[object, ...]]:
        call = Call()

        def work() -> list[tuple[object, ...]]:
            with self._connected().cursor() as cursor:
                call.cursor = cursor
                return cursor.execute(text).fetchall()

        return await self._threads.run(work, call.interrupt, timeout_s=timeout_s)

    def _execute(self, call: Call, statements: Sequence[Statement], max_rows: int) -> list[Outcome]:
        with self._connected().cursor() as cursor:
            call.cursor = cursor
            try:
                return self._queries.run(cursor, statements, max_rows)
            finally:
                call.cursor = None

    def _stream(
        self, call: Call, statement: Statement, max_rows: int, size: int
    ) -> Generator[Rows]:
        with self._connected().cursor() as cursor:
            call.cursor = cursor
            try:
                yield from self._queries.read(cursor, statement, max_rows, size)
            finally:
                call.cursor = None

    def _connected(self) -> DuckDBPyConnection:
        with self._lock:
            if self._instance is None:
                self._instance = self._connect()
            return self._instance

    def _connect(self) -> DuckDBPyConnection:
        config = self.config
        if config.read_only and not Path(config.database).is_file():
            raise ConnectFailed(f"There is no file {config.database}")
        deadline = time.monotonic() + config.connect_timeout_s
        while True:
            try:
                return self._open_instance()
            except duckdb.ConnectionException as error:
                # Open in this process with other settings: while a datasource is replaced by
                # a changed one, the old one may still finish its last calls.
                if time.monotonic() > deadline:
                    raise ConnectFailed(
                        "The file is open in this process with other settings"
                    ) from error
                time.sleep(_RETRY_S)
            except duckdb.Error as error:
                raise ConnectFailed(str(error).split("\n", maxsplit=1)[0]) from None

    def _open_instance(self) -> DuckDBPyConnection:
        instance = duckdb.connect(
            self.config.database,
            read_only=self.config.read_only,
            config={**_HARDENED, **self.config.options},
        )
        found = instance.execute("SELECT current_setting('lock_configuration')").fetchone()
        if found != (True,):
            for text in _ONCE:
                instance.execute(text)
        return instance
