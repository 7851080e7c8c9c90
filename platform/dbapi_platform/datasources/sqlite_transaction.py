"""A transaction in SQLite, as `thread_transaction` runs it."""

import sqlite3
from collections.abc import Callable

from .errors import Busy, ConnectFailed, QueryFailed
from .sqlite_session import ERRORS, Call, Connection, outcome
from .types import DatasourceConfig, Outcome, Statement


class SqliteSession(Call):
    """See `thread_transaction.Session`."""

    def __init__(
        self,
        config: DatasourceConfig,
        *,
        acquire: Callable[[], Connection],
        release: Callable[[Connection], None],
    ) -> None:
        super().__init__()
        self._config = config
        self._acquire = acquire
        self._release = release
        self._open: Connection | None = None
        self._interrupted = False
        self.is_committed = False

    def begin(self) -> None:
        self.connection = self._open = connection = self._acquire()
        # SQLite has one writer at a time. One that reads first and writes later may find that it
        # cannot go on, so who may write waits for his turn at once, for connect_timeout_s.
        text = "BEGIN" if self._config.read_only else "BEGIN IMMEDIATE"
        try:
            connection.execute(text)
        except sqlite3.Error as error:
            reason = f"A transaction cannot begin: {error}"
            is_locked = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            raise (Busy if is_locked else ConnectFailed)(reason) from None

    def execute(self, statement: Statement, max_rows: int) -> Outcome:
        connection = self._alive()
        try:
            return outcome(connection, statement, max_rows)
        except ERRORS as error:
            raise QueryFailed(str(error)) from None

    def commit(self) -> None:
        connection = self._alive()
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise QueryFailed(str(error)) from None
        self.is_committed = True

    def end(self) -> None:
        self.connection, connection = None, self._open
        if connection is None:
            return
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            is_sound = not self._interrupted
        except sqlite3.Error:
            is_sound = False
        if is_sound:
            self._release(connection)
        else:
            connection.close()

    def interrupt(self) -> None:
        self._interrupted = True
        super().interrupt()

    def _alive(self) -> Connection:
        """What SQLite has undone by itself must not go on as statements that keep themselves."""
        if self._open is None or not self._open.in_transaction:
            raise QueryFailed("The database has undone the transaction")
        return self._open
