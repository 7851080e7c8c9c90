"""Clients and groups listed in pages, with what they hold, in a few queries for each page."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import func
from sqlalchemy.orm import load_only
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..store import Client, ClientEndpoint, ClientGroup, Endpoint, Group, GroupEndpoint
from ..store.paging import Key, Order, key_of
from .clients import ClientView
from .granted import ClientsOf, holding

Row = TypeVar("Row", Client, Group)
View = TypeVar("View")


_CLIENTS: tuple[Any, ...] = (col(Client.name), col(Client.id))
_GROUPS: tuple[Any, ...] = (col(Group.name), col(Group.id))
ORDERS = {"clients": Order(_CLIENTS), "groups": Order(_GROUPS)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of a list; `visible` None means that all may be seen, `after` is a page's key."""

    search: str | None
    visible: frozenset[uuid.UUID] | None
    limit: int
    offset: int = 0
    after: Key | None = None


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group with the endpoints that it gives, and to how many clients."""

    group: Group
    endpoints: tuple[Endpoint, ...]
    clients: int


@dataclass(frozen=True, slots=True)
class Listed(Generic[View]):
    """A page, how many there are in all, and the key of the last one when more follow."""

    views: list[View]
    total: int
    last_key: Key | None


async def page_clients(session: AsyncSession, wanted: Wanted, of: ClientsOf) -> Listed[ClientView]:
    """Clients by name."""
    conditions = of.conditions()
    rows, total, last_key = await _page(session, Client, ORDERS["clients"], wanted, conditions)
    views = await of.told(session, await view_clients(session, rows))
    return Listed(list(views), total, last_key)


async def view_clients(session: AsyncSession, clients: Sequence[Client]) -> list[ClientView]:
    """Clients with their direct endpoints and their groups."""
    ids = [client.id for client in clients]
    endpoints = await _endpoints(session, ClientEndpoint, col(ClientEndpoint.client_id), ids)
    groups: dict[uuid.UUID, list[Group]] = defaultdict(list)
    for client_id, group in await session.exec(
        select(ClientGroup.client_id, Group)
        .join(Group, col(Group.id) == ClientGroup.group_id)
        .where(col(ClientGroup.client_id).in_(ids))
        .order_by(Group.name)
    ):
        groups[client_id].append(group)
    return [
        ClientView(client, tuple(endpoints[client.id]), tuple(groups[client.id]))
        for client in clients
    ]


async def page_groups(
    session: AsyncSession, wanted: Wanted, endpoint_id: uuid.UUID | None
) -> Listed[GroupView]:
    """Groups by name; with an endpoint those that hold it."""
    conditions = holding(endpoint_id)
    rows, total, last_key = await _page(session, Group, ORDERS["groups"], wanted, conditions)
    return Listed(await view_groups(session, rows), total, last_key)


async def view_groups(session: AsyncSession, groups: Sequence[Group]) -> list[GroupView]:
    """Groups with their endpoints, and how many clients are in them."""
    ids = [group.id for group in groups]
    endpoints = await _endpoints(session, GroupEndpoint, col(GroupEndpoint.group_id), ids)
    members = await session.exec(
        select(ClientGroup.group_id, func.count())
        .where(col(ClientGroup.group_id).in_(ids))
        .group_by(col(ClientGroup.group_id))
    )
    counts = dict(members.all())
    return [
        GroupView(group, tuple(endpoints[group.id]), counts.get(group.id, 0)) for group in groups
    ]


async def _page(
    session: AsyncSession, table: type[Row], order: Order, wanted: Wanted, narrowed: Iterable[Any]
) -> tuple[list[Row], int, Key | None]:
    conditions = list(narrowed)
    if wanted.search:
        named = [col(table.name), col(table.description)]
        if table is Client:
            named.append(col(Client.client_id))
        conditions.append(or_(*(one.icontains(wanted.search, autoescape=True) for one in named)))
    if wanted.visible is not None:
        conditions.append(col(table.id).in_(wanted.visible))
    total = await session.exec(select(func.count()).select_from(table).where(*conditions))
    query = select(table).where(*conditions).order_by(*order.by()).limit(wanted.limit + 1)
    query = query.where(order.after(wanted.after)) if wanted.after else query.offset(wanted.offset)
    rows = list(await session.exec(query))
    kept = rows[: wanted.limit]
    more = len(rows) > wanted.limit
    return kept, total.one(), key_of((kept[-1].name, kept[-1].id)) if more else None


async def _endpoints(
    session: AsyncSession, link: Any, owner: Any, ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, list[Endpoint]]:
    found: dict[uuid.UUID, list[Endpoint]] = defaultdict(list)
    rows = await session.exec(
        select(owner, Endpoint)
        .join(Endpoint, col(Endpoint.id) == link.endpoint_id)
        .where(owner.in_(ids))
        .options(load_only(Endpoint.method, Endpoint.path))  # type: ignore[arg-type]
        .order_by(Endpoint.path, Endpoint.method)
    )
    for owner_id, endpoint in rows:
        found[owner_id].append(endpoint)
    return found
