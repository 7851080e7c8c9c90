"""The page for people: a few files that are written as they are served, with nothing to build."""

from pathlib import Path
from typing import Final

from fastapi import Request, Response

from ..web.conditions import best_coding, is_known
from ..web.files import IDENTITY, File, read_files
from ..web.headers import ASK_FIRST, SECURITY

STATIC: Final = Path(__file__).parent / "static"
INDEX: Final = "/index.html"
# Stricter than the platform's other pages: nothing of it sets a style by itself.
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)


class PageFiles:
    """The files by the path below `/catalog/page`."""

    def __init__(self, directory: Path = STATIC) -> None:
        self._files = read_files(directory)

    def send(self, request: Request, name: str) -> Response | None:
        """The file; None when there is none."""
        file = self._files.get(name)
        return _send(request, file) if file is not None else None


def _send(request: Request, file: File) -> Response:
    coding = best_coding(request.headers.get("accept-encoding", ""), file.bodies)
    etag = file.etag(coding)
    headers = {name.decode(): value.decode() for name, value in SECURITY}
    headers |= {
        "content-security-policy": POLICY,
        "cache-control": ASK_FIRST.decode(),
        "etag": etag,
        "vary": "Accept-Encoding",
    }
    if is_known(etag, request.headers.get("if-none-match")):
        return Response(status_code=304, headers=headers)
    if coding != IDENTITY:
        headers["content-encoding"] = coding
    return Response(file.bodies[coding], headers=headers, media_type=file.media_type)
