"""Drivers that only block: their work runs in a few threads, and can be stopped."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from .errors import Busy, ConnectFailed, QueryTimeout

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
        self._running: dict[asyncio.Future[Any], Callable[[], None]] = {}
        self._closed = False

    @property
    def running(self) -> int:
        return len(self._running)

    async def run(
        self, work: Callable[[], T], interrupt: Callable[[], None], *, timeout_s: float
    ) -> T:
        """What `work` returns. Raises Busy when no thread becomes free, QueryTimeout.

        When time is up or the task is cancelled, `interrupt` is called from here until the
        thread is done; it must make `work` fail soon, and do nothing when work has not begun.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        await self._take_slot(deadline)
        try:
            future = loop.run_in_executor(self._executor, work)
        except BaseException:
            self._slots.release()
            raise
        self._running[future] = interrupt
        future.add_done_callback(self._done)
        try:
            async with asyncio.timeout_at(deadline):
                return await asyncio.shield(future)
        except TimeoutError:
            await _stop(future, interrupt)
            raise QueryTimeout("The query ran too long and was cancelled") from None
        except asyncio.CancelledError:
            await _stop(future, interrupt)
            raise

    async def close(self) -> None:
        """Interrupt what runs and end the threads."""
        self._closed = True
        running = dict(self._running)
        await asyncio.gather(*(_stop(future, stop) for future, stop in running.items()))
        self._executor.shutdown(wait=False)

    async def _take_slot(self, deadline: float) -> None:
        wait_until = min(deadline, asyncio.get_running_loop().time() + self._wait_s)
        try:
            async with asyncio.timeout_at(wait_until):
                await self._slots.acquire()
        except TimeoutError:
            raise Busy(f"All {self._size} threads are in use") from None
        if self._closed:
            self._slots.release()
            raise ConnectFailed("The datasource was closed")

    def _done(self, future: "asyncio.Future[Any]") -> None:
        """Only now is the slot free: a thread that could not be stopped keeps it."""
        self._running.pop(future, None)
        self._slots.release()
        if not future.cancelled():
            future.exception()  # seen, so that asyncio does not report it


async def _stop(future: "asyncio.Future[T]", interrupt: Callable[[], None]) -> None:
    """An interrupt between two statements is lost, so it is repeated until the thread ends."""
    for _ in range(round(_INTERRUPT_FOR_S / _INTERRUPT_EVERY_S)):
        if future.done():
            return
        interrupt()
        await asyncio.wait([future], timeout=_INTERRUPT_EVERY_S)
