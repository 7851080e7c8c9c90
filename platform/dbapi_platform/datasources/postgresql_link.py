"""One connection to PostgreSQL: statements out, results in.

psycopg connects, cancels and reads values. Statements are sent through its libpq layer, not
through its cursors: these cost 25 of the 50 µs of processor time that a primary-key lookup
takes. The socket stays registered with the event loop, which also tells at once that an idle
connection was closed by the server.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final, ParamSpec, Protocol

import psycopg
from psycopg import AsyncConnection
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from ..lookout import Lookout
from .postgresql_errors import Lost, ServerError, lost_by, reason
from .postgresql_parameters import NO_PARAMETERS, Parameters
from .postgresql_prepared import Prepared, StatementKey
from .postgresql_values import Types

CANCEL_S: Final = 3.0
CANCEL_AGAIN_S: Final = 0.2
_TIDY_S: Final = 3.0
LOOK_S: Final = 0.05
_LAST_LOOK_S: Final = 0.5
_COPY: Final = frozenset({ExecStatus.COPY_IN, ExecStatus.COPY_OUT, ExecStatus.COPY_BOTH})
# Requests to cancel that are under way; the event loop alone would not keep them alive.
_sending: set[asyncio.Future[None]] = set()
P = ParamSpec("P")


class Sharing(Protocol):
    """Several callers' use of one link; see postgresql_lane."""

    def read(self) -> None:
        """The server has sent something."""

    def fail(self, error: Lost) -> None:
        """The link was closed."""


class Link:
    """A connection that runs one statement at a time. Owned by its pool, by one caller, or by
    a lane, which sends statements before those ahead of them are answered.
    """

    def __init__(self, connection: AsyncConnection, types: Types, waits: Lookout) -> None:
        self._connection = connection
        self.pg = connection.pgconn
        self._loop = asyncio.get_running_loop()
        self._socket = self.pg.socket
        self._transformer = Transformer(types)
        self.prepared = Prepared()
        self._sharing: Sharing | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._waits = waits
        self._deadline = 0.0
        # When to look at it anew, once that is known, and how long after that again.
        self._look_at: float | None = None
        self._pause = LOOK_S
        self._pending = False
        self._result: PGresult | None = None
        self.closed = False
        self.keeps_memory = False
        self.born = self.used = self._loop.time()
        self._loop.add_reader(self._socket, self._readable)

    @property
    def is_idle(self) -> bool:
        """True when the connection is sound and outside of any transaction."""
        return (
            not self.closed
            and not self._pending
            and self.pg.transaction_status == TransactionStatus.IDLE
        )

    @property
    def tag(self) -> bytes | None:
        """What the last statement did in the server's words, if that was known in the end."""
        return None if self._result is None else self._result.command_status

    @property
    def server_version(self) -> str:
        return (self.pg.parameter_status(b"server_version") or b"").decode().split(" ")[0]

    async def run(
        self, text: str, parameters: Parameters = NO_PARAMETERS, *, deadline: float
    ) -> PGresult:
        """One statement's result. Raises ServerError, Lost, or TimeoutError at the deadline.

        At the deadline, and when the task is cancelled, the server is told to stop and the
        connection is good for another statement, or closed.
        """
        key = (text, parameters.types)
        name = self.prepared.name(key) or await self._maybe_prepare(key, deadline)
        if name is None:
            return await self.run_once(text, parameters, deadline=deadline)
        self._send(self.pg.send_query_prepared, name, parameters.values)
        return await self._answer(deadline)

    async def run_once(
        self, text: str, parameters: Parameters = NO_PARAMETERS, *, deadline: float
    ) -> PGresult:
        """As `run`, never prepared: for what may not fail because its table was altered."""
        data = text.encode()
        self._send(self.pg.send_query_params, data, parameters.values, parameters.types)
        return await self._answer(deadline)

    def load(self, result: PGresult, stop: int) -> list[tuple[object, ...]]:
        """The first `stop` rows as plain values."""
        self._transformer.set_pgresult(result)
        return self._transformer.load_rows(0, min(stop, result.ntuples), tuple)

    def check(self) -> None:
        """Raises Lost when the server has closed the connection and it is not noticed yet."""
        for _ in range(2):  # its farewell comes before the end of the stream
            if not self.closed:
                self._readable()
        if self.closed:
            raise Lost("the server closed the connection", is_unsent=True)

    async def tidy(self, *, discard: bool) -> None:
        """End a transaction left open, and with `discard` undo all else done to the session.

        The connection is closed if that fails.
        """
        try:
            if self.pg.transaction_status != TransactionStatus.IDLE:
                await self.run_once("ROLLBACK", deadline=self._loop.time() + _TIDY_S)
            if discard:
                await self.run("DISCARD ALL", deadline=self._loop.time() + _TIDY_S)
                self.prepared.clear()
        except (ServerError, Lost, TimeoutError):
            self.close()

    async def cancel(self) -> None:
        """Have the server stop what runs now; the one who waits for it gets the error."""
        sending = asyncio.ensure_future(self._connection.cancel_safe(timeout=CANCEL_S))
        _sending.add(sending)
        sending.add_done_callback(_sent)
        try:
            # Who is cancelled himself meanwhile closes the connection: this must still arrive.
            await asyncio.shield(sending)
        except psycopg.Error:
            self.close()

    async def stop(self) -> None:
        """Have the server stop what runs, and close."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CANCEL_S):
                # Once is not enough, as in `_abort`: a lost one would leave the query running.
                while (self._pending or self._sharing) and not self.closed:
                    await self.cancel()
                    await asyncio.sleep(CANCEL_AGAIN_S)
        self.close()

    def share(self, sharing: Sharing) -> None:
        """Hand over what comes from the server, until `end_sharing`. Raises Lost."""
        self._send(self.pg.enter_pipeline_mode)
        self._sharing = sharing

    def end_sharing(self) -> None:
        """Be one caller's again; nothing may be under way."""
        self._sharing = None
        if not self.closed:
            self.pg.exit_pipeline_mode()

    def close(self) -> None:
        """Close at once; whoever waits for a result gets Lost."""
        self.fail(Lost("the connection was closed"))

    def fail(self, lost: Lost) -> None:
        """Close at once, for a reason."""
        if self.closed:
            return
        self.closed = True
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self.pg.finish()
        self._wake(lost)
        if self._sharing is not None:
            self._sharing.fail(lost)

    async def _maybe_prepare(self, key: StatementKey, deadline: float) -> bytes | None:
        if not self.prepared.is_known(key):
            self.prepared.note(key)
            if surplus := self.prepared.surplus():
                await self.run_once(f"DEALLOCATE {surplus.decode()}", deadline=deadline)
            return None
        name = self.prepared.new_name()
        text, types = key
        self._send(self.pg.send_prepare, name, text.encode(), types)
        await self._answer(deadline)
        self.prepared.note(key, name)
        return name

    def _send(self, send: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            send(*args, **kwargs)
        except psycopg.OperationalError as error:
            self.close()
            raise Lost(reason(error), is_unsent=True) from None

    async def _answer(self, deadline: float) -> PGresult:
        self._pending = True
        self._result = None
        self._waiter = waiter = self._loop.create_future()
        self._deadline, self._look_at, self._pause = deadline, None, LOOK_S
        self._waits.begin(self, self._loop)
        try:
            self.flush()
            await waiter
        except (asyncio.CancelledError, TimeoutError):
            self._waits.end(self)
            await self._abort()
            raise
        finally:
            self._waits.end(self)
            self._waiter = None
        return self._checked()

    def look(self, now: float) -> None:
        """End the wait at its deadline; before, read without having been called.

        uvloop stops watching a socket that is in error, and tells nobody: without this, a
        statement sent to a server that has just gone would wait until its deadline.
        """
        waiter = self._waiter
        if waiter is None or waiter.done():
            return
        if now >= self._deadline:
            waiter.set_exception(TimeoutError())
        elif self._look_at is None:
            self._look_at = now + self._pause
        elif now >= self._look_at:
            self._pause = min(self._pause * 2, _LAST_LOOK_S)
            self._look_at = now + self._pause
            self._readable()

    def _checked(self) -> PGresult:
        result = self._result
        if result is None:
            self.close()
            raise Lost("the server closed the connection")
        if result.status == ExecStatus.FATAL_ERROR:
            error = ServerError(result)
            if error.is_lost or self.pg.status == ConnStatus.BAD:
                self.close()
                raise Lost(error.message)
            raise error
        return result

    async def _abort(self) -> None:
        """Cancel on the server and read to the end, or give the connection up."""
        if not self._pending:
            return
        self._waiter = waiter = self._loop.create_future()
        try:
            async with asyncio.timeout(CANCEL_S):
                # A server that has just begun to plan or to read a command may miss it.
                while not waiter.done():
                    await self.cancel()
                    await asyncio.wait([waiter], timeout=CANCEL_AGAIN_S)
                await waiter
        except (asyncio.CancelledError, TimeoutError, Lost):
            self._waiter = None
            self.close()

    def flush(self) -> None:
        """Send what has not been sent yet, as far as the server takes it."""
        try:
            if self.pg.flush() == 0:
                self._loop.remove_writer(self._socket)
            else:
                self._loop.add_writer(self._socket, self.flush)
        except psycopg.OperationalError as error:
            self._fail(error)

    def _readable(self) -> None:
        if self._sharing is not None:
            self._sharing.read()
            return
        try:
            self.pg.consume_input()
            while not self.pg.is_busy():
                result = self.pg.get_result()
                if result is None:
                    self._pending = False
                    self._wake(None)
                    return
                if result.status in _COPY:
                    self._fail(psycopg.OperationalError("COPY is not possible here"))
                    return
                self._result = result
        except psycopg.OperationalError as error:
            self._fail(error)

    def _fail(self, error: psycopg.OperationalError) -> None:
        """The connection is gone; a last word of the server explains why."""
        self.fail(lost_by(error, self._result))

    def _wake(self, error: Exception | None) -> None:
        waiter = self._waiter
        if waiter is None or waiter.done():
            return
        if error is None:
            waiter.set_result(None)
        else:
            waiter.set_exception(error)


def _sent(sending: asyncio.Future[None]) -> None:
    _sending.discard(sending)
    if not sending.cancelled():
        sending.exception()  # so that asyncio does not report it
