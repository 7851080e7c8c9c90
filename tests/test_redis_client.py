"""Redis, as it is lost: told in one way whatever event loop there is."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvloop

from dbapi_platform.redis_client import AWAY, connect
from tests.services.redis import RedisServer

Runs = Callable[[Coroutine[Any, Any, None]], None]


async def _lose_between_two_commands(url: str) -> None:
    client = connect(url, timeout_s=5)
    connection = await client.connection_pool.get_connection()
    connection._writer.transport.abort()
    await asyncio.sleep(0.01)
    try:
        with pytest.raises(AWAY):
            await connection.send_packed_command(connection.pack_command("PING"))
        assert not connection.is_connected
    finally:
        await client.connection_pool.release(connection)
    # The next one is a new one.
    assert await client.ping()
    await client.aclose()


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_a_connection_that_was_lost_a_moment_ago(redis: RedisServer, run: Runs) -> None:
    run(_lose_between_two_commands(redis.url))


async def _keep_what_is_asked_for(url: str) -> None:
    client = connect(url.replace("redis://", "rediss://"), timeout_s=5)
    assert "SSL" in client.connection_pool.connection_class.__name__
    with pytest.raises(AWAY):
        await client.ping()
    await client.aclose()


def test_encrypted_connections_stay_encrypted(redis: RedisServer) -> None:
    asyncio.run(_keep_what_is_asked_for(redis.url))
