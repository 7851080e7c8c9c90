"""Versions: planned, published, rolled back, compared."""

import uuid
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query
from sqlmodel.ext.asyncio.session import AsyncSession

from ...access.clients import names_of_clients
from ...access.permissions import Caller
from ...publishing import pinning, planning, stored, tests, versions
from ...publishing.datasources import get_datasource
from ...publishing.endpoints import view_endpoint
from ...records import callers
from ...store import Action, ResourceType
from ..dependencies import CallerDep, ServicesDep, SessionDep, needs, permitted
from ..endpoint_shapes import EndpointAnswer
from ..etags import EtagDep
from ..paging import Page, whole
from ..presenting import (
    availability_answer,
    definition_answer,
    diff_answer,
    endpoint_answer,
    published_answer,
    version_answer,
    whole_version_answer,
)
from ..services import Services
from ..shapes import MAX_INT
from ..version_shapes import (
    AvailabilityPatch,
    CalledByAnswer,
    DiffAnswer,
    PlanAnswer,
    PublishedAnswer,
    PublishIn,
    RollbackIn,
    VersionAnswer,
    WholeVersionAnswer,
)

router = APIRouter(tags=["versions"])

R, A = ResourceType.ENDPOINT, Action
Number = Annotated[int, Path(ge=1, le=MAX_INT)]


@router.get("/endpoints/{endpoint_id}/plan", dependencies=[needs(R, A.READ)])
async def plan(
    services: ServicesDep, session: SessionDep, caller: CallerDep, endpoint_id: uuid.UUID
) -> PlanAnswer:
    """What publishing the draft would change, and who called the endpoint in the last 30 days."""
    view = await permitted(session, caller, A.READ, endpoint_id)
    planned = await planning.plan(session, view.endpoint, services.engines)
    target = planned.existing.number if planned.existing else planned.next_number
    diff = diff_answer(planned.diff)
    return PlanAnswer(
        live_version=planned.live.number if planned.live else None,
        next_version=target if planned.changes else None,
        changes=planned.changes,
        diff=diff,
        contract=diff.contract,
        callers=await _callers(services, session, caller, endpoint_id),
        callers_days=callers.DAYS,
    )


@router.post("/endpoints/{endpoint_id}/publish", dependencies=[needs(R, A.PUBLISH)])
async def publish(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    etag: EtagDep,
    endpoint_id: uuid.UUID,
    body: PublishIn,
) -> PublishedAnswer:
    """Make the draft live, or the version that is named; it is live when this returns.

    With `If-Match` (a draft's ETag) the draft is published only as it was seen.
    The endpoint's tests are run on the draft before: one that fails refuses it, unless `force`
    gives a reason, which the version keeps.
    """
    if body.version is not None:
        published = await versions.publish_version(
            session, endpoint_id, body.version, caller=caller
        )
        return await _live(services, session, published)
    view = await permitted(session, caller, A.PUBLISH, endpoint_id)
    may_read = caller.allows(R, A.READ, endpoint_id, module_id=view.endpoint.module_id)
    etag.require(definition_answer(view), author=view.draft.updated_by, may_read=may_read)
    ran = await tests.run_tests(
        session,
        view.draft,
        await tests.list_tests(session, endpoint_id),
        caller=caller,
        rules=services.rules,
        datasources=services.datasources,
        engines=services.engines,
    )
    if body.force is None:
        ran.require()
    published = await versions.publish(
        session,
        endpoint_id,
        caller=caller,
        message=body.message,
        provenance=versions.Provenance(**body.provenance.model_dump()),
        engines=services.engines,
        tested=ran.hash,
        forced=None if ran.passed else body.force,
    )
    return await _live(services, session, published, ran.results)


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


@router.post("/endpoints/{endpoint_id}/purge", dependencies=[needs(R, A.PUBLISH)], status_code=204)
async def purge(
    services: ServicesDep, session: SessionDep, caller: CallerDep, endpoint_id: uuid.UUID
) -> None:
    """Let no kept answer of the endpoint serve any more; see `cache` in a definition."""
    await versions.purge(session, endpoint_id, caller=caller)
    await services.settle()


@router.get("/endpoints/{endpoint_id}/versions", dependencies=[needs(R, A.READ)])
async def list_versions(
    session: SessionDep, caller: CallerDep, endpoint_id: uuid.UUID
) -> Page[VersionAnswer]:
    """Every version, newest first."""
    view = await permitted(session, caller, A.READ, endpoint_id)
    rows = await stored.list_versions(session, endpoint_id)
    return whole([version_answer(row, live=view.live) for row in rows])


@router.get("/endpoints/{endpoint_id}/versions/{number}", dependencies=[needs(R, A.READ)])
async def get_version(
    session: SessionDep,
    caller: CallerDep,
    etag: EtagDep,
    endpoint_id: uuid.UUID,
    number: Number,
) -> WholeVersionAnswer:
    """One version with all that it holds: a definition that a draft may be made of, and macros."""
    view = await permitted(session, caller, A.READ, endpoint_id)
    version = await stored.get_version(session, endpoint_id, number)
    datasource = await get_datasource(session, uuid.UUID(version.definition["datasource_id"]))
    etag.tell(availability_answer(version))
    return whole_version_answer(version, view, datasource.name)


@router.patch("/endpoints/{endpoint_id}/versions/{number}", dependencies=[needs(R, A.PUBLISH)])
async def update_version(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    etag: EtagDep,
    endpoint_id: uuid.UUID,
    number: Number,
    body: AvailabilityPatch,
) -> VersionAnswer:
    """Let consumers ask for a version while another is live, or tell until when they may.

    Only the fields that are sent change; it holds when this returns.
    """
    view = await permitted(session, caller, A.PUBLISH, endpoint_id)
    may_read = caller.allows(R, A.READ, endpoint_id, module_id=view.endpoint.module_id)
    version = await pinning.change_availability(
        session,
        endpoint_id,
        number,
        body.sent(),
        caller=caller,
        seen=lambda version: etag.require(availability_answer(version), body, may_read=may_read),
    )
    await services.settle()
    etag.tell(availability_answer(version))
    return version_answer(version, live=view.live)


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
    view = await permitted(session, caller, A.READ, endpoint_id)
    return diff_answer(
        await planning.difference(session, view.endpoint, from_, to, services.engines)
    )


async def _callers(
    services: Services, session: AsyncSession, caller: Caller, endpoint_id: uuid.UUID
) -> list[CalledByAnswer]:
    """With the names of the clients that the caller may read."""
    found = await callers.who_called(services.database, endpoint_id)
    ids = {row.client_id for row in found if row.client_id}
    names = await names_of_clients(
        session, {key for key in ids if caller.allows(ResourceType.CLIENT, A.READ, key)}
    )
    return [
        CalledByAnswer(
            client_id=row.client_id,
            name=names.get(row.client_id) if row.client_id else None,
            requests=row.requests,
            last_called_at=row.last_called_at,
        )
        for row in found
    ]


async def _live(
    services: Services,
    session: AsyncSession,
    published: versions.Published,
    results: Sequence[tests.TestResult] = (),
) -> PublishedAnswer:
    if published.changed:
        await services.settle()
    view = await view_endpoint(session, published.version.endpoint_id)
    return published_answer(services, published, view, results)
