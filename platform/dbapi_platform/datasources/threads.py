"""Drivers that only block: their work runs in a few threads, and can be stopped."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final, TypeVar

from .errors import Busy, ConnectFailed, DatasourceError, QueryTimeout
from .types import PoolState

T = TypeVar("T")
_INTERRUPT_EVERY_S: Final = 0.02
_INTERRUPT_FOR_S: Final = 5.0


class Threads:
    """At most `size` pieces of work at once, each in a thread; others wait their turn."""

    def __init__(self, size: int, *, wait_s: float, name: str) -> None:
        self._size = size
        self._wait_s = wait_s
        self._executor = ThreadPoolExecutor(size, thread_name_prefix=name)
        self._slots = asyncio.Semaphore(size)
        self._seats: set[Seat] = set()
        self._waiting = 0
        self._closed = False

    @property
    def running(self) -> int:
        """How many threads are taken."""
        return len(self._seats)

    def state(self, *, idle: int) -> PoolState:
        """With `idle` connections that are kept for the next piece of work."""
        return PoolState(open=len(self._seats) + idle, idle=idle, waiting=self._waiting)

    async def run(
        self, work: Callable[[], T], interrupt: Callable[[], None], *, timeout_s: float
    ) -> T:
        """What `work` returns. Raises Busy when no thread becomes free, QueryTimeout.

        When time is up or the task is cancelled, `interrupt` is called from here until the
        thread is done; it must make `work` fail soon, and do nothing when work has not begun.
        """
        deadline = asyncio.get_running_loop().time() + timeout_s
        seat = await self.take(deadline)
        try:
            return await seat.run(work, interrupt, deadline)
        finally:
            seat.leave()

    async def take(self, deadline: float) -> "Seat":
        """A thread of one's own, until `Seat.leave`. Raises Busy, and ConnectFailed once closed."""
        wait_until = min(deadline, asyncio.get_running_loop().time() + self._wait_s)
        self._waiting += 1
        try:
            async with asyncio.timeout_at(wait_until):
                await self._slots.acquire()
        except TimeoutError:
            raise Busy(f"All {self._size} threads are in use") from None
        finally:
            self._waiting -= 1
        if self._closed:
            self._slots.release()
            raise ConnectFailed("The datasource was closed")
        seat = Seat(self._executor, self._free)
        self._seats.add(seat)
        return seat

    async def close(self) -> None:
        """Interrupt what runs and end the threads."""
        self._closed = True
        await asyncio.gather(*(seat.close() for seat in list(self._seats)))
        self._shut_down_when_empty()

    def _free(self, seat: "Seat") -> None:
        if seat in self._seats:
            self._seats.remove(seat)
            self._slots.release()
            self._shut_down_when_empty()

    def _shut_down_when_empty(self) -> None:
        # What holds a thread may have something to undo in it.
        if self._closed and not self._seats:
            self._executor.shutdown(wait=False)


class Seat:
    """One of the threads, for one piece of work after the other, never two at once.

    Not to be shared with what is not its holder's: its work never waits for a free thread.
    """

    def __init__(self, executor: ThreadPoolExecutor, free: Callable[["Seat"], None]) -> None:
        self._executor = executor
        self._free = free
        self._future: asyncio.Future[Any] | None = None
        self._interrupt: Callable[[], None]
        self.on_close: Callable[[], Awaitable[None]] | None = None

    async def run(self, work: Callable[[], T], interrupt: Callable[[], None], deadline: float) -> T:
        """As `Threads.run`; `deadline` is a time of the event loop."""
        future = asyncio.get_running_loop().run_in_executor(self._executor, work)
        self._future, self._interrupt = future, interrupt
        future.add_done_callback(_seen)
        try:
            async with asyncio.timeout_at(deadline):
                return await asyncio.shield(future)
        except TimeoutError:
            await self.stop()
            raise QueryTimeout() from None
        except asyncio.CancelledError:
            await self.stop()
            raise

    async def stop(self) -> None:
        """An interrupt between two statements is lost, so it is repeated until the work ends."""
        future = self._future
        for _ in range(round(_INTERRUPT_FOR_S / _INTERRUPT_EVERY_S)):
            if future is None or future.done():
                return
            self._interrupt()
            await asyncio.wait([future], timeout=_INTERRUPT_EVERY_S)

    async def still(self) -> None:
        """Wait until nothing runs, however long that takes."""
        if self._future is not None and not self._future.done():
            await asyncio.wait([self._future])

    def leave(self) -> None:
        """Free the thread, once: now, or when the work ends that could not be stopped."""
        if self._future is None or self._future.done():
            self._free(self)
        else:
            self._future.add_done_callback(lambda _future: self._free(self))

    async def close(self) -> None:
        """Stop the work, and have the holder end what it holds the thread for."""
        holder = self.on_close
        await asyncio.gather(self.stop(), *([holder()] if holder else []))


class HeldSeat:
    """A seat whose work leaves something to `undo` in the thread: a connection, a transaction.

    `undo` comes last and once, whatever came before; it raises nothing but DatasourceErrors.
    """

    def __init__(
        self,
        seat: Seat,
        undo: Callable[[], None],
        interrupt: Callable[[], None],
        *,
        timeout_s: float,
    ) -> None:
        self._seat = seat
        self._undo = undo
        self._interrupt = interrupt
        self._timeout_s = timeout_s
        self._ending: asyncio.Task[None] | None = None
        seat.on_close = self.end

    @property
    def has_ended(self) -> bool:
        """Whether it has, or is about to."""
        return self._ending is not None

    async def end(self) -> None:
        """Undo and leave. Goes on when its caller is cancelled, or has waited for long enough."""
        if self._ending is None:
            self._ending = asyncio.create_task(self._leave())
        await asyncio.wait([self._ending], timeout=self._timeout_s)

    async def _leave(self) -> None:
        try:
            await self._seat.still()
            deadline = asyncio.get_running_loop().time() + self._timeout_s
            with suppress(DatasourceError):
                await self._seat.run(self._undo, self._interrupt, deadline)
        finally:
            self._seat.leave()


def _seen(future: "asyncio.Future[Any]") -> None:
    if not future.cancelled():
        future.exception()  # so that asyncio does not report it
