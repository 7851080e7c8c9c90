"""`make bench-records`: how fast lists and the overview are among a million access records."""

import asyncio
import statistics
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import psycopg

from dbapi_platform.records import upkeep
from tests.benchmarks.filling import ADDED_UP, ENDPOINTS, RECORDS, fill
from tests.services.postgres import start_postgres
from tests.world import World, open_world

ROUNDS = 5
CALLS = {
    "overview, 7 days": "/overview?days=7",
    "overview, 1 day": "/overview?days=1",
    "overview, 30 days": "/overview?days=30",
    "overview, 14 days": "/overview?days=14",
    "overview, one endpoint": "/overview?days=7&endpoint_id={endpoint}",
    "activity, 50 endpoints": "/activity?{fifty}",
    "records, newest": "/access-records?limit=50",
    "records, at offset 100,000": "/access-records?limit=50&offset=100000",
    "records, by cursor": "/access-records?limit=50&cursor={cursor}",
    "records, of an endpoint": "/access-records?endpoint_id={endpoint}",
    "records, of a client": "/access-records?client_id={client}",
    "records, status 500": "/access-records?status=500",
    "records, status 4xx": "/access-records?status=4xx",
    "records, POST": "/access-records?method=POST",
    "records, path bench/1": "/access-records?path=bench/1",
    "records, path bench/77777": "/access-records?path=bench/77777",
    "records, path nowhere": "/access-records?path=nowhere",
    "records, from 10.0.0.0/8": "/access-records?ip_address=10.0.0.0/8",
    "records, from 10.1.2.0/24": "/access-records?ip_address=10.1.2.0/24",
    "records, from 172.16.0.0/12": "/access-records?ip_address=172.16.0.0/12",
    "records, error code": "/access-records?error_code=refused",
    "records, request id": "/access-records?request_id=nothing",
    "records, of an hour": "/access-records?from={hour_ago}&to={now}",
    "records, 999 ms and more": "/access-records?min_duration_ms=999",
    "records, 5 s and more": "/access-records?min_duration_ms=5000",
    "records, 500 of a client": "/access-records?client_id={client}&status=500",
    "one record": "/access-records/{record}",
    "audit log": "/audit-entries",
    "clients": "/clients",
    "endpoints": "/endpoints?limit=50",
}


async def measure(name: str, directory: Path, **fields: str) -> None:
    """Fill a database, wait until all is added up, and print the medians."""
    print(f"## {name}: {RECORDS:,} records of {ENDPOINTS:,} endpoints", flush=True)
    async with open_world(directory, **fields) as world:
        started = perf_counter()
        await fill(world.platform.services.database)
        print(f"filled in {perf_counter() - started:.0f} s", flush=True)
        if RECORDS <= ADDED_UP:
            await _catch_up(world)
        values = await _values(world)
        for call, path in CALLS.items():
            if RECORDS > ADDED_UP and call.startswith(("overview", "activity")):
                continue
            print(f"{call:32} {await _median(world, path.format(**values)):8.0f} ms", flush=True)


async def _catch_up(world: World) -> None:
    started, asked = perf_counter(), list[float]()
    while True:
        before = perf_counter()
        view = (await world.manage("GET", "/overview?days=7", status=200))["traffic"]
        asked.append((perf_counter() - before) * 1000)
        if view["is_complete"]:
            break
        await asyncio.sleep(upkeep.PERIOD_S)
    print(
        f"added up in {perf_counter() - started:.0f} s; meanwhile the overview took "
        f"{statistics.median(asked):.0f} ms (median), {max(asked):.0f} ms at most",
        flush=True,
    )


async def _values(world: World) -> dict[str, str]:
    page = await world.manage("GET", "/access-records?limit=1", status=200)
    newest = page["items"][0]
    hour = await world.manage("GET", "/access-records?limit=1&offset=1400", status=200)
    listed = await world.manage("GET", "/endpoints?limit=50", status=200)
    return {
        "endpoint": newest["endpoint_id"],
        "fifty": "&".join(f"endpoint_id={item['id']}" for item in listed["items"]),
        "client": newest["client_id"],
        "record": str(newest["id"]),
        "cursor": page["next"],
        "now": newest["created_at"].replace("+", "%2B"),
        "hour_ago": hour["items"][0]["created_at"].replace("+", "%2B"),
    }


async def _median(world: World, path: str) -> float:
    taken = []
    for _ in range(ROUNDS):
        started = perf_counter()
        await world.manage("GET", path, status=200)
        taken.append((perf_counter() - started) * 1000)
    return statistics.median(taken)


def main() -> int:
    """Measure on SQLite and on PostgreSQL, or on the one that is named."""
    wanted = sys.argv[1:] or ["sqlite", "postgresql"]
    if "sqlite" in wanted:
        with tempfile.TemporaryDirectory(prefix="dbapi-bench-") as directory:
            asyncio.run(measure("SQLite", Path(directory)))
    if "postgresql" in wanted:
        server = start_postgres()
        try:
            with psycopg.connect(server.url(), autocommit=True) as connection:
                connection.execute("CREATE DATABASE bench")
            with tempfile.TemporaryDirectory(prefix="dbapi-bench-") as directory:
                url = server.url("bench")
                asyncio.run(measure("PostgreSQL", Path(directory), database_url=url))
        finally:
            server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
