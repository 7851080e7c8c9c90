"""Servers and databases for the tests; see each fixture."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import psycopg
import pytest
from psycopg import sql

from dbapi_platform.datasources import DatasourceConfig, ProductType

from .mariadb import MariadbServer, start_mariadb
from .postgres import PostgresServer, start_postgres
from .redis import RedisServer, start_redis
from .trino import TrinoServer, start_trino

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class PostgresDatabase:
    """A fresh, empty database on the tests' server; `run` and `url` are its superuser's."""

    server: PostgresServer
    name: str

    @property
    def url(self) -> str:
        return self.server.url(self.name)

    def run(self, text: str) -> list[tuple[Any, ...]]:
        """Run statements, parameters not possible; the last one's rows."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(text.encode())
            while cursor.nextset():
                pass
            return cursor.fetchall() if cursor.description else []

    def config(self, **changes: Any) -> DatasourceConfig:
        """How the platform is told of this database; may write unless `read_only=True`."""
        return _config(ProductType.POSTGRESQL, self.name, self.server, changes)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of the tests' own. Missing, it is a failure: never skipped."""
    server = start_postgres()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def postgres_database(postgres: PostgresServer) -> Iterator[PostgresDatabase]:
    """An empty database, dropped after the test."""
    database = PostgresDatabase(postgres, f"test_{next(_numbers)}")
    _administer(postgres, "CREATE DATABASE {}", database.name)
    try:
        yield database
    finally:
        _administer(postgres, "DROP DATABASE {} WITH (FORCE)", database.name)


@dataclass(frozen=True, slots=True)
class MariadbDatabase:
    """A fresh, empty database on the tests' server; `run` is its superuser's."""

    server: MariadbServer
    name: str

    def run(self, *texts: str) -> list[tuple[Any, ...]]:
        """Run statements, one a text; the last one's rows."""
        return self.server.run(*texts, database=self.name)

    def config(self, **changes: Any) -> DatasourceConfig:
        """How the platform is told of this database; may write unless `read_only=True`."""
        return _config(ProductType.MYSQL, self.name, self.server, changes)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariadbServer]:
    """A MariaDB server of the tests' own. Missing, it is a failure: never skipped."""
    server = start_mariadb()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def mariadb_database(mariadb: MariadbServer) -> Iterator[MariadbDatabase]:
    """An empty database, dropped after the test."""
    database = MariadbDatabase(mariadb, f"test_{next(_numbers)}")
    mariadb.run(f"CREATE DATABASE {database.name} CHARACTER SET utf8mb4")
    try:
        yield database
    finally:
        mariadb.run(f"DROP DATABASE {database.name}")


@dataclass(frozen=True, slots=True)
class TrinoSchema:
    """A fresh, empty schema of the catalog `memory` on the tests' server."""

    server: TrinoServer
    name: str

    def run(self, *texts: str) -> list[Sequence[object]]:
        """Run statements, one a text; the last one's rows as the server sends them."""
        return self.server.run(*texts, schema=self.name)

    def config(self, **changes: Any) -> DatasourceConfig:
        """How the platform is told of it, over HTTP; may write unless `read_only=True`."""
        config = _config(ProductType.TRINO, f"memory.{self.name}", self.server, {"password": None})
        return replace(config, **changes)


@pytest.fixture(scope="session")
def trino() -> Iterator[TrinoServer]:
    """A Trino server of the tests' own. Missing, it is a failure: never skipped."""
    server = start_trino()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def trino_schema(trino: TrinoServer) -> Iterator[TrinoSchema]:
    """An empty schema, dropped after the test."""
    schema = TrinoSchema(trino, f"test_{next(_numbers)}")
    trino.run(f"CREATE SCHEMA {schema.name}")
    try:
        yield schema
    finally:
        trino.run(f"DROP SCHEMA {schema.name} CASCADE")


@pytest.fixture(scope="session")
def redis() -> Iterator[RedisServer]:
    """A Redis server of the tests' own. Missing, it is a failure: never skipped."""
    server = start_redis()
    try:
        yield server
    finally:
        server.stop()


def _config(
    product: ProductType,
    name: str,
    server: PostgresServer | MariadbServer | TrinoServer,
    changes: dict[str, Any],
) -> DatasourceConfig:
    config = DatasourceConfig(
        id=name,
        name=name,
        product_type=product,
        database=name,
        host=server.host,
        port=server.port,
        username=server.username,
        password=server.password,
        read_only=False,
    )
    return replace(config, **changes)


def _administer(server: PostgresServer, text: str, name: str) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(sql.SQL(text).format(sql.Identifier(name)))
