"""One timer that looks after all who wait: one for each would cost more than most waits."""

import asyncio
from typing import Protocol


class Waiting(Protocol):
    """Whoever waits."""

    def look(self, now: float) -> None:
        """See how the wait stands; `now` is the event loop's time."""


class Lookout:
    """Looks at whoever waits every `period_s` seconds: a wait may end so much later than it had to.

    It follows the event loop that is used: a timer of one that has ended would never come.
    """

    def __init__(self, period_s: float) -> None:
        self._period_s = period_s
        self._waiting: dict[Waiting, None] = {}
        self._looking: asyncio.AbstractEventLoop | None = None

    def begin(self, waiting: Waiting, loop: asyncio.AbstractEventLoop) -> None:
        """It is looked at from now on."""
        self._waiting[waiting] = None
        if self._looking is not loop:
            self._looking = loop
            loop.call_later(self._period_s, self._look, loop)

    def end(self, waiting: Waiting) -> None:
        """It waits no more."""
        self._waiting.pop(waiting, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        try:
            for waiting in list(self._waiting):
                waiting.look(now)
        finally:
            # Whatever one of them ran into, the others are looked at again.
            if self._waiting:
                loop.call_later(self._period_s, self._look, loop)
            else:
                self._looking = None
