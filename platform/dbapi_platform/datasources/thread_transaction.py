"""A transaction whose connection only blocks: its thread is its own from begin to end."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

from .errors import ConnectFailed, QueryFailed, QueryTimeout
from .threads import HeldSeat, Seat, Threads
from .types import Outcome, Statement

T = TypeVar("T")


class Session(Protocol):
    """A connection inside of a transaction. All methods but `interrupt` block; one runs at a time.

    `is_committed` turns true at once when the database has said so.
    """

    is_committed: bool

    def begin(self) -> None:
        """Get the connection and begin. Raises ConnectFailed, Busy or QueryFailed."""

    def execute(self, statement: Statement, max_rows: int) -> Outcome:
        """One statement. After any error but QueryFailed the transaction is ended."""

    def commit(self) -> None:
        """Raises QueryFailed or ConnectFailed."""

    def end(self) -> None:
        """Undo what is not committed and let go of the connection, if there is one. Never raises.

        Comes last, whatever came before.
        """

    def interrupt(self) -> None:
        """Make what runs fail soon; the connection is not used again. From the event loop."""


class ThreadTransaction:
    """See `types.Transaction`."""

    def __init__(self, seat: Seat, session: Session, *, timeout_s: float) -> None:
        self._seat = seat
        self._session = session
        self._timeout_s = timeout_s
        self._turn = asyncio.Lock()
        self._held = HeldSeat(seat, session.end, session.interrupt, timeout_s=timeout_s)

    @classmethod
    async def begin(
        cls, threads: Threads, session: Session, *, timeout_s: float
    ) -> "ThreadTransaction":
        """Take a thread and begin in it. Raises ConnectFailed, Busy or QueryFailed."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        transaction = cls(await threads.take(deadline), session, timeout_s=timeout_s)
        await transaction.start(deadline)
        return transaction

    async def start(self, deadline: float) -> None:
        """Begin; when that fails, all is given back."""
        try:
            await self._seat.run(self._session.begin, self._session.interrupt, deadline)
        except BaseException as error:
            await self._held.end()
            if isinstance(error, QueryTimeout):
                raise ConnectFailed("The transaction could not begin in time") from None
            raise

    async def execute(self, statement: Statement, *, max_rows: int, timeout_s: float) -> Outcome:
        async with self._turn:
            work = partial(self._session.execute, statement, max_rows)
            try:
                return await self._run(work, timeout_s)
            except QueryFailed:
                raise
            except BaseException:
                await self._held.end()
                raise

    async def commit(self) -> None:
        async with self._turn:
            try:
                await self._run(self._session.commit, self._timeout_s)
            except QueryTimeout:
                # It was told to stop, and may have been done nevertheless.
                if not self._session.is_committed:
                    raise
            finally:
                await self._held.end()

    async def rollback(self) -> None:
        async with self._turn:
            await self._held.end()

    async def _run(self, work: Callable[[], T], timeout_s: float) -> T:
        if self._held.has_ended:
            raise QueryFailed("The transaction has ended", hint="Begin another")
        deadline = asyncio.get_running_loop().time() + timeout_s
        return await self._seat.run(work, self._session.interrupt, deadline)
