"""A transaction in MySQL and MariaDB, as `thread_transaction` runs it."""

from contextlib import suppress
from typing import Any, Final

import pymysql
from pymysql.connections import Connection

from .errors import ConnectFailed, DatasourceError, QueryFailed
from .mysql_pool import Connections, Lent
from .mysql_queries import Call, in_transaction, outcome
from .mysql_session import Lost, check, is_clean, is_drained, reason
from .types import DatasourceConfig, Outcome, Statement

_BEGIN: Final = Statement("BEGIN")  # read-only where the session is
_COMMIT: Final = Statement("COMMIT")
_ROLLBACK: Final = Statement("ROLLBACK")


class MysqlSession(Call):
    """See `thread_transaction.Session`."""

    def __init__(self, config: DatasourceConfig, connections: Connections) -> None:
        super().__init__(config)
        self._connections = connections
        self._lent: Lent | None = None
        self._is_clean = True
        self._is_doubtful = False
        self.is_committed = False

    def begin(self) -> None:
        for fresh in (False, True):
            self._lent = lent = self._connections.acquire(fresh=fresh)
            self.connection = lent.connection
            try:
                outcome(lent.connection, _BEGIN, 0, 0)
            except Lost as lost:
                # The server was restarted, most likely: what else is idle is lost as well.
                self._connections.drop_idle()
                self._release(keep=False)
                if fresh or self.interrupted:
                    raise ConnectFailed(f"The connection was lost: {lost}") from None
            else:
                return

    def execute(self, statement: Statement, max_rows: int) -> Outcome:
        check(statement, read_only=self._config.read_only)
        connection = self._alive()
        self._is_clean = self._is_clean and is_clean(statement)
        try:
            found = outcome(connection, statement, 0, max_rows, drain=True)
            if not in_transaction(connection):
                # CREATE and its like have committed; what follows can still be undone.
                outcome(connection, _BEGIN, 0, 0)
        except Lost as lost:
            raise ConnectFailed(f"The connection was lost: {lost}") from None
        except QueryFailed:
            self._is_doubtful = True
            raise
        return found

    def commit(self) -> None:
        connection = self._alive()
        try:
            outcome(connection, _COMMIT, 0, 0)
        except Lost as lost:
            raise ConnectFailed(
                f"The connection was lost, and nobody knows whether it was committed: {lost}"
            ) from None
        self.is_committed = True

    def end(self) -> None:
        lent = self._lent
        if lent is None:
            return
        is_sound = False
        if is_drained(lent.connection):
            # Where this fails, closing the connection undoes the transaction.
            with suppress(Lost, DatasourceError):
                if not self.is_committed:
                    outcome(lent.connection, _ROLLBACK, 0, 0)
                is_sound = True
        self._release(keep=is_sound and self._is_clean and not self.interrupted)
        self._connections.sweep()

    def _release(self, *, keep: bool) -> None:
        lent, self.connection, self._lent = self._lent, None, None
        if lent is not None:
            self._connections.release(lent, keep=keep)

    def _alive(self) -> "Connection[Any]":
        """The connection, if what is sent next will be a part of the transaction.

        The victim of a deadlock is undone as a whole, but the error does not tell: the server is
        asked. What follows would otherwise be kept, one statement after the other.
        """
        connection = self.connection
        if connection is None or not is_drained(connection):
            raise QueryFailed("A statement has failed: the transaction can only be rolled back")
        if self._is_doubtful:
            try:
                connection.ping(reconnect=False)
            except (pymysql.Error, OSError) as error:
                raise ConnectFailed(f"The connection was lost: {reason(error)}") from None
            self._is_doubtful = False
        if not in_transaction(connection):
            raise QueryFailed("The database has ended the transaction")
        return connection
