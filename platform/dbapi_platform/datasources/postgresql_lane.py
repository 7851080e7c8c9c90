"""Quick questions share a connection: none waits to be sent until the one before is answered.

Most of what a lookup by key costs is not the lookup: the server is woken, reads, answers and
sleeps again, and so does the worker. What stands ready when it wakes is done in one go.

Each statement is a transaction of its own. One that turns out slow while others wait behind it is
stopped, and runs again on a connection that it has for itself.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from ..lookout import Lookout
from .postgresql_errors import Lost, ServerError, lost_by
from .postgresql_link import CANCEL_AGAIN_S, CANCEL_S, LOOK_S, Link
from .postgresql_parameters import Parameters
from .postgresql_pool import Pool
from .postgresql_prepared import StatementKey

# So many are sent at most before the first of them is answered.
DEPTH: Final = 4

# Requests to cancel that are under way; the event loop alone would not keep them alive.
_stopping: set[asyncio.Task[None]] = set()


class Overtaken(Exception):
    """It held up others, or was taken for one that did; it has done nothing."""


@dataclass(slots=True, eq=False)
class _Ask:
    """One statement under way, and what is known of its preparation."""

    answer: "asyncio.Future[PGresult]"
    deadline: float
    new_key: StatementKey | None = None


class Lanes:
    """The lanes of a datasource, each on a connection lent from its pool while it is in use."""

    def __init__(self, pool: Pool, waits: Lookout) -> None:
        self._pool = pool
        self._waits = waits
        self._open: list[Lane] = []

    async def run(self, text: str, parameters: Parameters, *, deadline: float) -> PGresult:
        """The result.

        Raises ServerError, Lost, Overtaken, or TimeoutError at the deadline; and ConnectFailed and
        Busy when there is no connection.
        """
        lane = self._with_room()
        if lane is None:
            link = self._pool.take_idle() or await self._pool.acquire(deadline)
            try:
                lane = Lane(link, self._waits, self._leave)
            except Lost:
                # The server closed it between the moment it was passed on and this one.
                self._pool.release(link)
                raise
            self._open.append(lane)
        return await lane.run(text, parameters, deadline=deadline)

    def _with_room(self) -> "Lane | None":
        # Whoever waits for a connection gets one as soon as a lane is through.
        if self._pool.is_wanted:
            return None
        for lane in self._open:
            if lane.has_room:
                return lane
        return None

    def _leave(self, lane: "Lane", link: Link) -> None:
        self._open.remove(lane)
        self._pool.release(link)


class Lane:
    """A connection with several statements under way, answered in the order they were sent.

    Raises Lost when the connection is gone.
    """

    def __init__(self, link: Link, waits: Lookout, leave: Callable[["Lane", Link], None]) -> None:
        self._link = link
        self._pg = link.pg
        self._loop = asyncio.get_running_loop()
        self._waits = waits
        self._leave = leave
        self._asks: deque[_Ask] = deque()
        self._result: PGresult | None = None
        # Since when the server works on the first.
        self._since = 0.0
        self._is_held_up = False
        # Its link may not be used again: a request to cancel may reach it late.
        self._is_spent = False
        link.share(self)

    @property
    def has_room(self) -> bool:
        """Whether another statement may be sent behind those under way."""
        return len(self._asks) < DEPTH and not (self._is_held_up or self._is_spent)

    async def run(self, text: str, parameters: Parameters, *, deadline: float) -> PGresult:
        """See `Lanes.run`. When the task is cancelled the statement goes on, but not for long."""
        if not self._asks:
            self._since = self._loop.time()
            self._waits.begin(self, self._loop)
        ask = _Ask(self._loop.create_future(), deadline)
        self._asks.append(ask)
        try:
            self._send(ask, text, parameters)
        except psycopg.OperationalError as error:
            self._link.fail(lost_by(error, self._result))
        except BaseException:
            # Half of it may be sent: whoever came after it would get the answers of others.
            ask.answer.cancel()
            self._link.close()
            raise
        return await ask.answer

    def look(self, now: float) -> None:
        """End the waits whose time is over, and stop what holds up others or is not awaited."""
        # uvloop stops watching a socket that is in error, and tells nobody.
        self.read()
        for ask in self._asks:
            if now >= ask.deadline and not ask.answer.done():
                ask.answer.set_exception(TimeoutError())
        if not self._asks or now - self._since < LOOK_S:
            return
        self._is_held_up = True
        is_in_the_way = len(self._asks) > 1 or self._asks[0].answer.done()
        if is_in_the_way and not self._is_spent:
            self._is_spent = True
            stopping = asyncio.ensure_future(self._stop())
            _stopping.add(stopping)
            stopping.add_done_callback(_stopping.discard)

    def read(self) -> None:
        """Take what has come."""
        is_over = False
        try:
            self._pg.consume_input()
            while self._asks and not self._pg.is_busy():
                result = self._pg.get_result()
                if result is None:
                    if is_over:
                        break  # the connection is gone, and the next look says so
                    is_over = True
                    continue
                is_over = False
                if result.status == ExecStatus.PIPELINE_SYNC:
                    self._answer()
                elif result.status != ExecStatus.PIPELINE_ABORTED:
                    self._result = result
        except psycopg.OperationalError as error:
            self._link.fail(lost_by(error, self._result))
        if not self._asks and not self._link.closed:
            self._end()

    def fail(self, error: Lost) -> None:
        """Nothing of what is under way will be answered."""
        while self._asks:
            ask = self._asks.popleft()
            if not ask.answer.done():
                ask.answer.set_exception(Lost(str(error)))
        self._end()

    def _send(self, ask: _Ask, text: str, parameters: Parameters) -> None:
        prepared, key = self._link.prepared, (text, parameters.types)
        name = prepared.name(key)
        if name is None:
            ask.new_key, name = key, prepared.new_name()
            prepared.note(key, name)
            if surplus := prepared.surplus():
                self._pg.send_query_params(b"DEALLOCATE " + surplus, ())
            self._pg.send_prepare(name, text.encode(), parameters.types)
        self._pg.send_query_prepared(name, parameters.values)
        self._pg.pipeline_sync()
        self._link.flush()

    def _answer(self) -> None:
        """The first has been answered."""
        ask = self._asks.popleft()
        self._since, self._is_held_up = self._loop.time(), False
        result, self._result = self._result, None
        assert result is not None  # noqa: S101 - each statement has a result before its end
        failure = self._failure(ask, result)
        if ask.answer.done():
            return
        if failure is not None:
            ask.answer.set_exception(failure)
        else:
            ask.answer.set_result(result)

    def _failure(self, ask: _Ask, result: PGresult) -> Exception | None:
        if result.status != ExecStatus.FATAL_ERROR:
            return None
        if ask.new_key is not None:
            self._link.prepared.forget(ask.new_key)
        error = ServerError(result)
        if error.is_lost:
            return Lost(error.message)
        if error.is_cancelled and self._is_spent:
            return Overtaken()
        # What else was prepared here may be as old: the next one begins anew.
        self._is_spent = self._is_spent or error.is_stale
        return error

    def _end(self) -> None:
        """Give the link back; one that may not be used again is closed first."""
        self._waits.end(self)
        self._link.end_sharing()
        if self._is_spent:
            self._link.close()
        self._leave(self, self._link)

    async def _stop(self) -> None:
        """Have the server stop the first one, and give the link up where it does not."""
        first = self._asks[0]
        try:
            async with asyncio.timeout(CANCEL_S):
                # A server that has just begun to plan or to read a command may miss it.
                while self._asks and self._asks[0] is first:
                    await self._link.cancel()
                    await asyncio.sleep(CANCEL_AGAIN_S)
        except TimeoutError:
            self._link.close()
