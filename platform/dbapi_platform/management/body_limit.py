"""Bodies that are too large: they are read before anybody knows who sends them."""

from collections.abc import Mapping
from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..settings import Settings

# What logs somebody in is short. Nobody has to be known to send it, and much of it takes long.
OPEN_BYTES: Final = 65_536


def most_bytes(settings: Settings) -> int:
    """What a draft may need: a template may be longer in JSON, and has a transform beside it."""
    return max(settings.max_body_bytes, 8 * settings.sql_max_template_bytes)


class BodyLimit:
    """Answers 413 once more than `most` bytes came.

    `apart` are other limits, by what a path begins with; None for what counts for itself.
    """

    def __init__(self, app: ASGIApp, *, most: int, apart: Mapping[str, int | None]) -> None:
        self._app = app
        self._most = most
        self._apart = apart

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, with a body that ends."""
        most = self._limit(scope["path"]) if scope["type"] == "http" else None
        if most is None:
            await self._app(scope, receive, send)
            return
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > most:
                raise HTTPException(413, f"The body is larger than {most:,} bytes")
            return message

        await self._app(scope, counted, send)

    def _limit(self, path: str) -> int | None:
        for start, most in self._apart.items():
            if path.startswith(start):
                return most
        return self._most
