"""Version pins: a consumer asks for a version by its number, whatever is published now."""

import re
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from time import time
from typing import Any
from urllib.parse import quote

import msgspec
from sqlalchemy import Text, cast, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import Detail
from ..publishing.paths import path_parameters
from ..publishing.pinning import MAX_PINNABLE
from ..store import Endpoint, Module, Version
from .errors import Refused
from .requests import PREFIX, Request
from .routes import Route

HEADER = b"x-api-version"
QUERY = "version"
# As many rows are read at a time.
CHUNK = 500
# What a path in a Link may hold as it is.
SAFE = "/%~:@!$&'()*+,;="

_NUMBER = re.compile(r"[0-9]{1,9}")


class Row(msgspec.Struct, frozen=True):
    """A version as the snapshot reads it; its definition and its columns are read apart.

    Whoever publishes what is live already may have learnt more columns. Then these are longer,
    written out, so that they need not be read all at every change.
    """

    endpoint_id: uuid.UUID
    version_id: uuid.UUID
    number: int
    deprecated_at: datetime | None
    sunset_at: datetime | None
    epoch: int
    module_id: uuid.UUID
    module: str
    columns_length: int | None


def wanted_route(request: Request, published: Route) -> Route:
    """The version that the request asks for, else the published one. Raises Refused.

    Ask once the caller is let in: a refusal names the versions that there are.
    """
    number = _wanted(request, published)
    route = published
    if number is not None and number != published.version:
        found = published.pins.get(number)
        if found is None:
            raise Refused(
                404,
                "version_not_available",
                f"Version {number} cannot be called here; {_available(published)}",
            )
        route = found
    return route


def require_there(request: Request, route: Route, published: Route) -> None:
    """Raises Refused for a version that has ended."""
    if route.sunset is not None and route.sunset <= time():
        raise Refused(
            410,
            "version_gone",
            f"Version {route.version} has ended; {_available(published)}",
            headers=version_headers(request, route, published),
        )


def version_headers(
    request: Request, route: Route, published: Route
) -> tuple[tuple[bytes, bytes], ...]:
    """What an answer tells of its version; of one that ends also which path leads to the next."""
    if route is published or len(route.headers) == 1:
        return route.headers
    path = quote(f"{PREFIX}{request.path}", safe=SAFE).encode()
    return (*route.headers, (b"link", b'<%b>; rel="successor-version"' % path))


def _wanted(request: Request, published: Route) -> int | None:
    header = request.headers.get(HEADER)
    # Most requests ask for none, and pay no more than this.
    if header is None and not request.mentions(b"version="):
        return None
    asked: dict[str, None] = {}
    if header is not None:
        asked[header.decode("latin-1").strip()] = None
    if published.names_version:
        asked.update(dict.fromkeys(word.strip() for word in request.query().get(QUERY, ())))
    numbers = {_number(word) for word in asked}
    if len(numbers) > 1:
        told = " and ".join(str(number) for number in sorted(numbers))
        raise Refused(400, "invalid_request", f"Two versions are asked for, {told}; ask for one")
    return numbers.pop() if numbers else None


def _number(word: str) -> int:
    if not _NUMBER.fullmatch(word):
        message = f"expected the number of a version such as 3, got {word[:40]!r}"
        raise Refused(
            400, "invalid_request", f"version: {message}", details=[Detail(QUERY, message)]
        )
    return int(word)


def _available(published: Route) -> str:
    """The versions that can be called now, in words."""
    present = time()
    there = {**published.pins, published.version: published}
    numbers = sorted(
        number for number, route in there.items() if route.sunset is None or route.sunset > present
    )
    if not numbers:
        return "no version can be called any more"
    return f"these can be called: {', '.join(str(number) for number in numbers)}"


async def published_rows(
    session: AsyncSession, only: Collection[uuid.UUID] | None = None
) -> list[Row]:
    """What is published, of all endpoints or some. Of many, others have their turn in between."""
    found: list[Row] = []
    published = _rows(only).where(col(Endpoint.published_version_id) == Version.id)
    async for part in (await session.stream(published)).partitions(CHUNK):
        found += [Row(*row) for row in part]
    return found


async def pinnable_rows(
    session: AsyncSession, only: Collection[uuid.UUID] | None = None
) -> dict[uuid.UUID, list[Row]]:
    """By endpoint, what may be asked for beside the published versions."""
    rows = await session.exec(
        _rows(only)
        .where(col(Version.is_pinnable), col(Endpoint.published_version_id) != Version.id)
        .order_by(col(Version.number).desc())
    )
    found: dict[uuid.UUID, list[Row]] = defaultdict(list)
    for row in rows:
        # As many as may be allowed: what is in memory has a bound whatever the store says.
        if len(found[row[0]]) < MAX_PINNABLE:
            found[row[0]].append(Row(*row))
    return found


def _rows(only: Collection[uuid.UUID] | None) -> Any:
    # There are types for four columns at most.
    columns = (
        Endpoint.id, Version.id, Version.number, Version.deprecated_at, Version.sunset_at,
        Endpoint.cache_epoch, Module.id, Module.name,
        func.length(cast(col(Version.columns), Text)),
    )  # fmt: skip
    rows = (
        select(*columns)  # type: ignore[call-overload]
        .join(Endpoint, col(Endpoint.id) == Version.endpoint_id)
        .join(Module, col(Module.id) == Endpoint.module_id)
        .where(col(Module.is_active))
    )
    return rows if only is None else rows.where(col(Endpoint.id).in_(only))


def with_row(route: Route, row: Row) -> Route:
    """With what is told of the version, and when it ends."""
    return replace(
        route,
        headers=tuple(_headers(row)),
        sunset=row.sunset_at.timestamp() if row.sunset_at else None,
    )


def with_pins(published: Route, pins: Iterable[Route]) -> Route:
    """With those versions that are called as the published one is; the others are not served."""
    fitting = {pin.version: _behind(published, pin) for pin in pins if _same_call(published, pin)}
    definitions = [route.definition for route in (published, *fitting.values())]
    is_free = not any(QUERY in definition.params for definition in definitions)
    return replace(published, pins=fitting, names_version=is_free)


def _same_call(one: Route, other: Route) -> bool:
    return one.definition.method == other.definition.method and (
        path_parameters(one.definition.path) == path_parameters(other.definition.path)
    )


def _behind(published: Route, pin: Route) -> Route:
    """Who may call is up to both: what has become private is so for its older versions too."""
    if published.is_private and not pin.is_private:
        definition = msgspec.structs.replace(pin.definition, access="private")
        return replace(pin, definition=definition)
    return pin


def _headers(row: Row) -> Iterable[tuple[bytes, bytes]]:
    yield HEADER, b"%d" % row.number
    if row.deprecated_at is not None:
        # RFC 9745: a date of structured fields.
        yield b"deprecation", b"@%d" % row.deprecated_at.timestamp()
    if row.sunset_at is not None:
        # RFC 8594: a date of HTTP.
        yield b"sunset", format_datetime(row.sunset_at, usegmt=True).encode()
