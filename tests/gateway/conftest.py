"""One platform with the same table on every product, for recipes that must answer alike."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from typing import Any

import duckdb
import psycopg
import pytest
import pytest_asyncio

from tests.services.mariadb import MariadbServer
from tests.services.postgres import PostgresServer
from tests.world import World, open_world

ROWS = [
    (n, n % 10, "paid" if n % 3 == 0 else "open", n * 1.5, f"2026-{1 + n // 28:02}-{1 + n % 28:02}")
    for n in range(1, 101)
]
TABLE = """CREATE TABLE sale (id INTEGER PRIMARY KEY, customer_id INTEGER, status VARCHAR(20),
           total DECIMAL(10, 2), created_at DATE)"""
INSERTS = [f"INSERT INTO sale VALUES {row!r}" for row in ROWS]
DATABASE = "recipes"


@pytest.fixture(scope="session")
def servers(postgres: PostgresServer, mariadb: MariadbServer) -> Iterator[list[dict[str, Any]]]:
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {DATABASE}")
    with psycopg.connect(postgres.url(DATABASE)) as connection:
        for text in (TABLE, *INSERTS):
            connection.execute(text.encode())
    mariadb.run(f"CREATE DATABASE {DATABASE}")
    mariadb.run(TABLE, *INSERTS, database=DATABASE)
    yield [
        {
            "name": product, "product_type": product, "host": server.host, "port": server.port,
            "database": DATABASE, "username": server.username, "password": server.password,
            "read_only": False,
        }
        for product, server in (("postgresql", postgres), ("mysql", mariadb))
    ]  # fmt: skip
    mariadb.run(f"DROP DATABASE {DATABASE}")


@pytest_asyncio.fixture(scope="session")
async def everywhere(
    servers: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """A platform with the table `sale` on every product, each datasource named as its product."""
    directory = tmp_path_factory.mktemp("recipes")
    _fill(duckdb.connect(str(directory / "sales.duckdb")))
    _fill(sqlite3.connect(directory / "sales.sqlite3"))
    files = [
        {
            "name": product,
            "product_type": product,
            "database": f"sales.{suffix}",
            "read_only": False,
        }
        for product, suffix in (("duckdb", "duckdb"), ("sqlite", "sqlite3"))
    ]
    async with open_world(directory) as world:
        for source in (*servers, *files):
            await world.manage("POST", "/datasources", json=source, status=201)
        yield world


def _fill(connection: Any) -> None:
    for text in (TABLE, *INSERTS):
        connection.execute(text)
    connection.commit()
    connection.close()
