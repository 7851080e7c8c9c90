"""Clients and groups: who may call private endpoints. Every change is announced to the gateway."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import inspect
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import Conflict, NotFound
from ..store import (
    Client,
    ClientEndpoint,
    ClientGroup,
    Endpoint,
    Group,
    GroupEndpoint,
    announce_change,
    lock,
)
from ..store.base import now
from .secrets import CLIENT_SECRET_PREFIX, hash_secret, new_secret


@dataclass(frozen=True, slots=True)
class Granted:
    """How a client was given an endpoint: of its own, and by which groups."""

    directly: bool
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class ClientView:
    """A client with what it may call, and how it was given the endpoint that was asked for."""

    client: Client
    endpoints: tuple[Endpoint, ...]
    groups: tuple[Group, ...]
    granted: Granted | None = None


async def create_client(session: AsyncSession, *, name: str, **fields: Any) -> tuple[Client, str]:
    """The client and its secret, which is told only now. Raises Conflict."""
    if await find_client(session, name):
        raise Conflict(f"A client named '{name}' exists already")
    secret = new_secret(CLIENT_SECRET_PREFIX)
    client = Client(
        name=name, client_id=uuid.uuid4().hex, secret_hash=hash_secret(secret), **fields
    )
    session.add(client)
    await _commit(session)
    return client, secret


async def find_client(session: AsyncSession, name: str) -> Client | None:
    """The client of this name or client_id."""
    rows = await session.exec(
        select(Client).where((col(Client.name) == name) | (col(Client.client_id) == name))
    )
    return rows.first()


async def get_client(session: AsyncSession, client_id: uuid.UUID) -> Client:
    """Raises NotFound."""
    client = await session.get(Client, client_id)
    if client is None:
        raise NotFound("There is no such client")
    return client


async def names_of_clients(
    session: AsyncSession, ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, str]:
    """What they are called; those that are gone are left out."""
    rows = await session.exec(select(Client.id, Client.name).where(col(Client.id).in_(ids)))
    return dict(rows.all())


async def view_client(session: AsyncSession, client: Client) -> ClientView:
    """The client with its direct endpoints and its groups."""
    endpoints = await session.exec(
        select(Endpoint)
        .join(ClientEndpoint)
        .where(ClientEndpoint.client_id == client.id)
        .order_by(Endpoint.path, Endpoint.method)
    )
    groups = await session.exec(
        select(Group)
        .join(ClientGroup)
        .where(ClientGroup.client_id == client.id)
        .order_by(Group.name)
    )
    return ClientView(client, tuple(endpoints), tuple(groups))


async def list_clients(session: AsyncSession) -> list[Client]:
    """Every client by name."""
    return list(await session.exec(select(Client).order_by(Client.name)))


async def update_client(session: AsyncSession, client: Client, fields: Mapping[str, Any]) -> None:
    """Change the given fields. Raises Conflict."""
    name = fields.get("name", client.name)
    if name != client.name and await find_client(session, name):
        raise Conflict(f"A client named '{name}' exists already")
    client.sqlmodel_update(dict(fields))
    session.add(client)
    await _commit(session)


async def replace_secret(
    session: AsyncSession, client: Client, *, overlap: timedelta = timedelta()
) -> str:
    """A new secret, told only now. Raises NotFound.

    The one before it, and tokens given for it, are good until the overlap is over; those that were
    older end at once.
    """
    # Of two who replace it at once the second replaces what the first gave.
    locked = await lock(session, Client, client.id)
    if locked is None:
        raise NotFound("There is no such client")
    secret = new_secret(CLIENT_SECRET_PREFIX)
    locked.previous_secret_hash = locked.secret_hash if overlap else None
    locked.previous_secret_until = now() + overlap if overlap else None
    locked.secret_hash = hash_secret(secret)
    locked.generation += 1
    session.add(locked)
    await _commit(session)
    return secret


async def delete_client(session: AsyncSession, client: Client) -> None:
    """Delete the client with its grants; its access records stay."""
    await session.delete(client)
    await _commit(session)


async def create_group(session: AsyncSession, *, name: str, **fields: Any) -> Group:
    """A new, empty group. Raises Conflict."""
    if (await session.exec(select(Group).where(Group.name == name))).first():
        raise Conflict(f"A group named '{name}' exists already")
    group = Group(name=name, **fields)
    session.add(group)
    await _commit(session)
    return group


async def update_group(session: AsyncSession, group: Group, fields: Mapping[str, Any]) -> None:
    """Change the given fields; what only an inactive group gives is refused. Raises Conflict."""
    name = fields.get("name", group.name)
    taken = select(Group.id).where(Group.name == name, Group.id != group.id)
    if (await session.exec(taken)).first():
        raise Conflict(f"A group named '{name}' exists already")
    group.sqlmodel_update(dict(fields))
    session.add(group)
    await _commit(session)


async def get_group(session: AsyncSession, group_id: uuid.UUID) -> Group:
    """Raises NotFound."""
    group = await session.get(Group, group_id)
    if group is None:
        raise NotFound("There is no such group")
    return group


async def group_endpoints(session: AsyncSession, group: Group) -> list[Endpoint]:
    """The endpoints in a group."""
    rows = await session.exec(
        select(Endpoint)
        .join(GroupEndpoint)
        .where(GroupEndpoint.group_id == group.id)
        .order_by(Endpoint.path, Endpoint.method)
    )
    return list(rows)


async def delete_group(session: AsyncSession, group: Group) -> None:
    """Delete the group; clients lose what only it gave them."""
    await session.delete(group)
    await _commit(session)


async def add_link(session: AsyncSession, link: SQLModel) -> None:
    """Grant or join; nothing happens when it is so already."""
    if await session.get(type(link), _key(link)) is None:
        session.add(link)
        await _commit(session)


async def remove_link(session: AsyncSession, link: SQLModel) -> None:
    """Revoke or leave; nothing happens when it is so already."""
    stored = await session.get(type(link), _key(link))
    if stored is not None:
        await session.delete(stored)
        await _commit(session)


def _key(link: SQLModel) -> tuple[object, ...]:
    return tuple(inspect(type(link)).primary_key_from_instance(link))


async def _commit(session: AsyncSession) -> None:
    await announce_change(session)
    await session.commit()
