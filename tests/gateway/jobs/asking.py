"""What the tests of jobs ask for, and how they wait for it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from tests.world import World

LATER = {"Prefer": "respond-async"}
# Runs until it is cancelled.
ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1e15)"
    " SELECT count(*) AS c FROM n"
)
MANY = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})"
    " SELECT i AS customer_id, 'customer ' || i AS full_name, i * 1.5 AS total FROM n"
)


async def until(happened: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(40):
        while not await happened():  # noqa: ASYNC110 - what is waited for is the platform's
            await asyncio.sleep(0.05)


async def later(world: World, path: str, method: str = "GET", **kwargs: Any) -> str:
    """Ask for the answer later; the job's path below /api/."""
    headers = LATER | kwargs.pop("headers", {})
    answer = await world.call(method, path, headers=headers, **kwargs)
    assert answer.status_code == 202, answer.text
    return answer.headers["location"].removeprefix("/api/")


async def look(world: World, job: str, **kwargs: Any) -> dict[str, Any]:
    answer = await world.call("GET", job, **kwargs)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


async def reaches(world: World, job: str, status: str, **kwargs: Any) -> dict[str, Any]:
    """How the job stands, once it stands so."""
    found: dict[str, Any] = {}

    async def stands() -> bool:
        found.update(await look(world, job, **kwargs))
        is_over = found["status"] in {"succeeded", "failed", "cancelled"}
        assert not is_over or found["status"] == status, found
        return found["status"] == status

    await until(stands)
    return found


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]
