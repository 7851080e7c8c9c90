"""Endpoints and their drafts: listed, saved, run."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from ...publishing import drafts, endpoints
from ...publishing.definition import Definition
from ...publishing.endpoints import EndpointFilter, view_endpoint
from ...publishing.paths import normalise_method, normalise_path
from ...store import Action, ResourceType
from ..dependencies import CallerDep, ServicesDep, SessionDep, needs, permitted
from ..paging import Page
from ..presenting import debug_response, endpoint_answer
from ..shapes import (
    DebugIn,
    DraftAnswer,
    DraftIn,
    EndpointAnswer,
    EndpointQuery,
    OptionAnswer,
)

router = APIRouter(tags=["endpoints"])

R, A = ResourceType.ENDPOINT, Action
# What a draft keeps under the same name as the body has it.
KEPT = (
    "content",
    "params",
    "access",
    "timeout",
    "max_rows",
    "rate_limit",
    "max_concurrent",
    "unknown_params",
    "name",
    "description",
    "engine",
    "transform",
)


@router.get("/endpoints", dependencies=[needs(R, A.READ)])
async def list_endpoints(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    wanted: Annotated[EndpointQuery, Query()],
) -> Page[EndpointAnswer]:
    """The endpoints that the caller may read, by path; `method` with `path` finds one exactly."""
    views, total = await endpoints.list_endpoints(
        session,
        EndpointFilter(
            search=wanted.search,
            method=wanted.method,
            path=wanted.path,
            module=wanted.module,
            visible=caller.visible(R, A.READ),
        ),
        limit=wanted.limit,
        offset=wanted.offset,
    )
    return Page(items=[endpoint_answer(services, view) for view in views], total=total)


@router.put("/drafts", dependencies=[needs(R, A.UPDATE)])
async def save_draft(
    services: ServicesDep, session: SessionDep, caller: CallerDep, body: DraftIn
) -> DraftAnswer:
    """Save a draft; its endpoint and its module are made where they are new."""
    datasource = await drafts.named_datasource(session, body.datasource)
    definition = Definition(
        method=normalise_method(body.method),
        path=normalise_path(body.path),
        datasource_id=str(datasource.id),
        **body.model_dump(include=set(KEPT)),
    )
    saved = await drafts.save_draft(
        session,
        caller,
        definition,
        datasource=datasource,
        module=body.module,
        keep_transform="transform" not in body.model_fields_set,
        engines=services.engines,
    )
    view = await view_endpoint(session, saved.endpoint.id)
    return DraftAnswer(
        **endpoint_answer(services, view).model_dump(),
        created=saved.created,
        changed=saved.changed,
        problems=list(saved.problems),
    )


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
    session: SessionDep, caller: CallerDep, endpoint_id: uuid.UUID
) -> dict[str, Any]:
    """The draft as it was saved, in the shape that it is saved in."""
    view = await permitted(session, caller, A.READ, endpoint_id)
    stored = {key: view.draft.definition.get(key) for key in KEPT}
    return stored | {
        "method": view.endpoint.method,
        "path": view.endpoint.path,
        "module": view.module,
        "datasource": view.datasource,
    }


@router.post("/endpoints/{endpoint_id}/debug", dependencies=[needs(R, A.EXECUTE)])
async def debug(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    endpoint_id: uuid.UUID,
    body: DebugIn,
) -> Response:
    """Run the draft with these parameters; it really runs, and nothing of the run is stored."""
    view = await permitted(session, caller, A.EXECUTE, endpoint_id)
    run = await drafts.debug(
        session,
        view.draft,
        body.params,
        caller=caller,
        rules=services.rules,
        datasources=services.datasources,
        engines=services.engines,
    )
    return debug_response(run)


@router.get("/endpoints/{endpoint_id}/options/{name}", dependencies=[needs(R, A.EXECUTE)])
async def options(
    services: ServicesDep, session: SessionDep, caller: CallerDep, endpoint_id: uuid.UUID, name: str
) -> Page[OptionAnswer]:
    """The values that a parameter of the draft may have, by its `options` query."""
    view = await permitted(session, caller, A.EXECUTE, endpoint_id)
    found = await drafts.options(
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
