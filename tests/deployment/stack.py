"""What compose starts, as processes on the loopback: servers, prestart, two instances, nginx."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg

from dbapi_platform.access.secrets import new_encryption_key, new_secret
from dbapi_platform.demo.processes import free_port, running, wait_for
from dbapi_platform.store import revisions
from tests.faults.places import own_postgres
from tests.migrations.releases import ADDED, next_revision
from tests.services.nginx import NginxServer, start_nginx
from tests.services.postgres import PostgresServer
from tests.services.redis import RedisServer, start_redis

PASSWORD = "correct horse battery"
WORKERS = 2


@dataclass(frozen=True)
class Release:
    """Code to run: the directory that it is imported from, and the revision that it makes."""

    path: Path | None
    revision: str

    @property
    def environment(self) -> dict[str, str]:
        return {} if self.path is None else {"PYTHONPATH": str(self.path)}


THIS = Release(None, revisions.newest_revision())


def next_release(directory: Path) -> Release:
    """This code with a migration more, as it would be installed: whole, in a place of its own."""
    package = Path(revisions.__file__).parents[1]
    unused = shutil.ignore_patterns("__pycache__")
    shutil.copytree(package, directory / package.name, ignore=unused)
    migrations = directory / package.name / "migrations"
    shutil.copytree(revisions.migrations_path(), migrations, ignore=unused, dirs_exist_ok=True)
    revision = next_revision()
    text = ADDED.format(revision=revision, before=THIS.revision, more="pass")
    (migrations / "versions" / f"{revision}_next.py").write_text(text)
    return Release(directory, revision)


@dataclass
class Instance:
    """One of those behind nginx: an address, and what runs there now."""

    name: str
    port: int
    _life: ExitStack = field(default_factory=ExitStack)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, stack: "Stack", release: Release) -> None:
        """Until it is ready to serve."""
        log = stack.directory / f"{self.name}.log"
        arguments = ["dbapi_platform.cli", "serve", "--port", str(self.port)]
        arguments += ["--workers", str(WORKERS)]
        environment = stack.environment | release.environment
        environment["DBAPI_ACCESS_SPOOL_DIRECTORY"] = str(stack.directory / f"{self.name}-spool")
        self.process = self._life.enter_context(
            running(arguments, environment=environment, log=log)
        )
        wait_for(f"{self.url}/health/ready", self.process, log)

    def end(self) -> None:
        """As a deployment ends it: SIGTERM, and what is under way is answered."""
        self._life.close()

    def kill(self) -> None:
        """All of it at once, as when its machine is lost."""
        assert self.process is not None
        main = psutil.Process(self.process.pid)
        for process in [main, *main.children(recursive=True)]:
            process.kill()
        self._life.close()


@dataclass
class Stack:
    """All of it; `manage` speaks to the platform through nginx, as its administrator."""

    directory: Path
    postgres: PostgresServer
    redis: RedisServer
    environment: dict[str, str]
    instances: tuple[Instance, Instance]
    nginx: NginxServer | None = None
    _token: str = ""

    @property
    def url(self) -> str:
        assert self.nginx is not None
        return self.nginx.url

    @property
    def database(self) -> str:
        return self.postgres.url("platform")

    def prestart(self, release: Release) -> str:
        """What it said; it must end well."""
        done = subprocess.run(
            [sys.executable, "-m", "dbapi_platform.cli", "prestart"],
            env={**os.environ, **self.environment, **release.environment},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def revision(self) -> str:
        with psycopg.connect(self.database) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        assert row
        return str(row[0])

    def manage(self, method: str, path: str, **kwargs: Any) -> Any:
        if not self._token:
            login = {"username": "admin", "password": PASSWORD}
            url = f"{self.url}/api/v1/login/access-token"
            self._token = httpx.post(url, data=login).json()["access_token"]
        headers = {"Authorization": f"Bearer {self._token}"}
        url = f"{self.url}/api/v1{path}"
        answer = httpx.request(method, url, headers=headers, timeout=60, **kwargs)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def publish(self, path: str, content: str, **more: Any) -> dict[str, Any]:
        body = {
            "method": "GET", "path": path, "engine": "sql", "datasource": "sales",
            "content": content, "access": "public", **more,
        }  # fmt: skip
        endpoint: dict[str, Any] = self.manage("PUT", "/drafts", json=body)
        self.manage("POST", f"/endpoints/{endpoint['id']}/publish", json={})
        return endpoint

    def restart_redis(self, while_away: Any) -> None:
        self.redis.stop()
        while_away()
        self.redis = start_redis(self.redis.port)


@contextmanager
def stacked(directory: Path) -> Iterator[Stack]:
    """Two instances of this release behind nginx, and a datasource on the same PostgreSQL."""
    with own_postgres() as postgres:
        with psycopg.connect(postgres.url(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE platform")
            connection.execute("CREATE DATABASE sales")
        instances = (Instance("first", free_port(0)), Instance("second", free_port(0)))
        redis = start_redis()
        environment = {
            "DBAPI_DATABASE_URL": postgres.url("platform"),
            "DBAPI_REDIS_URL": redis.url,
            "DBAPI_SECRET_KEY": new_secret(),
            "DBAPI_ENCRYPTION_KEY": new_encryption_key(),
            "DBAPI_FIRST_ADMIN_PASSWORD": PASSWORD,
            "DBAPI_TRUSTED_PROXIES": "1",
            "DBAPI_SCRIPT_WORKERS": "2",
            "DBAPI_DEFAULT_MAX_CONCURRENT": "100",
        }
        stack = Stack(directory, postgres, redis, environment, instances)
        try:
            stack.prestart(THIS)
            for instance in instances:
                instance.start(stack, THIS)
            stack.nginx = start_nginx([f"127.0.0.1:{each.port}" for each in instances])
            stack.manage("POST", "/datasources", json=_sales(postgres))
            yield stack
        finally:
            if stack.nginx is not None:
                stack.nginx.stop()
            for instance in instances:
                instance.end()
            stack.redis.stop()


def _sales(postgres: PostgresServer) -> dict[str, object]:
    return {
        "name": "sales", "product_type": "postgresql", "host": postgres.host,
        "port": postgres.port, "database": "sales", "username": postgres.username,
        "password": postgres.password,
    }  # fmt: skip
