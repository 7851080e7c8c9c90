"""What a catalogue tells of published endpoints beside their routes: modules, and columns."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Text, cast, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..publishing.columns import Columns, load_columns
from ..store import Endpoint, Module, Version
from .routes import Route

# As many versions are read at a time.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Listed:
    """A route as the catalogue tells of it: where it is kept, and what its runs answered."""

    route: Route
    module_id: uuid.UUID
    module: str
    columns: Columns | None


@dataclass(frozen=True, slots=True)
class _Kept:
    """Columns as they were read, and how long they were then, written out."""

    columns: Columns | None
    length: int | None


class Listings:
    """Reads them. Columns are read again only when there are more of them."""

    def __init__(self) -> None:
        self._kept: dict[uuid.UUID, _Kept] = {}

    async def read(self, session: AsyncSession, routes: Sequence[Route]) -> tuple[Listed, ...]:
        """What is told of each of these."""
        rows = await session.exec(
            select(Endpoint.id, Module.id, Module.name)
            .join(Module, col(Module.id) == Endpoint.module_id)
            .where(col(Endpoint.published_version_id).is_not(None))
        )
        modules = {endpoint_id: (module_id, name) for endpoint_id, module_id, name in rows}
        await self._read_columns(session, [route.version_id for route in routes])
        return tuple(
            # What has gone between two questions is gone from the next snapshot.
            Listed(route, *modules[route.endpoint_id], self._kept[route.version_id].columns)
            for route in routes
            if route.endpoint_id in modules and route.version_id in self._kept
        )

    async def _read_columns(self, session: AsyncSession, wanted: Sequence[uuid.UUID]) -> None:
        lengths = await _lengths(session)
        missing = [
            version_id
            for version_id in wanted
            if version_id not in self._kept
            or self._kept[version_id].length != lengths.get(version_id)
        ]
        for start in range(0, len(missing), CHUNK):
            rows = await session.exec(
                select(Version.id, Version.columns).where(
                    col(Version.id).in_(missing[start : start + CHUNK])
                )
            )
            for version_id, columns in rows:
                self._kept[version_id] = _Kept(load_columns(columns), lengths.get(version_id))
        kept = set(wanted)
        for version_id in [known for known in self._kept if known not in kept]:
            del self._kept[version_id]


async def _lengths(session: AsyncSession) -> dict[uuid.UUID, int | None]:
    """How long the columns of each published version are, written out.

    Whoever publishes what is live already may have learnt more of them. Then they are longer, so
    that they need not be read all at every change.
    """
    length = func.length(cast(col(Version.columns), Text))
    rows = await session.exec(
        select(Version.id, length).join(Endpoint, col(Endpoint.published_version_id) == Version.id)
    )
    return dict(rows.all())
