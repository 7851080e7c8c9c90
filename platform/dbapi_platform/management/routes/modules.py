"""Modules: folders of endpoints."""

import uuid

from fastapi import APIRouter

from ...publishing.modules import (
    create_module,
    delete_module,
    get_module,
    list_modules,
    lock_module,
    save_module,
)
from ...store import Action, ResourceType
from ..dependencies import CallerDep, SessionDep, needs
from ..etags import EtagDep
from ..paging import Page, whole
from ..shapes import ModuleAnswer, ModuleIn, ModulePatch

router = APIRouter(prefix="/modules", tags=["modules"])

R, A = ResourceType.MODULE, Action


@router.get("", dependencies=[needs(R, A.READ)])
async def list_(session: SessionDep, caller: CallerDep) -> Page[ModuleAnswer]:
    """The modules that the caller may read."""
    rows = [
        ModuleAnswer.model_validate(row)
        for row in await list_modules(session)
        if caller.allows(R, A.READ, row.id)
    ]
    return whole(rows)


@router.post("", status_code=201, dependencies=[needs(R, A.CREATE)])
async def create(
    session: SessionDep, caller: CallerDep, etag: EtagDep, body: ModuleIn
) -> ModuleAnswer:
    """Make an empty module."""
    caller.require(R, A.CREATE)
    row = await create_module(session, name=body.name, description=body.description)
    return etag.tell(ModuleAnswer.model_validate(row))


@router.get("/{module_id}", dependencies=[needs(R, A.READ)])
async def get(
    session: SessionDep, caller: CallerDep, etag: EtagDep, module_id: uuid.UUID
) -> ModuleAnswer:
    """One module."""
    caller.require(R, A.READ, module_id)
    return etag.tell(ModuleAnswer.model_validate(await get_module(session, module_id)))


@router.patch("/{module_id}", dependencies=[needs(R, A.UPDATE)])
async def update(
    session: SessionDep, caller: CallerDep, etag: EtagDep, module_id: uuid.UUID, body: ModulePatch
) -> ModuleAnswer:
    """Change the fields that are sent; an inactive module's endpoints answer 404."""
    caller.require(R, A.UPDATE, module_id)
    row = await lock_module(session, module_id)
    etag.require(ModuleAnswer.model_validate(row), body)
    return etag.tell(ModuleAnswer.model_validate(await save_module(session, row, body.sent())))


@router.delete("/{module_id}", status_code=204, dependencies=[needs(R, A.DELETE)])
async def delete(
    session: SessionDep, caller: CallerDep, etag: EtagDep, module_id: uuid.UUID
) -> None:
    """Delete an empty module."""
    caller.require(R, A.DELETE, module_id)
    row = await lock_module(session, module_id)
    may_read = caller.allows(R, A.READ, module_id)
    etag.require(ModuleAnswer.model_validate(row), may_read=may_read)
    await delete_module(session, row)
