"""PostgreSQL through psycopg's libpq layer; see postgresql_link for why not through its cursors."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from functools import partial
from time import perf_counter
from typing import TypeVar

import psycopg
from psycopg import AsyncConnection
from psycopg.pq.abc import PGresult

from ..lookout import Lookout
from .dialects import POSTGRESQL
from .errors import ConnectFailed, QueryFailed, QueryTimeout
from .plain import unique_names
from .postgresql_catalog import list_tables, look_up_types
from .postgresql_errors import Lost, ServerError, reason
from .postgresql_json import JsonQueries, JsonQuery, json_rows, worked_s
from .postgresql_lane import Lanes, Overtaken
from .postgresql_link import LOOK_S, Link
from .postgresql_memory import LONG, keep_freed_memory
from .postgresql_parameters import Parameters
from .postgresql_plan import Plan, Planner, Step
from .postgresql_pool import Pool
from .postgresql_session import connect_parameters
from .postgresql_stream import stream
from .postgresql_transaction import PostgresqlTransaction
from .postgresql_values import Types, columns_of, kinds_of, types_of
from .types import (
    Affected,
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

T = TypeVar("T")
_READ = Plan(())


class PostgresqlDatasource:
    """See `types.Datasource`. Belongs to the event loop that runs it first."""

    dialect = POSTGRESQL

    def __init__(self, config: DatasourceConfig) -> None:
        self.config = config
        self._types = Types()
        self._waits = Lookout(LOOK_S)
        self._planner = Planner(read_only=config.read_only)
        self._json = JsonQueries()
        self._pool = Pool(self._connect, size=config.pool_size, wait_s=config.connect_timeout_s)
        self._lanes = Lanes(self._pool, self._waits)

    @property
    def running(self) -> int:
        """How many calls are under way."""
        return self._pool.lent

    @property
    def pool(self) -> PoolState:
        return self._pool.state

    async def open(self) -> None:
        """Nothing to do: the first call connects."""

    async def close(self) -> None:
        await self._pool.close()

    async def test(self) -> ServerInfo:
        start = perf_counter()
        link = await self._connect(_now() + self.config.connect_timeout_s)
        version = link.server_version
        link.close()
        return ServerInfo("PostgreSQL", version, (perf_counter() - start) * 1000)

    async def introspect(self) -> list[Table]:
        deadline = _now() + self.config.statement_timeout_s
        try:
            return await self._call(_READ, lambda link: list_tables(link, deadline), deadline)
        except ServerError as error:
            raise error.translate(prefix=0, length=0) from None

    async def execute(
        self, statements: Sequence[Statement], *, max_rows: int, timeout_s: float
    ) -> list[Outcome]:
        deadline = _now() + timeout_s
        while True:
            plan = self._planner.plan(statements, max_rows)
            run = partial(self._run, plan=plan, max_rows=max_rows, deadline=deadline)
            try:
                return await self._call(plan, run, deadline)
            except ServerError as error:
                step = plan.steps[error.statement]
                if not self._planner.learn(step, error):
                    raise error.translate(prefix=step.prefix, length=len(step.source)) from None

    async def execute_json(
        self, statement: Statement, *, max_rows: int, timeout_s: float
    ) -> JsonRows | None:
        if not statement.is_query:
            return None
        parameters = self._planner.parameters(statement)
        key = (statement.text, parameters.types, max_rows)
        known = self._json.find(key)
        if known is None:
            return None
        deadline = _now() + timeout_s
        try:
            if known.is_quick:
                result = await self._run_quickly(known, parameters, deadline)
            else:
                result = await self._run_alone(known, parameters, deadline)
        except ServerError as error:
            if error.is_refused or error.is_stale:
                self._json.forget(key)
                return None  # the ordinary way tells what is wrong
            prefix, length = known.sent.prefix, len(statement.text)
            raise error.translate(prefix=prefix, length=length) from None
        rows = json_rows(result, known.sent, max_rows)
        known.is_long = rows.size >= LONG
        return rows

    async def _run_quickly(
        self, known: JsonQuery, parameters: Parameters, deadline: float
    ) -> PGresult:
        try:
            result = await self._lanes.run(known.sent.text, parameters, deadline=deadline)
        except TimeoutError:
            known.held_up()
            raise QueryTimeout() from None
        except Overtaken:
            known.held_up()
        except Lost:
            # The server was restarted, most likely: what else is idle is lost as well.
            self._pool.drop_idle()
        else:
            known.took(worked_s(result))
            return result
        return await self._run_alone(known, parameters, deadline)

    async def _run_alone(
        self, known: JsonQuery, parameters: Parameters, deadline: float
    ) -> PGresult:
        async def ask(link: Link) -> PGresult:
            if known.is_long:
                await keep_freed_memory(link, deadline)
            return await link.run(known.sent.text, parameters, deadline=deadline)

        result = await self._call(_READ, ask, deadline)
        known.took(worked_s(result))
        return result

    def stream(
        self, statement: Statement, *, max_rows: int, batch_rows: int, timeout_s: float
    ) -> AsyncGenerator[Rows]:
        return stream(
            self.begin,
            statement,
            max_rows=max_rows,
            batch_rows=batch_rows,
            timeout_s=timeout_s,
        )

    async def begin(self, *, timeout_s: float) -> Transaction:
        deadline = _now() + timeout_s
        try:
            return await self._begin(deadline, timeout_s)
        except Lost:
            # The server was restarted, most likely: what else is idle is lost as well.
            self._pool.drop_idle()
        try:
            return await self._begin(deadline, timeout_s)
        except Lost as lost:
            raise ConnectFailed(f"The connection was lost: {lost}") from None

    async def _begin(self, deadline: float, timeout_s: float) -> Transaction:
        transaction = PostgresqlTransaction(
            await self._pool.acquire(deadline),
            self._planner,
            read=self._outcome,
            give_back=self._give_back,
            timeout_s=timeout_s,
        )
        await transaction.start(deadline)
        return transaction

    async def _give_back(self, link: Link, discard: bool) -> None:  # noqa: FBT001
        """Undo a transaction left open, and with `discard` what else was done to the session."""
        try:
            if discard or not link.is_idle:
                await link.tidy(discard=discard)
        except BaseException:
            link.close()  # cancelled while it was tidied
            raise
        finally:
            self._pool.release(link)

    async def _connect(self, deadline: float) -> Link:
        limit = min(deadline, _now() + self.config.connect_timeout_s)
        try:
            async with asyncio.timeout_at(limit):
                connection = await AsyncConnection.connect(
                    **connect_parameters(self.config), autocommit=True
                )
        except TimeoutError:
            raise ConnectFailed("The server did not answer in time") from None
        except (psycopg.Error, OSError, UnicodeError) as error:
            raise ConnectFailed(reason(error)) from None
        return Link(connection, self._types, self._waits)

    async def _call(self, plan: Plan, run: Callable[[Link], Awaitable[T]], deadline: float) -> T:
        try:
            return await self._lend(plan, run, deadline)
        except Lost as lost:
            if not plan.is_repeatable and not lost.is_unsent:
                raise ConnectFailed(f"The connection was lost: {lost}") from None
        # The server was restarted, most likely: what else is idle is lost as well.
        self._pool.drop_idle()
        try:
            return await self._lend(plan, run, deadline)
        except Lost as lost:
            raise ConnectFailed(f"The connection was lost: {lost}") from None

    async def _lend(self, plan: Plan, run: Callable[[Link], Awaitable[T]], deadline: float) -> T:
        link = self._pool.take_idle() or await self._pool.acquire(deadline)
        discard = not plan.is_clean
        try:
            return await run(link)
        except TimeoutError:
            raise QueryTimeout() from None
        except ServerError as error:
            discard = discard or error.is_stale
            raise
        finally:
            if discard or not link.is_idle:
                await self._give_back(link, discard)
            else:
                self._pool.release(link)

    async def _run(self, link: Link, plan: Plan, max_rows: int, deadline: float) -> list[Outcome]:
        if not plan.is_repeatable:
            link.check()
        for text in plan.begin:
            await link.run(text, deadline=deadline)
        outcomes: list[Outcome] = []
        number = 0
        try:
            for number, step in enumerate(plan.steps):  # noqa: B007
                result = await link.run(step.text, step.parameters, deadline=deadline)
                outcomes.append(await self._outcome(link, step, result, max_rows, deadline))
            if plan.begin:
                await link.run("COMMIT", deadline=deadline)
        except ServerError as error:
            error.statement = number
            raise
        return outcomes

    async def _outcome(
        self, link: Link, step: Step, result: PGresult, max_rows: int, deadline: float
    ) -> Outcome:
        if not result.nfields and not step.is_wrapped:
            return Affected(result.command_tuples or 0)
        names, oids = columns_of(result), types_of(result)
        unknown = self._types.unknown(oids)
        if unknown:
            self._types.learn(unknown, await look_up_types(link, unknown, deadline))
        if step.is_wrapped:
            key = (step.source, step.parameters.types, max_rows)
            columns = tuple(zip(names, oids, strict=True))
            self._json.note(key, columns, json_equal=self._types.json_equal(oids))
        try:
            rows = link.load(result, max_rows)
        except (psycopg.DataError, ValueError, RecursionError) as error:
            raise QueryFailed(f"A value cannot be read: {error}") from None
        truncated = result.ntuples > max_rows
        return Rows(unique_names(names), rows, truncated, kinds_of(result))


def _now() -> float:
    return asyncio.get_running_loop().time()
