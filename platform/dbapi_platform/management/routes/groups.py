"""Groups: sets of endpoints that clients may be given together."""

import uuid

from fastapi import APIRouter
from sqlmodel.ext.asyncio.session import AsyncSession

from ...access import clients as access
from ...access.granting import require_endpoint
from ...store import Action, Group, GroupEndpoint, ResourceType
from ..consumer_shapes import EndpointLink, GroupAnswer, GroupIn
from ..dependencies import CallerDep, ServicesDep, SessionDep, needs
from ..paging import Page

router = APIRouter(prefix="/groups", tags=["groups"])

R, A = ResourceType.GROUP, Action


@router.get("", dependencies=[needs(R, A.READ)])
async def list_groups(session: SessionDep, caller: CallerDep) -> Page[GroupAnswer]:
    """The groups that the caller may read."""
    rows = [
        await _group(session, row)
        for row in await access.list_groups(session)
        if caller.allows(R, A.READ, row.id)
    ]
    return Page(items=rows, total=len(rows))


@router.post("", status_code=201, dependencies=[needs(R, A.CREATE)])
async def create_group(session: SessionDep, caller: CallerDep, body: GroupIn) -> GroupAnswer:
    """Make an empty group."""
    caller.require(R, A.CREATE)
    group = await access.create_group(session, name=body.name, description=body.description)
    return await _group(session, group)


@router.delete("/{group_id}", status_code=204, dependencies=[needs(R, A.DELETE)])
async def delete_group(
    services: ServicesDep, session: SessionDep, caller: CallerDep, group_id: uuid.UUID
) -> None:
    """Delete a group; its clients lose what only it gave them."""
    caller.require(R, A.DELETE, group_id)
    await access.delete_group(session, await access.get_group(session, group_id))
    await services.settle()


@router.put(
    "/{group_id}/endpoints/{endpoint_id}",
    status_code=204,
    dependencies=[needs(R, A.UPDATE)],
)
async def add_endpoint(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    group_id: uuid.UUID,
    endpoint_id: uuid.UUID,
) -> None:
    """Put the endpoint, which the caller may run, into the group: all its clients may call it."""
    caller.require(R, A.UPDATE, group_id)
    await access.get_group(session, group_id)
    await require_endpoint(session, caller, endpoint_id)
    await access.add_link(session, GroupEndpoint(group_id=group_id, endpoint_id=endpoint_id))
    await services.settle()


@router.delete(
    "/{group_id}/endpoints/{endpoint_id}",
    status_code=204,
    dependencies=[needs(R, A.UPDATE)],
)
async def remove_endpoint(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    group_id: uuid.UUID,
    endpoint_id: uuid.UUID,
) -> None:
    """Take the endpoint out of the group."""
    caller.require(R, A.UPDATE, group_id)
    await access.get_group(session, group_id)
    await access.remove_link(session, GroupEndpoint(group_id=group_id, endpoint_id=endpoint_id))
    await services.settle()


async def _group(session: AsyncSession, group: Group) -> GroupAnswer:
    endpoints = await access.group_endpoints(session, group)
    return GroupAnswer(
        **group.model_dump(include=set(GroupAnswer.model_fields)),
        endpoints=[EndpointLink.model_validate(endpoint) for endpoint in endpoints],
    )
