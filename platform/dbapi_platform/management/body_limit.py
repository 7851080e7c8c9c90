"""Bodies that are too large: they are read before anybody knows who sends them."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..settings import Settings


def most_bytes(settings: Settings) -> int:
    """What a draft may need: a template may be longer in JSON, and has a transform beside it."""
    return max(settings.max_body_bytes, 8 * settings.sql_max_template_bytes)


class BodyLimit:
    """Answers 413 once more than `most` bytes came. What is below `apart` counts for itself."""

    def __init__(self, app: ASGIApp, *, most: int, apart: str) -> None:
        self._app = app
        self._most = most
        self._apart = apart

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, with a body that ends."""
        if scope["type"] != "http" or scope["path"].startswith(self._apart):
            await self._app(scope, receive, send)
            return
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._most:
                raise HTTPException(413, f"The body is larger than {self._most:,} bytes")
            return message

        await self._app(scope, counted, send)
