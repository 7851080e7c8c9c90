"""The audit log browsed: who changed what, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ..errors import NotFound
from ..store import AuditEntry
from ..store.paging import Key, Order, key_of
from .search import COUNTED

# Their ids are given in the order that changes were made in.
_SORTED: tuple[Any, ...] = (col(AuditEntry.id),)
NEWEST_FIRST = Order(_SORTED, descending=True)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries; every field that is given has to be just so."""

    actor: str | None = None
    action: str | None = None
    resource_type: str | None = None
    resource_id: str | None = None
    change: str | None = None
    via: str | None = None
    request_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As SQL."""
        entry = AuditEntry
        exact = {
            entry.actor: self.actor,
            entry.action: self.action,
            entry.resource_type: self.resource_type,
            entry.resource_id: self.resource_id,
            entry.change: self.change,
            entry.via: self.via,
            entry.request_id: self.request_id,
        }
        found = [col(column) == value for column, value in exact.items() if value is not None]
        if self.since is not None:
            found.append(col(entry.created_at) >= self.since)
        if self.until is not None:
            found.append(col(entry.created_at) < self.until)
        return found

    def query(self, limit: int) -> SelectOfScalar[AuditEntry]:
        """The newest entries, to be read one after the other."""
        chosen = select(AuditEntry).where(*self.conditions())
        return chosen.order_by(*NEWEST_FIRST.by()).limit(limit)


@dataclass(frozen=True, slots=True)
class FoundEntries:
    """A page of entries, and how many there are in all, if they are few enough to count."""

    entries: list[AuditEntry]
    total: int
    is_capped: bool
    more: bool

    @property
    def last_key(self) -> Key | None:
        """Where the next page begins; None when this is the last."""
        return key_of((self.entries[-1].id,)) if self.more else None


async def search_audit(
    session: AsyncSession,
    wanted: AuditFilter,
    *,
    limit: int,
    offset: int = 0,
    after: Key | None = None,
) -> FoundEntries:
    """One page, newest first."""
    some = select(col(AuditEntry.id)).where(*wanted.conditions()).limit(COUNTED + 1).subquery()
    counted = (await session.exec(select(func.count()).select_from(some))).one()
    query = wanted.query(limit + 1)
    query = query.where(NEWEST_FIRST.after(after)) if after else query.offset(offset)
    entries = list(await session.exec(query))
    return FoundEntries(
        entries[:limit], min(counted, COUNTED), counted > COUNTED, len(entries) > limit
    )


async def get_entry(session: AsyncSession, entry_id: int) -> AuditEntry:
    """Raises NotFound."""
    entry = await session.get(AuditEntry, entry_id)
    if entry is None:
        raise NotFound("There is no such audit entry")
    return entry
