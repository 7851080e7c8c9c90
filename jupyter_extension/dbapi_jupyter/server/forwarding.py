"""Requests of the browser's, sent on to the platform with the token that is kept here."""

import asyncio
import json
from typing import Any

import httpx
from jupyter_server.auth.decorator import authorized
from jupyter_server.utils import url_path_join
from tornado.iostream import StreamClosedError
from tornado.web import authenticated

from ..connection import Known
from .base import PlatformHandler
from .paths import checked_path, checked_query, refuse_tokens
from .refusals import LOG_IN, not_logged_in
from .upstream import Headers, api_url

SENT = (
    "Accept", "Content-Type", "If-Match", "If-None-Match", "Idempotency-Key", "X-Request-ID",
)  # fmt: skip
ANSWERED = {
    "content-type", "content-disposition", "etag", "link", "location", "retry-after",
    "x-request-id", "cache-control",
}  # fmt: skip
UNTYPED = "application/octet-stream"


class ForwardHandler(PlatformHandler):
    """Everything below `dbapi/platform/`."""

    _work: "asyncio.Task[None] | None" = None
    _is_gone = False

    # `authorized` remembers the first method that it was asked about: each gets its own.
    @authenticated
    @authorized
    async def get(self) -> None:
        """Forward."""
        await self._forward()

    @authenticated
    @authorized
    async def post(self) -> None:
        """Forward."""
        await self._forward()

    @authenticated
    @authorized
    async def put(self) -> None:
        """Forward."""
        await self._forward()

    @authenticated
    @authorized
    async def patch(self) -> None:
        """Forward."""
        await self._forward()

    @authenticated
    @authorized
    async def delete(self) -> None:
        """Forward."""
        await self._forward()

    def on_connection_close(self) -> None:
        """The browser is gone: the platform need not go on."""
        super().on_connection_close()
        self._is_gone = True
        if self._work:
            self._work.cancel()

    async def _forward(self) -> None:
        prefix = url_path_join(self.base_url, "dbapi/platform/")
        # tornado's own argument is decoded already, and would hide what was encoded.
        path = checked_path(self.request.path.removeprefix(prefix))
        refuse_tokens(self.request.method or "", path)
        found = await self.known()
        if found.token is None:
            raise not_logged_in(f"Nobody is logged in to {found.url} here")
        url = api_url(found.url, path, checked_query(self.request.query))
        self._work = asyncio.create_task(self._relay(found, url))
        try:
            await self._work
        except StreamClosedError:
            pass
        except asyncio.CancelledError:
            if not self._is_gone:
                raise

    async def _relay(self, found: Known, url: httpx.URL) -> None:
        method, body = self.request.method or "", self.request.body
        async with self.upstream.stream(
            method, url, self._request_headers(found), body
        ) as response:
            if response.status_code == 401:
                await self._not_accepted(response)
                return
            self._begin(response)
            try:
                async for piece in response.aiter_bytes():
                    self.write(piece)
                    # Waits while the browser is slower than the platform.
                    await self.flush()
            except httpx.HTTPError:
                self._break_off()
                return
        content_type = response.headers.get("content-type", UNTYPED)
        self.finish(set_content_type=content_type)

    def _request_headers(self, found: Known) -> Headers:
        given = self.request.headers
        sent = [
            (name.encode(), given[name].encode("latin-1", "replace"))
            for name in SENT
            if name in given
        ]
        # Compressed on the way, a proxy would weaken the entity tags.
        sent.append((b"Accept-Encoding", b"identity"))
        return [*sent, (b"Authorization", f"Bearer {found.token}".encode())]

    def _begin(self, response: httpx.Response) -> None:
        self.set_status(response.status_code, response.reason_phrase or None)
        self.set_header("Content-Type", UNTYPED)
        self.set_header("Cache-Control", "no-store")
        for name in {name.lower() for name in response.headers}:
            if name in ANSWERED or name.startswith("ratelimit-"):
                self.clear_header(name)
        for raw_name, raw_value in response.headers.raw:
            name = raw_name.decode("latin-1")
            if name.lower() in ANSWERED or name.lower().startswith("ratelimit-"):
                self.add_header(name, raw_value.decode("latin-1"))

    async def _not_accepted(self, response: httpx.Response) -> None:
        """As the platform said it, with the code that shows the login."""
        try:
            answer: Any = json.loads(await response.aread())
        except (ValueError, httpx.HTTPError):
            answer = None
        if not isinstance(answer, dict):
            raise not_logged_in("The platform does not accept the token")
        error = answer.get("error")
        if isinstance(error, dict):
            error["code"] = "not_logged_in"
        self._begin(response)
        answer = {"message": None, **answer, "code": "not_logged_in", "hint": LOG_IN}
        self.finish(json.dumps(answer))

    def _break_off(self) -> None:
        """Close the connection: a proper end would make half a file look whole."""
        self.log.warning("The platform stopped in the middle of an answer")
        if not self._is_gone:
            self.detach().close()
