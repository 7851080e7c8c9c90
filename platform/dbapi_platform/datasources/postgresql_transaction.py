"""A transaction in PostgreSQL: statements on one link, kept or undone together."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from psycopg.pq.abc import PGresult

from .errors import ConnectFailed, QueryFailed, QueryTimeout
from .postgresql_errors import Lost, ServerError
from .postgresql_link import Link
from .postgresql_plan import Planner, Step
from .types import Outcome, Statement

Read = Callable[[Link, Step, PGresult, int, float], Awaitable[Outcome]]
_MARK: Final = "_dbapi_mark"


class PostgresqlTransaction:
    """See `types.Transaction`.

    `read` makes a result an outcome; `give_back` undoes what is left open and, where its second
    argument says so, what else was done to the session.
    """

    def __init__(
        self,
        link: Link,
        planner: Planner,
        *,
        read: Read,
        give_back: Callable[[Link, bool], Awaitable[None]],
        timeout_s: float,
    ) -> None:
        self._link = link
        self._planner = planner
        self._read = read
        self._give_back = give_back
        self._timeout_s = timeout_s
        self._turn = asyncio.Lock()
        self._is_clean = True
        self._ended = False

    async def start(self, deadline: float) -> None:
        """Begin; when that fails, the link is given back. Raises Lost, ConnectFailed."""
        try:
            for text in self._planner.transaction:
                await self._link.run_once(text, deadline=deadline)
        except BaseException as error:
            await self._end()
            if isinstance(error, TimeoutError):
                raise ConnectFailed("The transaction could not begin in time") from None
            if isinstance(error, ServerError):
                raise error.translate(prefix=0, length=0) from None
            raise

    async def execute(self, statement: Statement, *, max_rows: int, timeout_s: float) -> Outcome:
        async with self._turn:
            self._check_open()
            try:
                return await self._execute(statement, max_rows, _now() + timeout_s)
            except QueryFailed:
                raise  # the server lets nothing follow but ROLLBACK TO
            except BaseException as error:
                await self._end()
                if isinstance(error, TimeoutError):
                    raise QueryTimeout() from None
                if isinstance(error, Lost):
                    raise ConnectFailed(f"The connection was lost: {error}") from None
                raise

    async def commit(self) -> None:
        async with self._turn:
            self._check_open()
            try:
                tag = await self._commit(_now() + self._timeout_s)
            finally:
                await self._end()
            if tag != b"COMMIT":
                raise QueryFailed("A statement had failed: the transaction was rolled back")

    async def rollback(self) -> None:
        async with self._turn:
            await self._end()

    async def _execute(self, statement: Statement, max_rows: int, deadline: float) -> Outcome:
        is_marked = False
        while True:
            plan = self._planner.plan([statement], max_rows)
            (step,) = plan.steps
            self._is_clean = self._is_clean and plan.is_clean
            try:
                # An error ends the transaction, so there must be a way back to another plan.
                if not is_marked and not self._planner.is_proven(step):
                    await self._link.run_once(f"SAVEPOINT {_MARK}", deadline=deadline)
                    is_marked = True
                result = await self._link.run_once(step.text, step.parameters, deadline=deadline)
                if is_marked:
                    await self._link.run_once(f"RELEASE {_MARK}", deadline=deadline)
            except ServerError as error:
                if not is_marked or error.is_stale or not self._planner.learn(step, error):
                    raise error.translate(prefix=step.prefix, length=len(step.source)) from None
                await self._link.run_once(f"ROLLBACK TO {_MARK}", deadline=deadline)
            else:
                self._planner.prove(step)
                return await self._read_all(step, result, max_rows, deadline)

    async def _read_all(
        self, step: Step, result: PGresult, max_rows: int, deadline: float
    ) -> Outcome:
        try:
            return await self._read(self._link, step, result, max_rows, deadline)
        except QueryFailed:
            # The server knows of no failure, and would commit what was written.
            await self._end()
            raise

    async def _commit(self, deadline: float) -> bytes | None:
        """What the server says that it did: ROLLBACK where a statement had failed."""
        try:
            return (await self._link.run_once("COMMIT", deadline=deadline)).command_status
        except ServerError as error:
            raise error.translate(prefix=0, length=0) from None
        except Lost as lost:
            raise ConnectFailed(
                f"The connection was lost, and nobody knows whether it was committed: {lost}"
            ) from None
        except TimeoutError:
            # It was told to stop, and may have been done nevertheless.
            if self._link.tag == b"COMMIT":
                return b"COMMIT"
            raise QueryTimeout("The commit took too long and was cancelled") from None

    def _check_open(self) -> None:
        if self._ended:
            raise QueryFailed("The transaction has ended", hint="Begin another")

    async def _end(self) -> None:
        if not self._ended:
            self._ended = True
            await self._give_back(self._link, not self._is_clean)


def _now() -> float:
    return asyncio.get_running_loop().time()
