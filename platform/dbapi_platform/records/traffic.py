"""Traffic read back: what has been added up, and the records since then added to it."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    case,
    column,
    func,
    literal_column,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from ..store import AccessRecord, Traffic, TrafficDay, TrafficLatency, TrafficRank
from ..store.traffic import ALL, NONE
from .adding import BUCKET, HOUR, RANKED_DAYS
from .rollup import Mark
from .scope import Scope
from .window import Window


@dataclass(slots=True)
class Count:
    """Requests, how many of them were refused or failed, and how long all of them took."""

    requests: int = 0
    errors: int = 0

    def add(self, requests: int, errors: int) -> None:
        self.requests += requests
        self.errors += errors


@dataclass(frozen=True, slots=True)
class Cell:
    """Requests of one step of the timeline with the same method and status."""

    step: int
    method: str
    status: int
    requests: int
    duration_ms: float


@dataclass(frozen=True, slots=True)
class LiveRow:
    """Records that have not been added up yet and differ in nothing that counts."""

    step: int
    method: str
    status: int
    requests: int
    duration_ms: float
    endpoint_id: uuid.UUID | None
    client_id: uuid.UUID | None
    bucket: int

    @property
    def errors(self) -> int:
        return self.requests if self.status >= 400 else 0


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the traffic of a scope and a window, by one connection and as of one moment."""

    connection: AsyncConnection
    scope: Scope
    window: Window
    mark: Mark

    async def live(self) -> list[LiveRow]:
        """The records after the mark."""
        hour: ColumnElement[int] = literal_column(HOUR[self.connection.dialect.name], Integer)
        bucket: ColumnElement[int] = literal_column(BUCKET, Integer)
        record = AccessRecord
        step = (hour // self.window.hours_a_step).label("step")
        key: list[Any] = [
            step, record.method, record.status, record.endpoint_id, record.client_id,
            bucket.label("bucket"),
        ]  # fmt: skip
        rows = await self.connection.execute(
            select(
                *key,
                func.count().label("requests"),
                func.sum(col(record.duration_ms)).label("duration_ms"),
            )
            .where(
                col(record.id) > self.mark.record_id,
                hour.between(self.window.first_hour, self.window.last_hour),
                *self.scope.conditions(col(record.endpoint_id)),
            )
            .group_by(*(literal_column(str(place)) for place in range(1, len(key) + 1)))
        )
        return [LiveRow(**row) for row in rows.mappings()]

    async def cells(self) -> list[Cell]:
        """The timeline, by method and status."""
        step = col(Traffic.hour) // self.window.hours_a_step
        key: list[Any] = [step.label("step"), Traffic.method, Traffic.status]
        rows = await self.connection.execute(
            select(
                *key,
                func.sum(Traffic.requests).label("requests"),
                func.sum(Traffic.duration_ms).label("duration_ms"),
            )
            .where(
                *self._of_endpoints(col(Traffic.endpoint_id)),
                col(Traffic.hour).between(self.window.first_hour, self.window.last_hour),
            )
            .group_by(column("step"), col(Traffic.method), col(Traffic.status))
        )
        return [
            Cell(row.step, row.method, row.status, int(row.requests), row.duration_ms)
            for row in rows
        ]

    async def latencies(self) -> dict[int, int]:
        """Requests by bucket."""
        rows = await self.connection.execute(
            select(col(TrafficLatency.bucket), func.sum(TrafficLatency.requests))
            .where(*self._of_endpoints(col(TrafficLatency.endpoint_id)), self._days(TrafficLatency))
            .group_by(col(TrafficLatency.bucket))
        )
        return {bucket: int(requests) for bucket, requests in rows}

    async def latencies_of(self, endpoints: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[int, int]]:
        """Requests by bucket, of each of a few endpoints."""
        rows = await self.connection.execute(
            select(
                col(TrafficLatency.endpoint_id),
                col(TrafficLatency.bucket),
                func.sum(TrafficLatency.requests),
            )
            .where(col(TrafficLatency.endpoint_id).in_(endpoints), self._days(TrafficLatency))
            .group_by(col(TrafficLatency.endpoint_id), col(TrafficLatency.bucket))
        )
        found: dict[uuid.UUID, dict[int, int]] = defaultdict(dict)
        for endpoint_id, bucket, requests in rows:
            found[endpoint_id][bucket] = int(requests)
        return found

    async def top_endpoints(
        self, live: Sequence[LiveRow], limit: int
    ) -> list[tuple[uuid.UUID, Count]]:
        """Those asked most."""
        if self._is_ranked:
            counts = await self._of_rank(live, limit)
        else:
            counts = await self._ranked(
                col(TrafficDay.subject_id),
                (col(TrafficDay.requests), col(TrafficDay.errors)),
                [
                    col(TrafficDay.kind) == "endpoint",
                    self._days(TrafficDay),
                    *self.scope.conditions(col(TrafficDay.subject_id)),
                ],
                col(AccessRecord.endpoint_id),
                live,
                limit,
            )
        return _merged(counts, [(row.endpoint_id, row) for row in live], limit)

    async def top_clients(
        self, live: Sequence[LiveRow], limit: int
    ) -> list[tuple[uuid.UUID, Count]]:
        """Those that asked most."""
        key: Any
        sums: tuple[Any, Any]
        if self.scope.is_all:
            key, sums = col(TrafficDay.subject_id), (TrafficDay.requests, TrafficDay.errors)
            conditions = [col(TrafficDay.kind) == "client", self._days(TrafficDay)]
        else:
            key = col(Traffic.client_id)
            errors = case((col(Traffic.status) >= 400, col(Traffic.requests)), else_=0)
            sums = (col(Traffic.requests), errors)
            conditions = [
                *self.scope.conditions(col(Traffic.endpoint_id)),
                col(Traffic.hour).between(self.window.first_hour, self.window.last_hour),
                key != NONE,
            ]
        counts = await self._ranked(key, sums, conditions, col(AccessRecord.client_id), live, limit)
        return _merged(counts, [(row.client_id, row) for row in live], limit)

    @property
    def _is_ranked(self) -> bool:
        """Whether the ranks are of just this window."""
        return (
            self.scope.is_all
            and self.window.days in RANKED_DAYS
            and self.mark.ranked_day == self.window.last_day
        )

    async def _of_rank(self, live: Sequence[LiveRow], limit: int) -> dict[uuid.UUID, Count]:
        chosen = select(
            col(TrafficRank.endpoint_id), col(TrafficRank.requests), col(TrafficRank.errors)
        ).where(col(TrafficRank.days) == self.window.days)
        ordered = chosen.order_by(col(TrafficRank.requests).desc())
        least = ordered.offset(limit - 1).limit(1).subquery()
        # With all that tie for the last place: which of them is told must not change.
        first = chosen.where(
            col(TrafficRank.requests)
            >= func.coalesce(select(least.c.requests).scalar_subquery(), 0)
        )
        of_live = chosen.where(
            col(TrafficRank.endpoint_id).in_(self._live_keys(AccessRecord.endpoint_id))
        )
        return await self._counts(first, *([of_live] if live else []))

    async def _ranked(
        self,
        key: Any,
        sums: tuple[Any, Any],
        conditions: list[ColumnElement[bool]],
        live_key: Any,
        live: Sequence[LiveRow],
        limit: int,
    ) -> dict[uuid.UUID, Count]:
        """The first ones of what has been added up, and all that the live records are of.

        Of these is the whole's first: whoever has no live record keeps its place or loses it.
        """
        requests, errors = (func.sum(part) for part in sums)
        chosen = select(key, requests, errors).where(*conditions).group_by(key)
        first = chosen.order_by(requests.desc(), key).limit(limit)
        of_live = chosen.where(key.in_(self._live_keys(live_key)))
        return await self._counts(first, *([of_live] if live else []))

    def _live_keys(self, column: Any) -> Select[*tuple[Any, ...]]:
        return select(col(column)).where(col(AccessRecord.id) > self.mark.record_id)

    async def _counts(self, *queries: Select[*tuple[Any, ...]]) -> dict[uuid.UUID, Count]:
        found = {}
        for query in queries:
            for subject, requests, errors in await self.connection.execute(query):
                found[subject] = Count(int(requests), int(errors))
        return found

    def _of_endpoints(self, endpoint_id: Any) -> list[ColumnElement[bool]]:
        if self.scope.is_all:
            return [endpoint_id == ALL]
        return self.scope.conditions(endpoint_id)

    def _days(self, table: type[TrafficDay] | type[TrafficLatency]) -> ColumnElement[bool]:
        return col(table.day).between(self.window.first_day, self.window.last_day)


def _merged(
    counts: dict[uuid.UUID, Count],
    live: Sequence[tuple[uuid.UUID | None, LiveRow]],
    limit: int,
) -> list[tuple[uuid.UUID, Count]]:
    for subject, row in live:
        if subject is not None:
            counts.setdefault(subject, Count()).add(row.requests, row.errors)
    ranked = sorted(counts.items(), key=lambda item: (-item[1].requests, str(item[0])))
    return ranked[:limit]
