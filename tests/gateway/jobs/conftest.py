"""Platforms that keep jobs in their process, and in Redis."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.services.redis import RedisServer, start_redis
from tests.world import World, open_world


@pytest.fixture(scope="package")
def redis() -> Iterator[RedisServer]:
    server = start_redis()
    yield server
    server.stop()


@pytest_asyncio.fixture(scope="module", params=["process", "redis"])
async def jobs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """A platform in this process with narrow limits of jobs."""
    url = request.getfixturevalue("redis").url if request.param == "redis" else ""
    async with open_world(
        tmp_path_factory.mktemp("jobs"),
        redis_url=url,
        jobs_per_caller=4,
        job_result_mb=1,
        job_timeout_seconds=30,
        max_timeout_seconds=5,
        metrics_token="a token of at least thirty-two bytes",
    ) as world:
        yield world
