"""Versions: made by publishing, never changed, published again by rolling back."""

import uuid
from dataclasses import dataclass

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.permissions import Caller
from ..errors import Conflict
from ..store import (
    Action,
    Endpoint,
    Publication,
    ResourceType,
    Version,
    announce_change,
)
from ..store.base import now
from .columns import dump_columns
from .compiled import Engines
from .definition import Definition
from .diff import Diff
from .endpoints import lock_endpoint, settle_state
from .pinning import is_gone
from .planning import difference_between, plan, side_of, side_of_version
from .stored import get_draft, get_version, list_versions, live_version


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a version came from, as far as the author's tool knows."""

    notebook: str | None = None
    cell_id: str | None = None
    git_commit: str | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What is live now; `created` tells a new version, `changed` that another was live before."""

    version: Version
    created: bool
    changed: bool
    diff: Diff


async def publish(
    session: AsyncSession,
    endpoint_id: uuid.UUID,
    *,
    caller: Caller,
    message: str | None,
    provenance: Provenance,
    engines: Engines,
    tested: str | Definition,
    forced: str | None = None,
) -> Published:
    """Make the draft live, as one transaction. Unchanged content makes no version.

    `tested` is the hash of the draft that the endpoint's tests ran on, or that draft as it was
    frozen when it was saved just now, which needs no second look; `forced` is the reason why it is
    published although one failed.
    """
    endpoint = await _locked_for(session, caller, endpoint_id)
    saved = tested if isinstance(tested, Definition) else None
    planned = await plan(session, endpoint, engines, saved=saved)
    if planned.frozen.hash() != (saved.hash() if saved else tested):
        message = "Somebody else changed the draft while its tests ran; look, and try again"
        raise Conflict(message)
    # Whoever publishes lets others query the datasource, so must be allowed to do so too.
    used = uuid.UUID(planned.frozen.datasource_id)
    caller.require(ResourceType.DATASOURCE, Action.EXECUTE, used, known=True)
    version = planned.existing or Version(
        endpoint_id=endpoint.id,
        number=planned.next_number,
        hash=planned.frozen.hash(),
        datasource_id=uuid.UUID(planned.frozen.datasource_id),
        definition=planned.frozen.as_dict(),
        message=message,
        notebook=provenance.notebook,
        cell_id=provenance.cell_id,
        git_commit=provenance.git_commit,
        created_at=now(),
        created_by=caller.username,
    )
    created = planned.existing is None
    if forced is not None:
        version.forced = forced
    columns = dump_columns(planned.columns)
    if not created and version.columns != columns:
        # What is live already is told of anew.
        await announce_change(session, endpoint.id)
    version.columns = columns
    session.add(version)
    changed = await _make_live(session, endpoint, version, caller.username)
    return Published(version, created, changed, planned.diff)


async def publish_version(
    session: AsyncSession, endpoint_id: uuid.UUID, number: int | None, *, caller: Caller
) -> Published:
    """Make an older version live again; without a number, the one before what is live."""
    endpoint = await _locked_for(session, caller, endpoint_id)
    live = await live_version(session, endpoint)
    version = (
        await _before(session, endpoint, live)
        if number is None
        else await get_version(session, endpoint.id, number)
    )
    caller.require(ResourceType.DATASOURCE, Action.EXECUTE, version.datasource_id, known=True)
    diff = difference_between(side_of(live), side_of_version(version))
    changed = await _make_live(session, endpoint, version, caller.username)
    return Published(version, created=False, changed=changed, diff=diff)


async def unpublish(session: AsyncSession, endpoint_id: uuid.UUID, *, caller: Caller) -> bool:
    """Take the endpoint off the gateway; its draft and versions stay. Tells if it was live."""
    endpoint = await _locked_for(session, caller, endpoint_id)
    return await _make_live(session, endpoint, None, caller.username)


async def purge(session: AsyncSession, endpoint_id: uuid.UUID, *, caller: Caller) -> None:
    """End what is kept of the endpoint's answers, everywhere."""
    endpoint = await _locked_for(session, caller, endpoint_id)
    endpoint.cache_epoch += 1
    await announce_change(session, endpoint.id)
    await session.commit()


async def _locked_for(session: AsyncSession, caller: Caller, endpoint_id: uuid.UUID) -> Endpoint:
    endpoint = await lock_endpoint(session, endpoint_id)
    caller.require(ResourceType.ENDPOINT, Action.PUBLISH, endpoint.id, module_id=endpoint.module_id)
    return endpoint


async def _make_live(
    session: AsyncSession, endpoint: Endpoint, version: Version | None, author: str
) -> bool:
    target = version.id if version else None
    if endpoint.published_version_id == target and not (version and is_gone(version)):
        # Nothing was written; this ends the lock.
        await session.commit()
        return False
    try:
        sequence = await session.exec(
            select(func.count())
            .select_from(Publication)
            .where(Publication.endpoint_id == endpoint.id)
        )
        session.add(
            Publication(
                endpoint_id=endpoint.id,
                version_id=target,
                sequence=sequence.one() + 1,
                created_at=now(),
                created_by=author,
            )
        )
        endpoint.published_version_id = target
        endpoint.cache_epoch += 1
        if version is not None:
            # Whoever makes it live wants it: it shall not end on a day that was set for it before.
            version.deprecated_at = version.sunset_at = None
            session.add(version)
        draft = await get_draft(session, endpoint.id)
        await settle_state(session, endpoint, draft.hash)
        await announce_change(session, endpoint.id)
        await session.commit()
    except IntegrityError:
        await session.rollback()
        message = "Somebody else published this endpoint just now; look, and try again"
        raise Conflict(message) from None
    return True


async def _before(session: AsyncSession, endpoint: Endpoint, live: Version | None) -> Version:
    """The version to roll back to: the next lower number, or the newest when none is live."""
    versions = await list_versions(session, endpoint.id)
    for version in versions:
        if live is None or version.number < live.number:
            return version
    if live is None:
        raise Conflict(f"{endpoint.method} {endpoint.path} has never been published")
    raise Conflict("Version 1 is live: there is none before it. Unpublish the endpoint instead")
