"""Which versions consumers may ask for beside the one that is live, and until when."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.permissions import Caller
from ..errors import Conflict, Detail, InvalidRequest
from ..store import Action, Endpoint, ResourceType, Version, announce_change
from ..store.base import now
from .endpoints import lock_endpoint
from .paths import path_parameters
from .stored import get_version, live_version

# Every worker keeps all of them in memory.
MAX_PINNABLE = 20


async def change_availability(
    session: AsyncSession,
    endpoint_id: uuid.UUID,
    number: int,
    fields: Mapping[str, Any],
    *,
    caller: Caller,
    seen: Callable[[Version], None],
) -> Version:
    """Change who may ask for a version: some of `is_pinnable`, `deprecated_at`, `sunset_at`.

    `seen` is asked, while nobody else can change it, whether the caller knows what is there.
    Raises NotFound, Forbidden, Conflict, and InvalidRequest.
    """
    endpoint = await lock_endpoint(session, endpoint_id)
    caller.require(ResourceType.ENDPOINT, Action.PUBLISH, endpoint.id, module_id=endpoint.module_id)
    version = await get_version(session, endpoint_id, number)
    # It may have been read before the lock was there.
    await session.refresh(version)
    seen(version)
    if fields.get("is_pinnable") and not version.is_pinnable:
        # Whoever allows it lets others query its datasource, as by publishing it.
        source = version.datasource_id
        caller.require(ResourceType.DATASOURCE, Action.EXECUTE, source, known=True)
        await _require_room(session, endpoint)
        await _require_same_call(session, endpoint, version)
    version.sqlmodel_update(dict(fields))
    _require_order(version.deprecated_at, version.sunset_at)
    session.add(version)
    await announce_change(session, endpoint.id)
    await session.commit()
    return version


def is_gone(version: Version) -> bool:
    """Whether its sunset is over."""
    return version.sunset_at is not None and version.sunset_at <= now()


def same_call(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two stored definitions are called alike: by method, and names in the path."""
    if one["method"] != other["method"]:
        return False
    return path_parameters(one["path"]) == path_parameters(other["path"])


async def _require_room(session: AsyncSession, endpoint: Endpoint) -> None:
    rows = await session.exec(
        select(func.count())
        .select_from(Version)
        .where(Version.endpoint_id == endpoint.id, col(Version.is_pinnable))
    )
    if rows.one() >= MAX_PINNABLE:
        raise Conflict(
            f"{MAX_PINNABLE} versions of {endpoint.method} {endpoint.path} can be asked for "
            "already; take the permission from an older one first"
        )


async def _require_same_call(session: AsyncSession, endpoint: Endpoint, version: Version) -> None:
    live = await live_version(session, endpoint)
    known = live.definition if live else {"method": endpoint.method, "path": endpoint.path}
    if not same_call(version.definition, known):
        asked = f"{version.definition['method']} {version.definition['path']}"
        raise InvalidRequest.of(
            "is_pinnable",
            f"version {version.number} is called as {asked}, and the endpoint as "
            f"{known['method']} {known['path']}",
            "only versions with the same method and the same names in the path can be asked for",
        )


def _require_order(deprecated_at: datetime | None, sunset_at: datetime | None) -> None:
    if deprecated_at and sunset_at and sunset_at < deprecated_at:
        message = (
            f"sunset_at: expected {deprecated_at:%Y-%m-%d %H:%M} UTC (deprecated_at) or later, "
            f"got {sunset_at:%Y-%m-%d %H:%M}"
        )
        raise InvalidRequest(message, Detail("sunset_at", message.partition(": ")[2]))
