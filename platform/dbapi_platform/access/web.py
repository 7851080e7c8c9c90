"""Questions to login providers: JSON over HTTP, bounded in time and size."""

import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from ..errors import LoginProviderUnavailable

TIMEOUT_S = 10.0
MAX_BYTES = 1_048_576


async def ask(
    method: str, url: str, *, headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    """The status and the object that is answered; an empty one for what is none.

    Redirections are not followed: credentials go where the operator said. Raises
    LoginProviderUnavailable when there is no answer, or too much of it.
    """
    try:
        async with (
            aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_S), cookie_jar=aiohttp.DummyCookieJar()
            ) as session,
            session.request(method, url, headers=headers, allow_redirects=False) as response,
        ):
            raw = await response.content.read(MAX_BYTES + 1)
            while len(raw) <= MAX_BYTES and (more := await response.content.read(MAX_BYTES)):
                raw += more
            status = response.status
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        raise LoginProviderUnavailable("The login provider does not answer") from None
    if status >= 500 or len(raw) > MAX_BYTES:
        raise LoginProviderUnavailable("The login provider fails")
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    return status, found if isinstance(found, dict) else {}
