"""`make bench-many`: what 10,000 published endpoints cost a worker, half with parameters."""

import asyncio
import gc
import statistics
import sys
import tempfile
import uuid
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import psutil
from sqlalchemy import insert

from dbapi_platform.app import Platform, create_platform
from dbapi_platform.store import Draft, Endpoint, Version, announce_change
from dbapi_platform.store.base import now
from tests.world import World, open_world

ENDPOINTS = 10_000
CALLS = 3_000
QUERY = "SELECT id, status FROM orders WHERE id = {{ id | sql_int }}"


async def main() -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="dbapi-many-") as directory:
        async with open_world(Path(directory)) as world:
            endpoint = await world.publish("GET", "many/few/{id}", QUERY, cache=3_600)
            few = await _calls(world.platform)
            await _fill(world, uuid.UUID(endpoint["id"]))
            before = _rss_mb()
            started = perf_counter()
            platform = create_platform(world.settings)
            tasks = await platform.start()
            start_s = perf_counter() - started
            gc.collect()
            grown = _rss_mb() - before
            many = await _calls(platform)
            live, stall = await _publish(world, platform)
            await platform.stop(tasks)
    print(f"{ENDPOINTS:,} endpoints: start {start_s:.2f} s, memory + {grown:.0f} MB")
    print(f"lookup, kept: {few:.0f} µs with one endpoint, {many:.0f} µs with all: {many / few:.3f}")
    print(f"a publish is live after {live * 1000:.0f} ms; meanwhile the event loop stood still")
    print(f"for at most {stall * 1000:.0f} ms")
    return 0


async def _fill(world: World, model: uuid.UUID) -> None:
    async with world.platform.services.database.engine.begin() as connection:
        kept = (await connection.execute(Endpoint.__table__.select())).mappings().one()
        draft = (await connection.execute(Draft.__table__.select())).mappings().one()
        version = (await connection.execute(Version.__table__.select())).mappings().one()
        rows: dict[Any, list[dict[str, Any]]] = {Endpoint: [], Draft: [], Version: []}
        for number in range(ENDPOINTS - 1):
            path = f"many/{number % 100}/{number}" + ("/{id}" if number % 2 else "")
            endpoint_id, version_id = uuid.uuid4(), uuid.uuid4()
            key = path.replace("{id}", "{}")
            rows[Endpoint].append(
                {**kept, "id": endpoint_id, "path": path, "path_key": key,
                 "published_version_id": version_id}
            )  # fmt: skip
            definition = {**version["definition"], "path": path}
            rows[Draft].append({**draft, "id": uuid.uuid4(), "endpoint_id": endpoint_id})
            rows[Version].append(
                {**version, "id": version_id, "endpoint_id": endpoint_id, "created_at": now(),
                 "definition": definition}
            )  # fmt: skip
        for table, values in rows.items():
            await connection.execute(insert(table), values)
    async with world.platform.services.database.session() as session:
        await announce_change(session)
        await session.commit()
    while world.platform.snapshots.current.routes.count < ENDPOINTS:  # noqa: ASYNC110
        await asyncio.sleep(0.05)


async def _calls(platform: Platform) -> float:
    """Processor time of a lookup that is kept, in µs: the middle of seven rounds."""

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 200, message

    rounds = []
    for _ in range(7):
        began = process_time()
        for number in range(CALLS):
            path = f"/api/many/few/{number % 100 + 1}"
            scope = {
                "type": "http", "method": "GET", "path": path, "raw_path": path.encode(),
                "query_string": b"", "headers": [(b"host", b"x")], "client": ("127.0.0.1", 1),
            }  # fmt: skip
            await platform.gateway(scope, receive, send)  # type: ignore[arg-type]
        rounds.append((process_time() - began) / CALLS * 1e6)
    return statistics.median(rounds)


async def _publish(world: World, platform: Platform) -> tuple[float, float]:
    """After how many seconds another worker serves a publish, and its longest standstill."""
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            began = perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, perf_counter() - began)

    watching = asyncio.create_task(watch())
    draft = await world.draft("GET", "many/new", "SELECT 1 AS one")
    began = perf_counter()
    await world.manage("POST", f"/endpoints/{draft['id']}/publish", json={}, status=200)
    while platform.snapshots.current.routes.find("GET", ["many", "new"]) is None:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    seconds = perf_counter() - began
    watching.cancel()
    return seconds, longest


def _rss_mb() -> float:
    return psutil.Process().memory_info().rss / 1_048_576


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
