"""Work that an answer does not wait for, so that how long it takes tells nobody anything."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)

MOST_AT_ONCE = 4
MOST_PENDING = 200


class Background:
    """Runs jobs beside the requests, a few at once. A job that fails is logged by its kind."""

    def __init__(self) -> None:
        self._pending: set[asyncio.Task[None]] = set()
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)

    def start(self, job: Coroutine[Any, Any, None]) -> None:
        """Begin the job when there is room; dropped, and logged, when too many wait."""
        if len(self._pending) >= MOST_PENDING:
            job.close()
            log.error("Too many e-mails wait to be sent; one was dropped")
            return
        task = asyncio.create_task(self._run(job))
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)

    async def settle(self) -> None:
        """Wait until what was started is done."""
        while self._pending:
            await asyncio.gather(*self._pending)

    async def close(self, wait_s: float = 5.0) -> None:
        """Give what is under way some time, then end it."""
        if self._pending:
            await asyncio.wait(self._pending, timeout=wait_s)
        for task in self._pending:
            task.cancel()
        await asyncio.gather(*self._pending, return_exceptions=True)

    async def _run(self, job: Coroutine[Any, Any, None]) -> None:
        async with self._turns:
            try:
                await job
            except Exception as error:  # noqa: BLE001 - nobody waits for it
                # Its words may hold an address.
                log.error("An e-mail could not be sent: %s", type(error).__name__)  # noqa: TRY400
