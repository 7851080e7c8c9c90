"""Who was given an endpoint: clients of their own or by a group, and the groups that hold it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..store import Client, ClientEndpoint, ClientGroup, Group, GroupEndpoint
from .clients import ClientView, Granted


@dataclass(frozen=True, slots=True)
class ClientsOf:
    """Clients of an endpoint, of a group, or of both; None for any.

    An endpoint is given by active groups, of which only those in `groups` are told: None tells of
    all of them.
    """

    endpoint_id: uuid.UUID | None = None
    group_id: uuid.UUID | None = None
    groups: frozenset[uuid.UUID] | None = None

    def conditions(self) -> list[Any]:
        """For a query of clients."""
        found: list[Any] = []
        if self.group_id is not None:
            members = select(ClientGroup.client_id).where(ClientGroup.group_id == self.group_id)
            found.append(col(Client.id).in_(members))
        if self.endpoint_id is not None:
            direct = select(ClientEndpoint.client_id).where(
                ClientEndpoint.endpoint_id == self.endpoint_id
            )
            by_group = select(ClientGroup.client_id).where(
                col(ClientGroup.group_id).in_(self._giving())
            )
            found.append(or_(col(Client.id).in_(direct), col(Client.id).in_(by_group)))
        return found

    async def told(
        self, session: AsyncSession, views: Sequence[ClientView]
    ) -> Sequence[ClientView]:
        """The clients with how each was given the endpoint, if one was asked for."""
        if self.endpoint_id is None:
            return views
        near = {group.id for view in views for group in view.groups}
        giving = set(await session.exec(self._giving().where(col(Group.id).in_(near))))
        return [
            replace(
                view,
                granted=Granted(
                    directly=any(one.id == self.endpoint_id for one in view.endpoints),
                    groups=tuple(group for group in view.groups if group.id in giving),
                ),
            )
            for view in views
        ]

    def _giving(self) -> Any:
        query = (
            select(Group.id)
            .join(GroupEndpoint)
            .where(GroupEndpoint.endpoint_id == self.endpoint_id, col(Group.is_active))
        )
        return query if self.groups is None else query.where(col(Group.id).in_(self.groups))


def holding(endpoint_id: uuid.UUID | None) -> list[Any]:
    """For a query of groups: those that hold the endpoint, active or not."""
    if endpoint_id is None:
        return []
    held = select(GroupEndpoint.group_id).where(GroupEndpoint.endpoint_id == endpoint_id)
    return [col(Group.id).in_(held)]
