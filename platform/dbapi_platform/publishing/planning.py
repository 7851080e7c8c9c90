"""Plans and comparisons: what publishing would change, before anything is changed."""

from dataclasses import dataclass

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import InvalidRequest, NotFound
from ..store import Draft, Endpoint, Version
from .columns import Columns, known_columns, load_columns, merge
from .compiled import Engines, freeze
from .datasources import get_datasource
from .definition import Definition
from .diff import Diff, compare
from .drafts import compile_for
from .stored import get_draft, get_version, highest_number, live_version


@dataclass(frozen=True, slots=True)
class Side:
    """One of two that are compared; without a definition it is not there."""

    label: str
    definition: Definition | None
    columns: Columns | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What publishing the draft would change. `existing` is a version with the same content.

    `columns` are those that runs of this content showed, if they are known.
    """

    live: Version | None
    existing: Version | None
    next_number: int
    frozen: Definition
    columns: Columns | None
    diff: Diff

    @property
    def changes(self) -> bool:
        """Whether anything would be another than it is."""
        return self.live is None or self.existing is None or self.existing.id != self.live.id


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
    digest = frozen.hash()
    versions = await session.exec(
        select(Version).where(Version.endpoint_id == endpoint.id, Version.hash == digest)
    )
    existing = versions.first()
    columns = known_columns(draft.shape, digest)
    if existing is not None:
        columns = merge(load_columns(existing.columns), columns)
    return Plan(
        live=live,
        existing=existing,
        next_number=await highest_number(session, endpoint.id) + 1,
        frozen=frozen,
        columns=columns,
        diff=difference_between(side_of(live), Side("draft", frozen, columns)),
    )


async def difference(
    session: AsyncSession, endpoint: Endpoint, before: str, after: str, engines: Engines
) -> Diff:
    """Between any two of `draft`, `live` and version numbers. Raises NotFound, InvalidRequest."""
    old = await _named(session, endpoint, before, engines)
    new = await _named(session, endpoint, after, engines)
    if new.definition is None:
        raise NotFound(f"{endpoint.method} {endpoint.path} is not live")
    return difference_between(old, new)


def side_of(live: Version | None) -> Side:
    """What is live."""
    if live is None:
        return Side("nothing live", None)
    return Side(f"live (version {live.number})", *_content(live))


def side_of_version(version: Version) -> Side:
    """A version by its number."""
    return Side(f"version {version.number}", *_content(version))


def difference_between(before: Side, after: Side) -> Diff:
    """How `after`, which is there, differs."""
    if after.definition is None:
        raise ValueError("There is nothing to compare with")
    return compare(
        before.definition,
        after.definition,
        before_label=before.label,
        after_label=after.label,
        columns=(before.columns, after.columns),
    )


async def _frozen(session: AsyncSession, draft: Draft, engines: Engines) -> Definition:
    datasource = await get_datasource(session, draft.datasource_id)
    return freeze(await compile_for(Definition.from_dict(draft.definition), datasource, engines))


async def _named(session: AsyncSession, endpoint: Endpoint, name: str, engines: Engines) -> Side:
    if name == "draft":
        planned = await plan(session, endpoint, engines)
        return Side("draft", planned.frozen, planned.columns)
    if name == "live":
        return side_of(await live_version(session, endpoint))
    if not name.isdecimal():
        raise InvalidRequest.of("from/to", f"expected draft, live or a number, got '{name}'")
    return side_of_version(await get_version(session, endpoint.id, int(name)))


def _content(version: Version) -> tuple[Definition, Columns | None]:
    return Definition.from_dict(version.definition), load_columns(version.columns)
