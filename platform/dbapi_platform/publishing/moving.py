"""Endpoints copied to another path, and moved to another module."""

import uuid

import msgspec
from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.permissions import Caller
from ..errors import Conflict
from ..store import Action, EndpointTest, ResourceType, Version
from ..store.base import now
from .compiled import Engines
from .datasources import get_datasource
from .definition import Definition
from .drafts import SavedDraft, write_draft
from .endpoints import EndpointView, find_endpoint, lock_endpoint, view_endpoint
from .paths import path_key
from .tests import list_tests


async def copy_endpoint(
    session: AsyncSession,
    caller: Caller,
    source: EndpointView,
    *,
    method: str,
    path: str,
    module: str | None,
    engines: Engines,
) -> SavedDraft:
    """A new endpoint with the draft and the tests of this one; it is not live.

    It goes where its source is, unless a module is named. Raises Conflict, Forbidden, and
    InvalidDefinition where the module has not the macros that the draft uses.
    """
    definition = Definition.from_dict(source.draft.definition)

    def is_free(there: EndpointView | None) -> None:
        if there is not None:
            raise Conflict(f"There is an endpoint {method} {path} already; choose another path")

    copied = await write_draft(
        session,
        caller,
        msgspec.structs.replace(definition, method=method, path=path),
        datasource=await get_datasource(session, source.draft.datasource_id),
        module=module or source.module,
        keep_transform=False,
        engines=engines,
        unchanged=is_free,
    )
    for test in await list_tests(session, source.endpoint.id):
        session.add(
            EndpointTest(
                endpoint_id=copied.endpoint.id,
                name=test.name,
                content=test.content,
                updated_at=now(),
                updated_by=caller.username,
            )
        )
    await session.commit()
    return copied


async def move_endpoint(
    session: AsyncSession,
    caller: Caller,
    endpoint_id: uuid.UUID,
    *,
    module: str | None,
    method: str | None,
    path: str | None,
    engines: Engines,
) -> SavedDraft:
    """Move an endpoint to another module, or, before it was ever published, to another path.

    Raises Conflict: consumers may know a path that was published, and it is never taken away.
    """
    await lock_endpoint(session, endpoint_id)
    view = await view_endpoint(session, endpoint_id)
    endpoint = view.endpoint
    caller.require(ResourceType.ENDPOINT, Action.UPDATE, endpoint.id, module_id=endpoint.module_id)
    definition = Definition.from_dict(view.draft.definition)
    moved = msgspec.structs.replace(
        definition, method=method or endpoint.method, path=path or endpoint.path
    )
    if (moved.method, moved.path) != (endpoint.method, endpoint.path):
        await _rename(session, view, moved)
    saved = await write_draft(
        session,
        caller,
        moved,
        datasource=await get_datasource(session, view.draft.datasource_id),
        module=module,
        keep_transform=False,
        engines=engines,
        unchanged=lambda _there: None,
    )
    await session.commit()
    return saved


async def _rename(session: AsyncSession, view: EndpointView, moved: Definition) -> None:
    versions = await session.exec(
        select(func.count()).where(Version.endpoint_id == view.endpoint.id)
    )
    if versions.one():
        raise Conflict(
            f"{view.endpoint.method} {view.endpoint.path} has been published: consumers may know "
            "the path. Copy it to the new path, and unpublish this one when nobody calls it"
        )
    there = await find_endpoint(session, moved.method, moved.path)
    if there is not None and there.id != view.endpoint.id:
        raise Conflict(f"{moved.method} {moved.path} is taken; choose another path")
    view.endpoint.method, view.endpoint.path = moved.method, moved.path
    view.endpoint.path_key = path_key(moved.path)
    session.add(view.endpoint)
    await session.flush()
