"""Versions: made by publishing, never changed, published again by rolling back."""

import uuid
from dataclasses import dataclass

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.permissions import Caller
from ..errors import Conflict, InvalidRequest, NotFound
from ..store import (
    Action,
    Draft,
    Endpoint,
    Publication,
    ResourceType,
    Version,
    announce_change,
)
from ..store.base import now
from .compiled import Engines, freeze
from .datasources import get_datasource
from .definition import Definition
from .diff import Diff, compare
from .drafts import compile_for
from .endpoints import lock_endpoint, settle_state


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a version came from, as far as the author's tool knows."""

    notebook: str | None = None
    cell_id: str | None = None
    git_commit: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What publishing the draft would change. `existing` is a version with the same content."""

    live: Version | None
    existing: Version | None
    next_number: int
    frozen: Definition
    diff: Diff

    @property
    def changes(self) -> bool:
        """Whether anything would be another than it is."""
        return self.live is None or self.existing is None or self.existing.id != self.live.id


@dataclass(frozen=True, slots=True)
class Published:
    """What is live now; `created` tells a new version, `changed` that another was live before."""

    version: Version
    created: bool
    changed: bool
    diff: Diff


async def plan(
    session: AsyncSession,
    endpoint: Endpoint,
    engines: Engines,
    *,
    saved: Definition | None = None,
) -> Plan:
    """Compare the draft with what is live. Raises InvalidDefinition when it cannot be published.

    `saved` is the draft as it was frozen when it was saved just now, if it was.
    """
    draft = await get_draft(session, endpoint.id)
    frozen = (
        saved if saved and saved.hash() == draft.hash else await _frozen(session, draft, engines)
    )
    live = await live_version(session, endpoint)
    existing = await session.exec(
        select(Version).where(Version.endpoint_id == endpoint.id, Version.hash == frozen.hash())
    )
    return Plan(
        live=live,
        existing=existing.first(),
        next_number=await _highest(session, endpoint.id) + 1,
        frozen=frozen,
        diff=compare(_definition(live), frozen, before_label=_label(live), after_label="draft"),
    )


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
    diff = compare(
        _definition(live),
        Definition.from_dict(version.definition),
        before_label=_label(live),
        after_label=f"version {version.number}",
    )
    changed = await _make_live(session, endpoint, version, caller.username)
    return Published(version, created=False, changed=changed, diff=diff)


async def unpublish(session: AsyncSession, endpoint_id: uuid.UUID, *, caller: Caller) -> bool:
    """Take the endpoint off the gateway; its draft and versions stay. Tells if it was live."""
    endpoint = await _locked_for(session, caller, endpoint_id)
    return await _make_live(session, endpoint, None, caller.username)


async def difference(
    session: AsyncSession, endpoint: Endpoint, before: str, after: str, engines: Engines
) -> Diff:
    """Between any two of `draft`, `live` and version numbers. Raises NotFound, InvalidRequest."""
    old_label, old = await _named(session, endpoint, before, engines)
    new_label, new = await _named(session, endpoint, after, engines)
    if new is None:
        raise NotFound(f"{endpoint.method} {endpoint.path} is not live")
    return compare(old, new, before_label=old_label, after_label=new_label)


async def list_versions(session: AsyncSession, endpoint_id: uuid.UUID) -> list[Version]:
    """Newest first."""
    rows = await session.exec(
        select(Version)
        .where(Version.endpoint_id == endpoint_id)
        .order_by(col(Version.number).desc())
    )
    return list(rows)


async def get_version(session: AsyncSession, endpoint_id: uuid.UUID, number: int) -> Version:
    """Raises NotFound, naming the versions there are."""
    rows = await session.exec(
        select(Version).where(Version.endpoint_id == endpoint_id, Version.number == number)
    )
    version = rows.first()
    if version is None:
        highest = await _highest(session, endpoint_id)
        there = f"there are 1 to {highest}" if highest else "nothing has been published yet"
        raise NotFound(f"There is no version {number}; {there}")
    return version


async def get_draft(session: AsyncSession, endpoint_id: uuid.UUID) -> Draft:
    """The endpoint's draft."""
    return (await session.exec(select(Draft).where(Draft.endpoint_id == endpoint_id))).one()


async def live_version(session: AsyncSession, endpoint: Endpoint) -> Version | None:
    """The version that the gateway serves."""
    if endpoint.published_version_id is None:
        return None
    return await session.get_one(Version, endpoint.published_version_id)


async def _frozen(session: AsyncSession, draft: Draft, engines: Engines) -> Definition:
    datasource = await get_datasource(session, draft.datasource_id)
    return freeze(await compile_for(Definition.from_dict(draft.definition), datasource, engines))


async def _locked_for(session: AsyncSession, caller: Caller, endpoint_id: uuid.UUID) -> Endpoint:
    endpoint = await lock_endpoint(session, endpoint_id)
    caller.require(ResourceType.ENDPOINT, Action.PUBLISH, endpoint.id, module_id=endpoint.module_id)
    return endpoint


async def _make_live(
    session: AsyncSession, endpoint: Endpoint, version: Version | None, author: str
) -> bool:
    target = version.id if version else None
    if endpoint.published_version_id == target:
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
        draft = await get_draft(session, endpoint.id)
        await settle_state(session, endpoint, draft.hash)
        await announce_change(session)
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


async def _named(
    session: AsyncSession, endpoint: Endpoint, name: str, engines: Engines
) -> tuple[str, Definition | None]:
    if name == "draft":
        return "draft", (await plan(session, endpoint, engines)).frozen
    if name == "live":
        live = await live_version(session, endpoint)
        return _label(live), _definition(live)
    if not name.isdecimal():
        raise InvalidRequest.of("from/to", f"expected draft, live or a number, got '{name}'")
    version = await get_version(session, endpoint.id, int(name))
    return f"version {version.number}", Definition.from_dict(version.definition)


async def _highest(session: AsyncSession, endpoint_id: uuid.UUID) -> int:
    rows = await session.exec(
        select(func.max(Version.number)).where(Version.endpoint_id == endpoint_id)
    )
    return rows.one() or 0


def _definition(version: Version | None) -> Definition | None:
    return Definition.from_dict(version.definition) if version else None


def _label(version: Version | None) -> str:
    return f"live (version {version.number})" if version else "nothing live"
