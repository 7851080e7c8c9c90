"""Answers of the catalogue: each caller's own, and not sent again to whoever has it."""

import hashlib
from typing import Final

from fastapi import Request, Response

from ..management.page_sessions import HEADER
from ..web.conditions import best_coding, is_known
from ..web.headers import SECURITY
from .library import Document
from .telling import encode

JSON: Final = "application/json"
# What may be kept is asked for again each time; by whom it was asked for, a proxy does not know.
PRIVATE: Final = "private, no-cache"
VARY: Final = f"Authorization, Cookie, {HEADER}, Accept-Encoding"
_GUARDS: Final = {
    name.decode(): value.decode() for name, value in SECURITY if name != b"content-security-policy"
}


def send_value(request: Request, value: object) -> Response:
    """A value as JSON."""
    body = encode(value)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return _send(request, body, etag, {})


def send_document(request: Request, document: Document) -> Response:
    """A document, in the shorter form where that is taken."""
    coding = best_coding(request.headers.get("accept-encoding", ""), ("gzip",))
    if coding != "gzip":
        return _send(request, document.body, document.etag, {})
    etag = f'{document.etag[:-1]}-gzip"'
    return _send(request, document.zipped, etag, {"Content-Encoding": "gzip"})


def _send(request: Request, body: bytes, etag: str, more: dict[str, str]) -> Response:
    headers = {**_GUARDS, "ETag": etag, "Cache-Control": PRIVATE, "Vary": VARY}
    if is_known(etag, request.headers.get("if-none-match")):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers | more, media_type=JSON)
