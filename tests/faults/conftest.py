"""One platform for most of these tests: two workers, and servers of their own to lose."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import pytest

from tests.faults.places import Served, own_postgres, served
from tests.services.postgres import PostgresServer
from tests.services.redis import RedisServer, start_redis

# Seconds that a client may take for its headers, and between two pieces of a body.
PATIENCE_S = 1


@dataclass
class Arena:
    """The platform, its own database, a datasource `sales` on another server, and Redis."""

    platform: Served
    store: PostgresServer
    sales: PostgresServer
    redis: RedisServer

    @property
    def url(self) -> str:
        return self.platform.url

    @property
    def database(self) -> str:
        return self.store.url("arena")


@pytest.fixture(scope="session")
def store() -> Iterator[PostgresServer]:
    with own_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def arena(store: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    database, redis = new_database(store, "arena"), start_redis()
    settings = {
        "DBAPI_DATABASE_URL": database, "DBAPI_REDIS_URL": redis.url,
        "DBAPI_ACCESS_QUEUE_SIZE": "300", "DBAPI_REDACTED_PARAMETERS": "api_key,pin",
        "DBAPI_CONNECT_TIMEOUT_SECONDS": "1", "DBAPI_CLIENT_PATIENCE_SECONDS": str(PATIENCE_S),
        "DBAPI_LOG_FORMAT": "json",
    }  # fmt: skip
    with (
        # Ended also when what follows fails; a test may have put another in its place.
        closing_all([redis]) as running_redis,
        own_postgres() as sales,
        served(tmp_path_factory.mktemp("arena"), **settings) as platform,
    ):
        source = {
            "name": "sales", "product_type": "postgresql", "host": sales.host,
            "port": sales.port, "database": "postgres", "username": sales.username,
            "password": sales.password, "read_only": False,
        }  # fmt: skip
        platform.manage("POST", "/datasources", json=source)
        # What a worker that is killed holds of them is free when this and ten seconds are over.
        platform.publish("plain", "SELECT 1 AS one", timeout=2)
        platform.publish("sold", "SELECT 1 AS one", datasource="sales", timeout=2)
        declared = {"text": {"type": "string"}, "data": {"type": "object"}}
        echo = "SELECT {{ text }} AS text, {{ data }} AS data"
        more = {"method": "POST", "params": declared}
        platform.publish("echo", echo, **more)
        stored = "SELECT {{ text }}::text AS text, {{ data }}::jsonb AS data"
        platform.publish("stored", stored, datasource="sales", **more)
        script = "def execute(params):\n    return params"
        platform.publish("scripted", script, engine="script", **more)
        platform.publish("typed/{id}", "SELECT {{ id }} AS id, {{ text }} AS text")
        headed = {"text": {"type": "string", "in": "header", "header": "X-Text"}}
        platform.publish("headed", "SELECT {{ text }} AS text", params=headed)
        platform.publish("large", "SELECT repeat('x', 5500000) AS x")
        running = Arena(platform, store, sales, redis)
        yield running
        running_redis.append(running.redis)


@contextmanager
def closing_all(servers: list[RedisServer]) -> Iterator[list[RedisServer]]:
    """All of them are ended with the block; ending one twice does no harm."""
    try:
        yield servers
    finally:
        for server in servers:
            server.stop()


def new_database(server: PostgresServer, name: str) -> str:
    """An empty one; answers its address."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return server.url(name)
