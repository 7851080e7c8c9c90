"""Activity: what is asked of a few endpoints, each told in a line."""

import uuid
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from sqlmodel.ext.asyncio.session import AsyncSession

from ...access.permissions import Caller
from ...publishing.endpoints import EndpointView, views_of
from ...records.activity import Activity, view_activity
from ...records.scope import records_of
from ...store import Action, ResourceType
from ..dependencies import CallerDep, ServicesDep, SessionDep, needs
from ..record_shapes import ActivityAnswer, ActivityPage, ActivityQuery

router = APIRouter(tags=["overview"])

R, A = ResourceType, Action


@router.get("/activity", dependencies=[needs(R.ENDPOINT, A.READ)])
async def activity(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    wanted: Annotated[ActivityQuery, Query()],
) -> ActivityPage:
    """What a badge shows of each endpoint, in the order that they are named in.

    Those that the caller may not read, or whose traffic they may not see, are left out like those
    that are not there: it takes the overview's permission, or to read the endpoint's records.
    """
    if not caller.allows_some(R.ACCESS_RECORD, A.READ):
        caller.require(R.OVERVIEW, A.READ)
    views = await _told(session, caller, list(dict.fromkeys(wanted.endpoint_id)))
    seen = await view_activity(services.database, [view.endpoint.id for view in views])
    return ActivityPage(
        items=[_answer(view, seen.endpoints[view.endpoint.id]) for view in views],
        total=len(views),
        as_of=seen.as_of,
    )


async def _told(
    session: AsyncSession, caller: Caller, ids: Sequence[uuid.UUID]
) -> list[EndpointView]:
    visible = None if caller.allows(R.OVERVIEW, A.READ) else records_of(caller)
    return [
        view
        for view in await views_of(session, ids, whole=False)
        if caller.allows(R.ENDPOINT, A.READ, view.endpoint.id, module_id=view.endpoint.module_id)
        and (visible is None or {view.endpoint.id, view.endpoint.module_id} & visible)
    ]


def _answer(view: EndpointView, seen: Activity) -> ActivityAnswer:
    return ActivityAnswer(
        endpoint_id=view.endpoint.id,
        method=view.endpoint.method,
        path=view.endpoint.path,
        state=view.state,
        live_version=view.live.number if view.live else None,
        latest_version=view.latest_version,
        requests_24h=seen.requests,
        errors_today=seen.errors_today,
        p50_ms_24h=seen.took_ms(0.5),
        p95_ms_24h=seen.took_ms(0.95),
        clients_30d=seen.clients,
        last_called_at=seen.last_called_at,
    )
