"""The roles that every installation starts with."""

from collections.abc import Iterable

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..store import Action, Permission, ResourceType, Role, RolePermission
from .administration import ADMIN
from .catalogue import CATALOGUE

Allowed = tuple[ResourceType, Action]

R, A = ResourceType, Action

# User and role administration is in ADMIN only; nobody but an admin handles clients' secrets.
EVERYTHING: tuple[Allowed, ...] = tuple(
    (resource, action)
    for resource, actions in CATALOGUE.items()
    for action, meaning in actions.items()
    if meaning.for_all
)
DEVELOPMENT: tuple[Allowed, ...] = (
    *((R.DATASOURCE, action) for action in (A.READ, A.EXECUTE)),
    *((R.MODULE, action) for action in (A.READ, A.CREATE, A.UPDATE)),
    *((R.ENDPOINT, action) for action in (A.READ, A.CREATE, A.UPDATE, A.EXECUTE, A.PUBLISH)),
    *((R.MACRO, action) for action in (A.READ, A.CREATE, A.UPDATE, A.PUBLISH)),
    (R.GROUP, A.READ),
    (R.ACCESS_RECORD, A.READ),
    (R.OVERVIEW, A.READ),
)
READING: tuple[Allowed, ...] = tuple(
    (resource, A.READ)
    for resource in (R.DATASOURCE, R.MODULE, R.ENDPOINT, R.MACRO, R.GROUP, R.OVERVIEW)
)

SEEDED: dict[str, tuple[str, tuple[Allowed, ...]]] = {
    ADMIN: ("Everything, users and clients included", EVERYTHING),
    "Dev": ("Authors and publishes endpoints; deletes nothing", DEVELOPMENT),
    "Viewer": ("Reads definitions and the overview", READING),
}


async def seed_roles(session: AsyncSession) -> None:
    """Make the seeded roles that are missing; roles that exist are left as they are."""
    existing = set(await session.exec(select(Role.name)))
    permissions = {
        (row.resource_type, row.action): row
        for row in await session.exec(select(Permission))
        if row.resource_id is None
    }
    for name, (description, allowed) in SEEDED.items():
        if name not in existing:
            await _create(session, name, description, allowed, permissions)
    await session.commit()


async def _create(
    session: AsyncSession,
    name: str,
    description: str,
    allowed: Iterable[Allowed],
    permissions: dict[tuple[str, str], Permission],
) -> None:
    role = Role(name=name, description=description)
    session.add(role)
    for key in allowed:
        if key not in permissions:
            permissions[key] = Permission(resource_type=key[0], action=key[1])
            session.add(permissions[key])
    await session.flush()
    session.add_all(
        RolePermission(role_id=role.id, permission_id=permissions[key].id) for key in allowed
    )
