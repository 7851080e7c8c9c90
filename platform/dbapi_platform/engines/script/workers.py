"""The workers: started ahead, lent to one call at a time, each for one datasource all its life.

Should a script break out of its guards, it may read what later calls bring to its process. Those
are calls on a database that its author may query anyway, and of nobody else.
"""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

from .errors import ScriptBusy, WorkerLost
from .links import Link
from .spawning import Nursery


@dataclass(eq=False, slots=True)
class Worker:
    """A process; `known` are the programs that were sent to it, by their numbers.

    `busy_s` is for how long it was lent in all, the last time since `since`.
    """

    link: Link
    process: int
    domain: str | None = None
    since: float = 0.0
    busy_s: float = 0.0
    known: set[int] = field(default_factory=set)


class Workers:
    """At most `size` processes. A waiting call gets a worker, or None: the right to start one."""

    def __init__(self, nursery: Nursery, *, size: int, wait_s: float, life_s: float) -> None:
        self._nursery = nursery
        self._size = size
        self._wait_s = wait_s
        # The kernel ends a worker that used more processor time than this, and some.
        self._life_s = life_s
        self._idle: list[Worker] = []
        self._count = 0
        self._waiters: deque[asyncio.Future[Worker | None]] = deque()
        self._spare: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def busy(self) -> int:
        """How many are lent, or being started."""
        return self._count - len(self._idle)

    @property
    def idle(self) -> int:
        """How many wait for a call."""
        return len(self._idle)

    @property
    def waiting(self) -> int:
        """How many calls wait for a worker."""
        return len(self._waiters)

    async def acquire(self, domain: str, deadline: float) -> Worker:
        """A worker for this domain. Raises ScriptBusy, WorkerLost."""
        found = self._take(domain)
        if found is None:
            if self._count < self._size:
                self._count += 1
            elif self._idle:
                # The longest idle of another domain makes room.
                self._discard(self._idle.pop(0))
                self._count += 1
            else:
                found = await self._wait(deadline)
        if found is not None and found.domain not in {None, domain}:
            self._discard(found)
            self._count += 1
            found = None
        if found is None:
            found = await self._start()
        found.domain = domain
        found.link.is_called = True
        found.since = asyncio.get_running_loop().time()
        self._keep_spare()
        return found

    def release(self, worker: Worker, *, reusable: bool) -> None:
        """Give back what was acquired; one that is not to be used again is ended."""
        worker.busy_s += asyncio.get_running_loop().time() - worker.since
        worker.link.is_called = False
        is_spent = worker.busy_s > self._life_s
        if self._closed or is_spent or not reusable or not worker.link.is_quiet():
            self._discard(worker)
            self._offer_place()
            self._keep_spare()
        else:
            self._offer(worker)

    def start_ahead(self) -> None:
        """Have a worker ready before the first call comes."""
        self._keep_spare()

    async def close(self) -> None:
        """End every worker."""
        self._closed = True
        if self._spare is not None:
            self._spare.cancel()
            with suppress(asyncio.CancelledError, WorkerLost):
                await self._spare
        while self._idle:
            self._discard(self._idle.pop())
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_exception(WorkerLost("The platform is stopping"))

    def _take(self, domain: str) -> Worker | None:
        """The last used worker of this domain, else one that has had none."""
        for wanted in (domain, None):
            for index in range(len(self._idle) - 1, -1, -1):
                if self._idle[index].domain == wanted:
                    worker = self._idle.pop(index)
                    if worker.link.is_quiet():
                        return worker
                    self._discard(worker)
        return None

    async def _start(self) -> Worker:
        """Use a place that was counted before."""
        try:
            link, process = await self._nursery.fork()
        except BaseException:
            self._count -= 1
            self._offer_place()
            raise
        return Worker(link, process)

    def _discard(self, worker: Worker) -> None:
        self._count -= 1
        worker.link.close()
        self._nursery.kill(worker.process)

    async def _wait(self, deadline: float) -> Worker | None:
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Worker | None] = loop.create_future()
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout_at(min(deadline, loop.time() + self._wait_s)):
                return await waiter
        except BaseException as error:
            self._give_up(waiter)
            if isinstance(error, TimeoutError):
                raise ScriptBusy(
                    f"All {self._size} processes for scripts are in use",
                    hint="DBAPI_SCRIPT_WORKERS says how many there are",
                ) from None
            raise

    def _give_up(self, waiter: "asyncio.Future[Worker | None]") -> None:
        """Whoever stops waiting passes on what it was given in the same moment."""
        if waiter in self._waiters:
            self._waiters.remove(waiter)
        if not waiter.done() or waiter.cancelled() or waiter.exception() is not None:
            return
        worker = waiter.result()
        if worker is not None:
            self._offer(worker)
        else:
            self._count -= 1
            self._offer_place()

    def _offer(self, worker: Worker) -> None:
        """To a waiting call, else to the idle ones."""
        if self._closed:
            self._discard(worker)
        elif not self._hand_over(worker):
            self._idle.append(worker)

    def _offer_place(self) -> None:
        """A place is free: whoever waits the longest may start a worker in it."""
        self._count += 1
        if not self._hand_over(None):
            self._count -= 1

    def _hand_over(self, worker: Worker | None) -> bool:
        """To the longest waiting call, if any waits."""
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(worker)
                return True
        return False

    def _keep_spare(self) -> None:
        """Start one ahead while there is room and none is idle."""
        is_starting = self._spare is not None and not self._spare.done()
        if self._closed or self._idle or is_starting or self._count >= self._size:
            return
        self._count += 1
        self._spare = asyncio.create_task(self._start_spare())

    async def _start_spare(self) -> None:
        try:
            worker = await self._start()
        except WorkerLost:
            return  # the next call tells
        self._offer(worker)
