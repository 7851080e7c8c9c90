"""Nobody gives what they do not have, and nobody takes over somebody who may do more."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import Forbidden, InvalidRequest
from ..store import (
    Client,
    Datasource,
    Endpoint,
    Group,
    Macro,
    Module,
    Permission,
    ResourceType,
    RolePermission,
    User,
    UserRole,
)
from ..store.base import Timed
from .catalogue import CATALOGUE, meaning
from .permissions import Caller, Grant, as_grants

# What a permission may be for one of.
TABLES: dict[ResourceType, tuple[type[Timed], ...]] = {
    ResourceType.DATASOURCE: (Datasource,),
    ResourceType.MODULE: (Module,),
    ResourceType.ENDPOINT: (Endpoint,),
    ResourceType.MACRO: (Macro,),
    ResourceType.GROUP: (Group,),
    ResourceType.CLIENT: (Client,),
    # Not one record, but those of one endpoint, or of all in one module.
    ResourceType.ACCESS_RECORD: (Endpoint, Module),
}
# Whose grants on a module cover what is in it.
IN_MODULES = {ResourceType.ENDPOINT, ResourceType.MACRO}
Key = tuple[str, uuid.UUID]


@dataclass(frozen=True, slots=True)
class Resource:
    """What a permission is for one of: what people call it, and the module it is in."""

    name: str
    module_id: uuid.UUID | None


async def find_resources(session: AsyncSession, grants: Iterable[Grant]) -> dict[Key, Resource]:
    """What the grants on one resource name, by type and id; what is gone is left out."""
    wanted: dict[str, set[uuid.UUID]] = {}
    for grant in grants:
        if grant.resource_id is not None:
            wanted.setdefault(grant.resource_type, set()).add(grant.resource_id)
    found: dict[Key, Resource] = {}
    for kind, ids in wanted.items():
        for table in TABLES.get(ResourceType(kind), ()):
            rows = await session.exec(select(table).where(col(table.id).in_(ids)))
            found |= {(kind, row.id): _resource(row, ResourceType(kind)) for row in rows}
    return found


def _resource(row: Timed, kind: ResourceType) -> Resource:
    match row:
        case Endpoint() | Macro():
            name = f"{row.method} {row.path}" if isinstance(row, Endpoint) else row.name
            return Resource(name, row.module_id if kind in IN_MODULES else None)
        case Client() | Datasource() | Group() | Module():
            return Resource(row.name, None)
    raise TypeError(f"no permission is for one {type(row).__name__}")


def resource_of(found: Mapping[Key, Resource], grant: Grant) -> Resource | None:
    """The one that the grant is for, as `find_resources` told."""
    if grant.resource_id is None:
        return None
    return found.get((str(grant.resource_type), grant.resource_id))


async def check_grants(
    session: AsyncSession, grants: Sequence[Grant], known: frozenset[Grant] = frozenset()
) -> None:
    """Raises InvalidRequest for what means nothing or names nothing; those `known` may stay."""
    found = await find_resources(session, grants)
    for index, grant in enumerate(grants):
        if grant not in known:
            _check(f"permissions.{index}", grant, resource_of(found, grant))


def _check(field: str, grant: Grant, resource: Resource | None) -> None:
    kind = grant.resource_type
    told = meaning(kind, grant.action)
    if told is None:
        there_are = ", ".join(CATALOGUE[ResourceType(kind)])
        raise InvalidRequest.of(f"{field}.action", f"expected one of {there_are} for {kind}")
    if grant.resource_id is None and not told.for_all:
        raise InvalidRequest.of(
            f"{field}.resource_id", f"{kind}:{grant.action} is for one {kind}: name it here"
        )
    if grant.resource_id is not None and not told.for_one:
        raise InvalidRequest.of(
            f"{field}.resource_id", f"{kind}:{grant.action} is not for one alone; leave this out"
        )
    if grant.resource_id is not None and resource is None:
        one_of = " or ".join(table.__name__.lower() for table in TABLES[ResourceType(kind)])
        raise InvalidRequest.of(f"{field}.resource_id", f"there is no such {one_of}")


async def first_missing(
    session: AsyncSession, caller: Caller, grants: Iterable[Grant]
) -> Grant | None:
    """The first of the grants that the caller does not hold; None when all are held.

    What means nothing, or is on a resource that is gone, allows nothing: nobody lacks it.
    """
    lacking = sorted((g for g in grants if _counts(g) and not caller.holds(g)), key=str)
    found = await find_resources(session, lacking)
    for grant in lacking:
        resource = resource_of(found, grant)
        if grant.resource_id is None:
            return grant
        if resource and not caller.holds(grant, module_id=resource.module_id):
            return grant
    return None


def _counts(grant: Grant) -> bool:
    told = meaning(grant.resource_type, grant.action)
    return told is not None and (told.for_all if grant.resource_id is None else told.for_one)


async def require_grants(session: AsyncSession, caller: Caller, grants: Iterable[Grant]) -> None:
    """Raises Forbidden, naming the first permission that the caller would give without having."""
    missing = await first_missing(session, caller, grants)
    if missing is not None:
        raise Forbidden(
            f"You cannot give the permission {missing}: you do not have it yourself; "
            "ask an administrator"
        )


async def require_power_over(session: AsyncSession, caller: Caller, user: User) -> None:
    """Raises Forbidden where changing the user would be a way to what the caller may not do."""
    if caller.is_superuser or caller.id == user.id:
        return
    if user.is_superuser:
        raise Forbidden(f"Only a superuser changes '{user.username}', who is one")
    missing = await first_missing(session, caller, await grants_of_user(session, user.id))
    if missing is not None:
        raise Forbidden(
            f"'{user.username}' has the permission {missing}, which you do not have; "
            "ask an administrator to change this user"
        )


async def grants_of_user(session: AsyncSession, user_id: uuid.UUID) -> frozenset[Grant]:
    """All that the user's roles hold."""
    rows = await session.exec(
        select(Permission)
        .join(RolePermission)
        .join(UserRole, col(UserRole.role_id) == RolePermission.role_id)
        .where(UserRole.user_id == user_id)
    )
    return as_grants(rows)


async def grants_of_roles(
    session: AsyncSession, role_ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, frozenset[Grant]]:
    """What each of the roles holds."""
    rows = await session.exec(
        select(RolePermission.role_id, Permission)
        .join(Permission)
        .where(col(RolePermission.role_id).in_(list(role_ids)))
    )
    found: dict[uuid.UUID, list[Permission]] = {}
    for role_id, permission in rows:
        found.setdefault(role_id, []).append(permission)
    return {role_id: as_grants(permissions) for role_id, permissions in found.items()}
