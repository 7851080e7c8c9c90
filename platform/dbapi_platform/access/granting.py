"""Nobody gives away what they do not have: what a client may call, its granter may call too."""

import uuid

from sqlalchemy import ColumnElement
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import Forbidden, NotFound
from ..store import (
    Action,
    ClientEndpoint,
    ClientGroup,
    Endpoint,
    GroupEndpoint,
    ResourceType,
)
from .permissions import Caller


async def require_endpoint(session: AsyncSession, caller: Caller, endpoint_id: uuid.UUID) -> None:
    """Raises NotFound for what the caller may not see, Forbidden for what they may not run."""
    endpoint = await session.get(Endpoint, endpoint_id)
    if endpoint is None:
        raise NotFound("There is no such endpoint")
    caller.require(ResourceType.ENDPOINT, Action.EXECUTE, endpoint.id, module_id=endpoint.module_id)


async def require_group(session: AsyncSession, caller: Caller, group_id: uuid.UUID) -> None:
    """Raises Forbidden unless the caller may run all that is in the group."""
    inside = select(GroupEndpoint.endpoint_id).where(GroupEndpoint.group_id == group_id)
    await _require_all(session, caller, col(Endpoint.id).in_(inside), "the group holds")


async def require_client(session: AsyncSession, caller: Caller, client_id: uuid.UUID) -> None:
    """Raises Forbidden unless the caller may run all that the client may call.

    Whoever is told a client's secret can call it all.
    """
    direct = select(ClientEndpoint.endpoint_id).where(ClientEndpoint.client_id == client_id)
    grouped = (
        select(GroupEndpoint.endpoint_id)
        .join(ClientGroup, col(ClientGroup.group_id) == GroupEndpoint.group_id)
        .where(ClientGroup.client_id == client_id)
    )
    reached = or_(col(Endpoint.id).in_(direct), col(Endpoint.id).in_(grouped))
    await _require_all(session, caller, reached, "the client may call")


async def _require_all(
    session: AsyncSession, caller: Caller, condition: ColumnElement[bool], what: str
) -> None:
    visible = caller.visible(ResourceType.ENDPOINT, Action.EXECUTE)
    if visible is None:
        return
    allowed = or_(col(Endpoint.id).in_(visible), col(Endpoint.module_id).in_(visible))
    rows = await session.exec(select(Endpoint.id).where(condition, ~allowed).limit(1))
    if rows.first() is not None:
        # Which they are is not told: the caller may not know of them.
        raise Forbidden(
            f"You need the permission endpoint:execute for all that {what}; ask an administrator"
        )
