"""What a catalogue tells of published endpoints beside their routes: modules, and columns."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..publishing.columns import Columns, load_columns
from ..store import Version
from .pinning import CHUNK, Row
from .routes import Route


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

    async def read(
        self, session: AsyncSession, rows: Sequence[Row], routes: Mapping[uuid.UUID, Route]
    ) -> tuple[Listed, ...]:
        """What is told of those that have a route, by their endpoints."""
        await self._read_columns(session, rows)
        return tuple(
            Listed(
                routes[row.endpoint_id],
                row.module_id,
                row.module,
                self._kept[row.version_id].columns,
            )
            for row in rows
            # What has gone between two questions is gone from the next snapshot.
            if row.endpoint_id in routes and row.version_id in self._kept
        )

    async def _read_columns(self, session: AsyncSession, wanted: Sequence[Row]) -> None:
        lengths = {row.version_id: row.columns_length for row in wanted}
        missing = [
            version_id
            for version_id, length in lengths.items()
            if version_id not in self._kept or self._kept[version_id].length != length
        ]
        for start in range(0, len(missing), CHUNK):
            rows = await session.exec(
                select(Version.id, Version.columns).where(
                    col(Version.id).in_(missing[start : start + CHUNK])
                )
            )
            for version_id, columns in rows:
                self._kept[version_id] = _Kept(load_columns(columns), lengths.get(version_id))
        for version_id in [known for known in self._kept if known not in lengths]:
            del self._kept[version_id]
