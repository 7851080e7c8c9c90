"""Fixtures: a platform in this process, and one as a real process."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest
import pytest_asyncio

from dbapi_platform.demo.home import DemoHome, DemoSecrets
from dbapi_platform.demo.processes import free_port, running, wait_for
from dbapi_platform.demo.seed import ADMIN, seed
from dbapi_platform.settings import Settings
from tests.services.postgres import PostgresServer
from tests.world import World, open_world


@dataclass(frozen=True)
class PlatformProcess:
    """A served platform with the sample datasource `shop`."""

    url: str
    home: DemoHome
    secrets: DemoSecrets
    username: str = ADMIN

    @property
    def password(self) -> str:
        return self.secrets.admin_password

    @property
    def token(self) -> str:
        assert self.secrets.personal_token
        return self.secrets.personal_token


@contextmanager
def serve_platform(
    directory: Path, *, workers: int = 1, **environment: str
) -> Iterator[PlatformProcess]:
    """Prepare a demo in the directory and serve it until the block ends."""
    home = DemoHome(directory / "home")
    values, port = home.prepare(), free_port(0)
    settings = home.settings(values, port=port)
    if "DBAPI_DATABASE_URL" in environment:
        settings.database_url = environment["DBAPI_DATABASE_URL"]
    values = asyncio.run(seed(home, values, settings))
    variables = home.variables(values, port=port) | environment
    arguments = ["dbapi_platform.cli", "serve", "--port", str(port), "--workers", str(workers)]
    with running(arguments, environment=variables, log=home.log) as process:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/health/ready", process, home.log)
        yield PlatformProcess(url, home, values)


def who_answered(answer: httpx.Response) -> int:
    """The process at the other end of the connection; it must still be open.

    Both ends are compared: to another server there may be a connection from the same port.
    """
    stream = answer.extensions["network_stream"]
    ends = (stream.get_extra_info("server_addr"), stream.get_extra_info("client_addr"))
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            for connection in process.net_connections("tcp"):
                if (connection.laddr, connection.raddr) == ends:
                    return process.pid
    raise AssertionError(f"Nobody holds the connection {ends}")


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlatformProcess]:
    """One served platform for all tests that talk to a process."""
    with serve_platform(tmp_path_factory.mktemp("platform")) as served:
        yield served


@pytest.fixture(scope="session")
def fresh_postgres_url(postgres: PostgresServer) -> Callable[[], str]:
    """Makes an empty database at each call; answers its URL."""

    def make() -> str:
        name = f"db_{uuid.uuid4().hex}"
        with psycopg.connect(postgres.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return postgres.url(name)

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def plain_url(
    request: pytest.FixtureRequest, tmp_path: Path, fresh_postgres_url: Callable[[], str]
) -> str:
    """Where an empty database of either kind is, as an operator writes it."""
    if request.param == "postgresql":
        return fresh_postgres_url()
    return f"sqlite:///{tmp_path / 'app.sqlite3'}"


@pytest.fixture
def store_url(plain_url: str) -> str:
    """The same as the store opens it."""
    return Settings(_env_file=None, database_url=plain_url).async_database_url


@pytest_asyncio.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A platform in this process on SQLite, shared by the tests of one file."""
    async with open_world(tmp_path_factory.mktemp("world")) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", params=["sqlite", "postgresql"])
async def any_world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """The same, once on SQLite and once on PostgreSQL."""
    fields: dict[str, Any] = {}
    if request.param == "postgresql":
        fields["database_url"] = request.getfixturevalue("fresh_postgres_url")()
    async with open_world(tmp_path_factory.mktemp("world"), **fields) as opened:
        yield opened
