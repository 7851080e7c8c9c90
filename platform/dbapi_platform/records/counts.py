"""How many there are of what somebody may read, and which versions were made last."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel, col

from ..access.permissions import Caller
from ..publishing.endpoints import State
from ..store import (
    Action,
    Client,
    Datasource,
    Endpoint,
    Group,
    Macro,
    Module,
    ResourceType,
    User,
    Version,
)
from .scope import Scope

RECENT = 10
_COUNTED: Mapping[ResourceType, type[SQLModel]] = {
    ResourceType.MODULE: Module,
    ResourceType.DATASOURCE: Datasource,
    ResourceType.MACRO: Macro,
    ResourceType.CLIENT: Client,
    ResourceType.GROUP: Group,
    ResourceType.USER: User,
}


@dataclass(frozen=True, slots=True)
class RecentVersion:
    """A version and whose it is."""

    endpoint_id: uuid.UUID
    method: str
    path: str
    number: int
    created_at: datetime
    created_by: str | None
    message: str | None


async def count_endpoints(connection: AsyncConnection, scope: Scope) -> dict[str, int]:
    """Endpoints by their state."""
    rows = await connection.execute(
        select(col(Endpoint.state), func.count())
        .where(*scope.of_endpoints())
        .group_by(col(Endpoint.state))
    )
    return {str(state): 0 for state in State} | dict(rows.all())


async def count_resources(connection: AsyncConnection, caller: Caller) -> dict[str, int]:
    """Everything else, of each type that the caller may read any of; in one query."""
    counts = [
        _count(table, caller.visible(resource_type, Action.READ)).label(f"{resource_type}s")
        for resource_type, table in _COUNTED.items()
        if caller.allows_some(resource_type, Action.READ)
    ]
    if not counts:
        return {}
    row = (await connection.execute(select(*counts))).mappings().one()
    return {str(name): int(count) for name, count in row.items()}


def _count(table: type[SQLModel], visible: frozenset[uuid.UUID] | None) -> Any:
    query = select(func.count()).select_from(table)
    if visible is not None:
        condition = table.__table__.c.id.in_(visible)  # type: ignore[attr-defined]
        if table is Macro:
            condition = condition | col(Macro.module_id).in_(visible)
        query = query.where(condition)
    return query.scalar_subquery()


async def recent_versions(connection: AsyncConnection, scope: Scope) -> list[RecentVersion]:
    """The versions that were made last, of the endpoints in the scope."""
    rows = await connection.execute(
        select(
            col(Version.endpoint_id),
            col(Endpoint.method),
            col(Endpoint.path),
            col(Version.number),
            col(Version.created_at),
            col(Version.created_by),
            col(Version.message),
        )
        .join(Endpoint, col(Endpoint.id) == Version.endpoint_id)
        .where(*scope.of_endpoints())
        .order_by(col(Version.created_at).desc(), col(Version.id).desc())
        .limit(RECENT)
    )
    return [RecentVersion(*row) for row in rows]
