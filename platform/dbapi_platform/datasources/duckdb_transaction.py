"""A transaction in DuckDB, as `thread_transaction` runs it."""

from collections.abc import Callable
from contextlib import suppress

import duckdb
from duckdb import DuckDBPyConnection

from .duckdb_queries import Call, Queries, check_single, failed
from .errors import ConnectFailed, QueryFailed
from .types import Outcome, Statement


class DuckdbSession(Call):
    """See `thread_transaction.Session`. Its cursor is a connection of its own to the instance."""

    def __init__(self, connect: Callable[[], DuckDBPyConnection], queries: Queries) -> None:
        super().__init__()
        self._connect = connect
        self._queries = queries
        self._has_failed = False
        self.is_committed = False

    def begin(self) -> None:
        self.cursor = cursor = self._connect().cursor()
        try:
            cursor.begin()
        except duckdb.Error as error:
            raise ConnectFailed(str(error)) from None

    def execute(self, statement: Statement, max_rows: int) -> Outcome:
        cursor = self._alive()
        try:
            check_single(cursor, statement.text)
        except duckdb.Error as error:
            raise failed(error, statement.text, 0) from None
        # DuckDB gives a transaction up at its first error, and a commit does not tell: it answers
        # as if it had kept something.
        self._has_failed = True
        (outcome,) = self._queries.run_bare(cursor, [statement], max_rows)
        self._has_failed = False
        return outcome

    def commit(self) -> None:
        try:
            self._alive().commit()
        except duckdb.Error as error:
            raise failed(error, "", 0) from None
        self.is_committed = True

    def end(self) -> None:
        self.cursor, cursor = None, self.cursor
        if cursor is None:
            return
        if not self.is_committed:
            with suppress(duckdb.Error):  # it has undone what failed by itself
                cursor.rollback()
        cursor.close()

    def _alive(self) -> DuckDBPyConnection:
        if self.cursor is None or self._has_failed:
            raise QueryFailed("A statement has failed: the transaction can only be rolled back")
        return self.cursor
