"""Roles: named sets of permissions, which nobody fills with more than they have themselves."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import Conflict, NotFound
from ..store import Permission, Role, RolePermission, UserRole
from .administration import ADMIN, administer
from .delegation import (
    Key,
    Resource,
    check_grants,
    find_resources,
    grants_of_roles,
    require_grants,
    resource_of,
)
from .permissions import Caller, Grant


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role with what it holds, what its grants on one resource are for, and how many have it."""

    role: Role
    grants: tuple[Grant, ...]
    resources: Mapping[Key, Resource]
    users: int

    def resource(self, grant: Grant) -> Resource | None:
        """What a grant on one resource is for; None when it is gone."""
        return resource_of(self.resources, grant)


async def list_roles(session: AsyncSession) -> list[RoleView]:
    """Every role by name."""
    return await _views(session, list(await session.exec(select(Role).order_by(Role.name))))


async def get_role(session: AsyncSession, role_id: uuid.UUID) -> RoleView:
    """Raises NotFound."""
    return (await _views(session, [await _get(session, role_id)]))[0]


async def find_role(session: AsyncSession, name: str) -> Role | None:
    """The role of this name."""
    return (await session.exec(select(Role).where(Role.name == name))).first()


async def create_role(
    session: AsyncSession,
    caller: Caller,
    *,
    name: str,
    description: str | None = None,
    grants: Sequence[Grant] = (),
) -> RoleView:
    """A new role. Raises InvalidRequest, Forbidden or Conflict."""
    caller = await administer(session, caller)
    await _require_free(session, name)
    await _require_allowed(session, caller, grants, frozenset())
    role = Role(name=name, description=description)
    session.add(role)
    await session.flush()
    await _give(session, role, grants)
    await session.commit()
    return await get_role(session, role.id)


async def update_role(
    session: AsyncSession, caller: Caller, role_id: uuid.UUID, fields: Mapping[str, Any]
) -> RoleView:
    """Change `name`, `description` or `grants`, those that are given.

    The caller has to hold what is added, or of a role that gets another name all of it; anything
    may be taken away. Raises NotFound,
    InvalidRequest, Forbidden, or Conflict, also for the role Admin.
    """
    caller = await administer(session, caller)
    role = await _get(session, role_id)
    _require_changeable(role)
    plain = {key: value for key, value in fields.items() if key != "grants"}
    if "grants" in fields:
        await _replace(session, caller, role, fields["grants"])
    if plain.get("name", role.name) != role.name:
        await _require_free(session, plain["name"])
        # New users may be given a role by its name: under another it is given to others.
        await require_grants(session, caller, await _held(session, role))
    role.sqlmodel_update(plain)
    session.add(role)
    await session.commit()
    return await get_role(session, role.id)


async def delete_role(session: AsyncSession, caller: Caller, role_id: uuid.UUID) -> None:
    """Raises NotFound, or Conflict for the role Admin and while anybody has the role."""
    await administer(session, caller)
    role = await _get(session, role_id)
    _require_changeable(role)
    holders = (await _count_users(session, [role.id]))[role.id]
    if holders:
        people = "1 user has" if holders == 1 else f"{holders} users have"
        raise Conflict(f"{people} the role '{role.name}'; take it from them first")
    await session.delete(role)
    await session.commit()


async def _get(session: AsyncSession, role_id: uuid.UUID) -> Role:
    role = await session.get(Role, role_id, populate_existing=True)
    if role is None:
        raise NotFound("There is no such role")
    return role


async def _require_free(session: AsyncSession, name: str) -> None:
    if await find_role(session, name):
        raise Conflict(f"A role named '{name}' exists already")


def _require_changeable(role: Role) -> None:
    if role.name == ADMIN:
        raise Conflict(
            f"The role '{ADMIN}' stays as it is, so that there is always one that may do "
            "everything; make a role of your own"
        )


async def _require_allowed(
    session: AsyncSession, caller: Caller, grants: Sequence[Grant], held: frozenset[Grant]
) -> None:
    await check_grants(session, grants, known=held)
    await require_grants(session, caller, set(grants) - held)


async def _replace(
    session: AsyncSession, caller: Caller, role: Role, grants: Sequence[Grant]
) -> None:
    held = await _held(session, role)
    await _require_allowed(session, caller, grants, held)
    for permission in await _permissions(session, held - set(grants)):
        link = await session.get(RolePermission, (role.id, permission.id))
        if link is not None:
            await session.delete(link)
    await _give(session, role, set(grants) - held)


async def _held(session: AsyncSession, role: Role) -> frozenset[Grant]:
    return (await grants_of_roles(session, [role.id])).get(role.id, frozenset())


async def _give(session: AsyncSession, role: Role, grants: Iterable[Grant]) -> None:
    wanted = set(grants)
    found = await _permissions(session, wanted)
    missing = wanted - {_grant(row) for row in found}
    new = [
        Permission(
            resource_type=grant.resource_type, action=grant.action, resource_id=grant.resource_id
        )
        for grant in missing
    ]
    session.add_all(new)
    await session.flush()
    session.add_all(RolePermission(role_id=role.id, permission_id=row.id) for row in found + new)


async def _permissions(session: AsyncSession, grants: Iterable[Grant]) -> list[Permission]:
    """The rows of these grants, which roles share."""
    wanted = set(grants)
    ids = {grant.resource_id for grant in wanted if grant.resource_id is not None}
    rows = await session.exec(
        select(Permission).where(
            or_(col(Permission.resource_id).is_(None), col(Permission.resource_id).in_(ids))
        )
    )
    return [row for row in rows if _grant(row) in wanted]


def _grant(row: Permission) -> Grant:
    return Grant(row.resource_type, row.action, row.resource_id)


async def _views(session: AsyncSession, roles: Sequence[Role]) -> list[RoleView]:
    ids = [role.id for role in roles]
    held = await grants_of_roles(session, ids)
    counted = await _count_users(session, ids)
    resources = await find_resources(session, (g for grants in held.values() for g in grants))
    return [
        RoleView(
            role,
            tuple(sorted(held.get(role.id, ()), key=str)),
            resources,
            counted[role.id],
        )
        for role in roles
    ]


async def _count_users(session: AsyncSession, ids: Sequence[uuid.UUID]) -> Counter[uuid.UUID]:
    rows = await session.exec(
        select(UserRole.role_id, func.count())
        .where(col(UserRole.role_id).in_(ids))
        .group_by(col(UserRole.role_id))
    )
    return Counter(dict(rows.all()))
