"""Modules, datasources and groups of a bundle: what endpoints stand in."""

from sqlmodel import select

from ..access import clients as access
from ..access.granting import require_endpoint, require_group
from ..errors import InvalidRequest
from ..publishing.datasources import create_datasource, find_datasource
from ..publishing.endpoints import find_endpoint
from ..publishing.modules import create_module, find_module, save_module
from ..store import Action, Endpoint, Group, GroupEndpoint, ResourceType, announce_change
from .reporting import Item, ItemState, plain_diff
from .shapes import DatasourcePart, GroupPart, ModulePart
from .work import Import

A, R = Action, ResourceType


async def import_datasource(work: Import, item: Item, part: DatasourcePart) -> None:
    """Made where it is missing; one that is there is this installation's own, and stays so."""
    row = await find_datasource(work.session, part.name)
    if row is not None:
        work.caller.require(R.DATASOURCE, A.READ, row.id)
        if work.here.datasources.get(part.name) != part:
            item.notes.append("is another here and stays as it is")
        return
    work.caller.require(R.DATASOURCE, A.CREATE)
    await create_datasource(
        work.session, work.rules, part.model_dump() | {"product_type": part.product_type.value}
    )
    item.state = ItemState.CREATED
    if not part.product_type.is_file:
        item.notes.append("has no password yet: set it before its endpoints are called")


async def import_module(work: Import, item: Item, part: ModulePart) -> None:
    """Made, or changed to what the bundle says."""
    row = await find_module(work.session, part.name)
    if row is None:
        work.caller.require(R.MODULE, A.CREATE)
        row = await create_module(work.session, name=part.name, description=part.description)
        item.state = ItemState.CREATED
        if part.sort_order == 0 and part.is_active:
            return
    else:
        # As it is: what an export leaves out, an untouched default module, is here all the same.
        there = ModulePart(**row.model_dump(include=set(ModulePart.model_fields)))
        if there == part and work.caller.allows(R.MODULE, A.READ, row.id):
            return
        work.caller.require(R.MODULE, A.UPDATE, row.id)
        item.state, item.diff = ItemState.CHANGED, plain_diff(there.fields(), part.fields())
    await save_module(work.session, row, part.model_dump(exclude={"name"}))


async def import_group(work: Import, item: Item, part: GroupPart) -> None:
    """Made, or changed; it gets the bundle's endpoints beside those that it has."""
    rows = await work.session.exec(select(Group).where(Group.name == part.name))
    group, there = rows.first(), work.here.groups.get(part.name)
    held = set(there.endpoints) if there else set[str]()
    if group is None:
        work.caller.require(R.GROUP, A.CREATE)
        group = await access.create_group(
            work.session, name=part.name, description=part.description
        )
        item.state = ItemState.CREATED
    else:
        work.caller.require(R.GROUP, A.READ, group.id)
    wanted = {"description": part.description, "is_active": part.is_active}
    endpoints = [await _endpoint(work, name) for name in part.endpoints if name not in held]
    is_as_wanted = all(getattr(group, name) == value for name, value in wanted.items())
    if is_as_wanted and not endpoints:
        return
    if item.state is not ItemState.CREATED:
        work.caller.require(R.GROUP, A.UPDATE, group.id)
        if part.is_active and not group.is_active:
            # To give again what it holds is to give it.
            await require_group(work.session, work.caller, group.id)
        before = there or GroupPart(name=part.name)
        after = part.model_copy(update={"endpoints": sorted(held | set(part.endpoints))})
        item.diff = plain_diff(before.fields(), after.fields())
        item.state = ItemState.CHANGED
    group.sqlmodel_update(wanted)
    work.session.add(group)
    # All at once: there may be hundreds.
    work.session.add_all(
        GroupEndpoint(group_id=group.id, endpoint_id=endpoint.id) for endpoint in endpoints
    )
    await announce_change(work.session)
    await work.session.commit()


async def _endpoint(work: Import, name: str) -> Endpoint:
    method, _, path = name.partition(" ")
    found = await find_endpoint(work.session, method, path)
    if found is None:
        raise InvalidRequest.of("endpoints", f"there is no endpoint {name}")
    await require_endpoint(work.session, work.caller, found.id)
    return found
