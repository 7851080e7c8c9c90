"""Activity: what a badge tells of an endpoint, for many of them at once, from what is added up."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Integer, case, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from ..store import AccessRecord, Database, Traffic, TrafficCaller, TrafficLatency
from ..store.base import now
from ..store.traffic import NONE
from .adding import BUCKET, HOUR, REFUSED
from .buckets import percentile
from .overview import LIVE, one_moment, pending_records, recorded_at
from .rollup import read_mark
from .window import day_of

HOURS, DAYS = 24, 30


@dataclass(slots=True)
class Activity:
    """Of one endpoint; `buckets` are durations of today and yesterday."""

    requests: int = 0
    errors_today: int = 0
    clients: int = 0
    last_called_at: datetime | None = None
    buckets: Counter[int] = field(default_factory=Counter)

    def took_ms(self, share: float) -> float | None:
        """What this share of the requests did not exceed; None when there was none lately."""
        return percentile(self.buckets, share) if self.requests else None

    def called(self, moment: datetime) -> None:
        """Note a call."""
        if self.last_called_at is None or moment > self.last_called_at:
            self.last_called_at = moment


@dataclass(frozen=True, slots=True)
class ActivityView:
    """By endpoint, and the moment that it was so at."""

    endpoints: dict[uuid.UUID, Activity]
    as_of: datetime


async def view_activity(database: Database, endpoints: Sequence[uuid.UUID]) -> ActivityView:
    """What was asked of each lately: in this hour and the 23 before it, by clients in 30 days."""
    present = now()
    async with one_moment(database) as connection:
        mark = (await read_mark(connection)).record_id
        pending = await pending_records(connection, mark)
        reader = _Reader(
            connection, tuple(endpoints), present, {key: Activity() for key in endpoints}
        )
        await reader.hours()
        await reader.latencies()
        await reader.callers()
        if 0 < pending <= LIVE:
            await reader.live(mark)
            await reader.live_callers(mark)
        # Of too many nothing is counted: what is told is then as of the mark.
        as_of = present if pending <= LIVE else await recorded_at(connection, mark)
    return ActivityView(reader.found, as_of or reader.first_moment)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads into `found`, which has every endpoint, by one connection and as of one moment."""

    connection: AsyncConnection
    endpoints: tuple[uuid.UUID, ...]
    present: datetime
    found: dict[uuid.UUID, Activity]

    @property
    def first_hour(self) -> int:
        """Since 1970; today's first is never before it."""
        return self.last_hour - HOURS + 1

    @property
    def last_hour(self) -> int:
        return int(self.present.timestamp() // 3_600)

    @property
    def today(self) -> int:
        return day_of(self.present)

    @property
    def first_moment(self) -> datetime:
        return datetime.fromtimestamp(self.first_hour * 3_600, UTC)

    @property
    def since(self) -> datetime:
        """Who called after this is counted among the clients."""
        return self.present - timedelta(days=DAYS)

    async def hours(self) -> None:
        """Requests and errors."""
        is_error = (col(Traffic.hour) >= self.today * 24) & (col(Traffic.status) >= 400)
        rows = await self.connection.execute(
            select(
                col(Traffic.endpoint_id),
                func.sum(col(Traffic.requests)),
                func.sum(case((is_error, col(Traffic.requests)), else_=0)),
            )
            .where(
                col(Traffic.endpoint_id).in_(self.endpoints),
                col(Traffic.hour).between(self.first_hour, self.last_hour),
            )
            .group_by(col(Traffic.endpoint_id))
        )
        for endpoint_id, requests, errors in rows:
            activity = self.found[endpoint_id]
            activity.requests, activity.errors_today = int(requests), int(errors)

    async def latencies(self) -> None:
        """Durations, which are added up by the day."""
        rows = await self.connection.execute(
            select(
                col(TrafficLatency.endpoint_id),
                col(TrafficLatency.bucket),
                func.sum(col(TrafficLatency.requests)),
            )
            .where(
                col(TrafficLatency.endpoint_id).in_(self.endpoints),
                col(TrafficLatency.day).between(self.today - 1, self.today),
            )
            .group_by(col(TrafficLatency.endpoint_id), col(TrafficLatency.bucket))
        )
        for endpoint_id, bucket, requests in rows:
            self.found[endpoint_id].buckets[bucket] += int(requests)

    async def callers(self) -> None:
        """Clients, and the last call of whoever."""
        caller = TrafficCaller
        counts = (col(caller.client_id) != NONE) & (col(caller.last_called_at) >= self.since)
        rows = await self.connection.execute(
            select(
                col(caller.endpoint_id),
                func.sum(case((counts, 1), else_=0)),
                func.max(col(caller.last_called_at)),
            )
            .where(col(caller.endpoint_id).in_(self.endpoints))
            .group_by(col(caller.endpoint_id))
        )
        for endpoint_id, clients, last in rows:
            self.found[endpoint_id].clients = int(clients)
            self.found[endpoint_id].called(last)

    async def live(self, mark: int) -> None:
        """Add the records after the mark."""
        record = AccessRecord
        hour: Any = literal_column(HOUR[self.connection.dialect.name], Integer)
        bucket: Any = literal_column(BUCKET, Integer)
        key: list[Any] = [col(record.endpoint_id), hour, bucket]
        told: list[Any] = [
            func.count(),
            func.sum(case((col(record.status) >= 400, 1), else_=0)),
            func.max(col(record.created_at)),
        ]
        chosen: Any = (
            select(*key, *told)
            .where(col(record.id) > mark, col(record.endpoint_id).in_(self.endpoints))
            .group_by(*(literal_column(str(place)) for place in range(1, len(key) + 1)))
        )
        for endpoint_id, at, kind, requests, errors, last in await self.connection.execute(chosen):
            activity = self.found[endpoint_id]
            activity.called(last)
            if self.first_hour <= at <= self.last_hour:
                activity.requests += requests
                activity.errors_today += errors if at >= self.today * 24 else 0
            if self.today - 1 <= at // 24 <= self.today:
                activity.buckets[kind] += requests

    async def live_callers(self, mark: int) -> None:
        """Add the clients that only records after the mark tell of."""
        record: Any = AccessRecord
        caller = TrafficCaller
        known = select(col(caller.client_id)).where(
            col(caller.endpoint_id) == col(record.endpoint_id),
            col(caller.client_id) == col(record.client_id),
            col(caller.last_called_at) >= self.since,
        )
        rows = await self.connection.execute(
            select(col(record.endpoint_id), func.count(func.distinct(col(record.client_id))))
            .where(
                col(record.id) > mark,
                col(record.endpoint_id).in_(self.endpoints),
                col(record.client_id).is_not(None),
                col(record.status).not_in(REFUSED),
                col(record.created_at) >= self.since,
                ~known.exists(),
            )
            .group_by(col(record.endpoint_id))
        )
        for endpoint_id, clients in rows:
            self.found[endpoint_id].clients += clients
