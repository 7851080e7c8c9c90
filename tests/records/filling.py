"""Access records as a test writes them: by the table, not by the gateway."""

import random
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, update

from dbapi_platform.store import (
    AccessRecord,
    Database,
    Traffic,
    TrafficCaller,
    TrafficDay,
    TrafficLatency,
    TrafficMark,
    TrafficRank,
)
from dbapi_platform.store.base import now
from tests.world import World


def record(**fields: Any) -> dict[str, Any]:
    """One record of a request that went well."""
    return {
        "request_id": uuid.uuid4().hex, "created_at": now(), "method": "GET", "path": "a",
        "status": 200, "duration_ms": 5.0, "endpoint_id": None, "client_id": None,
        "ip_address": "127.0.0.1", "version": None, "rows": None, "error_code": None,
        "error": None, "log": None, "query": None, **fields,
    }  # fmt: skip


def many(
    count: int,
    *,
    endpoints: Sequence[uuid.UUID | None] = (None,),
    clients: Sequence[uuid.UUID | None] = (None,),
    days: int = 10,
    seed: int = 7,
) -> list[dict[str, Any]]:
    """Records at random times of the last days, in no order."""
    dice = random.Random(seed)
    present = now()
    return [
        record(
            created_at=present - timedelta(seconds=dice.uniform(0, days * 86_400)),
            method=dice.choice(["GET", "GET", "POST"]),
            status=dice.choice([200, 200, 200, 404, 500]),
            duration_ms=round(dice.lognormvariate(3, 2), 3),
            endpoint_id=dice.choice(endpoints),
            client_id=dice.choice(clients),
        )
        for _ in range(count)
    ]


async def write(database: Database, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write them as they are."""
    async with database.engine.begin() as connection:
        await connection.execute(insert(AccessRecord), list(rows))


async def forget(world: World) -> None:
    """No records and no traffic, as in the beginning."""
    await world.platform.recorder.flush()
    async with world.platform.services.database.engine.begin() as connection:
        # Whoever is adding up holds the mark: what they add is seen, and deleted, after that.
        await connection.execute(update(TrafficMark).values(ranked_day=0))
        for table in (
            AccessRecord,
            Traffic,
            TrafficCaller,
            TrafficDay,
            TrafficLatency,
            TrafficRank,
        ):
            await connection.execute(delete(table))
        await connection.execute(update(TrafficMark).values(record_id=0, ranked_day=0))


def midnight(days_ago: int) -> datetime:
    """When a day began, in UTC."""
    start = now().replace(hour=0, minute=0, second=0, microsecond=0)
    return start - timedelta(days=days_ago)
