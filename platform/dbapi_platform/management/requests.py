"""What is told of a request beside what it asks for: its number, and where it comes from."""

import re
import uuid

from fastapi import Request
from fastapi.routing import APIRoute

from ..addresses import caller_address, came_by_https

_KEPT_AS = "dbapi.request_id"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id(request: Request) -> str:
    """The number that answers, audit entries and logs tell: the caller's own, or a new one."""
    if _KEPT_AS not in request.scope:
        given = request.headers.get("x-request-id", "")
        request.scope[_KEPT_AS] = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    found: str = request.scope[_KEPT_AS]
    return found


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
