"""SQLite: a few connections to one file, their work in threads."""

import re
import sqlite3
import time
from collections import deque
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote

from .dialects import SQLITE
from .errors import ConnectFailed, QueryFailed
from .plain import unique_names
from .sqlite_values import parameter, plain_rows
from .threads import Threads
from .types import (
    Affected,
    Column,
    DatasourceConfig,
    JsonRows,
    Outcome,
    Rows,
    ServerInfo,
    Statement,
    Table,
)

# Pragmas that only tell something; all others could loosen what `_open` set.
_HARMLESS_PRAGMAS: Final = frozenset(
    {
        "collation_list", "compile_options", "database_list", "foreign_key_list", "function_list",
        "index_info", "index_list", "index_xinfo", "table_info", "table_list", "table_xinfo",
    }
)  # fmt: skip
_FORBIDDEN: Final = frozenset({sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH})
_TRANSACTION: Final = re.compile(
    r"(begin|commit|end|rollback(?!\s+(transaction\s+)?to))\b", re.IGNORECASE
)
_COMMENTS: Final = re.compile(r"(\s+|--[^\n]*(\n|$)|/\*.*?(\*/|$))*", re.DOTALL)
_TABLES: Final = """
SELECT t.name, t.type, c.name, c.type, c."notnull"
FROM pragma_table_list AS t JOIN pragma_table_xinfo(t.name) AS c
WHERE t.schema = 'main' AND t.type IN ('table', 'view', 'virtual')
  AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND c.hidden <> 1
ORDER BY t.name, c.cid
"""


class _Call:
    """One call in its thread. `interrupt` comes from another."""

    def __init__(self) -> None:
        self.connection: sqlite3.Connection | None = None

    def interrupt(self) -> None:
        connection = self.connection
        if connection is not None:
            connection.interrupt()


class SqliteDatasource:
    """See `types.Datasource`."""

    dialect = SQLITE

    def __init__(self, config: DatasourceConfig) -> None:
        self.config = config
        self._threads = Threads(config.pool_size, wait_s=config.connect_timeout_s, name="sqlite")
        self._idle: deque[sqlite3.Connection] = deque()

    @property
    def running(self) -> int:
        """How many calls are under way."""
        return self._threads.running

    async def open(self) -> None:
        """Nothing to do: calls open the file."""

    async def close(self) -> None:
        await self._threads.close()
        while self._idle:
            self._idle.pop().close()

    async def test(self) -> ServerInfo:
        start = time.perf_counter()
        call = _Call()
        timeout_s = self.config.connect_timeout_s
        await self._threads.run(partial(self._test, call), call.interrupt, timeout_s=timeout_s)
        elapsed_ms = (time.perf_counter() - start) * 1000
        return ServerInfo("SQLite", sqlite3.sqlite_version, elapsed_ms)

    async def introspect(self) -> list[Table]:
        call = _Call()
        work = partial(self._execute, call, [Statement(_TABLES, is_query=True)], 1_000_000)
        timeout_s = self.config.statement_timeout_s
        (outcome,) = await self._threads.run(work, call.interrupt, timeout_s=timeout_s)
        return _tables(outcome.rows) if isinstance(outcome, Rows) else []

    async def execute(
        self, statements: Sequence[Statement], *, max_rows: int, timeout_s: float
    ) -> list[Outcome]:
        call = _Call()
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

    def _test(self, call: _Call) -> None:
        call.connection = connection = self._open()
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        except sqlite3.Error as error:
            raise ConnectFailed(str(error)) from None
        finally:
            call.connection = None
            connection.close()

    def _execute(
        self, call: _Call, statements: Sequence[Statement], max_rows: int
    ) -> list[Outcome]:
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._open()
        call.connection = connection
        try:
            outcomes = _run(connection, statements, max_rows)
        except BaseException:
            call.connection = None
            connection.close()  # and so undo what it had begun
            raise
        call.connection = None
        if connection.in_transaction:  # a SAVEPOINT that nobody released
            connection.close()
        else:
            self._idle.append(connection)
        return outcomes

    def _open(self) -> sqlite3.Connection:
        path = Path(self.config.database)
        if not path.is_file():
            raise ConnectFailed(f"There is no file {path}")
        mode = "ro" if self.config.read_only else "rw"
        try:
            connection = sqlite3.connect(
                f"file:{quote(str(path))}?mode={mode}",
                uri=True,
                timeout=self.config.connect_timeout_s,
                isolation_level=None,
                check_same_thread=False,
            )
            if self.config.read_only:
                connection.execute("PRAGMA query_only = on")
            connection.execute("PRAGMA trusted_schema = off")
            connection.execute("PRAGMA foreign_keys = on")
        except sqlite3.Error as error:
            raise ConnectFailed(str(error)) from None
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        connection.set_authorizer(_authorize)
        return connection


def _authorize(
    action: int, first: str | None, second: str | None, _database: str | None, _inner: str | None
) -> int:
    if action in _FORBIDDEN:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA and (first or "").lower() not in _HARMLESS_PRAGMAS:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() == "load_extension":
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _run(
    connection: sqlite3.Connection, statements: Sequence[Statement], max_rows: int
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    number = 0
    try:
        if len(statements) > 1:
            connection.execute("BEGIN")
        for number, statement in enumerate(statements):  # noqa: B007
            outcomes.append(_outcome(connection, statement, max_rows))
        if len(statements) > 1:
            connection.execute("COMMIT")
    except QueryFailed as error:
        error.statement = number
        raise
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
        raise QueryFailed(str(error), statement=number) from None
    return outcomes


def _outcome(connection: sqlite3.Connection, statement: Statement, max_rows: int) -> Outcome:
    start = _COMMENTS.match(statement.text)
    if start and _TRANSACTION.match(statement.text, start.end()):
        raise QueryFailed(
            "The statements of a call are one transaction already",
            position=1,
            hint="Leave out BEGIN, COMMIT and ROLLBACK",
        )
    cursor = connection.execute(statement.text, [parameter(value) for value in statement.values])
    if cursor.description is None:
        return Affected(max(0, cursor.rowcount))
    # Rows are computed as they are fetched: a query's rows over the limit cost nothing. What
    # INSERT … RETURNING wrote must be read to its end.
    rows = cursor.fetchmany(max_rows + 1) if statement.is_query else cursor.fetchall()
    cursor.close()
    names = unique_names([column[0] for column in cursor.description or ()])
    return Rows(names, plain_rows(rows[:max_rows]), truncated=len(rows) > max_rows)


def _tables(rows: Sequence[tuple[object, ...]]) -> list[Table]:
    columns: dict[tuple[str, str], list[Column]] = {}
    for name, kind, column, column_type, not_null in rows:
        found = Column(str(column), str(column_type) or "ANY", not not_null)
        table = (str(name), "view" if kind == "view" else "table")
        columns.setdefault(table, []).append(found)
    return [Table("main", name, kind, tuple(found)) for (name, kind), found in columns.items()]
