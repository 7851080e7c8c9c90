"""Kept answers: looked for in this worker, then in Redis, and else made once for all who ask."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Final

from ...metrics import count_cached
from ..requests import Request
from ..responses import Response
from ..routes import Route
from .entries import Entry, entry_of, response_of
from .process import ProcessCache
from .shared import SharedCache

Make = Callable[[], Awaitable[Response]]
_MOST_SPOKEN: Final = 10_000
# The event loop alone would not keep them alive.
_closing: set[asyncio.Future[None]] = set()


@dataclass(slots=True)
class _Made:
    """An answer as it was made; without an entry it is the first caller's alone."""

    response: Response | None
    entry: Entry | None


@dataclass(slots=True)
class _Flight:
    """A question on its way to the database, and how many wait for its answer."""

    task: "asyncio.Task[_Made]"
    waiting: int = 0


class Cache:
    """Identical calls at the same time are one query, in this worker and with Redis in all."""

    def __init__(self, process: ProcessCache, shared: SharedCache | None) -> None:
        self._process = process
        self._shared = shared
        self._flights: dict[bytes, _Flight] = {}
        self._spoken: OrderedDict[Hashable, bytes] = OrderedDict()

    def known(self, spoken: Hashable, route: Route, request: Request) -> Response | None:
        """The kept answer to what has been asked in just these words before."""
        key = self._spoken.get(spoken)
        entry = self._process.get(key) if key else None
        if entry is None:
            return None
        count_cached("hit")
        return response_of(entry, route, request, b"hit")

    def remember(self, spoken: Hashable, key: bytes) -> None:
        """That these words mean this key, whoever says them."""
        self._spoken[spoken] = key
        if len(self._spoken) > _MOST_SPOKEN:
            self._spoken.popitem(last=False)

    async def answer(
        self, key: bytes, route: Route, request: Request, make: Make, *, lease_s: float
    ) -> Response:
        """The kept answer, or the one that `make` makes. Raises what `make` raises.

        Args:
            lease_s: how long another worker is waited for that asks the same.
        """
        entry = self._process.get(key)
        if entry is not None:
            count_cached("hit")
            return response_of(entry, route, request, b"hit")
        flight = self._flights.get(key)
        if flight is not None:
            made = await self._wait(key, flight)
            if made.entry is not None:
                count_cached("shared")
                return response_of(made.entry, route, request, b"hit")
            # It is sent while it is made, which can be done for one caller only.
            return await make()
        flight = _Flight(asyncio.create_task(self._ask(key, route, make, lease_s)))
        flight.task.add_done_callback(lambda _task: self._forget(key, flight))
        self._flights[key] = flight
        made = await self._wait(key, flight)
        if made.entry is None and made.response is not None:
            count_cached("miss")
            return made.response
        assert made.entry is not None  # noqa: S101 - there is the one or the other
        count_cached("miss" if made.response else "hit")
        return response_of(made.entry, route, request, b"miss" if made.response else b"hit")

    async def close(self) -> None:
        """Hang up."""
        if self._shared is not None:
            await self._shared.close()

    async def _wait(self, key: bytes, flight: _Flight) -> _Made:
        """A caller who goes away ends the question only when nobody else waits for it."""
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        except asyncio.CancelledError:
            if flight.waiting == 1:
                self._forget(key, flight)
                flight.task.cancel()
                # What was ready this moment may hold a connection.
                flight.task.add_done_callback(_close_unsent)
            raise
        finally:
            flight.waiting -= 1

    def _forget(self, key: bytes, flight: _Flight) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        if flight.task.done() and not flight.task.cancelled():
            flight.task.exception()  # so that asyncio does not report it

    async def _ask(self, key: bytes, route: Route, make: Make, lease_s: float) -> _Made:
        if self._shared is None:
            return await self._make(key, route, make)
        found = await self._shared.find(key)
        if found is None and not await self._shared.begin(key, lease_s):
            found = await self._shared.wait(key, lease_s)
        if found is not None:
            self._process.put(key, found)
            return _Made(None, found)
        made = None
        try:
            made = await self._make(key, route, make)
        finally:
            await self._shared.end(key, made.entry if made else None)
        return made

    async def _make(self, key: bytes, route: Route, make: Make) -> _Made:
        response = await make()
        rule = route.definition.cache
        is_whole = response.status == 200 and response.export is None
        if rule is None or not is_whole or response.has_written:
            return _Made(response, None)
        entry = entry_of(response, rule.ttl)
        self._process.put(key, entry)
        return _Made(response, entry)


def _close_unsent(task: "asyncio.Task[_Made]") -> None:
    if task.cancelled() or task.exception() is not None:
        return
    response = task.result().response
    if response is not None and response.export is not None:
        closing = asyncio.ensure_future(response.close())
        _closing.add(closing)
        closing.add_done_callback(_closing.discard)
