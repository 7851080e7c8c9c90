"""Endpoints as authors see them: found, listed, described, deleted."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func
from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.permissions import Caller
from ..errors import Conflict, NotFound
from ..store import (
    Action,
    Datasource,
    Draft,
    Endpoint,
    Module,
    ResourceType,
    Version,
    announce_change,
    lock,
)
from .paths import path_key

# So many are told by name where many stand in the way.
NAMED = 20


class State(StrEnum):
    """Where an endpoint stands in its life."""

    DRAFT = "draft"
    LIVE = "live"
    EDITED = "edited"
    UNPUBLISHED = "unpublished"


@dataclass(frozen=True, slots=True)
class EndpointView:
    """An endpoint with what is told about it: its draft, its live version, their names."""

    endpoint: Endpoint
    draft: Draft
    module: str
    datasource: str
    live: Version | None
    latest_version: int | None

    @property
    def state(self) -> State:
        """`edited` is live with a draft that would become another version."""
        return State(self.endpoint.state)


async def settle_state(session: AsyncSession, endpoint: Endpoint, draft_hash: str) -> None:
    """Tell the endpoint's state anew, after its draft or what is live has changed."""
    if endpoint.published_version_id is not None:
        live = await session.get_one(Version, endpoint.published_version_id)
        endpoint.state = State.LIVE if live.hash == draft_hash else State.EDITED
    else:
        versions = await session.exec(
            select(Version.id).where(Version.endpoint_id == endpoint.id).limit(1)
        )
        endpoint.state = State.UNPUBLISHED if versions.first() else State.DRAFT
    session.add(endpoint)


async def view_endpoint(session: AsyncSession, endpoint_id: uuid.UUID) -> EndpointView:
    """Raises NotFound."""
    found = await views_of(session, [endpoint_id])
    if not found:
        raise NotFound("There is no such endpoint")
    return found[0]


async def find_endpoint(session: AsyncSession, method: str, path: str) -> Endpoint | None:
    """The endpoint that answers this method and path, whatever its parameters are called."""
    rows = await session.exec(
        select(Endpoint).where(Endpoint.method == method, Endpoint.path_key == path_key(path))
    )
    return rows.first()


async def lock_endpoint(session: AsyncSession, endpoint_id: uuid.UUID) -> Endpoint:
    """The endpoint, kept from other publishers until this transaction ends. Raises NotFound."""
    endpoint = await lock(session, Endpoint, endpoint_id)
    if endpoint is None:
        raise NotFound("There is no such endpoint")
    return endpoint


async def delete_endpoint(session: AsyncSession, endpoint_id: uuid.UUID) -> None:
    """Delete an endpoint with its draft and versions. Raises Conflict while it is live."""
    endpoint = await lock_endpoint(session, endpoint_id)
    if endpoint.published_version_id is not None:
        raise Conflict(f"{endpoint.method} {endpoint.path} is live; unpublish it first")
    await session.delete(endpoint)
    await announce_change(session, endpoint_id)
    await session.commit()


def names_of(endpoints: Sequence[Endpoint], caller: Caller) -> str:
    """Some of them by name; those that the caller may not read are counted only."""
    names = [
        f"{endpoint.method} {endpoint.path}"
        for endpoint in endpoints
        if caller.allows(
            ResourceType.ENDPOINT, Action.READ, endpoint.id, module_id=endpoint.module_id
        )
    ][:NAMED]
    others = len(endpoints) - len(names)
    if not names:
        return f"{others} endpoint" + ("s" if others > 1 else "")
    return ", ".join(names) + (f" and {others} more" if others else "")


async def views_of(
    session: AsyncSession, ids: Sequence[uuid.UUID], *, whole: bool = True
) -> list[EndpointView]:
    """These endpoints, in this order; those that are gone are left out.

    What is not `whole` is for a list: its definitions, which may be large, are not loaded.
    """
    deferred = () if whole else (defer(Draft.definition, raiseload=True),)  # type: ignore[arg-type]
    rows = await session.exec(
        select(Endpoint, Draft, Module.name, Datasource.name)
        .join(Module, col(Module.id) == Endpoint.module_id)
        .join(Draft, col(Draft.endpoint_id) == Endpoint.id)
        .join(Datasource, col(Datasource.id) == Draft.datasource_id)
        .where(col(Endpoint.id).in_(ids))
        .options(*deferred)
    )
    found = {row[0].id: row for row in rows}
    page = [found[key] for key in ids if key in found]
    live = await _live_versions(session, [endpoint for endpoint, *_ in page], whole=whole)
    latest = await _latest_numbers(session, [endpoint.id for endpoint, *_ in page])
    return [
        EndpointView(
            endpoint,
            draft,
            module,
            datasource,
            live.get(endpoint.published_version_id) if endpoint.published_version_id else None,
            latest.get(endpoint.id),
        )
        for endpoint, draft, module, datasource in page
    ]


async def _live_versions(
    session: AsyncSession, endpoints: Sequence[Endpoint], *, whole: bool
) -> dict[uuid.UUID, Version]:
    ids = [endpoint.published_version_id for endpoint in endpoints]
    deferred = () if whole else (defer(Version.definition, raiseload=True),)  # type: ignore[arg-type]
    rows = await session.exec(select(Version).where(col(Version.id).in_(ids)).options(*deferred))
    return {version.id: version for version in rows}


async def _latest_numbers(session: AsyncSession, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    rows = await session.exec(
        select(Version.endpoint_id, func.max(Version.number))
        .where(col(Version.endpoint_id).in_(ids))
        .group_by(col(Version.endpoint_id))
    )
    return dict(rows.all())
