"""What a catalogue tells of published endpoints beside their routes: modules, and columns."""

import uuid
from collections.abc import Collection, Sequence
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

    def listed(self, row: Row, route: Route) -> Listed:
        """What is told of a row that was read."""
        known = self._kept.get(row.version_id)
        return Listed(route, row.module_id, row.module, known.columns if known else None)

    def keep(self, versions: Collection[uuid.UUID]) -> None:
        """Forget all others."""
        for version_id in [known for known in self._kept if known not in versions]:
            del self._kept[version_id]

    async def read(self, session: AsyncSession, wanted: Sequence[Row]) -> None:
        """The columns of those of which there are more than before."""
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
