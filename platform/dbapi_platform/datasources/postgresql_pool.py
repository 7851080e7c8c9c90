"""The connections of a PostgreSQL datasource: opened when needed, kept for a while, lent to one.

Not psycopg_pool: it connects in the background, so a caller learns of a refused login or a
stopped server only by waiting to the end of its time, and of the server's return late.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from .errors import Busy, ConnectFailed
from .postgresql_link import Link
from .types import PoolState

_LIFETIME_S: Final = 3600.0
_IDLE_S: Final = 300.0


class Pool:
    """At most `size` links. A waiting caller gets a link, or None: the right to connect."""

    def __init__(
        self, connect: Callable[[float], Awaitable[Link]], *, size: int, wait_s: float
    ) -> None:
        self._connect = connect
        self._size = size
        self._wait_s = wait_s
        self._idle: list[Link] = []
        self._lent: set[Link] = set()
        self._connecting = 0
        self._waiters: deque[asyncio.Future[Link | None]] = deque()
        self._closed = False
        self._sweeper: asyncio.TimerHandle | None = None

    @property
    def lent(self) -> int:
        return len(self._lent) + self._connecting

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits for a link."""
        return bool(self._waiters)

    @property
    def state(self) -> PoolState:
        idle = sum(not link.closed for link in self._idle)
        return PoolState(open=self.lent + idle, idle=idle, waiting=len(self._waiters))

    async def acquire(self, deadline: float) -> Link:
        """A link that is idle and sound. Raises ConnectFailed or Busy."""
        self._check_open()
        if link := self.take_idle():
            return link
        if self.lent < self._size:
            self._connecting += 1
            return await self._grow(deadline)
        return await self._wait(deadline)

    def take_idle(self) -> Link | None:
        """A link that nobody uses, if there is one."""
        while self._idle:
            link = self._idle.pop()
            if not link.closed:
                self._lent.add(link)
                return link
        return None

    def release(self, link: Link) -> None:
        """Give back what was acquired, sound or not."""
        self._lent.discard(link)
        now = asyncio.get_running_loop().time()
        if self._closed or not link.is_idle or now - link.born > _LIFETIME_S:
            link.close()
            self._pass_on(None)
        else:
            link.used = now
            self._pass_on(link)

    def drop_idle(self) -> None:
        """Close what is not in use: the server seems to have been restarted."""
        while self._idle:
            self._idle.pop().close()

    async def close(self) -> None:
        """Close every link; what runs is cancelled."""
        self._closed = True
        if self._sweeper:
            self._sweeper.cancel()
        self.drop_idle()
        while self._waiters:
            self._pass_on(None)
        lent = list(self._lent)
        await asyncio.gather(*(link.stop() for link in lent), return_exceptions=True)
        for link in lent:
            link.close()

    async def _grow(self, deadline: float) -> Link:
        """Use a place among the connecting, which was taken before."""
        try:
            self._check_open()
            link = await self._connect(deadline)
        except BaseException:
            self._give_place_back()
            raise
        self._connecting -= 1
        self._lent.add(link)
        if self._closed:
            self.release(link)
        self._check_open()
        return link

    def _check_open(self) -> None:
        if self._closed:
            raise ConnectFailed("The datasource was closed")

    def _give_place_back(self) -> None:
        self._connecting -= 1
        self._pass_on(None)

    async def _wait(self, deadline: float) -> Link:
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Link | None] = loop.create_future()
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout_at(min(deadline, loop.time() + self._wait_s)):
                link = await waiter
        except BaseException as error:
            self._give_up(waiter)
            if isinstance(error, TimeoutError):
                raise Busy(f"All {self._size} connections are in use") from None
            raise
        return link if link is not None else await self._grow(deadline)

    def _give_up(self, waiter: "asyncio.Future[Link | None]") -> None:
        """Whoever stops waiting passes on what it was given in the same moment."""
        if not waiter.done() or waiter.cancelled():
            if waiter in self._waiters:
                self._waiters.remove(waiter)
            return
        link = waiter.result()
        if link is not None:
            self.release(link)
        else:
            self._give_place_back()

    def _pass_on(self, link: Link | None) -> None:
        """To the longest waiting caller, else to the idle ones."""
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                if link is not None:
                    self._lent.add(link)
                else:
                    self._connecting += 1
                waiter.set_result(link)
                return
        if link is not None:
            self._idle.append(link)
            self._sweep_later()

    def _sweep_later(self) -> None:
        if self._sweeper is None and not self._closed:
            self._sweeper = asyncio.get_running_loop().call_later(_IDLE_S / 2, self._sweep)

    def _sweep(self) -> None:
        """Close what nobody needed for a while; the most recently used are lent first."""
        self._sweeper = None
        now = asyncio.get_running_loop().time()
        for link in [link for link in self._idle if now - link.used > _IDLE_S or link.closed]:
            link.close()
            self._idle.remove(link)
        if self._idle:
            self._sweep_later()
