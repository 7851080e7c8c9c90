"""Endpoints: drafts saved and run, versions published, rolled back and compared."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from ...access.permissions import Caller
from ...publishing import drafts, endpoints, versions
from ...publishing.definition import Definition
from ...publishing.endpoints import EndpointFilter, EndpointView, view_endpoint
from ...publishing.paths import normalise_method, normalise_path
from ...store import Action, ResourceType
from ..dependencies import CallerDep, ServicesDep, SessionDep, needs
from ..presenting import (
    debug_response,
    diff_answer,
    endpoint_answer,
    published_answer,
    version_answer,
)
from ..shapes import (
    DebugIn,
    DiffAnswer,
    DraftAnswer,
    DraftIn,
    EndpointAnswer,
    EndpointQuery,
    Page,
    PlanAnswer,
    PublishedAnswer,
    PublishIn,
    RollbackIn,
    VersionAnswer,
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
        limits=services.limits,
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
    return endpoint_answer(services, await _permitted(session, caller, A.READ, endpoint_id))


@router.delete("/endpoints/{endpoint_id}", status_code=204, dependencies=[needs(R, A.DELETE)])
async def delete_endpoint(session: SessionDep, caller: CallerDep, endpoint_id: uuid.UUID) -> None:
    """Delete an endpoint that is not live, with its draft and versions."""
    await _permitted(session, caller, A.DELETE, endpoint_id)
    await endpoints.delete_endpoint(session, endpoint_id)


@router.get("/endpoints/{endpoint_id}/draft", dependencies=[needs(R, A.READ)])
async def get_draft(
    session: SessionDep, caller: CallerDep, endpoint_id: uuid.UUID
) -> dict[str, Any]:
    """The draft as it was saved, in the shape that it is saved in."""
    view = await _permitted(session, caller, A.READ, endpoint_id)
    stored = {key: view.draft.definition[key] for key in KEPT}
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
    view = await _permitted(session, caller, A.EXECUTE, endpoint_id)
    run = await drafts.debug(
        session,
        view.draft,
        body.params,
        caller=caller,
        rules=services.rules,
        datasources=services.datasources,
        limits=services.limits,
    )
    return debug_response(run)


@router.get("/endpoints/{endpoint_id}/plan", dependencies=[needs(R, A.READ)])
async def plan(
    services: ServicesDep, session: SessionDep, caller: CallerDep, endpoint_id: uuid.UUID
) -> PlanAnswer:
    """What publishing the draft would change."""
    view = await _permitted(session, caller, A.READ, endpoint_id)
    planned = await versions.plan(session, view.endpoint, services.limits)
    target = planned.existing.number if planned.existing else planned.next_number
    return PlanAnswer(
        live_version=planned.live.number if planned.live else None,
        next_version=target if planned.changes else None,
        changes=planned.changes,
        diff=diff_answer(planned.diff),
    )


@router.post("/endpoints/{endpoint_id}/publish", dependencies=[needs(R, A.PUBLISH)])
async def publish(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    endpoint_id: uuid.UUID,
    body: PublishIn,
) -> PublishedAnswer:
    """Make the draft live, or the version that is named; it is live when this returns."""
    if body.version is not None:
        published = await versions.publish_version(
            session, endpoint_id, body.version, caller=caller
        )
    else:
        published = await versions.publish(
            session,
            endpoint_id,
            caller=caller,
            message=body.message,
            provenance=versions.Provenance(**body.provenance.model_dump()),
            limits=services.limits,
        )
    return await _live(services, session, published)


@router.post("/endpoints/{endpoint_id}/rollback", dependencies=[needs(R, A.PUBLISH)])
async def rollback(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    endpoint_id: uuid.UUID,
    body: RollbackIn,
) -> PublishedAnswer:
    """Make an older version live again; without a number, the one before what is live."""
    published = await versions.publish_version(session, endpoint_id, body.version, caller=caller)
    return await _live(services, session, published)


@router.post("/endpoints/{endpoint_id}/unpublish", dependencies=[needs(R, A.PUBLISH)])
async def unpublish(
    services: ServicesDep, session: SessionDep, caller: CallerDep, endpoint_id: uuid.UUID
) -> EndpointAnswer:
    """Take the endpoint off the gateway; its draft and versions stay."""
    if await versions.unpublish(session, endpoint_id, caller=caller):
        await services.settle()
    return endpoint_answer(services, await view_endpoint(session, endpoint_id))


@router.get("/endpoints/{endpoint_id}/versions", dependencies=[needs(R, A.READ)])
async def list_versions(
    session: SessionDep, caller: CallerDep, endpoint_id: uuid.UUID
) -> Page[VersionAnswer]:
    """Every version, newest first."""
    view = await _permitted(session, caller, A.READ, endpoint_id)
    rows = await versions.list_versions(session, endpoint_id)
    return Page(items=[version_answer(row, live=view.live) for row in rows], total=len(rows))


@router.get("/endpoints/{endpoint_id}/diff", dependencies=[needs(R, A.READ)])
async def diff(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    endpoint_id: uuid.UUID,
    from_: Annotated[str, Query(alias="from")] = "live",
    to: str = "draft",
) -> DiffAnswer:
    """What differs between any two of `draft`, `live` and versions' numbers."""
    view = await _permitted(session, caller, A.READ, endpoint_id)
    return diff_answer(
        await versions.difference(session, view.endpoint, from_, to, services.limits)
    )


async def _permitted(
    session: AsyncSession, caller: Caller, action: Action, endpoint_id: uuid.UUID
) -> EndpointView:
    view = await view_endpoint(session, endpoint_id)
    caller.require(R, action, endpoint_id, module_id=view.endpoint.module_id)
    return view


async def _live(
    services: ServicesDep, session: AsyncSession, published: versions.Published
) -> PublishedAnswer:
    if published.changed:
        await services.settle()
    view = await view_endpoint(session, published.version.endpoint_id)
    return published_answer(services, published, view)
