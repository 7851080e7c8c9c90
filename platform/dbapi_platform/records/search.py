"""Access records found: filtered, newest first, in pages, however many there are."""

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func
from sqlalchemy import text as sql
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ..errors import InvalidRequest, NotFound
from ..store import AccessRecord, Client, Endpoint
from ..store.paging import Key, Order, key_of
from ..store.records import FAILED, NAMED_ERROR, OTHER_METHOD, SLOW, SLOW_MS
from .networks import in_network, starts_with
from .scope import Scope

# Records are counted up to here; beyond it only that there are more is told.
COUNTED = 10_000
_SORTED: tuple[Any, ...] = (col(AccessRecord.created_at), col(AccessRecord.id))
NEWEST_FIRST = Order(_SORTED, descending=True)
_STATUS = re.compile(r"[1-9](\d\d|xx)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which records; `status` is a number or a class such as `4xx`, `path` a beginning.

    Of those `after_id` some may appear later with a lower id than others: see `RecordQuery`.
    """

    scope: Scope
    client_id: uuid.UUID | None = None
    status: str | None = None
    method: str | None = None
    path: str | None = None
    ip_address: str | None = None
    error_code: str | None = None
    request_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    min_duration_ms: float | None = None
    after_id: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of records, and how many there are in all, if they are few enough to count."""

    records: list[AccessRecord]
    total: int
    is_capped: bool
    more: bool

    @property
    def last_key(self) -> Key | None:
        """Where the next page begins; None when this is the last."""
        if not self.more:
            return None
        return key_of((self.records[-1].created_at, self.records[-1].id))


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A record with the names of its endpoint and client, as far as these still exist."""

    record: AccessRecord
    endpoint: Endpoint | None
    client: str | None


async def search_records(
    session: AsyncSession,
    wanted: RecordFilter,
    *,
    limit: int,
    offset: int = 0,
    after: Key | None = None,
) -> Found:
    """One page, newest first. Raises InvalidRequest."""
    conditions = await conditions_of(session, wanted)
    some = select(col(AccessRecord.id)).where(*conditions).limit(COUNTED + 1).subquery()
    counted = (await session.exec(select(func.count()).select_from(some))).one()
    is_capped = counted > COUNTED
    if is_capped:
        query = _walk(wanted, conditions, session.get_bind().dialect.name)
    else:
        # Few: all are taken, by whichever index finds them, and then sorted.
        query = select(AccessRecord).where(col(AccessRecord.id).in_(select(some.c.id)))
    if after is not None:
        query = query.where(NEWEST_FIRST.after(after))
    page = query.order_by(*NEWEST_FIRST.by()).limit(limit + 1).offset(0 if after else offset)
    records = list(await session.exec(page))
    return Found(records[:limit], min(counted, COUNTED), is_capped, len(records) > limit)


def _walk(
    wanted: RecordFilter, conditions: Sequence[ColumnElement[bool]], dialect: str
) -> SelectOfScalar[AccessRecord]:
    """Many: the first ones are met soon when the records are gone through in their order."""
    query = select(AccessRecord)
    is_ordered = _has_own_order(wanted) and wanted.after_id is None
    if dialect == "sqlite" and conditions and not is_ordered:
        # It has no statistics to see that by, and would take an index and sort a million. Within a
        # function a condition leads to no index.
        return query.where(_unindexed(conditions), *_span(wanted))
    return query.where(*conditions)


def _unindexed(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    return func.coalesce(and_(*conditions), False)


def _has_own_order(wanted: RecordFilter) -> bool:
    """Whether an index begins with what is asked for and goes on newest first."""
    failed = wanted.status is not None and wanted.status.isdigit() and int(wanted.status) >= 400
    return bool(wanted.scope.endpoint_id or wanted.client_id or wanted.error_code or failed)


async def records_query(
    session: AsyncSession, wanted: RecordFilter, *, limit: int
) -> SelectOfScalar[AccessRecord]:
    """The newest records of the filter, to be read one after the other. Raises InvalidRequest."""
    conditions = await conditions_of(session, wanted)
    return select(AccessRecord).where(*conditions).order_by(*NEWEST_FIRST.by()).limit(limit)


async def conditions_of(session: AsyncSession, wanted: RecordFilter) -> list[ColumnElement[bool]]:
    """The filter as SQL. Raises InvalidRequest."""
    record, dialect = AccessRecord, session.get_bind().dialect.name
    found = wanted.scope.conditions(col(record.endpoint_id))
    for column, value in (
        (record.client_id, wanted.client_id),
        (record.request_id, wanted.request_id),
    ):
        if value is not None:
            found.append(col(column) == value)
    if wanted.status is not None:
        found += _of_status(wanted.status)
    if wanted.method is not None:
        found.append(col(record.method) == wanted.method.upper())
        found += [sql(OTHER_METHOD)] if wanted.method.upper() != "GET" else []  # type: ignore[list-item]
    if wanted.path is not None and wanted.path.lstrip("/"):
        found.append(starts_with(col(record.path), wanted.path.lstrip("/"), dialect))
    if wanted.ip_address is not None:
        found.append(await in_network(session, wanted.ip_address))
    if wanted.error_code is not None:
        found += [col(record.error_code) == wanted.error_code, sql(NAMED_ERROR)]  # type: ignore[list-item]
    found += _span(wanted)
    if wanted.min_duration_ms is not None:
        found.append(col(record.duration_ms) >= wanted.min_duration_ms)
        found += [sql(SLOW)] if wanted.min_duration_ms >= SLOW_MS else []  # type: ignore[list-item]
    if wanted.after_id is not None:
        # The newest are few: SQLite, which would rather go through all of one endpoint's, is left
        # no other index than the ids'.
        others = [_unindexed(found)] if found and dialect == "sqlite" else found
        found = [col(record.id) > wanted.after_id, *others]
    return found


def _span(wanted: RecordFilter) -> list[ColumnElement[bool]]:
    column, found = col(AccessRecord.created_at), list[ColumnElement[bool]]()
    if wanted.since is not None:
        found.append(column >= wanted.since)
    if wanted.until is not None:
        found.append(column < wanted.until)
    return found


def _of_status(status: str) -> list[ColumnElement[bool]]:
    if not _STATUS.fullmatch(status):
        raise InvalidRequest.of("status", "expected a status such as 404, or a class such as 4xx")
    column = col(AccessRecord.status)
    lowest = int(status.lower().replace("x", "0"))
    failed: list[Any] = [sql(FAILED)] if lowest >= 400 else []
    if status.isdigit():
        return [column == lowest, *failed]
    return [column.between(lowest, lowest + 99), *failed]


async def view_record(session: AsyncSession, record_id: int, scope: Scope) -> NamedRecord:
    """One record of the scope. Raises NotFound."""
    found = await session.exec(
        select(AccessRecord).where(
            col(AccessRecord.id) == record_id, *scope.conditions(col(AccessRecord.endpoint_id))
        )
    )
    record = found.first()
    if record is None:
        raise NotFound("There is no such access record")
    return (await with_names(session, [record]))[0]


async def with_names(session: AsyncSession, records: Iterable[AccessRecord]) -> list[NamedRecord]:
    """The records with what their ids stand for, in two queries for all of them."""
    listed = list(records)
    endpoints = await session.exec(
        select(Endpoint).where(
            col(Endpoint.id).in_({row.endpoint_id for row in listed if row.endpoint_id})
        )
    )
    clients = await session.exec(
        select(col(Client.id), col(Client.name)).where(
            col(Client.id).in_({row.client_id for row in listed if row.client_id})
        )
    )
    by_id = {endpoint.id: endpoint for endpoint in endpoints}
    names = dict(clients.all())
    return [
        NamedRecord(
            row,
            by_id.get(row.endpoint_id) if row.endpoint_id else None,
            names.get(row.client_id) if row.client_id else None,
        )
        for row in listed
    ]
