"""A request as the pipeline sees it: the ASGI scope read once, the body read when it is needed."""

import random
import re
from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qs, unquote_to_bytes, urlencode

import msgspec

from ..addresses import caller_address
from .errors import Refused

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PREFIX = "/api/"
MAX_FIELDS = 1_000
# With a client's token, an endpoint could call what else that client may call.
SECRET = frozenset({b"authorization", b"proxy-authorization", b"cookie"})
BODY_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")


class Request:
    """One request; `path` is what follows `/api/`, its segments still percent-encoded."""

    __slots__ = ("_receive", "_scope", "headers", "ip", "method", "path", "request_id")

    def __init__(self, scope: Scope, receive: Receive, trusted_proxies: int = 0) -> None:
        self._scope = scope
        self._receive = receive
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.method: str = scope["method"]
        self.path = _raw_path(scope).removeprefix(PREFIX).strip("/")
        self.request_id = _request_id(self.headers)
        client = scope.get("client")
        self.ip = caller_address(client[0] if client else None, self.headers, trusted_proxies)

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
        if not raw:
            return {}
        try:
            return parse_qs(
                raw.decode("ascii"),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=MAX_FIELDS,
            )
        except UnicodeError:
            raise Refused(400, "invalid_request", "The query is not valid UTF-8") from None
        except ValueError:
            raise Refused(
                400, "invalid_request", f"The query has more than {MAX_FIELDS} fields"
            ) from None

    def with_query(self, changes: Mapping[str, str], known: Collection[str]) -> str:
        """The address of this request with other fields in its query, from the root on.

        Only known ones are kept: the answer may be kept for other callers too.
        """
        fields = {name: given for name, given in self.query().items() if name in known}
        fields |= {name: [value] for name, value in changes.items()}
        root: str = self._scope.get("root_path", "")
        return f"{root}{PREFIX}{self.path}?{urlencode(fields, doseq=True)}"

    def mentions(self, name: bytes) -> bool:
        """Whether the query may have a field of this name: cheaper than to read it."""
        raw: bytes = self._scope["query_string"]
        return name in raw

    async def gone(self) -> None:
        """Return once the caller has gone away; the body must have been read, or not matter."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def query_bytes(self, most: int) -> bytes:
        """The query's first bytes, as they were received."""
        raw: bytes = self._scope["query_string"]
        return raw[:most]

    def header_map(self) -> dict[str, str]:
        """The headers by lower-case name, without those that show who the caller is."""
        return {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in self._pairs()
            if name not in SECRET
        }

    async def body(self, max_bytes: int) -> Mapping[str, object]:
        """The body's fields: a JSON object or a form. Raises Refused."""
        if self.method not in BODY_METHODS:
            return {}
        raw = await self._read(max_bytes)
        if not raw.strip():
            return {}
        content_type = self.headers.get(b"content-type", b"application/json")
        kind = content_type.split(b";", 1)[0].strip().lower()
        if kind == b"application/x-www-form-urlencoded":
            return _form(raw)
        if kind == b"application/json" or kind.endswith(b"+json"):
            return _json_object(raw)
        raise Refused(
            415,
            "unsupported_media_type",
            "Expected a body of application/json or application/x-www-form-urlencoded",
        )

    async def _read(self, max_bytes: int) -> bytes:
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Refused(499, "client_disconnected", "The client went away")
            chunk: bytes = message.get("body", b"")
            size += len(chunk)
            if size > max_bytes:
                raise Refused(413, "body_too_large", f"The body is larger than {max_bytes:,} bytes")
            chunks.append(chunk)
            if not message.get("more_body"):
                return b"".join(chunks)

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
    # Not a secret: asking the system for better randomness costs more than routing the request.
    return f"{random.getrandbits(128):032x}"


def _json_object(raw: bytes) -> Mapping[str, object]:
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused(400, "invalid_request", f"The body is not valid JSON: {error}") from None
    except RecursionError:
        raise Refused(400, "invalid_request", "The body's JSON is nested too deeply") from None
    if not isinstance(value, dict):
        raise Refused(400, "invalid_request", "Expected the body to be a JSON object")
    return value


def _form(raw: bytes) -> Mapping[str, object]:
    try:
        fields = parse_qs(
            raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except UnicodeError:
        raise Refused(400, "invalid_request", "The form is not valid UTF-8") from None
    except ValueError:
        raise Refused(
            400, "invalid_request", f"The form has more than {MAX_FIELDS} fields"
        ) from None
    return {name: values[0] if len(values) == 1 else values for name, values in fields.items()}
