"""The overview: what there is, what is asked of it, and what happened last."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query
from sqlmodel.ext.asyncio.session import AsyncSession

from ...access.permissions import Caller
from ...errors import NotFound
from ...publishing.modules import find_module
from ...records.counts import count_endpoints, count_resources, recent_versions
from ...records.overview import TrafficView, one_moment, view_traffic
from ...records.scope import Scope, records_of
from ...records.search import NamedRecord, RecordFilter, search_records, with_names
from ...records.window import Window
from ...store import Action, Database, ResourceType
from ...store.base import now
from ..dependencies import CallerDep, ServicesDep, SessionDep, needs, permitted
from ..record_shapes import OverviewAnswer, OverviewQuery, RecentVersionAnswer, TrafficAnswer
from .records import named_record

router = APIRouter(tags=["overview"])

R, A = ResourceType, Action
RECENT = 10


@router.get("/overview", dependencies=[needs(R.OVERVIEW, A.READ)])
async def overview(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    wanted: Annotated[OverviewQuery, Query()],
) -> OverviewAnswer:
    """The last days, today included, of the endpoints that the caller may read."""
    scope = await _scope(session, caller, wanted)
    window = Window(wanted.days, now())
    # Beside each other: counting endpoints takes as long as reading the traffic.
    (endpoints, counts, versions), traffic, access = await asyncio.gather(
        _counts(services.database, caller, scope),
        view_traffic(
            services.database, scope, window, with_clients=caller.allows(R.CLIENT, A.READ)
        ),
        _recent_access(session, caller, scope),
    )
    return OverviewAnswer(
        endpoints=endpoints,
        counts=counts,
        traffic=_traffic(traffic),
        recent_access=[named_record(found) for found in access],
        recent_versions=versions,
    )


async def _scope(session: AsyncSession, caller: Caller, wanted: OverviewQuery) -> Scope:
    """Raises NotFound for an endpoint or a module that the caller may not read."""
    if wanted.endpoint_id:
        await permitted(session, caller, A.READ, wanted.endpoint_id)
    module_id = None
    if wanted.module is not None:
        module = await find_module(session, wanted.module)
        if module is None:
            raise NotFound("There is no such module")
        caller.require(R.MODULE, A.READ, module.id)
        module_id = module.id
    return Scope(caller.visible(R.ENDPOINT, A.READ), wanted.endpoint_id, module_id)


async def _counts(
    database: Database, caller: Caller, scope: Scope
) -> tuple[dict[str, int], dict[str, int], list[RecentVersionAnswer]]:
    async with one_moment(database) as connection:
        return (
            await count_endpoints(connection, scope),
            await count_resources(connection, caller),
            [
                RecentVersionAnswer.model_validate(row)
                for row in await recent_versions(connection, scope)
            ],
        )


async def _recent_access(session: AsyncSession, caller: Caller, scope: Scope) -> list[NamedRecord]:
    """Of those records that the caller may read."""
    if not caller.allows_some(R.ACCESS_RECORD, A.READ):
        return []
    visible = records_of(caller)
    if scope.visible is not None:
        visible = scope.visible if visible is None else scope.visible & visible
    wanted = RecordFilter(Scope(visible, scope.endpoint_id, scope.module_id))
    found = await search_records(session, wanted, limit=RECENT)
    return await with_names(session, found.records)


def _traffic(view: TrafficView) -> TrafficAnswer:
    return TrafficAnswer(
        **asdict(view) | {"statuses": _named(view.statuses)},
        error_rate=view.error_rate,
        status_classes=_classes(view.statuses),
    )


def _named(statuses: Mapping[int, int]) -> dict[str, int]:
    return {str(status): requests for status, requests in statuses.items()}


def _classes(statuses: Mapping[int, int]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for status, requests in statuses.items():
        found[f"{status // 100}xx"] += requests
    return dict(found)
