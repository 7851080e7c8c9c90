"""Links that wait for their server: looked after by one timer, not one for each statement."""

import asyncio
from typing import Final, Protocol

PERIOD_S: Final = 0.05


class Waiting(Protocol):
    """Whoever waits."""

    def look(self, now: float) -> None:
        """See whether the wait is over; `now` is the event loop's time."""


class Waits:
    """Whoever waits now. A wait may so end up to `PERIOD_S` after its deadline."""

    def __init__(self) -> None:
        self._waiting: dict[Waiting, None] = {}
        self._is_looking = False

    def begin(self, link: Waiting, loop: asyncio.AbstractEventLoop) -> None:
        """It is looked at from now on."""
        self._waiting[link] = None
        if not self._is_looking:
            self._is_looking = True
            loop.call_later(PERIOD_S, self._look, loop)

    def end(self, link: Waiting) -> None:
        """It waits no more."""
        self._waiting.pop(link, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for link in list(self._waiting):
            link.look(now)
        self._is_looking = bool(self._waiting)
        if self._is_looking:
            loop.call_later(PERIOD_S, self._look, loop)
