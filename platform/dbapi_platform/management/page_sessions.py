"""The cookie that the platform's own pages log in by: what it is, and when it is believed.

The browser sends it whoever makes the browser ask. So it counts only beside a header that nobody
but a page of this very origin can send: docs/decisions/0012.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Request, Response

from ..access.secrets import PERSONAL_TOKEN_PREFIX
from ..errors import Conflict, Forbidden, Unauthorized
from .requests import is_https
from .services import Services

HEADER: Final = "X-DBAPI-Page"
OVER_HTTP: Final = "dbapi_session"
# Browsers take a name with this prefix from this very host only, by TLS. Else a page on a sibling
# host, which may set cookies for the domain above both, could log the browser in as somebody else.
OVER_HTTPS: Final = "__Host-dbapi_session"


def _require_page(
    request: Request,
    _page: Annotated[
        str | None, Header(alias=HEADER, description="`1`, from the platform's own pages")
    ] = None,
) -> None:
    services: Services = request.app.state.services
    if not services.settings.web_enabled:
        raise Conflict("The platform's pages are turned off here; log in for a token")
    if not is_own_page(request):
        raise Forbidden(
            f"This login is for the platform's own pages, which send {HEADER}: 1; "
            "programs log in for a token"
        )


OWN_PAGE: Any = Depends(_require_page)


def is_own_page(request: Request) -> bool:
    """Whether a page of this very origin asks.

    A page of another origin cannot send the header: its browser asks first, and CORS never allows
    it. Where the browser tells where a request comes from, a sibling host is refused by that too.
    """
    services: Services = request.app.state.services
    return (
        services.settings.web_enabled
        and request.headers.getlist(HEADER) == ["1"]
        and set(request.headers.getlist("sec-fetch-site")) <= {"same-origin"}
    )


def page_token(request: Request) -> str | None:
    """The session token of the cookie, where it counts; an Authorization header always wins.

    Raises Unauthorized where somebody else has set one beside ours.
    """
    if "authorization" in request.headers or not is_own_page(request):
        return None
    found = list(_cookies(request, _name(request)))
    if len(found) > 1:
        raise Unauthorized(
            "Two cookies of a login came, and one may be a stranger's; "
            "delete the cookies of this site and log in again"
        )
    # Personal tokens belong to programs, and last for years.
    return found[0] if found and not found[0].startswith(PERSONAL_TOKEN_PREFIX) else None


def keep(request: Request, response: Response, token: str, lifetime: timedelta) -> None:
    """Give the browser the token, where no script can read it."""
    _set(request, response, token, int(lifetime.total_seconds()))


def forget(request: Request, response: Response) -> None:
    """Take it away again."""
    _set(request, response, "", 0)


def _set(request: Request, response: Response, value: str, max_age: int) -> None:
    secure = is_https(request)
    response.set_cookie(
        _name(request),
        value,
        max_age=max_age,
        # The prefix asks for `/`; without it, only what reads the cookie is sent it.
        path="/" if secure else "/api/v1",
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def _name(request: Request) -> str:
    return OVER_HTTPS if is_https(request) else OVER_HTTP


def _cookies(request: Request, name: str) -> Iterator[str]:
    """Every cookie of just this name.

    Not by a library: those keep one of several, and forgive spaces of all kinds around a name, by
    which a name that browsers do not guard would be taken for the guarded one.
    """
    for header in request.headers.getlist("cookie"):
        for pair in header.split(";"):
            key, _, value = pair.strip(" \t").partition("=")
            if key == name:
                yield value
