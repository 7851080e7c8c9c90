"""Groups: sets of endpoints that clients may be given together."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query
from sqlmodel.ext.asyncio.session import AsyncSession

from ...access import clients as access
from ...access.consumers import GroupView, page_groups, view_groups
from ...access.granting import require_endpoint, require_group
from ...store import Action, Group, GroupEndpoint, ResourceType, lock
from ..consumer_shapes import EndpointLink, GroupAnswer, GroupIn, GroupPatch, GroupQuery
from ..dependencies import CallerDep, ServicesDep, SessionDep, needs
from ..etags import EtagDep
from ..paging import Page, to_cursor

router = APIRouter(prefix="/groups", tags=["groups"])

R, A = ResourceType.GROUP, Action


@router.get("", dependencies=[needs(R, A.READ)])
async def list_groups(
    session: SessionDep, caller: CallerDep, wanted: Annotated[GroupQuery, Query()]
) -> Page[GroupAnswer]:
    """The groups that the caller may read, by name."""
    visible = wanted.wanted("groups", caller.visible(R, A.READ))
    found = await page_groups(session, visible, wanted.endpoint_id)
    return Page(
        items=[_answer(view) for view in found.views],
        total=found.total,
        next=to_cursor("groups", found.last_key) if found.last_key else None,
    )


@router.post("", status_code=201, dependencies=[needs(R, A.CREATE)])
async def create_group(session: SessionDep, caller: CallerDep, body: GroupIn) -> GroupAnswer:
    """Make an empty group."""
    caller.require(R, A.CREATE)
    group = await access.create_group(session, **body.model_dump())
    return await _group(session, group)


@router.get("/{group_id}", dependencies=[needs(R, A.READ)])
async def get_group(
    session: SessionDep, caller: CallerDep, group_id: uuid.UUID, etag: EtagDep
) -> GroupAnswer:
    """One group with what it gives."""
    caller.require(R, A.READ, group_id)
    return etag.tell(await _group(session, await access.get_group(session, group_id)))


@router.patch("/{group_id}", dependencies=[needs(R, A.UPDATE)])
async def update_group(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    group_id: uuid.UUID,
    body: GroupPatch,
    etag: EtagDep,
) -> GroupAnswer:
    """Change the fields that are sent; what only an inactive group gives is refused."""
    caller.require(R, A.UPDATE, group_id)
    await lock(session, Group, group_id)
    group = await access.get_group(session, group_id)
    etag.require(await _group(session, group), body)
    if body.sent().get("is_active"):
        # To give again what it holds is to give it.
        await require_group(session, caller, group_id)
    await access.update_group(session, group, body.sent())
    await services.settle()
    return etag.tell(await _group(session, group))


@router.delete("/{group_id}", status_code=204, dependencies=[needs(R, A.DELETE)])
async def delete_group(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    group_id: uuid.UUID,
    etag: EtagDep,
) -> None:
    """Delete a group; its clients lose what only it gave them."""
    caller.require(R, A.DELETE, group_id)
    await lock(session, Group, group_id)
    group = await access.get_group(session, group_id)
    etag.require(await _group(session, group), may_read=caller.allows(R, A.READ, group_id))
    await access.delete_group(session, group)
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
    (view,) = await view_groups(session, [group])
    return _answer(view)


def _answer(view: GroupView) -> GroupAnswer:
    return GroupAnswer(
        **view.group.model_dump(include=set(GroupAnswer.model_fields)),
        endpoints=[EndpointLink.model_validate(endpoint) for endpoint in view.endpoints],
        clients=view.clients,
    )
