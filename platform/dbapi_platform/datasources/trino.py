"""Trino through its own client, which speaks HTTP; its blocking work in threads.

Values are literals of EXECUTE IMMEDIATE … USING: see `trino_literals`. There are no transactions:
most of Trino's connectors have none, and so every statement stands alone.
"""

import time
from collections import deque
from collections.abc import AsyncGenerator, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final, NoReturn

import requests
from trino.client import TrinoQuery

from .batches import batches, stream_in_thread
from .dialects import TRINO
from .errors import ConnectFailed, DatasourceError, QueryFailed
from .plain import unique_names
from .threads import Threads
from .trino_errors import CLIENT_ERRORS, Lost, translate
from .trino_literals import bound, literal
from .trino_pages import Call, Pages, cancel
from .trino_session import check, is_explained, open_http, request_to
from .trino_values import kinds_of, plain_rows
from .types import (
    Affected,
    Column,
    DatasourceConfig,
    JsonRows,
    Outcome,
    PoolState,
    Rows,
    ServerInfo,
    Statement,
    Table,
)

_TABLES: Final = """
SELECT t.table_schema, t.table_name, t.table_type, c.column_name, c.data_type, c.is_nullable
FROM information_schema.tables AS t
JOIN information_schema.columns AS c
  ON c.table_schema = t.table_schema AND c.table_name = t.table_name
WHERE t.table_schema NOT IN ('information_schema', 'pg_catalog'){only}
ORDER BY t.table_schema, t.table_name, c.ordinal_position
"""
_VERSION: Final = "SELECT version(), count(*) FROM information_schema.schemata"


class TrinoDatasource:
    """See `types.Datasource`."""

    dialect = TRINO

    def __init__(self, config: DatasourceConfig) -> None:
        self.config = config
        self._threads = Threads(config.pool_size, wait_s=config.connect_timeout_s, name="trino")
        self._idle: deque[requests.Session] = deque()

    @property
    def running(self) -> int:
        """How many calls are under way."""
        return self._threads.running

    @property
    def pool(self) -> PoolState:
        return self._threads.state(idle=len(self._idle))

    async def open(self) -> None:
        """Nothing to do: the first call connects."""

    async def close(self) -> None:
        await self._threads.close()
        self._drop_idle()

    async def test(self) -> ServerInfo:
        call = Call()
        timeout_s = 2 * self.config.connect_timeout_s
        return await self._threads.run(
            partial(self._test, call), call.interrupt, timeout_s=timeout_s
        )

    async def introspect(self) -> list[Table]:
        schema = self._schema
        only = f" AND t.table_schema = {literal(schema)}" if schema else ""
        statement = Statement(_TABLES.format(only=only), is_query=True)
        (outcome,) = await self.execute(
            [statement], max_rows=1_000_000, timeout_s=self.config.statement_timeout_s
        )
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
        return None  # Trino's casts to JSON lose digits of numbers

    def stream(
        self, statement: Statement, *, max_rows: int, batch_rows: int, timeout_s: float
    ) -> AsyncGenerator[Rows]:
        call = Call()
        rows = self._stream(call, statement, max_rows, batch_rows)
        return stream_in_thread(self._threads, rows, call.interrupt, timeout_s=timeout_s)

    async def begin(self, *, timeout_s: float) -> NoReturn:  # noqa: ARG002
        raise QueryFailed(
            "Trino has no transactions here", hint="Run each statement on its own, without one"
        )

    @property
    def _schema(self) -> str:
        return self.config.database.partition(".")[2].lower()

    def _test(self, call: Call) -> ServerInfo:
        start = time.perf_counter()
        only = f" WHERE schema_name = {literal(self._schema)}" if self._schema else ""
        statement = Statement(_VERSION + only, is_query=True)
        with open_http(self.config) as http:
            try:
                outcome = self._outcome(call, http, statement, 0, 1)
            except Lost as lost:
                raise ConnectFailed(str(lost)) from None
            except QueryFailed as error:
                raise ConnectFailed(error.message) from None
        version, found = outcome.rows[0] if isinstance(outcome, Rows) else ("", 0)
        if not found:
            raise ConnectFailed(f"There is no schema {self._schema}")
        return ServerInfo("Trino", str(version), (time.perf_counter() - start) * 1000)

    def _execute(self, call: Call, statements: Sequence[Statement], max_rows: int) -> list[Outcome]:
        check(statements, read_only=self.config.read_only)
        try:
            return self._try(call, statements, max_rows)
        except Lost as lost:
            # The server was restarted, most likely: what else is idle is lost as well.
            self._drop_idle()
            if call.interrupted or not all(statement.is_query for statement in statements):
                raise ConnectFailed(f"The connection was lost: {lost}") from None
        try:
            return self._try(call, statements, max_rows)
        except Lost as lost:
            raise ConnectFailed(f"The connection was lost: {lost}") from None

    def _try(self, call: Call, statements: Sequence[Statement], max_rows: int) -> list[Outcome]:
        try:
            http = self._idle.pop()
        except IndexError:
            http = open_http(self.config)
        is_sound = False
        try:
            outcomes = [
                self._outcome(call, http, statement, number, max_rows)
                for number, statement in enumerate(statements)
            ]
            is_sound = True
        except DatasourceError:
            is_sound = not call.interrupted
            raise
        finally:
            if is_sound:
                self._idle.append(http)
            else:
                http.close()
        return outcomes

    def _outcome(
        self, call: Call, http: requests.Session, statement: Statement, number: int, max_rows: int
    ) -> Outcome:
        with self._asked(call, http, statement, number) as query:
            return _read(call, query, statement, max_rows)

    @contextmanager
    def _asked(
        self, call: Call, http: requests.Session, statement: Statement, number: int
    ) -> Iterator[TrinoQuery]:
        """A query that is not sent yet; one that is not read to its end is cancelled."""
        try:
            text = bound(statement.text, statement.values)
            request = request_to(self.config, http)
            call.query = query = TrinoQuery(request, text, legacy_primitive_types=True)
            try:
                yield query
            finally:
                call.query = None
                if not query.finished and not query.cancelled:
                    cancel(query)
        except QueryFailed as error:
            error.statement = number
            raise
        except CLIENT_ERRORS as error:
            raise translate(error, statement, number) from None

    def _stream(
        self, call: Call, statement: Statement, max_rows: int, size: int
    ) -> Generator[Rows]:
        check([statement], read_only=self.config.read_only)
        with open_http(self.config) as http, self._asked(call, http, statement, 0) as query:
            try:
                pages = Pages(call, query)
                pages.begin()
                yield from batches(
                    unique_names([column["name"] for column in pages.columns]),
                    pages.take,
                    partial(plain_rows, pages.columns),
                    max_rows=max_rows,
                    size=size,
                    kinds=kinds_of(pages.columns),
                )
            except Lost as lost:
                raise ConnectFailed(f"The connection was lost: {lost}") from None

    def _drop_idle(self) -> None:
        while self._idle:
            self._idle.pop().close()


def _read(call: Call, query: TrinoQuery, statement: Statement, max_rows: int) -> Outcome:
    pages = Pages(call, query)
    pages.begin()
    rows = pages.take(max_rows + 1)
    if query.update_type is not None and not is_explained(statement):
        return Affected(query.update_count or 0)
    names = unique_names([column["name"] for column in pages.columns])
    plain = plain_rows(pages.columns, rows[:max_rows])
    return Rows(names, plain, truncated=len(rows) > max_rows, kinds=kinds_of(pages.columns))


def _tables(rows: Sequence[tuple[object, ...]]) -> list[Table]:
    columns: dict[tuple[str, str, str], list[Column]] = {}
    for schema, name, kind, column, column_type, nullable in rows:
        table = (str(schema), str(name), "view" if kind == "VIEW" else "table")
        found = Column(str(column), str(column_type), nullable == "YES")
        columns.setdefault(table, []).append(found)
    return [Table(*table, tuple(found)) for table, found in columns.items()]
