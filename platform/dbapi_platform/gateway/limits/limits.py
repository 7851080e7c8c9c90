"""Limits where they are counted now: in Redis, or here while it is away."""

import asyncio
import logging
from contextlib import suppress
from typing import Literal

from ...store.changes import Served
from ..errors import Refused, retry_after
from .demand import Demand, Held
from .process import ProcessLimits
from .shared import SharedLimits

log = logging.getLogger(__name__)

PROBE_S = 1.0


# What requests meet while Redis is away.
OnFailure = Literal["open", "local", "closed"]


class Limits:
    """What a request takes is given back when it ends, however it ends."""

    def __init__(self, shared: SharedLimits | None, on_failure: OnFailure, served: Served) -> None:
        self._shared = shared
        self._on_failure = on_failure
        self._served = served
        self._process = ProcessLimits()
        served.limits = "shared" if shared else "process"

    @property
    def _is_away(self) -> bool:
        return self._served.limits == "degraded"

    async def take(self, demand: Demand) -> Held:
        """Take slots and be counted, or neither. Raises Refused with 503 or 429."""
        if self._shared is None:
            return self._process.take(demand)
        if not self._is_away:
            try:
                return await self._shared.take(demand)
            except _away() as error:
                self._lose(error)
        return self._instead(demand)

    def give_back(self, held: Held) -> None:
        """Free the slots; the count stays."""
        if held.ticket and self._shared:
            self._shared.give_back(held)
        else:
            self._process.give_back(held)

    async def renew(self, held: Held) -> None:
        """Hold slots for another while: for who does not know when he ends."""
        if held.ticket and self._shared and not self._is_away:
            with suppress(*_away()):
                await self._shared.renew(held)

    async def run(self) -> None:
        """Free what is given back, and find Redis again when it was away."""
        if self._shared is None:
            return
        await asyncio.gather(self._shared.run(), self._watch(self._shared))

    async def close(self) -> None:
        """Hang up."""
        if self._shared:
            await self._shared.close()

    def _instead(self, demand: Demand) -> Held:
        if self._on_failure == "local":
            return self._process.take(demand)
        if self._on_failure == "open":
            return Held(Demand((), None, demand.lease_s), None)
        raise Refused(
            503,
            "limits_unavailable",
            "The platform cannot count requests now; try again shortly",
            headers=[retry_after(PROBE_S)],
        )

    def _lose(self, error: BaseException) -> None:
        if not self._is_away:
            log.warning(
                "Redis does not answer (%s): limits are %s until it does",
                type(error).__name__,
                _WORDS[self._on_failure],
            )
        self._served.limits = "degraded"

    async def _watch(self, shared: SharedLimits) -> None:
        while True:
            await asyncio.sleep(PROBE_S)
            if not self._is_away:
                continue
            try:
                await shared.probe()
            except _away():
                continue
            self._served.limits = "shared"
            log.warning("Redis answers again: all workers count together")


_WORDS: dict[OnFailure, str] = {
    "open": "not held",
    "local": "counted in each worker",
    "closed": "refusing every request",
}


def _away() -> tuple[type[BaseException], ...]:
    from ...redis_client import AWAY  # noqa: PLC0415 - only where one is set

    return AWAY
