"""A connection to an SQLite file: what it may do, what it leaves behind, and statements on it."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote

from .batches import batches
from .errors import ConnectFailed, QueryFailed
from .plain import unique_names
from .sqlite_values import parameter, plain_rows
from .types import Affected, DatasourceConfig, Outcome, Rows, Statement

# Pragmas that only tell something; all others could loosen what `connect` set.
_HARMLESS_PRAGMAS: Final = frozenset(
    {
        "collation_list", "compile_options", "database_list", "foreign_key_list", "function_list",
        "index_info", "index_list", "index_xinfo", "table_info", "table_list", "table_xinfo",
    }
)  # fmt: skip
_FORBIDDEN: Final = frozenset({sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH})
_TEMPORARY: Final = frozenset(
    {
        sqlite3.SQLITE_CREATE_TEMP_INDEX, sqlite3.SQLITE_CREATE_TEMP_TABLE,
        sqlite3.SQLITE_CREATE_TEMP_TRIGGER, sqlite3.SQLITE_CREATE_TEMP_VIEW,
    }
)  # fmt: skip
_TRANSACTION: Final = re.compile(
    r"(begin|commit|end|rollback(?!\s+(transaction\s+)?to))\b", re.IGNORECASE
)
_COMMENTS: Final = re.compile(r"(\s+|--[^\n]*(\n|$)|/\*.*?(\*/|$))*", re.DOTALL)
ERRORS: Final = (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError)


class Connection(sqlite3.Connection):
    """`is_clean` until a statement makes something that lasts as long as the connection."""

    is_clean = True

    @property
    def is_reusable(self) -> bool:
        """False in a transaction, such as a SAVEPOINT that nobody released."""
        return self.is_clean and not self.in_transaction


class Call:
    """One call in its thread. `interrupt` comes from another."""

    def __init__(self) -> None:
        self.connection: Connection | None = None

    def interrupt(self) -> None:
        connection = self.connection
        if connection is not None:
            with suppress(sqlite3.ProgrammingError):  # it may be closed by now
                connection.interrupt()


def connect(config: DatasourceConfig) -> Connection:
    """A connection that reaches its one file only. Raises ConnectFailed."""
    path = Path(config.database)
    if not path.is_file():
        raise ConnectFailed(f"There is no file {path}")
    mode = "ro" if config.read_only else "rw"
    try:
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode={mode}",
            uri=True,
            timeout=config.connect_timeout_s,
            isolation_level=None,
            check_same_thread=False,
            factory=Connection,
        )
        if config.read_only:
            connection.execute("PRAGMA query_only = on")
        connection.execute("PRAGMA trusted_schema = off")
        connection.execute("PRAGMA foreign_keys = on")
    except sqlite3.Error as error:
        raise ConnectFailed(str(error)) from None
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    connection.set_authorizer(partial(_authorize, connection))
    return connection


def outcome(connection: sqlite3.Connection, statement: Statement, max_rows: int) -> Outcome:
    """One statement. Raises QueryFailed, and ERRORS."""
    cursor = _begun(connection, statement)
    if cursor.description is None:
        return Affected(max(0, cursor.rowcount))
    # Rows are computed as they are fetched: a query's rows over the limit cost nothing. What
    # INSERT … RETURNING wrote must be read to its end.
    rows = cursor.fetchmany(max_rows + 1) if statement.is_query else cursor.fetchall()
    cursor.close()
    names = unique_names([column[0] for column in cursor.description or ()])
    return Rows(names, plain_rows(rows[:max_rows]), truncated=len(rows) > max_rows)


def read(
    connection: sqlite3.Connection, statement: Statement, max_rows: int, size: int
) -> Iterator[Rows]:
    """A query's rows in batches. Raises QueryFailed, and ERRORS."""
    cursor = _begun(connection, statement)
    names = unique_names([column[0] for column in cursor.description or ()])
    yield from batches(names, cursor.fetchmany, plain_rows, max_rows=max_rows, size=size)
    cursor.close()


def _begun(connection: sqlite3.Connection, statement: Statement) -> sqlite3.Cursor:
    start = _COMMENTS.match(statement.text)
    if start and _TRANSACTION.match(statement.text, start.end()):
        raise QueryFailed(
            "The statements of a call are one transaction already",
            position=1,
            hint="Leave out BEGIN, COMMIT and ROLLBACK",
        )
    return connection.execute(statement.text, [parameter(value) for value in statement.values])


def _authorize(
    connection: Connection,
    action: int,
    first: str | None,
    second: str | None,
    _database: str | None,
    _inner: str | None,
) -> int:
    if action in _FORBIDDEN:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA and (first or "").lower() not in _HARMLESS_PRAGMAS:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() == "load_extension":
        return sqlite3.SQLITE_DENY
    if action in _TEMPORARY:
        connection.is_clean = False
    return sqlite3.SQLITE_OK
