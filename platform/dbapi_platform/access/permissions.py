"""What a user may do: an action on every resource of a type, or on one of them."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import Forbidden, NotFound
from ..store import Action, Permission, ResourceType, Role, RolePermission, User, UserRole
from .catalogue import covered_by_module


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission as it is asked for and held; `resource_id` None means every one of the type."""

    resource_type: str
    action: str
    resource_id: uuid.UUID | None = None

    def __str__(self) -> str:
        return f"{self.resource_type}:{self.action}" + (
            f" on {self.resource_id}" if self.resource_id else ""
        )


@dataclass(frozen=True, slots=True)
class Caller:
    """The user behind a management request, with all that the roles allow.

    `session_id` is the login that the request came with; None with a personal token, of which
    `token_expires_at` tells until when it is good.
    """

    id: uuid.UUID
    username: str
    is_superuser: bool
    roles: tuple[str, ...] = ()
    grants: frozenset[Grant] = frozenset()
    session_id: uuid.UUID | None = None
    token_expires_at: datetime | None = None

    def allows(
        self,
        resource_type: ResourceType,
        action: Action,
        resource_id: uuid.UUID | None = None,
        *,
        module_id: uuid.UUID | None = None,
    ) -> bool:
        """Whether this may be done to the resource, or, without an id, to all of its type.

        A grant on one module covers everything in that module.
        """
        if self.is_superuser or Grant(resource_type, action) in self.grants:
            return True
        if resource_id and Grant(resource_type, action, resource_id) in self.grants:
            return True
        return bool(module_id and Grant(ResourceType.MODULE, action, module_id) in self.grants)

    def holds(self, grant: Grant, *, module_id: uuid.UUID | None = None) -> bool:
        """Whether the caller may do all that the grant would allow somebody else.

        `module_id` is where the grant's endpoint or macro is. A grant on one module is held by
        whoever may do the same to everything in it, not by whoever may do it to modules. To read
        one endpoint or one module is to read its access records too.
        """
        if self.is_superuser or grant in self.grants:
            return True
        kind, action = ResourceType(grant.resource_type), Action(grant.action)
        if _tells_records(kind, action, grant.resource_id) and not (
            self.allows(ResourceType.ACCESS_RECORD, action, grant.resource_id, module_id=module_id)
            or Grant(ResourceType.ACCESS_RECORD, action, module_id) in self.grants
        ):
            return False
        if kind is not ResourceType.MODULE or grant.resource_id is None:
            return self.allows(kind, action, grant.resource_id, module_id=module_id)
        return all(
            self.allows(covered, action, module_id=grant.resource_id)
            for covered in covered_by_module(action)
        )

    def allows_some(self, resource_type: ResourceType, action: Action) -> bool:
        """Whether there may be any resource that this can be done to."""
        types = {resource_type}
        if resource_type in {ResourceType.ENDPOINT, ResourceType.MACRO}:
            types.add(ResourceType.MODULE)
        if resource_type == ResourceType.ACCESS_RECORD:
            # Who may read one endpoint may read what was asked of it.
            types |= {ResourceType.MODULE, ResourceType.ENDPOINT}
        return self.is_superuser or any(
            grant.action == action
            and (
                grant.resource_type == resource_type
                or (grant.resource_type in types and grant.resource_id is not None)
            )
            for grant in self.grants
        )

    def visible(self, resource_type: ResourceType, action: Action) -> frozenset[uuid.UUID] | None:
        """The ids of resources and of modules this can be done to; None means all."""
        if self.allows(resource_type, action):
            return None
        types = {resource_type, ResourceType.MODULE}
        return frozenset(
            grant.resource_id
            for grant in self.grants
            if grant.action == action and grant.resource_type in types and grant.resource_id
        )

    def require(
        self,
        resource_type: ResourceType,
        action: Action,
        resource_id: uuid.UUID | None = None,
        *,
        module_id: uuid.UUID | None = None,
        known: bool = False,
    ) -> None:
        """Raises Forbidden, naming the permission that is missing.

        Raises NotFound, as for what does not exist, where the caller may not even read the
        resource; unless it is `known`, because something that the caller may read names it.
        """
        if self.allows(resource_type, action, resource_id, module_id=module_id):
            return
        seen = known or resource_id is None
        if seen or self.allows(resource_type, Action.READ, resource_id, module_id=module_id):
            raise Forbidden(
                f"You need the permission {resource_type}:{action} for this; ask an administrator"
            )
        raise NotFound(f"There is no such {resource_type.replace('_', ' ')}")


def _tells_records(kind: ResourceType, action: Action, resource_id: uuid.UUID | None) -> bool:
    told = {ResourceType.ENDPOINT, ResourceType.MODULE}
    return action is Action.READ and resource_id is not None and kind in told


# Whoever sits at the server's command line may do everything; it is no user of the platform.
OPERATOR = Caller(id=uuid.UUID(int=0), username="operator", is_superuser=True)


async def load_caller(session: AsyncSession, user: User) -> Caller:
    """The user's caller, with grants collected over all roles."""
    roles = await session.exec(
        select(Role.name).join(UserRole).where(UserRole.user_id == user.id).order_by(Role.name)
    )
    permissions = await session.exec(
        select(Permission)
        .join(RolePermission)
        .join(UserRole, UserRole.role_id == RolePermission.role_id)  # type: ignore[arg-type]
        .where(UserRole.user_id == user.id)
    )
    return Caller(
        id=user.id,
        username=user.username,
        is_superuser=user.is_superuser,
        roles=tuple(roles),
        grants=as_grants(permissions),
    )


def as_grants(permissions: Iterable[Permission]) -> frozenset[Grant]:
    """Rows as plain grants."""
    return frozenset(Grant(row.resource_type, row.action, row.resource_id) for row in permissions)
