"""What is told of a request beside what it asks for: its number, and where it comes from."""

import re
import uuid

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from ..addresses import caller_address, came_by_https
from ..logs import current_request_id

_KEPT_AS = "dbapi.request_id"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id(request: Request) -> str:
    """The number that answers, audit entries and logs tell: the caller's own, or a new one."""
    if _KEPT_AS not in request.scope:
        given = request.headers.get("x-request-id", "")
        request.scope[_KEPT_AS] = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    found: str = request.scope[_KEPT_AS]
    return found


class RequestIds:
    """Lets what is logged during a request tell its number."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on."""
        if scope["type"] == "http":
            current_request_id.set(request_id(Request(scope)))
        await self._app(scope, receive, send)


def operation(route: APIRoute) -> str:
    """What programs and the audit log call a route, such as `endpoints.save_draft`."""
    return f"{route.tags[0]}.{route.name}"


def address(request: Request) -> str | None:
    """Where the request comes from."""
    peer = request.client.host if request.client else None
    return caller_address(peer, dict(request.headers.raw), _trusted(request))


def is_https(request: Request) -> bool:
    """Whether the browser speaks TLS, as far as it can be known."""
    return came_by_https(request.url.scheme, dict(request.headers.raw), _trusted(request))


def _trusted(request: Request) -> int:
    trusted: int = request.app.state.services.settings.trusted_proxies
    return trusted
