"""Roles and what they may hold."""

import uuid
from collections.abc import Sequence

from fastapi import APIRouter
from sqlmodel.ext.asyncio.session import AsyncSession

from ...access import roles
from ...access.administration import lock_administration
from ...access.catalogue import CATALOGUE, Meaning
from ...access.permissions import Caller, Grant
from ...store import Action, ResourceType
from ..dependencies import CallerDep, SessionDep, needs
from ..etags import Etag, EtagDep
from ..paging import Page, whole
from ..people_shapes import (
    ActionAnswer,
    GrantIn,
    PermissionAnswer,
    RoleAnswer,
    RoleIn,
    RolePatch,
)
from ..presenting_people import role_answer

router = APIRouter(tags=["roles"])

R, A = ResourceType.ROLE, Action


@router.get("/permissions", dependencies=[needs(R, A.READ)])
async def list_permissions(caller: CallerDep) -> Page[PermissionAnswer]:
    """Every permission that a role may hold, by type of resource, with what it means."""
    caller.require(R, A.READ)
    return whole(
        [
            PermissionAnswer(
                resource_type=kind,
                actions=[_action(action, meaning) for action, meaning in actions.items()],
            )
            for kind, actions in CATALOGUE.items()
        ]
    )


@router.get("/roles", dependencies=[needs(R, A.READ)])
async def list_roles(session: SessionDep, caller: CallerDep) -> Page[RoleAnswer]:
    """Every role by name."""
    caller.require(R, A.READ)
    return whole([role_answer(view) for view in await roles.list_roles(session)])


@router.post("/roles", status_code=201, dependencies=[needs(R, A.CREATE)])
async def create_role(session: SessionDep, caller: CallerDep, body: RoleIn) -> RoleAnswer:
    """Make a role that holds nothing which the caller lacks."""
    caller.require(R, A.CREATE)
    return role_answer(
        await roles.create_role(
            session,
            caller,
            name=body.name,
            description=body.description,
            grants=_grants(body.permissions),
        )
    )


@router.get("/roles/{role_id}", dependencies=[needs(R, A.READ)])
async def get_role(
    session: SessionDep, caller: CallerDep, etag: EtagDep, role_id: uuid.UUID
) -> RoleAnswer:
    """One role with its permissions."""
    caller.require(R, A.READ)
    return etag.tell(role_answer(await roles.get_role(session, role_id)))


@router.patch("/roles/{role_id}", dependencies=[needs(R, A.UPDATE)])
async def update_role(
    session: SessionDep, caller: CallerDep, etag: EtagDep, role_id: uuid.UUID, body: RolePatch
) -> RoleAnswer:
    """Change the fields that are sent; `permissions` replaces all of them.

    The caller has to hold what is added; it is so for everybody with the role at once.
    """
    caller.require(R, A.UPDATE)
    await _require_seen(session, caller, etag, role_id, body)
    fields = body.sent()
    if "permissions" in fields:
        del fields["permissions"]
        fields["grants"] = _grants(body.permissions)
    return etag.tell(role_answer(await roles.update_role(session, caller, role_id, fields)))


@router.delete("/roles/{role_id}", status_code=204, dependencies=[needs(R, A.DELETE)])
async def delete_role(
    session: SessionDep, caller: CallerDep, etag: EtagDep, role_id: uuid.UUID
) -> None:
    """Delete a role that nobody has."""
    caller.require(R, A.DELETE)
    await _require_seen(session, caller, etag, role_id)
    await roles.delete_role(session, caller, role_id)


async def _require_seen(
    session: AsyncSession,
    caller: Caller,
    etag: Etag,
    role_id: uuid.UUID,
    body: RolePatch | None = None,
) -> None:
    await lock_administration(session)
    current = role_answer(await roles.get_role(session, role_id))
    etag.require(current, body, may_read=caller.allows(R, A.READ))


def _grants(permissions: Sequence[GrantIn]) -> list[Grant]:
    return [permission.grant() for permission in permissions]


def _action(action: Action, meaning: Meaning) -> ActionAnswer:
    return ActionAnswer(
        action=action,
        meaning=meaning.sentence,
        for_all=meaning.for_all,
        for_one=meaning.for_one,
    )
