"""Browsers with a cookie jar, as the platform's own pages use them, and as others would."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookies import Morsel, SimpleCookie
from typing import Any

import httpx

from dbapi_platform.app import Application
from tests.world import PASSWORD, World

PAGE = {"X-DBAPI-Page": "1"}
OWN = PAGE | {"Sec-Fetch-Site": "same-origin"}
NAME = "dbapi_session"
HOST_NAME = "__Host-dbapi_session"


@asynccontextmanager
async def browser(world: World, url: str = "http://test") -> AsyncIterator[httpx.AsyncClient]:
    """One with an empty jar."""
    transport = httpx.ASGITransport(Application(world.platform), client=("127.0.0.1", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url=f"{url}/api/v1") as opened:
        yield opened


async def log_in(
    page: httpx.AsyncClient, username: str, password: str = PASSWORD, **headers: str
) -> httpx.Response:
    """As the login page does."""
    body = {"username": username, "password": password}
    return await page.post("/login/page", json=body, headers=OWN | headers)


async def ask(page: httpx.AsyncClient, path: str = "/users/me", **kwargs: Any) -> httpx.Response:
    """As any page does once it is logged in."""
    return await page.get(path, headers=OWN | kwargs.pop("headers", {}), **kwargs)


def cookie_of(answer: httpx.Response) -> Morsel[str]:
    """The one cookie that the answer sets."""
    (header,) = answer.headers.get_list("set-cookie")
    (morsel,) = SimpleCookie(header).values()
    return morsel
