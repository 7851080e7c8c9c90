"""The overview: what there is, what is asked of it, how fast it answers, what happened last."""

import uuid
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from ..store import AccessRecord, Client, Database, Endpoint
from .buckets import percentile
from .rollup import newest_id, read_mark
from .scope import Scope
from .traffic import Cell, Count, LiveRow, Reader
from .window import Window

# So many records are added up while somebody waits; beyond it the answer says what is missing.
LIVE = 10_000
TOP = 10
Value = TypeVar("Value", str, int)
SHARES = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99}


@dataclass(frozen=True, slots=True)
class Step:
    """An hour or a day."""

    start: datetime
    requests: int
    errors: int
    average_ms: float | None


@dataclass(frozen=True, slots=True)
class TopEndpoint:
    """An endpoint that is asked much; without a path when it has been deleted."""

    endpoint_id: uuid.UUID
    method: str | None
    path: str | None
    requests: int
    errors: int
    p95_ms: float | None


@dataclass(frozen=True, slots=True)
class TopClient:
    """A client that asks much; without a name when it has been deleted."""

    client_id: uuid.UUID
    name: str | None
    requests: int
    errors: int


@dataclass(frozen=True, slots=True)
class Latency:
    """Durations that shares of the requests did not exceed, within 5 %."""

    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    average_ms: float | None


@dataclass(frozen=True, slots=True)
class TrafficView:
    """What was asked in a window; errors are answers of 400 and above."""

    start: datetime
    end: datetime
    as_of: datetime | None
    is_complete: bool
    pending: int
    requests: int
    errors: int
    latency: Latency
    steps: list[Step]
    statuses: dict[int, int]
    methods: dict[str, int]
    top_endpoints: list[TopEndpoint]
    top_clients: list[TopClient] = field(default_factory=list)

    @property
    def error_rate(self) -> float:
        """The share of requests that were errors."""
        return round(self.errors / self.requests, 6) if self.requests else 0.0


async def view_traffic(
    database: Database, scope: Scope, window: Window, *, with_clients: bool
) -> TrafficView:
    """The traffic of the scope in the window, as of one moment."""
    async with one_moment(database) as connection:
        mark, newest = await read_mark(connection), await newest_id(connection)
        pending = await pending_records(connection, mark.record_id)
        is_complete = pending <= LIVE
        # Of too many nothing is counted: what is told is then as of the mark.
        seen = mark if is_complete else replace(mark, record_id=newest)
        reader = Reader(connection, scope, window, seen)
        live = await reader.live() if is_complete and pending else []
        top = await _top_endpoints(reader, live)
        clients = await _top_clients(reader, live) if with_clients else []
        cells = [*await reader.cells(), *(_cell(row) for row in live)]
        buckets = Counter(await reader.latencies())
        as_of = window.present if is_complete else await recorded_at(connection, mark.record_id)
    for row in live:
        buckets[row.bucket] += row.requests
    requests = sum(cell.requests for cell in cells)
    return TrafficView(
        start=window.start,
        end=window.present,
        as_of=as_of,
        is_complete=is_complete,
        pending=0 if is_complete else newest - mark.record_id,
        requests=requests,
        errors=sum(cell.requests for cell in cells if cell.status >= 400),
        latency=_latency(buckets, cells, requests),
        steps=_steps(window, cells),
        statuses=_by(cells, lambda cell: cell.status),
        methods=_by(cells, lambda cell: cell.method),
        top_endpoints=top,
        top_clients=clients,
    )


@asynccontextmanager
async def one_moment(database: Database) -> AsyncIterator[AsyncConnection]:
    """A connection whose queries all see the database as it is at the first of them."""
    async with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # The driver begins no transaction for what only reads.
            await connection.exec_driver_sql("BEGIN")
        else:
            await connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


async def pending_records(connection: AsyncConnection, mark: int) -> int:
    """How many records are not added up yet, if they are few."""
    ids = select(col(AccessRecord.id)).where(col(AccessRecord.id) > mark).limit(LIVE + 1)
    return len((await connection.execute(ids)).all())


async def recorded_at(connection: AsyncConnection, record_id: int) -> datetime | None:
    """When a record was made; None when it is gone."""
    return await connection.scalar(
        select(col(AccessRecord.created_at)).where(col(AccessRecord.id) == record_id)
    )


def _cell(row: LiveRow) -> Cell:
    return Cell(row.step, row.method, row.status, row.requests, row.duration_ms)


async def _top_endpoints(reader: Reader, live: Sequence[LiveRow]) -> list[TopEndpoint]:
    ranked = await reader.top_endpoints(live, TOP)
    ids = [endpoint_id for endpoint_id, _ in ranked]
    buckets = {key: Counter(value) for key, value in (await reader.latencies_of(ids)).items()}
    for row in live:
        if row.endpoint_id in ids:
            buckets.setdefault(row.endpoint_id, Counter())[row.bucket] += row.requests
    rows = await reader.connection.execute(
        select(col(Endpoint.id), col(Endpoint.method), col(Endpoint.path)).where(
            col(Endpoint.id).in_(ids)
        )
    )
    names: dict[uuid.UUID, tuple[str | None, str | None]] = {
        endpoint_id: (method, path) for endpoint_id, method, path in rows
    }
    return [
        TopEndpoint(
            key,
            *names.get(key, (None, None)),
            count.requests,
            count.errors,
            percentile(buckets.get(key, {}), SHARES["p95_ms"]),
        )
        for key, count in ranked
    ]


async def _top_clients(reader: Reader, live: Sequence[LiveRow]) -> list[TopClient]:
    ranked = await reader.top_clients(live, TOP)
    rows = await reader.connection.execute(
        select(col(Client.id), col(Client.name)).where(
            col(Client.id).in_([key for key, _ in ranked])
        )
    )
    names = dict(rows.all())
    return [TopClient(key, names.get(key), count.requests, count.errors) for key, count in ranked]


def _latency(buckets: Counter[int], cells: Sequence[Cell], requests: int) -> Latency:
    total_ms = sum(cell.duration_ms for cell in cells)
    return Latency(
        **{name: percentile(buckets, share) for name, share in SHARES.items()},
        average_ms=round(total_ms / requests, 3) if requests else None,
    )


def _steps(window: Window, cells: Sequence[Cell]) -> list[Step]:
    counts: dict[int, Count] = defaultdict(Count)
    durations: dict[int, float] = defaultdict(float)
    for cell in cells:
        counts[cell.step].add(cell.requests, cell.requests if cell.status >= 400 else 0)
        durations[cell.step] += cell.duration_ms
    return [
        Step(
            start,
            counts[step].requests,
            counts[step].errors,
            _average(durations[step], counts[step].requests),
        )
        for step, start in window.steps()
    ]


def _average(duration_ms: float, requests: int) -> float | None:
    return round(duration_ms / requests, 3) if requests else None


def _by(cells: Sequence[Cell], what: Callable[[Cell], Value]) -> dict[Value, int]:
    found: Counter[Value] = Counter()
    for cell in cells:
        found[what(cell)] += cell.requests
    return dict(sorted(found.items()))
