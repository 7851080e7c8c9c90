"""`http`: a script's requests, to hosts that were named and to addresses that were looked at.

The check is made where the socket is, with the address that is about to be dialled: so it holds
for every redirect, for every way to write an address, and whatever a name means the second time.
"""

import asyncio
import fnmatch
import json
import re
import socket
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
from aiohttp import hdrs
from yarl import URL

from .addresses import Network, may_dial
from .resolving import Resolver

METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
MAX_REDIRECTS: Final = 5
MAX_SECONDS: Final = 30.0
_OWN_HEADERS: Final = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "upgrade", "proxy-authorization"}
)
_MAX_URL: Final = 8_192
_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HOST: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9._-]{0,252})|[0-9A-Fa-f:.]{2,45}")
_CODINGS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class RequestFailed(Exception):
    """The request was refused or failed; the message is for the script's author."""


class _Refused(OSError):
    """The address may not be dialled. An OSError, so that the next address is tried."""


@dataclass(frozen=True, slots=True)
class HttpReach:
    """`hosts` may be called (`api.example.com`, `*.example.com`, `*`); nothing unless named.

    Their addresses must be public, or in one of `networks`.
    """

    hosts: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()
    max_bytes: int = 10 * 1024 * 1024


class Outgoing:
    """Opened by its first request. Belongs to one event loop."""

    def __init__(self, reach: HttpReach) -> None:
        self._reach = reach
        self._resolver = Resolver()
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self, method: str, url: str, options: Mapping[str, Any]
    ) -> tuple[int, dict[str, str], bytes, str]:
        """Status, headers by name, body, and the address that answered. Raises RequestFailed."""
        if method not in METHODS:
            raise RequestFailed(f"there is no method {method}")
        target = self._target(url)
        arguments = _arguments(options)
        try:
            async with asyncio.timeout(_seconds(options.get("timeout"))):
                return await self._follow(method, target, arguments)
        except TimeoutError:
            raise RequestFailed(f"{target.host} did not answer in time") from None
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, _Refused) or isinstance(error.__cause__, _Refused):
                raise RequestFailed(f"{target.host}: {error.os_error}") from None
            raise RequestFailed(f"{target.host} cannot be reached") from None
        except (aiohttp.ClientError, OSError, ValueError, zlib.error) as error:
            raise RequestFailed(f"{target.host}: {_words(error)}") from None

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
        await self._resolver.close()

    async def _follow(
        self, method: str, url: URL, arguments: dict[str, Any]
    ) -> tuple[int, dict[str, str], bytes, str]:
        """Redirects one by one, so that each host is looked at before it is called."""
        for _ in range(MAX_REDIRECTS + 1):
            async with self._opened().request(
                method, url, allow_redirects=False, **arguments
            ) as response:
                location = response.headers.get(hdrs.LOCATION, "")[: _MAX_URL + 1]
                if response.status not in {301, 302, 303, 307, 308} or not location:
                    body = await self._body(response)
                    return response.status, _plain(response.headers), body, str(response.url)
            following = self._target(str(url.join(URL(location))))
            if response.status == 303 or (response.status in {301, 302} and method == "POST"):
                method = "GET"
                arguments = {**arguments, "data": None}
            if following.origin() != url.origin():
                arguments = {**arguments, "headers": _without_secrets(arguments["headers"])}
            arguments.pop("params", None)
            url = following
        raise RequestFailed(f"{url.host} redirects more than {MAX_REDIRECTS} times")

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        most = self._reach.max_bytes
        coding = response.headers.get(hdrs.CONTENT_ENCODING, "identity").lower()
        unpack = None
        if coding in _CODINGS:
            unpack = zlib.decompressobj(_CODINGS[coding])
        elif coding != "identity":
            raise RequestFailed(f"{response.url.host} answers in the coding '{coding}'")
        body = bytearray()
        async for chunk in response.content.iter_chunked(65_536):
            # No more is unpacked than may be kept: a small answer may unpack to a huge one.
            body += unpack.decompress(chunk, most - len(body) + 1) if unpack else chunk
            if len(body) > most:
                raise RequestFailed(f"{response.url.host} answers more than {most:,} bytes")
        if unpack is not None and not unpack.eof and body:
            raise RequestFailed(f"{response.url.host} broke off its answer")
        return bytes(body)

    def _target(self, url: str) -> URL:
        if len(url) > _MAX_URL:
            raise RequestFailed(f"the address has more than {_MAX_URL:,} characters")
        try:
            target = URL(url)
            host, port = target.raw_host, target.port
        except (ValueError, UnicodeError):
            raise RequestFailed("the address cannot be read") from None
        if target.scheme not in {"http", "https"} or not host or not port:
            raise RequestFailed("expected an address such as https://api.example.com/path")
        if not _HOST.fullmatch(host):
            raise RequestFailed(f"{host[:100]!r} is no host")
        if target.user or target.password:
            raise RequestFailed("a password in an address would be logged: use headers=")
        if not any(fnmatch.fnmatchcase(host.lower(), known) for known in self._reach.hosts):
            raise RequestFailed(
                f"{host} is not among the hosts that scripts may call (DBAPI_SCRIPT_HTTP_HOSTS)"
            )
        return target

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                # Datasources share it: nobody's connection is used by another.
                force_close=True,
                limit=50,
                resolver=self._resolver,
                use_dns_cache=False,
                socket_factory=self._socket,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                headers={hdrs.ACCEPT_ENCODING: "identity", hdrs.USER_AGENT: "pydbapi"},
            )
        return self._session

    def _socket(self, info: Sequence[Any]) -> socket.socket:
        """The socket for one address, if that may be dialled."""
        family, kind, protocol, _, address = info
        if not may_dial(str(address[0]), self._reach.networks):
            raise _Refused("its address is private; DBAPI_SCRIPT_HTTP_NETWORKS may allow it")
        found = socket.socket(family, kind, protocol)
        found.setblocking(False)  # noqa: FBT003
        return found


def _plain(headers: Mapping[str, str]) -> dict[str, str]:
    """By name in lower case; of names that come twice the values together."""
    found: dict[str, str] = {}
    for name, value in headers.items():
        # The library's own kind of text would ask a worker to load the library.
        key = "".join(name.lower())
        found[key] = f"{found[key]}, {value}" if key in found else str(value)
    return found


def _seconds(given: Any) -> float:
    if given is None:
        return MAX_SECONDS
    if not isinstance(given, int | float) or not given > 0:
        raise RequestFailed("timeout is a number of seconds over 0")
    return float(min(given, MAX_SECONDS))


def _arguments(options: Mapping[str, Any]) -> dict[str, Any]:
    """What aiohttp sends. Raises RequestFailed."""
    headers = _texts(options, "headers")
    for name in headers:
        if not _TOKEN.fullmatch(name):
            raise RequestFailed(f"{name[:100]!r} is no name of a header")
        if name.lower() in _OWN_HEADERS:
            raise RequestFailed(f"the header '{name}' is the platform's to set")
    cookies = _texts(options, "cookies")
    if cookies:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    arguments: dict[str, Any] = {"headers": headers}
    if params := options.get("params"):
        arguments["params"] = _pairs(params)
    bodies = [name for name in ("json", "data", "content") if name in options]
    if len(bodies) > 1:
        raise RequestFailed("json=, data= and content= cannot be given together")
    if bodies:
        arguments["data"] = _payload(bodies[0], options[bodies[0]], headers)
    return arguments


def _payload(kind: str, value: Any, headers: dict[str, str]) -> bytes:
    given = {name.lower() for name in headers}
    if kind == "json":
        if "content-type" not in given:
            headers["Content-Type"] = "application/json"
        return str(value).encode()
    if kind == "data" and isinstance(value, Mapping | list):
        if "content-type" not in given:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return urlencode(_pairs(value)).encode()
    if isinstance(value, str | bytes):
        return value.encode() if isinstance(value, str) else value
    raise RequestFailed(f"{kind}= cannot be sent: expected a text or bytes")


def _texts(options: Mapping[str, Any], name: str) -> dict[str, str]:
    given = options.get(name) or {}
    if not isinstance(given, Mapping):
        raise RequestFailed(f"{name}= is a mapping of texts")
    return {str(key): str(value) for key, value in given.items()}


def _pairs(given: Any) -> list[tuple[str, str]]:
    if not isinstance(given, Mapping):
        raise RequestFailed("expected a mapping of names and values")
    return [
        (str(name), _word(value))
        for name, values in given.items()
        for value in (values if isinstance(values, list) else [values])
        if value is not None
    ]


def _word(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _without_secrets(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers that are not meant for another origin stay behind."""
    secret = {"authorization", "cookie", "x-api-key"}
    return {name: value for name, value in headers.items() if name.lower() not in secret}


def _words(error: Exception) -> str:
    text = str(error)
    return text if text and len(text) < 300 else type(error).__name__
