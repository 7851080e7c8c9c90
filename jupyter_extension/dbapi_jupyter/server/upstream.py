"""The one HTTP client with which a Jupyter server asks platforms."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx

from .. import __version__
from ..client import LOOPBACK, RUN_TIMEOUT_S
from .refusals import Refusal, unreachable

CONNECT_S = 10.0
# Shorter than uvicorn's five seconds, so that no request meets a connection that is being closed.
IDLE_S = 2.0
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Told:
    """A short answer: its status, and its JSON or None."""

    status: int
    data: Any


class Upstream:
    """Made when the extension is loaded, closed when the server stops."""

    def __init__(self) -> None:
        self._ending: set[asyncio.Task[None]] = set()
        limits = httpx.Limits(keepalive_expiry=IDLE_S)
        # A proxy from the environment cannot reach this machine's own addresses.
        direct = httpx.AsyncHTTPTransport(trust_env=False, limits=limits)
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(RUN_TIMEOUT_S, connect=CONNECT_S),
            limits=limits,
            # Nothing but the token says who asks, whatever a proxy before the platform sets.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"User-Agent": f"dbapi-jupyter/{__version__}"},
            mounts={f"all://{_pattern(host)}": direct for host in LOOPBACK},
        )

    async def close(self) -> None:
        """Close all connections."""
        await asyncio.gather(*self._ending, return_exceptions=True)
        await self._http.aclose()

    @asynccontextmanager
    async def stream(
        self, method: str, url: httpx.URL, headers: Headers, body: bytes | None
    ) -> AsyncIterator[httpx.Response]:
        """An answer whose body is still to come. Raises Refusal when there is none.

        Leaving the block early ends the request on the platform too.
        """
        request = self._http.build_request(method, url, headers=headers, content=body or None)
        response = await self._send(request)
        try:
            yield response
        finally:
            await self._end(response)

    async def tell(self, url: str, path: str, token: str | None, *, timeout_s: float) -> Told:
        """A short answer to GET. Raises Refusal."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = self._http.build_request(
            "GET", f"{url}/api/v1/{path}", headers=headers, timeout=timeout_s
        )
        response = await self._send(request)
        try:
            await response.aread()
            return Told(response.status_code, _json(response))
        except httpx.HTTPError as error:
            raise unreachable(
                f"The platform at {url} stopped in the middle of an answer"
            ) from error
        finally:
            await response.aclose()

    async def _end(self, response: httpx.Response) -> None:
        """To its end, whoever is cancelled meanwhile: half closed, the request would go on."""
        ending = asyncio.create_task(response.aclose())
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)
        await asyncio.shield(ending)

    async def _send(self, request: httpx.Request) -> httpx.Response:
        """No text of an error is passed on: httpx may name a header's value in it."""
        place = f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"
        try:
            return await self._http.send(request, stream=True, follow_redirects=False)
        except httpx.ConnectError as error:
            raise unreachable(f"No platform answers at {place}") from error
        except httpx.TimeoutException as error:
            raise unreachable(f"The platform at {place} did not answer in time") from error
        except httpx.HTTPError as error:
            raise unreachable(f"The connection to {place} broke before it answered") from error


def _pattern(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def api_url(url: str, path: str, query: str) -> httpx.URL:
    """The address of a path that has been checked. Raises Refusal."""
    base = httpx.URL(url)
    prefix = base.raw_path.decode("ascii").rstrip("/")
    target = f"{prefix}/api/v1/{path}" + (f"?{query}" if query else "")
    try:
        return base.copy_with(raw_path=target.encode("ascii", "strict"))
    except (httpx.InvalidURL, UnicodeEncodeError) as error:
        raise Refusal(
            400, "invalid_request", "query: it holds characters that must be encoded", field="query"
        ) from error
