"""Who called an endpoint lately, and how often: whom a change of it would concern."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, func, literal, literal_column, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from ..store import AccessRecord, Database, Traffic, TrafficCaller
from ..store.base import now
from ..store.traffic import NONE
from .adding import HOUR, REFUSED
from .overview import LIVE, one_moment, pending_records
from .rollup import newest_id, read_mark

DAYS, MOST = 30, 50


@dataclass(frozen=True, slots=True)
class CalledBy:
    """A client's requests; of those that came without one when `client_id` is None."""

    client_id: uuid.UUID | None
    requests: int
    last_called_at: datetime


async def who_called(database: Database, endpoint_id: uuid.UUID) -> list[CalledBy]:
    """The clients that asked most in the last 30 days, counted by the hour, at most 50.

    Requests that were not let in concern nobody.
    """
    last_hour = int(now().timestamp() // 3_600)
    async with one_moment(database) as connection:
        mark = (await read_mark(connection)).record_id
        if await pending_records(connection, mark) > LIVE:
            # Of too many nothing is counted.
            mark = await newest_id(connection)
        reader = _Reader(connection, endpoint_id, last_hour - DAYS * 24 + 1, last_hour, mark)
        counts = await reader.counts()
        last = await reader.last_calls([client_id for client_id, _ in counts])
    return [
        CalledBy(None if key == NONE else key, requests, last[key])
        for key, requests in counts
        if key in last
    ]


@dataclass(frozen=True, slots=True)
class _Reader:
    connection: AsyncConnection
    endpoint_id: uuid.UUID
    first_hour: int
    last_hour: int
    mark: int

    async def counts(self) -> list[tuple[uuid.UUID, int]]:
        """Requests by client, those before the mark and those after it together."""
        hour: Any = literal_column(HOUR[self.connection.dialect.name], Integer)
        rolled: Any = select(
            col(Traffic.client_id).label("client_id"), col(Traffic.requests).label("requests")
        ).where(
            col(Traffic.endpoint_id) == self.endpoint_id,
            col(Traffic.hour).between(self.first_hour, self.last_hour),
            col(Traffic.status).not_in(REFUSED),
        )
        live: Any = select(_client(), literal(1)).where(
            *self._live(),
            col(AccessRecord.status).not_in(REFUSED),
            hour.between(self.first_hour, self.last_hour),
        )
        every = union_all(rolled, live).subquery()
        requests = func.sum(every.c.requests)
        rows = await self.connection.execute(
            select(every.c.client_id, requests)
            .group_by(every.c.client_id)
            .order_by(requests.desc(), every.c.client_id)
            .limit(MOST)
        )
        return [(client_id, int(count)) for client_id, count in rows]

    async def last_calls(self, clients: list[uuid.UUID]) -> dict[uuid.UUID, datetime]:
        """When each of them called last."""
        caller = TrafficCaller
        rolled: Any = select(
            col(caller.client_id).label("client_id"), col(caller.last_called_at).label("at")
        ).where(col(caller.endpoint_id) == self.endpoint_id, col(caller.client_id).in_(clients))
        live: Any = select(_client(), col(AccessRecord.created_at)).where(*self._live())
        every = union_all(rolled, live).subquery()
        rows = await self.connection.execute(
            select(every.c.client_id, func.max(every.c.at)).group_by(every.c.client_id)
        )
        return dict(rows.all())

    def _live(self) -> list[Any]:
        return [
            col(AccessRecord.id) > self.mark,
            col(AccessRecord.endpoint_id) == self.endpoint_id,
        ]


def _client() -> Any:
    return func.coalesce(col(AccessRecord.client_id), NONE)
