"""The queue in Redis, by SAQ: what it hands out are keys, so that it can tell no values."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Iterable
from contextlib import suppress
from time import time
from typing import Any, Final, TypeVar

from saq.job import Job, Status
from saq.queue.base import Queue as SaqQueue
from saq.queue.redis import RedisQueue
from saq.types import ListenCallback, WorkerInfo
from saq.worker import Worker

from ...redis_client import AWAY, connect
from .queue import LATER_S, Do, Lost
from .store import StoreAway

log = logging.getLogger(__name__)

NAME: Final = "dbapi"
_TIMEOUT_S: Final = 10.0
# How long a worker listens for the next job before it listens anew: it is stopped in between.
_LISTEN_S: Final = 1.0
# A job that nobody has said to be running for so long is given to another worker.
_SILENT_S: Final = 10
_SWEEP_S: Final = 4
# How long jobs may take to end when a worker is stopped; then another runs them anew.
_GRACE_S: Final = 3
_CANCEL_S: Final = 5.0
_AWAY_S: Final = 1.0
_TRIES: Final = 2

T = TypeVar("T")


class SharedQueue:
    """Jobs that all workers run together."""

    def __init__(self, url: str, concurrent: int) -> None:
        # It tells of every job.
        logging.getLogger("saq").setLevel(logging.WARNING)
        self._concurrent = concurrent
        self._saq = _SaqQueue(
            # Once more: connections from before Redis was restarted are there still.
            connect(url, timeout_s=_TIMEOUT_S, retries=1),
            name=NAME,
        )

    async def put(self, key: str, *, delay_s: float = 0.0) -> None:
        """Line up. Raises StoreAway."""
        try:
            await self._saq.enqueue(
                "run",
                # A job that has to wait is lined up again while this turn of it is still known.
                key=f"{key}.{secrets.token_hex(6)}",
                scheduled=int(time() + delay_s) if delay_s else 0,
                timeout=0,
                heartbeat=_SILENT_S,
                retries=_TRIES,
                retry_delay=1.0,
                ttl=60,
            )
        except AWAY as error:
            raise StoreAway(type(error).__name__) from error

    async def run(self, do: Do, lost: Lost) -> None:
        """Run jobs, some at once, until cancelled; what is cut then is run by another worker."""
        self._saq.lost = lost

        async def run(context: Any) -> None:
            job: Job = context["job"]
            if not await do(_key(job), job.update):
                await self.put(_key(job), delay_s=LATER_S)

        await self._saq.connect()
        worker = _Worker(
            self._saq,
            [("run", run)],
            concurrency=self._concurrent,
            dequeue_timeout=_LISTEN_S,
            timers={"sweep": _SWEEP_S, "schedule": 1, "abort": 1, "worker_info": 30},
            shutdown_grace_period_s=_GRACE_S,
            cancellation_hard_deadline_s=_CANCEL_S,
        )
        try:
            await worker.start()
        finally:
            await self._saq.disconnect()

    async def waiting(self) -> int:
        """How many wait. Raises StoreAway."""
        try:
            incomplete = await self._saq.count("incomplete")
            return max(0, incomplete - await self._saq.count("active"))
        except AWAY as error:
            raise StoreAway(type(error).__name__) from error


class _Worker(Worker[Any]):
    """One that lives in a process of others: it takes no signals, and outlives Redis."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.SIGNALS = []
        self._chores: list[asyncio.Task[None]] = []

    async def upkeep(self) -> list[asyncio.Task[None]]:
        """What it does beside its jobs."""
        self._chores = await super().upkeep()
        return self._chores

    async def stop(self) -> None:
        """Stop; jobs get their grace, and what sleeps in between gets none."""
        self.event.set()
        for task in self._chores:
            task.cancel()
        await super().stop()

    async def abort(self, abort_threshold: float) -> None:
        """End what another worker took for dead."""
        with suppress(*AWAY):
            await super().abort(abort_threshold)

    async def process(self) -> bool:
        """The next job. What Redis does not learn of it now, it learns when it is swept."""
        try:
            return await super().process()
        except AWAY:
            await asyncio.sleep(_AWAY_S)
            return False


class _SaqQueue(RedisQueue):
    """SAQ's own, but that it is quiet while Redis is away, and tells of jobs that are lost."""

    lost: Lost
    _is_away = False

    async def dequeue(
        self,
        timeout: float = 0.0,  # noqa: ASYNC109 - SAQ's
        poll_interval: float = 0.0,
    ) -> Job | None:
        """The next job; while Redis is away there is none, after a while."""
        found = await self._try(super().dequeue(timeout, poll_interval), None)
        if self._is_away:
            await asyncio.sleep(_AWAY_S)
        return found

    async def schedule(self, lock: int = 1) -> list[str]:
        """Line up those whose time has come."""
        return await self._try(super().schedule(lock), [])

    async def write_worker_info(self, worker_id: str, info: WorkerInfo, ttl: int) -> None:
        """Nobody asks for it."""

    async def sweep(self, lock: int = 60, abort: float = 1.0) -> list[str]:
        """Give jobs of workers that died to others."""
        return await self._try(self._sweep_and_tell(lock, abort), [])

    async def finish(self, job: Job, status: Status, **kwargs: Any) -> None:
        """A turn has ended. Of one that failed there is no other."""
        await super().finish(job, status, **kwargs)
        if status is Status.FAILED:
            await self.lost(_key(job))

    async def listen(
        self,
        job_keys: Iterable[str],
        callback: ListenCallback,
        timeout: float | None = 10,  # noqa: ASYNC109 - SAQ's
        poll_interval: float = 0.2,
    ) -> None:
        """By asking: what listens without asking does not survive that Redis goes away."""
        await SaqQueue.listen(self, list(job_keys), callback, timeout, poll_interval)

    async def _sweep_and_tell(self, lock: int, abort: float) -> list[str]:
        swept = await super().sweep(lock, abort)
        for job in await self.jobs(map(self.job_key_from_id, swept)) if swept else ():
            if job and job.status is Status.ABORTED and not job.retryable:
                await self.lost(_key(job))
        return swept

    async def _try(self, call: Awaitable[T], otherwise: T) -> T:
        try:
            found = await call
        except AWAY as error:
            if not self._is_away:
                log.warning("Redis does not answer (%s): jobs wait", type(error).__name__)
            self._is_away = True
            return otherwise
        if self._is_away:
            log.warning("Redis answers again: jobs go on")
        self._is_away = False
        return found


def _key(job: Job) -> str:
    return job.key.partition(".")[0]
