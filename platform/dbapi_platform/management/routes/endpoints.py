"""Endpoints and their drafts: listed, saved, run."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from ...access.calling import CallingClient, calling_client
from ...access.clients import get_client
from ...access.permissions import Caller
from ...publishing import debugging, drafts, endpoints, listing, moving
from ...publishing.definition import Definition
from ...publishing.endpoints import EndpointView, view_endpoint
from ...publishing.listing import EndpointFilter
from ...publishing.paths import normalise_method, normalise_path
from ...store import Action, ResourceType
from ..dependencies import CallerDep, ServicesDep, SessionDep, needs, note_run, permitted
from ..draft_shapes import DefinitionAnswer, DraftIn
from ..endpoint_shapes import (
    CopyIn,
    DebugAnswer,
    DebugIn,
    DraftAnswer,
    EndpointAnswer,
    EndpointQuery,
    MoveIn,
    OptionAnswer,
)
from ..etags import EtagDep
from ..paging import Page, from_cursor, to_cursor
from ..presenting import debug_response, definition_answer, endpoint_answer

router = APIRouter(tags=["endpoints"])

R, A = ResourceType.ENDPOINT, Action
FILTERS = {
    "search", "method", "path", "module", "datasource", "state", "access", "updated_by",
}  # fmt: skip
# Of a run's parameters so many names are noted, and so much of each.
MAX_NAMES, MAX_NAME = 50, 100


@router.get("/endpoints", dependencies=[needs(R, A.READ)])
async def list_endpoints(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    wanted: Annotated[EndpointQuery, Query()],
) -> Page[EndpointAnswer]:
    """The endpoints that the caller may read; `method` with `path` finds one exactly."""
    page = await listing.list_endpoints(
        session,
        EndpointFilter(
            **wanted.model_dump(include=FILTERS),
            visible=caller.visible(R, A.READ),
        ),
        sort=wanted.sort,
        limit=wanted.limit,
        offset=wanted.offset,
        after=from_cursor(wanted.sort, wanted.cursor, listing.ORDERS[wanted.sort]),
    )
    return Page(
        items=[endpoint_answer(services, view) for view in page.views],
        total=page.total,
        next=to_cursor(wanted.sort, page.ends_at) if page.ends_at else None,
    )


@router.put("/drafts", dependencies=[needs(R, A.UPDATE)])
async def save_draft(
    services: ServicesDep, session: SessionDep, caller: CallerDep, etag: EtagDep, body: DraftIn
) -> DraftAnswer:
    """Save a draft; its endpoint and its module are made where they are new.

    With `If-Match` it is saved only over what was seen. Without, what somebody else saved last is
    not overwritten.
    """
    datasource = await drafts.named_datasource(session, caller, body.datasource)
    definition = Definition(
        method=normalise_method(body.method),
        path=normalise_path(body.path),
        datasource_id=str(datasource.id),
        **body.fields(),
    )

    def unchanged(view: EndpointView | None) -> None:
        if view is None:
            etag.require(None, body)
            return
        current, author, here = definition_answer(view), view.draft.updated_by, view.endpoint
        may_read = caller.allows(R, A.READ, here.id, module_id=here.module_id)
        etag.require(current, body, author, may_read=may_read)
        if author not in {None, caller.username} and not _says_the_same(body, current):
            etag.require_seen(current, body, str(author), may_read=may_read)

    saved = await drafts.save_draft(
        session,
        caller,
        definition,
        datasource=datasource,
        module=body.module,
        keep_transform="transform" not in body.model_fields_set,
        engines=services.engines,
        unchanged=unchanged,
    )
    view = await view_endpoint(session, saved.endpoint.id)
    etag.tell(definition_answer(view))
    return DraftAnswer(
        **endpoint_answer(services, view).model_dump(),
        created=saved.created,
        changed=saved.changed,
        problems=list(saved.problems),
    )


def _says_the_same(body: DraftIn, current: DefinitionAnswer) -> bool:
    """Whether saving would change nothing, so that nobody's work is lost."""
    sent = body.model_dump(exclude={"method", "path"})
    if "transform" not in body.model_fields_set:
        sent["transform"] = current.transform
    sent["module"] = body.module or current.module
    return sent == current.model_dump(include=set(sent))


@router.get("/endpoints/{endpoint_id}", dependencies=[needs(R, A.READ)])
async def get_endpoint(
    services: ServicesDep, session: SessionDep, caller: CallerDep, endpoint_id: uuid.UUID
) -> EndpointAnswer:
    """One endpoint."""
    return endpoint_answer(services, await permitted(session, caller, A.READ, endpoint_id))


@router.delete("/endpoints/{endpoint_id}", status_code=204, dependencies=[needs(R, A.DELETE)])
async def delete_endpoint(session: SessionDep, caller: CallerDep, endpoint_id: uuid.UUID) -> None:
    """Delete an endpoint that is not live, with its draft and versions."""
    await permitted(session, caller, A.DELETE, endpoint_id)
    await endpoints.delete_endpoint(session, endpoint_id)


@router.get("/endpoints/{endpoint_id}/draft", dependencies=[needs(R, A.READ)])
async def get_draft(
    session: SessionDep, caller: CallerDep, etag: EtagDep, endpoint_id: uuid.UUID
) -> DefinitionAnswer:
    """The draft in the shape that it is saved in."""
    return etag.tell(definition_answer(await permitted(session, caller, A.READ, endpoint_id)))


@router.post("/endpoints/{endpoint_id}/copy", status_code=201, dependencies=[needs(R, A.CREATE)])
async def copy(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    endpoint_id: uuid.UUID,
    body: CopyIn,
) -> EndpointAnswer:
    """A new endpoint with the draft and the tests of this one; it is not live."""
    source = await permitted(session, caller, A.READ, endpoint_id)
    copied = await moving.copy_endpoint(
        session,
        caller,
        source,
        method=normalise_method(body.method or source.endpoint.method),
        path=normalise_path(body.path),
        module=body.module,
        engines=services.engines,
    )
    return endpoint_answer(services, await view_endpoint(session, copied.endpoint.id))


@router.post("/endpoints/{endpoint_id}/move", dependencies=[needs(R, A.UPDATE)])
async def move(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    endpoint_id: uuid.UUID,
    body: MoveIn,
) -> EndpointAnswer:
    """Move it to another module, or, before it was ever published, to another path."""
    await permitted(session, caller, A.UPDATE, endpoint_id)
    moved = await moving.move_endpoint(
        session,
        caller,
        endpoint_id,
        module=body.module,
        method=normalise_method(body.method) if body.method else None,
        path=normalise_path(body.path) if body.path else None,
        engines=services.engines,
    )
    if moved.changed:
        await services.settle()
    return endpoint_answer(services, await view_endpoint(session, endpoint_id))


@router.post(
    "/endpoints/{endpoint_id}/debug",
    dependencies=[needs(R, A.EXECUTE)],
    response_class=Response,
    responses={200: {"model": DebugAnswer}},
)
async def debug(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    endpoint_id: uuid.UUID,
    body: DebugIn,
) -> Response:
    """Run the draft, or a version, with these parameters, for nobody or as a client would.

    It really runs, and only what columns a draft answered is kept. `allowed` tells whether the
    gateway would let the client in; it runs in any case.
    """
    view = await permitted(session, caller, A.EXECUTE, endpoint_id)
    version = await debugging.version_to_run(session, view.endpoint, body.version)
    client = await _client(session, caller, body.client_id, endpoint_id)
    names = [name[:MAX_NAME] for name in sorted(body.params)[:MAX_NAMES]]
    more = {
        "version": version.number if version else None,
        "client_id": str(client.id) if client else None,
    }
    told = {name: value for name, value in more.items() if value is not None}
    await note_run(session, view.endpoint, params=names, **told)
    run = await debugging.debug(
        session,
        version or view.draft,
        body.params,
        caller=caller,
        rules=services.rules,
        datasources=services.datasources,
        engines=services.engines,
        client=client,
    )
    return debug_response(run)


async def _client(
    session: AsyncSession, caller: Caller, client_id: uuid.UUID | None, endpoint_id: uuid.UUID
) -> CallingClient | None:
    """Raises NotFound for a client that the caller may not read."""
    if client_id is None:
        return None
    caller.require(ResourceType.CLIENT, A.READ, client_id)
    return await calling_client(session, await get_client(session, client_id), endpoint_id)


@router.get("/endpoints/{endpoint_id}/options/{name}", dependencies=[needs(R, A.EXECUTE)])
async def options(
    services: ServicesDep, session: SessionDep, caller: CallerDep, endpoint_id: uuid.UUID, name: str
) -> Page[OptionAnswer]:
    """The values that a parameter of the draft may have, by its `options` query."""
    view = await permitted(session, caller, A.EXECUTE, endpoint_id)
    found = await debugging.options(
        session,
        view.draft,
        name,
        caller=caller,
        rules=services.rules,
        datasources=services.datasources,
        engines=services.engines,
    )
    items = [OptionAnswer(value=option.value, label=option.label) for option in found]
    return Page(items=items, total=len(items))
