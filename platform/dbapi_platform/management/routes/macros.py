"""Macros: saved, published, and the endpoints that lag behind them."""

import uuid

from fastapi import APIRouter
from sqlmodel.ext.asyncio.session import AsyncSession

from ...access.permissions import Caller
from ...errors import InvalidRequest
from ...publishing import macros
from ...publishing.modules import find_module
from ...store import Action, Macro, Module, ResourceType, lock
from ..dependencies import CallerDep, ServicesDep, SessionDep, needs
from ..etags import EtagDep
from ..macro_shapes import (
    MacroAnswer,
    MacroIn,
    MacroPublishIn,
    MacroUseAnswer,
    MacroVersionAnswer,
    PublishedMacroAnswer,
    SavedMacroAnswer,
)
from ..paging import Page, whole

router = APIRouter(prefix="/macros", tags=["macros"])

R, A = ResourceType.MACRO, Action


@router.get("", dependencies=[needs(R, A.READ)])
async def list_(session: SessionDep, caller: CallerDep) -> Page[MacroAnswer]:
    """The macros that the caller may read, global ones first."""
    rows = [
        _answer(view)
        for view in await macros.view_macros(session)
        if caller.allows(R, A.READ, view.macro.id, module_id=view.macro.module_id)
    ]
    return whole(rows)


@router.put("", dependencies=[needs(R, A.UPDATE)])
async def save(
    services: ServicesDep, session: SessionDep, caller: CallerDep, etag: EtagDep, body: MacroIn
) -> SavedMacroAnswer:
    """Save a macro's text; endpoints take it once it is published and their cells run again.

    With `If-Match` it is saved only over what was seen. Without, what somebody else saved last is
    not overwritten.
    """
    module = None
    if body.module is not None:
        module = await find_module(session, body.module)
        if module is None or not _may_know(caller, module):
            raise InvalidRequest.of("module", f"there is no module named '{body.module}'")
    there = await macros.lock_macro(session, caller, body.name, module)
    if there is None:
        etag.require(None, body)
    else:
        current = await _view(session, there)
        may_read = caller.allows(R, A.READ, there.id, module_id=there.module_id)
        etag.require(current, body, there.updated_by, may_read=may_read)
        same = (there.content, there.description) == (body.content, body.description)
        if there.updated_by not in {None, caller.username} and not same:
            etag.require_seen(current, body, str(there.updated_by), may_read=may_read)
    macro, changed = await macros.save_macro(
        session, caller, name=body.name, module=module, content=body.content,
        language=body.language, description=body.description, engines=services.engines,
    )  # fmt: skip
    answer = etag.tell(await _view(session, macro))
    return SavedMacroAnswer(**answer.model_dump(), changed=changed)


@router.get("/{macro_id}", dependencies=[needs(R, A.READ)])
async def get(
    session: SessionDep, caller: CallerDep, etag: EtagDep, macro_id: uuid.UUID
) -> MacroAnswer:
    """One macro."""
    return etag.tell(await _view(session, await _allowed(session, caller, A.READ, macro_id)))


@router.post("/{macro_id}/publish", dependencies=[needs(R, A.PUBLISH)])
async def publish(
    session: SessionDep,
    caller: CallerDep,
    etag: EtagDep,
    macro_id: uuid.UUID,
    body: MacroPublishIn,
) -> PublishedMacroAnswer:
    """Publish the text; no endpoint changes, and those that lag behind are told."""
    macro = await lock(session, Macro, macro_id) or await macros.get_macro(session, macro_id)
    caller.require(R, A.PUBLISH, macro.id, module_id=macro.module_id)
    may_read = caller.allows(R, A.READ, macro.id, module_id=macro.module_id)
    etag.require(await _view(session, macro), may_read=may_read)
    version, created = await macros.publish_macro(
        session, macro_id, caller=caller, message=body.message
    )
    macro = await macros.get_macro(session, macro_id)
    uses = await _uses(session, macro, version.number)
    return PublishedMacroAnswer(
        version=version.number,
        created=created,
        lagging=[use for use in uses if use.lagging],
        macro=await _view(session, macro),
    )


@router.get("/{macro_id}/versions", dependencies=[needs(R, A.READ)])
async def versions(
    session: SessionDep, caller: CallerDep, macro_id: uuid.UUID
) -> Page[MacroVersionAnswer]:
    """Every version, newest first."""
    macro = await _allowed(session, caller, A.READ, macro_id)
    rows = [
        MacroVersionAnswer(
            **row.model_dump(exclude={"id", "macro_id"}),
            is_live=row.id == macro.published_version_id,
        )
        for row in await macros.list_versions(session, macro)
    ]
    return whole(rows)


@router.get("/{macro_id}/endpoints", dependencies=[needs(R, A.READ)])
async def endpoints(
    session: SessionDep, caller: CallerDep, macro_id: uuid.UUID
) -> Page[MacroUseAnswer]:
    """The published endpoints that it is in, and which of them lag behind."""
    macro = await _allowed(session, caller, A.READ, macro_id)
    view = (await macros.view_macros(session, macro.id))[0]
    rows = await _uses(session, macro, view.live.number if view.live else 0)
    return whole(rows)


@router.delete("/{macro_id}", status_code=204, dependencies=[needs(R, A.DELETE)])
async def delete(session: SessionDep, caller: CallerDep, macro_id: uuid.UUID) -> None:
    """Delete a macro that no draft uses; published endpoints keep their copy of it."""
    macro = await _allowed(session, caller, A.DELETE, macro_id)
    await macros.delete_macro(session, macro, caller)


def _may_know(caller: Caller, module: Module) -> bool:
    """A module that the caller may not see is answered like one that is not there."""
    return caller.allows(ResourceType.MODULE, A.READ, module.id) or caller.allows(
        R, A.UPDATE, module_id=module.id
    )


async def _allowed(
    session: AsyncSession, caller: Caller, action: Action, macro_id: uuid.UUID
) -> Macro:
    macro = await macros.get_macro(session, macro_id)
    caller.require(R, action, macro.id, module_id=macro.module_id)
    return macro


async def _view(session: AsyncSession, macro: Macro) -> MacroAnswer:
    return _answer((await macros.view_macros(session, macro.id))[0])


async def _uses(session: AsyncSession, macro: Macro, newest: int) -> list[MacroUseAnswer]:
    return [
        MacroUseAnswer(
            **use.endpoint.model_dump(include={"id", "method", "path"}),
            version=use.version,
            lagging=use.version != newest,
        )
        for use in await macros.uses_of(session, macro)
    ]


def _answer(view: macros.MacroView) -> MacroAnswer:
    state = "draft"
    if view.live is not None:
        state = "live" if view.live.content == view.macro.content else "edited"
    return MacroAnswer(
        **view.macro.model_dump(
            include={"id", "name", "language", "description", "content", "updated_at", "updated_by"}
        ),
        module=view.module,
        state=state,
        live_version=view.live.number if view.live else None,
        latest_version=view.latest,
    )
