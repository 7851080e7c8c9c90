"""A request as the pipeline sees it: the ASGI scope read once, the body read when it is needed."""

import random
import re
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Mapping,
    MutableMapping,
)
from time import time
from typing import Any, ClassVar
from urllib.parse import unquote_to_bytes, urlencode

from ..addresses import caller_address
from ..exchange import BREAK_OFF
from .bodies import fields_of, read_pairs, read_whole, too_large
from .errors import Refused, retry_after

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PREFIX = "/api/"
# Longer paths and queries are not worth to be remembered, in letters.
SHORT = 500
# So much a worker holds of bodies that are not there as a whole, beside one of them.
MAX_COMING = 67_108_864
CROWDED = "Too many bodies are on their way; try again shortly"
# With a client's token, an endpoint could call what else that client may call.
SECRET = frozenset({b"authorization", b"proxy-authorization", b"cookie"})
BODY_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")


class Request:
    """One request; `path` is what follows `/api/`, its segments still percent-encoded."""

    __slots__ = ("_raw", "_receive", "_scope", "headers", "ip", "method", "path", "request_id")
    # Of all bodies that are on their way: what came of them, in bytes.
    coming: ClassVar[int] = 0

    def __init__(self, scope: Scope, receive: Receive, trusted_proxies: int = 0) -> None:
        self._scope = scope
        self._receive = receive
        self._raw: bytes | None = None
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.method: str = scope["method"]
        self.path = _raw_path(scope).removeprefix(PREFIX).strip("/")
        self.request_id = _request_id(self.headers)
        client = scope.get("client")
        self.ip = caller_address(client[0] if client else None, self.headers, trusted_proxies)

    @property
    def may_have_body(self) -> bool:
        """Whether requests of this method bring one."""
        return self.method in BODY_METHODS

    def segments(self) -> list[str]:
        """The path's segments, decoded. Raises Refused when they are not UTF-8."""
        parts = self.path.split("/")
        if "%" not in self.path:
            return parts
        try:
            return [unquote_to_bytes(part).decode() for part in parts]
        except UnicodeDecodeError:
            raise Refused(400, "invalid_request", "The path is not valid UTF-8") from None

    def query(self) -> Mapping[str, list[str]]:
        """The query's values by name. Raises Refused."""
        raw: bytes = self._scope["query_string"]
        return read_pairs(raw, "query") if raw else {}

    def with_query(self, changes: Mapping[str, str], known: Collection[str]) -> str:
        """The address of this request with other fields in its query, from the root on.

        Only known ones are kept: the answer may be kept for other callers too.
        """
        fields = {name: given for name, given in self.query().items() if name in known}
        fields |= {name: [value] for name, value in changes.items()}
        return f"{self.address(self.path)}?{urlencode(fields, doseq=True)}"

    @property
    def may_break_off(self) -> bool:
        """Whether the server wants to be told of an answer that has no end."""
        return BREAK_OFF in self._scope.get("extensions", ())

    @property
    def root(self) -> str:
        """What stands before the platform's own paths."""
        root: str = self._scope.get("root_path", "")
        return root

    def address(self, path: str) -> str:
        """Where something is that the gateway serves."""
        return f"{self.root}{PREFIX}{path}"

    def joined(self, name: bytes) -> bytes:
        """All values of a header that may be sent more than once."""
        return b", ".join(value for each, value in self._pairs() if each == name)

    @property
    def is_short(self) -> bool:
        """Whether what was spoken is worth to be remembered."""
        return len(self.path) + len(self._scope["query_string"]) <= SHORT

    def spoken(self) -> tuple[str, bytes, bytes | None]:
        """The path, the query and the naming as they came."""
        return self.path, self._scope["query_string"], self.headers.get(b"x-response-naming")

    def mentions(self, name: bytes) -> bool:
        """Whether the query may have a field of this name: cheaper than to read it."""
        raw: bytes = self._scope["query_string"]
        return name in raw

    async def gone(self) -> None:
        """Return once the caller has gone away; the body must have been read, or not matter."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def query_bytes(self, most: int | None = None) -> bytes:
        """The query's first bytes, or all, as they were received."""
        raw: bytes = self._scope["query_string"]
        return raw[:most]

    def header_map(self) -> dict[str, str]:
        """The headers by lower-case name, without those that show who the caller is.

        One that is sent several times is a list with commas, as it may be for whoever passed it on.
        """
        found: dict[str, str] = {}
        for name, value in self._pairs():
            if name not in SECRET:
                key, text = name.decode("latin-1"), value.decode("latin-1")
                found[key] = f"{found[key]}, {text}" if key in found else text
        return found

    async def body(self, max_bytes: int) -> Mapping[str, object]:
        """The body's fields: a JSON object or a form. Raises Refused."""
        if not self.may_have_body:
            return {}
        await self.load(max_bytes)
        return fields_of(self.headers, self._raw or b"")

    async def load(self, max_bytes: int) -> None:
        """Read the body, so that no slot is held while it comes. Raises Refused."""
        if self._raw is None and self.may_have_body:
            chunks = self._chunks(max_bytes)
            self._raw = await read_whole(self.headers, chunks, max_bytes=max_bytes)

    async def _chunks(self, max_bytes: int) -> AsyncIterator[bytes]:
        size = 0
        try:
            while True:
                message = await self._receive()
                if message["type"] == "http.disconnect":
                    raise Refused(499, "client_disconnected", "The client went away")
                chunk: bytes = message.get("body", b"")
                size += len(chunk)
                Request.coming += len(chunk)
                if size > max_bytes:
                    raise too_large(max_bytes)
                if Request.coming > MAX_COMING + max_bytes:
                    raise Refused(503, "too_many_concurrent", CROWDED, headers=[retry_after(1)])
                yield chunk
                if not message.get("more_body"):
                    return
        finally:
            Request.coming -= size

    def _pairs(self) -> list[tuple[bytes, bytes]]:
        pairs: list[tuple[bytes, bytes]] = self._scope["headers"]
        return pairs


def _raw_path(scope: Scope) -> str:
    """The path before decoding, so that an encoded slash stays within its segment."""
    raw: bytes | None = scope.get("raw_path")
    return raw.decode("latin-1") if raw else scope["path"]


def _request_id(headers: Mapping[bytes, bytes]) -> str:
    given = headers.get(b"x-request-id")
    if given and _REQUEST_ID.fullmatch(given):
        return given.decode("ascii")
    # Begins with the time, so that records are stored one after the other in the index of these.
    # Not a secret: asking the system for better randomness costs more than routing the request.
    return f"{int(time() * 1000):012x}{random.getrandbits(80):020x}"
