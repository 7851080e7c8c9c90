"""Callers who go away while they are waited for: what is done for them is given up."""

import asyncio
from types import TracebackType
from typing import Final

from ..lookout import Lookout
from .errors import Refused
from .requests import Request

# Most answers are there before: only for others is it worth to look.
AFTER_S: Final = 0.1


class WhilePresent:
    """Around work for a caller whose body is read. Raises Refused once he has gone away.

    Queries that run for him are then cancelled on their databases.
    """

    __slots__ = ("_has_left", "_is_old", "_request", "_watching", "_working")

    def __init__(self, request: Request) -> None:
        self._request = request
        self._watching: asyncio.Task[None] | None = None
        self._working: asyncio.Task[object] | None = None
        self._is_old = False
        self._has_left = False

    def __enter__(self) -> None:
        loop = asyncio.get_running_loop()
        self._working = asyncio.current_task(loop)
        _present.begin(self, loop)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _present.end(self)
        if self._watching is not None:
            self._watching.cancel()
        if self._has_left and self._working is not None:
            # Whoever else cancelled the task wants it to end.
            others = self._working.uncancel()
            if isinstance(error, asyncio.CancelledError) and not others:
                raise Refused(499, "client_disconnected", "The client went away") from None

    def look(self, now: float) -> None:  # noqa: ARG002 - however late it is
        """Begin to watch, the second time."""
        if self._is_old and self._watching is None:
            self._watching = asyncio.create_task(self._watch())
        self._is_old = True

    async def _watch(self) -> None:
        await self._request.gone()
        self._has_left = True
        if self._working is not None:
            self._working.cancel()


_present = Lookout(AFTER_S)
