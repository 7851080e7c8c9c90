"""Statements on a connection to MySQL, and stopping one from outside."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Thread
from typing import Any

import pymysql
from pymysql.connections import Connection
from pymysql.constants import SERVER_STATUS

from .batches import batches
from .errors import ConnectFailed, QueryFailed
from .mysql_session import connect, drop, is_drained, translate
from .mysql_values import kinds_of, parameter, plain_rows
from .plain import unique_names
from .types import Affected, DatasourceConfig, Outcome, Rows, Statement


class Call:
    """One call in its thread. `interrupt` comes from another, and again until the thread ends."""

    def __init__(self, config: DatasourceConfig) -> None:
        self._config = config
        self._killer: Thread | None = None
        self.connection: Connection[Any] | None = None
        self.interrupted = False

    def interrupt(self) -> None:
        """Have the server stop what runs; the connection is not used again."""
        self.interrupted = True
        connection = self.connection
        if connection is not None and (self._killer is None or not self._killer.is_alive()):
            # KILL needs a connection of its own, and connecting blocks.
            self._killer = Thread(target=self._kill, args=(connection,), daemon=True)
            self._killer.start()

    def _kill(self, connection: "Connection[Any]") -> None:
        try:
            other = connect(self._config)
        except ConnectFailed:
            drop(connection)
            return
        try:
            with other.cursor() as cursor:
                cursor.execute("KILL QUERY %s", (connection.thread_id(),))  # type: ignore[no-untyped-call]
        except (pymysql.Error, OSError):
            drop(connection)
        finally:
            drop(other)


def outcome(
    connection: "Connection[Any]",
    statement: Statement,
    number: int,
    max_rows: int,
    *,
    drain: bool = False,
) -> Outcome:
    """One statement's; `drain` reads to the end, so that another can be sent.

    Raises QueryFailed, QueryTimeout and Lost.
    """
    with _translated(statement, number):
        cursor = _begun(connection, statement)
        if cursor.description is None:
            return Affected(max(0, cursor.rowcount))
        rows = cursor.fetchmany(max_rows + 1) if statement.is_query else cursor.fetchall()
        names = unique_names([column[0] for column in cursor.description])
        plain = plain_rows(cursor.description, rows[:max_rows])
        kinds = kinds_of(cursor)
        _leave(cursor, is_read=drain or len(rows) <= max_rows)
        return Rows(names, plain, truncated=len(rows) > max_rows, kinds=kinds)


def read(
    connection: "Connection[Any]", statement: Statement, max_rows: int, size: int
) -> Iterator[Rows]:
    """A query's rows in batches. Raises QueryFailed, QueryTimeout and Lost."""
    with _translated(statement, 0):
        cursor = _begun(connection, statement)
        description = cursor.description or ()
        is_read = False
        try:
            yield from batches(
                unique_names([column[0] for column in description]),
                cursor.fetchmany,
                partial(plain_rows, description),
                max_rows=max_rows,
                size=size,
                kinds=kinds_of(cursor),
            )
            is_read = is_drained(connection)
        finally:
            _leave(cursor, is_read=is_read)


def _begun(connection: "Connection[Any]", statement: Statement) -> Any:
    cursor = connection.cursor()
    cursor.execute(statement.text, tuple(parameter(value) for value in statement.values))
    return cursor


def _leave(cursor: Any, *, is_read: bool) -> None:
    if is_read:
        cursor.close()
    else:
        cursor.connection = None  # or else it reads all the rest when it is collected


@contextmanager
def _translated(statement: Statement, number: int) -> Iterator[None]:
    try:
        yield
    except QueryFailed as error:
        error.statement = number
        raise
    except (pymysql.Error, OSError, ValueError, UnicodeError) as error:
        raise translate(error, statement, number) from None


def in_transaction(connection: "Connection[Any]") -> bool:
    """As the server told with its last answer that was no error."""
    status = connection.server_status  # type: ignore[attr-defined]
    return bool(status & SERVER_STATUS.SERVER_STATUS_IN_TRANS)
