"""Callers who go away while they are waited for: what is done for them is given up."""

import asyncio
from types import TracebackType

from .errors import Refused
from .requests import Request

# Most answers are there before: only for others is it worth to look.
AFTER_S = 0.1


class WhilePresent:
    """Around work for a caller whose body is read. Raises Refused once he has gone away.

    Queries that run for him are then cancelled on their databases.
    """

    __slots__ = ("_has_left", "_request", "_timer", "_watching", "_working")

    def __init__(self, request: Request) -> None:
        self._request = request
        self._watching: asyncio.Task[None] | None = None
        self._has_left = False

    def __enter__(self) -> None:
        loop = asyncio.get_running_loop()
        self._working = asyncio.current_task(loop)
        self._timer = loop.call_later(AFTER_S, self._begin)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        if self._watching is not None:
            self._watching.cancel()
        if self._has_left and self._working is not None:
            # Whoever else cancelled the task wants it to end.
            others = self._working.uncancel()
            if isinstance(error, asyncio.CancelledError) and not others:
                raise Refused(499, "client_disconnected", "The client went away") from None

    def _begin(self) -> None:
        self._watching = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        await self._request.gone()
        self._has_left = True
        if self._working is not None:
            self._working.cancel()
