"""The ASGI application in front of the management API: pages and assets, by exact paths."""

import asyncio
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from .conditions import best_coding, is_known
from .files import IDENTITY, File, read_files
from .headers import ASK_FIRST, FOR_EVER, NEVER, SECURITY
from .unbuilt import UNBUILT

STATIC: Final = Path(__file__).parent / "static"
INDEX = "index.html"
# What a build never has to do with.
_OTHERS = ("/api/", "/health/", "/token/")

Stamp = tuple[int, int]


class Pages:
    """Answers what the build has a file for; everything else is `elsewhere`'s."""

    def __init__(self, elsewhere: ASGIApp, directory: Path = STATIC) -> None:
        self._elsewhere = elsewhere
        self._directory = directory
        self._stamp: Stamp | None = None
        self._files: dict[str, File] = {}
        self._reading = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand the request on."""
        if not _may_be_page(scope):
            await self._elsewhere(scope, receive, send)
            return
        files, path = await self._current(), scope["path"]
        file = files.get("/" + INDEX if path == "/" else path)
        if file is not None:
            await _send_file(file, scope, send)
        elif path == "/":
            await _send_unbuilt(scope, send)
        else:
            await self._elsewhere(scope, receive, send)

    async def _current(self) -> dict[str, File]:
        """The files as they are built now, so that a new build needs no restart."""
        async with self._reading:
            stamp = _stamp(self._directory)
            if stamp != self._stamp:
                self._files = await asyncio.to_thread(read_files, self._directory) if stamp else {}
                self._stamp = stamp
            return self._files


def _may_be_page(scope: Scope) -> bool:
    return (
        scope["type"] == "http"
        and scope["method"] in {"GET", "HEAD"}
        and not scope["path"].startswith(_OTHERS)
    )


def _stamp(directory: Path) -> Stamp | None:
    """What changes with every build; None where there is none."""
    try:
        index = (directory / INDEX).stat().st_mtime_ns
    except OSError:
        return None
    try:
        return index, (directory / "assets").stat().st_mtime_ns
    except OSError:
        return index, 0


async def _send_file(file: File, scope: Scope, send: Send) -> None:
    asked = Headers(scope=scope)
    coding = best_coding(asked.get("accept-encoding", ""), file.bodies)
    etag = file.etag(coding)
    headers = [
        (b"cache-control", FOR_EVER if file.is_immutable else ASK_FIRST),
        (b"etag", etag.encode()),
        (b"vary", b"Accept-Encoding"),
    ]
    if is_known(etag, asked.get("if-none-match")):
        await _send(scope, send, 304, headers, b"")
        return
    headers.append((b"content-type", file.media_type.encode()))
    if coding != IDENTITY:
        headers.append((b"content-encoding", coding.encode()))
    body = file.bodies[coding]
    headers.append((b"content-length", str(len(body)).encode()))
    await _send(scope, send, 200, headers, body)


async def _send_unbuilt(scope: Scope, send: Send) -> None:
    headers = [
        (b"cache-control", NEVER),
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(UNBUILT)).encode()),
    ]
    await _send(scope, send, 503, headers, UNBUILT)


async def _send(
    scope: Scope, send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    start = {"type": "http.response.start", "status": status, "headers": [*headers, *SECURITY]}
    await send(start)
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
