"""SQLite: a few connections to one file, their work in threads."""

import sqlite3
import time
from collections import deque
from collections.abc import AsyncGenerator, Generator, Sequence
from functools import partial
from typing import Final

from .batches import stream_in_thread
from .dialects import SQLITE
from .errors import ConnectFailed, QueryFailed
from .sqlite_session import ERRORS, Call, Connection, connect, outcome, read
from .sqlite_transaction import SqliteSession
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

_TABLES: Final = """
SELECT t.name, t.type, c.name, c.type, c."notnull"
FROM pragma_table_list AS t JOIN pragma_table_xinfo(t.name) AS c
WHERE t.schema = 'main' AND t.type IN ('table', 'view', 'virtual')
  AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND c.hidden <> 1
ORDER BY t.name, c.cid
"""


class SqliteDatasource:
    """See `types.Datasource`."""

    dialect = SQLITE

    def __init__(self, config: DatasourceConfig) -> None:
        self.config = config
        self._threads = Threads(config.pool_size, wait_s=config.connect_timeout_s, name="sqlite")
        self._idle: deque[Connection] = deque()

    @property
    def running(self) -> int:
        """How many calls are under way."""
        return self._threads.running

    @property
    def pool(self) -> PoolState:
        return self._threads.state(idle=len(self._idle))

    async def open(self) -> None:
        """Nothing to do: calls open the file."""

    async def close(self) -> None:
        await self._threads.close()
        while self._idle:
            self._idle.pop().close()

    async def test(self) -> ServerInfo:
        start = time.perf_counter()
        call = Call()
        timeout_s = self.config.connect_timeout_s
        await self._threads.run(partial(self._test, call), call.interrupt, timeout_s=timeout_s)
        elapsed_ms = (time.perf_counter() - start) * 1000
        return ServerInfo("SQLite", sqlite3.sqlite_version, elapsed_ms)

    async def introspect(self) -> list[Table]:
        call = Call()
        work = partial(self._execute, call, [Statement(_TABLES, is_query=True)], 1_000_000)
        timeout_s = self.config.statement_timeout_s
        (outcome,) = await self._threads.run(work, call.interrupt, timeout_s=timeout_s)
        return _tables(outcome.rows) if isinstance(outcome, Rows) else []

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
        return None  # SQLite's JSON functions refuse BLOBs and round what they write

    def stream(
        self, statement: Statement, *, max_rows: int, batch_rows: int, timeout_s: float
    ) -> AsyncGenerator[Rows]:
        call = Call()
        rows = self._read(call, statement, max_rows, batch_rows)
        return stream_in_thread(self._threads, rows, call.interrupt, timeout_s=timeout_s)

    async def begin(self, *, timeout_s: float) -> Transaction:
        session = SqliteSession(self.config, acquire=self._acquire, release=self._release)
        return await ThreadTransaction.begin(self._threads, session, timeout_s=timeout_s)

    def _test(self, call: Call) -> None:
        call.connection = connection = connect(self.config)
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        except sqlite3.Error as error:
            raise ConnectFailed(str(error)) from None
        finally:
            call.connection = None
            connection.close()

    def _execute(self, call: Call, statements: Sequence[Statement], max_rows: int) -> list[Outcome]:
        call.connection = connection = self._acquire()
        try:
            outcomes = _run(connection, statements, max_rows)
        except BaseException:
            call.connection = None
            connection.close()  # and so undo what it had begun
            raise
        call.connection = None
        self._release(connection)
        return outcomes

    def _read(self, call: Call, statement: Statement, max_rows: int, size: int) -> Generator[Rows]:
        call.connection = connection = self._acquire()
        is_sound = False
        try:
            yield from read(connection, statement, max_rows, size)
            is_sound = True
        except ERRORS as error:
            raise QueryFailed(str(error)) from None
        finally:
            call.connection = None
            if is_sound:
                self._release(connection)
            else:
                connection.close()

    def _acquire(self) -> Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return connect(self.config)

    def _release(self, connection: Connection) -> None:
        if connection.is_reusable:
            self._idle.append(connection)
        else:
            connection.close()


def _run(
    connection: sqlite3.Connection, statements: Sequence[Statement], max_rows: int
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    number = 0
    try:
        if len(statements) > 1:
            connection.execute("BEGIN")
        for number, statement in enumerate(statements):  # noqa: B007
            outcomes.append(outcome(connection, statement, max_rows))
        if len(statements) > 1:
            connection.execute("COMMIT")
    except QueryFailed as error:
        error.statement = number
        raise
    except ERRORS as error:
        raise QueryFailed(str(error), statement=number) from None
    return outcomes


def _tables(rows: Sequence[tuple[object, ...]]) -> list[Table]:
    columns: dict[tuple[str, str], list[Column]] = {}
    for name, kind, column, column_type, not_null in rows:
        found = Column(str(column), str(column_type) or "ANY", not not_null)
        table = (str(name), "view" if kind == "view" else "table")
        columns.setdefault(table, []).append(found)
    return [Table("main", name, kind, tuple(found)) for (name, kind), found in columns.items()]
