"""An answer as it is kept, and what it is kept under."""

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from time import time

import msgspec

from ..requests import Request
from ..responses import Response
from ..routes import Route
from ..snapshot import GatewayClient

Header = tuple[bytes, bytes]


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """`expires_at` is in seconds since 1970, so that all workers mean the same moment."""

    body: bytes
    headers: list[Header]
    etag: bytes
    rows: int | None
    expires_at: float

    @property
    def left_s(self) -> float:
        """For how long it is still good; below 0 it is not."""
        return self.expires_at - time()


def key_of(
    route: Route,
    client: GatewayClient | None,
    form: tuple[object, ...],
    values: Mapping[str, object],
) -> bytes:
    """Two calls have the same key when the same answer is right for both.

    `form` is all that the answer depends on beside the parameters: its format, the naming, the
    page. Another version, another publish of it and another datasource make another key, so that
    nothing must be looked for and removed.
    """
    rule = route.definition.cache
    caller = client.id.bytes if client and rule and "client" in rule.vary else b""
    parts = (route.cache_key, caller, form, sorted(values.items()))
    return hashlib.blake2b(repr(parts).encode(), digest_size=20).digest()


def spoken_key(route: Route, client: GatewayClient | None, form: str, request: Request) -> Hashable:
    """A call as it was spoken, before anything of it is read: cheaper than what it means."""
    caller = client.id if client else None
    return (route.cache_key, caller, form, *request.spoken())


def entry_of(response: Response, ttl_s: float) -> Entry:
    """What is kept of an answer that is whole."""
    etag = hashlib.blake2b(response.body, digest_size=16).hexdigest()
    kept = [pair for pair in response.headers if pair[0] != b"cache-control"]
    return Entry(response.body, kept, f'"{etag}"'.encode(), response.rows, time() + ttl_s)


def response_of(entry: Entry, route: Route, request: Request, outcome: bytes) -> Response:
    """The kept answer for a caller, or 304 where he has it already."""
    scope = b"private" if route.is_private else b"public"
    # Nobody answers with a version that has ended.
    left_s = min(entry.left_s, route.sunset - time()) if route.sunset else entry.left_s
    headers: Sequence[Header] = (
        (b"etag", entry.etag),
        (b"cache-control", b"%b, max-age=%d" % (scope, max(0, int(left_s)))),
        (b"vary", route.vary),
        (b"x-cache", outcome),
    )
    if _has(request.headers.get(b"if-none-match"), entry.etag):
        return Response(304, b"", list(headers), rows=entry.rows)
    return Response(200, entry.body, [*entry.headers, *headers], rows=entry.rows)


def _has(given: bytes | None, etag: bytes) -> bool:
    if given is None:
        return False
    tags = (tag.strip().removeprefix(b"W/") for tag in given.split(b","))
    return any(tag in {etag, b"*"} for tag in tags)
