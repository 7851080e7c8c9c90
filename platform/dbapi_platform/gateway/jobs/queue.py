"""Jobs that wait for their turn: in this process, or in Redis for all workers."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

log = logging.getLogger(__name__)

# Called from time to time by who runs a job, to tell that it is being run.
Alive = Callable[[], Awaitable[Any]]
# Runs the job of a key; False when it has to wait, and is to be tried again.
Do = Callable[[str, Alive], Awaitable[bool]]
# Is told of a job that was begun, and will not be run again.
Lost = Callable[[str], Awaitable[None]]

# How long a job waits that could not have a slot.
LATER_S = 1.0


class Queue(Protocol):
    """Each key is handed to one worker, and again to another when that one dies."""

    async def put(self, key: str) -> None:
        """Line up. Raises StoreAway."""

    async def run(self, do: Do, lost: Lost) -> None:
        """Run jobs, some at once, until cancelled; what is cut then is run by another worker."""

    async def waiting(self) -> int:
        """How many wait. Raises StoreAway."""


class ProcessQueue:
    """Jobs of this process alone: those that are not over when it ends are lost."""

    def __init__(self, concurrent: int) -> None:
        self._concurrent = concurrent
        self._keys: asyncio.Queue[str] = asyncio.Queue()

    async def put(self, key: str) -> None:
        """Line up."""
        self._keys.put_nowait(key)

    async def run(self, do: Do, lost: Lost) -> None:
        """Run jobs, some at once, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._concurrent):
                group.create_task(self._work(do, lost))

    async def waiting(self) -> int:
        """How many wait."""
        return self._keys.qsize()

    async def _work(self, do: Do, lost: Lost) -> None:
        while True:
            key = await self._keys.get()
            try:
                if not await do(key, _nothing):
                    asyncio.get_running_loop().call_later(LATER_S, self._keys.put_nowait, key)
            except Exception:
                log.exception("A job could not be run")
                await lost(key)


async def _nothing() -> None:
    """Nobody else would run it."""
