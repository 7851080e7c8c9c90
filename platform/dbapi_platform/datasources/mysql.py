"""MySQL and MariaDB through PyMySQL, its blocking work in threads.

PyMySQL has no statements with bound values: it writes each value into the text as a literal,
escaped for the session's character set and modes, which are fixed when the session begins; see
docs/decisions/0004-mysql-values-are-literals.md.
"""

import time
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import closing
from functools import partial
from typing import Any, Final

from pymysql.connections import Connection

from .batches import stream_in_thread
from .dialects import MYSQL
from .errors import ConnectFailed, QueryFailed
from .mysql_pool import Connections, Lent
from .mysql_queries import Call, outcome, read
from .mysql_session import Lost, check, connect, drop, is_clean, is_drained
from .mysql_transaction import MysqlSession
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
SELECT t.table_schema, t.table_name, t.table_type, c.column_name, c.column_type, c.is_nullable
FROM information_schema.tables AS t
JOIN information_schema.columns AS c
  ON c.table_schema = t.table_schema AND c.table_name = t.table_name
WHERE t.table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
ORDER BY t.table_schema, t.table_name, c.ordinal_position
"""


class MysqlDatasource:
    """See `types.Datasource`."""

    dialect = MYSQL

    def __init__(self, config: DatasourceConfig) -> None:
        self.config = config
        self._threads = Threads(config.pool_size, wait_s=config.connect_timeout_s, name="mysql")
        self._connections = Connections(config)

    @property
    def running(self) -> int:
        """How many calls are under way."""
        return self._threads.running

    @property
    def pool(self) -> PoolState:
        return self._threads.state(idle=self._connections.idle)

    async def open(self) -> None:
        """Nothing to do: the first call connects."""

    async def close(self) -> None:
        await self._threads.close()
        self._connections.drop_idle()

    async def test(self) -> ServerInfo:
        call = Call(self.config)
        # The driver's own time limit is for connecting, not for what follows it.
        timeout_s = 2 * self.config.connect_timeout_s
        work = partial(self._test, call)
        return await self._threads.run(work, call.interrupt, timeout_s=timeout_s)

    async def introspect(self) -> list[Table]:
        statement = Statement(_TABLES, is_query=True)
        (outcome,) = await self.execute(
            [statement], max_rows=1_000_000, timeout_s=self.config.statement_timeout_s
        )
        return _tables(outcome.rows) if isinstance(outcome, Rows) else []

    async def execute(
        self, statements: Sequence[Statement], *, max_rows: int, timeout_s: float
    ) -> list[Outcome]:
        call = Call(self.config)
        work = partial(self._execute, call, statements, max_rows)
        try:
            return await self._threads.run(work, call.interrupt, timeout_s=timeout_s)
        finally:
            self._connections.sweep()

    async def execute_json(
        self,
        statement: Statement,  # noqa: ARG002
        *,
        max_rows: int,  # noqa: ARG002
        timeout_s: float,  # noqa: ARG002
    ) -> JsonRows | None:
        return None  # JSON_ARRAYAGG is limited in size, and knows neither bytes nor booleans

    def stream(
        self, statement: Statement, *, max_rows: int, batch_rows: int, timeout_s: float
    ) -> AsyncGenerator[Rows]:
        call = Call(self.config)
        rows = self._stream(call, statement, max_rows, batch_rows)
        return stream_in_thread(self._threads, rows, call.interrupt, timeout_s=timeout_s)

    async def begin(self, *, timeout_s: float) -> Transaction:
        session = MysqlSession(self.config, self._connections)
        return await ThreadTransaction.begin(self._threads, session, timeout_s=timeout_s)

    def _test(self, call: Call) -> ServerInfo:
        start = time.perf_counter()
        call.connection = connection = connect(self.config)
        version: str = connection.get_server_info()  # type: ignore[no-untyped-call]
        drop(connection)
        product = "MariaDB" if "MariaDB" in version else "MySQL"
        number = version.removeprefix("5.5.5-").partition("-")[0]
        return ServerInfo(product, number, (time.perf_counter() - start) * 1000)

    def _check(self, statements: Sequence[Statement]) -> None:
        """Raises QueryFailed for what no call may send."""
        for number, statement in enumerate(statements):
            try:
                check(statement, read_only=self.config.read_only)
            except QueryFailed as error:
                error.statement = number
                raise

    def _run(
        self, connection: "Connection[Any]", statements: Sequence[Statement], max_rows: int
    ) -> list[Outcome]:
        """Raises QueryFailed, QueryTimeout and Lost."""
        return _run_together(connection, statements, max_rows)

    def _execute(self, call: Call, statements: Sequence[Statement], max_rows: int) -> list[Outcome]:
        self._check(statements)
        try:
            return self._try(call, statements, max_rows, self._connections.acquire())
        except Lost as lost:
            # The server was restarted, most likely: what else is idle is lost as well.
            self._connections.drop_idle()
            if call.interrupted or not all(statement.is_query for statement in statements):
                raise ConnectFailed(f"The connection was lost: {lost}") from None
        try:
            return self._try(call, statements, max_rows, self._connections.acquire(fresh=True))
        except Lost as lost:
            raise ConnectFailed(f"The connection was lost: {lost}") from None

    def _try(
        self, call: Call, statements: Sequence[Statement], max_rows: int, lent: Lent
    ) -> list[Outcome]:
        call.connection = lent.connection
        is_sound = False
        try:
            outcomes = self._run(lent.connection, statements, max_rows)
        except QueryFailed:
            is_sound = True
            raise
        else:
            is_sound = True
            return outcomes
        finally:
            call.connection = None
            keep = is_sound and is_drained(lent.connection) and not call.interrupted
            self._connections.release(lent, keep=keep and all(map(is_clean, statements)))

    def _stream(
        self, call: Call, statement: Statement, max_rows: int, size: int
    ) -> Generator[Rows]:
        self._check([statement])
        has_begun = False
        for fresh in (False, True):
            try:
                with closing(self._batches(call, statement, max_rows, size, fresh=fresh)) as found:
                    for batch in found:
                        has_begun = True
                        yield batch
            except Lost as lost:
                self._connections.drop_idle()
                if has_begun or fresh or call.interrupted:
                    raise ConnectFailed(f"The connection was lost: {lost}") from None
            else:
                return

    def _batches(
        self, call: Call, statement: Statement, max_rows: int, size: int, *, fresh: bool
    ) -> Generator[Rows]:
        lent = self._connections.acquire(fresh=fresh)
        call.connection = lent.connection
        is_sound = False
        try:
            yield from read(lent.connection, statement, max_rows, size)
            is_sound = is_drained(lent.connection)
        except QueryFailed:
            is_sound = is_drained(lent.connection)
            raise
        finally:
            call.connection = None
            keep = is_sound and not call.interrupted and is_clean(statement)
            self._connections.release(lent, keep=keep)


def _run_together(
    connection: "Connection[Any]", statements: Sequence[Statement], max_rows: int
) -> list[Outcome]:
    if len(statements) == 1:
        return [outcome(connection, statements[0], 0, max_rows)]
    outcome(connection, Statement("BEGIN"), 0, 0)
    try:
        outcomes = [
            # The next statement can only be sent when all rows of this one were read.
            outcome(connection, statement, number, max_rows, drain=True)
            for number, statement in enumerate(statements)
        ]
        outcome(connection, Statement("COMMIT"), len(statements) - 1, 0)
    except QueryFailed:
        outcome(connection, Statement("ROLLBACK"), 0, 0)
        raise
    return outcomes


def _tables(rows: Sequence[tuple[object, ...]]) -> list[Table]:
    columns: dict[tuple[str, str, str], list[Column]] = {}
    for schema, name, kind, column, column_type, nullable in rows:
        table = (str(schema), str(name), "view" if kind == "VIEW" else "table")
        found = Column(str(column), str(column_type), nullable == "YES")
        columns.setdefault(table, []).append(found)
    return [Table(*table, tuple(found)) for table, found in columns.items()]
