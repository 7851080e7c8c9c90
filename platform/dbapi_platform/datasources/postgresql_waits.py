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
        # Where the timer is; one of a loop that has ended would never come.
        self._looking: asyncio.AbstractEventLoop | None = None

    def begin(self, link: Waiting, loop: asyncio.AbstractEventLoop) -> None:
        """It is looked at from now on."""
        self._waiting[link] = None
        if self._looking is not loop:
            self._looking = loop
            loop.call_later(PERIOD_S, self._look, loop)

    def end(self, link: Waiting) -> None:
        """It waits no more."""
        self._waiting.pop(link, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        try:
            for link in list(self._waiting):
                link.look(now)
        finally:
            # Whatever one of them ran into, the others have their deadlines.
            self._looking = loop if self._waiting else None
            if self._waiting:
                loop.call_later(PERIOD_S, self._look, loop)
