"""Statements on a connection to MySQL, and stopping one from outside."""

from threading import Thread
from typing import Any

import pymysql
from pymysql.connections import Connection
from pymysql.constants import SERVER_STATUS

from .errors import ConnectFailed, QueryFailed
from .mysql_session import connect, drop, translate
from .mysql_values import parameter, plain_rows
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
    try:
        cursor = connection.cursor()
        cursor.execute(statement.text, tuple(parameter(value) for value in statement.values))
        if cursor.description is None:
            return Affected(max(0, cursor.rowcount))
        rows = cursor.fetchmany(max_rows + 1) if statement.is_query else cursor.fetchall()
        names = unique_names([column[0] for column in cursor.description])
        plain = plain_rows(cursor.description, rows[:max_rows])
        if drain or len(rows) <= max_rows:
            cursor.close()
        else:
            cursor.connection = None  # or else it reads all the rest when it is collected
        return Rows(names, plain, truncated=len(rows) > max_rows)
    except QueryFailed as error:
        error.statement = number
        raise
    except (pymysql.Error, OSError, ValueError, UnicodeError) as error:
        raise translate(error, statement, number) from None


def in_transaction(connection: "Connection[Any]") -> bool:
    """As the server told with its last answer that was no error."""
    status = connection.server_status  # type: ignore[attr-defined]
    return bool(status & SERVER_STATUS.SERVER_STATUS_IN_TRANS)
