"""A client as a call sees it: what templates and scripts may know of it, and what it may call."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..store import Client, ClientEndpoint, ClientGroup, Group, GroupEndpoint


@dataclass(frozen=True, slots=True)
class CallingClient:
    """As it would call one endpoint: `may_call` when that is private."""

    id: uuid.UUID
    visible: Mapping[str, object]
    may_call: bool


def visible_client(client_id: str, name: str, groups: Sequence[str]) -> Mapping[str, object]:
    """The variable `client`."""
    return {"id": client_id, "name": name, "groups": groups, "claims": {}}


async def calling_client(
    session: AsyncSession, client: Client, endpoint_id: uuid.UUID
) -> CallingClient:
    """The client as the gateway would know it; an inactive group gives nothing."""
    groups = await session.exec(
        select(Group.id, Group.name)
        .join(ClientGroup, col(ClientGroup.group_id) == Group.id)
        .where(ClientGroup.client_id == client.id, col(Group.is_active))
    )
    names = dict(groups.all())
    direct = await session.get(ClientEndpoint, (client.id, endpoint_id))
    by_group = await session.exec(
        select(GroupEndpoint.group_id).where(
            col(GroupEndpoint.group_id).in_(names), GroupEndpoint.endpoint_id == endpoint_id
        )
    )
    granted = direct is not None or by_group.first() is not None
    return CallingClient(
        client.id,
        visible_client(client.client_id, client.name, tuple(sorted(names.values()))),
        client.is_active and granted,
    )
