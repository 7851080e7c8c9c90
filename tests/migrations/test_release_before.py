"""The release before runs on the present schema, as it does while it is replaced."""

import asyncio
import io
import json
import os
import sqlite3
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import select

from dbapi_platform.bootstrap import migrate
from dbapi_platform.demo.processes import free_port, running, wait_for
from dbapi_platform.store import Database, SchemaSupport
from dbapi_platform.store.revisions import known_revisions
from tests.migrations.processes import Installation, install
from tests.migrations.release_schema import RECORD, breaks, describe
from tests.world import SHOP

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery"
# Releases from here on start on a newer schema that supports them.
KNOWS_THE_ROW = "0010"
RELEASE = json.loads(RECORD.read_text(encoding="utf-8"))


async def test_no_migration_since_takes_anything_from_it(url: str, plain_url: str) -> None:
    database = Database(url)
    await migrate(url)
    async with database.engine.connect() as connection:
        present = await connection.run_sync(describe)
        oldest = await connection.scalar(select(SchemaSupport.oldest_revision))
    await database.close()
    # Types are recorded as SQLite calls them.
    found = breaks(RELEASE["tables"], present, types=plain_url.startswith("sqlite"))
    assert list(found) == [], "expand now, contract in the release after: docs/upgrade.md"
    known = known_revisions()
    assert known.index(oldest) <= known.index(RELEASE["revision"])


TABLE = {
    "columns": {
        "id": {"type": "CHAR(32)", "nullable": False, "default": False},
        "name": {"type": "VARCHAR(10)", "nullable": True, "default": False},
        "size": {"type": "INTEGER", "nullable": False, "default": True},
    },
    "unique": ["id"],
    "checks": [],
    "refers_to": {},
}


def _with(**changed: Any) -> dict[str, Any]:
    columns = {**TABLE["columns"], **changed.pop("columns", {})}
    return {"thing": {**TABLE, "columns": {k: v for k, v in columns.items() if v}, **changed}}


def _column(kind: str, *, nullable: bool = False, default: bool = False) -> dict[str, Any]:
    return {"type": kind, "nullable": nullable, "default": default}


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ({}, "thing: the table is gone"),
        (_with(columns={"name": None}), "thing.name: the column is gone"),
        (_with(columns={"name": _column("VARCHAR(10)")}), "thing.name: may not be NULL any more"),
        (_with(columns={"size": _column("INTEGER")}), "thing.size: has no default any more"),
        (
            _with(columns={"name": _column("VARCHAR(9)", nullable=True)}),
            "thing.name: is VARCHAR(9) and was VARCHAR(10)",
        ),
        (
            _with(columns={"size": _column("TEXT", default=True)}),
            "thing.size: is TEXT and was INTEGER",
        ),
        (
            _with(columns={"color": _column("TEXT")}),
            "thing.color: new, and needs a value that nobody gives",
        ),
        (_with(unique=["id", "name"]), "thing: new: unique name"),
        (_with(unique=[]), "thing: gone: unique id"),
        (_with(checks=["ck_thing_size"]), "thing: new: checks ck_thing_size"),
        (_with(refers_to={"name": ["other", None]}), "thing.name: refers to another table now"),
        (
            _with() | {"part": {**TABLE, "refers_to": {"id": ["thing", None]}}},
            "part.id: thing cannot be deleted from any more",
        ),
    ],
)
def test_what_would_break_it_is_told(after: dict[str, Any], told: str) -> None:
    assert list(breaks({"thing": TABLE}, after)) == [told]


def test_what_only_adds_breaks_nothing() -> None:
    after = _with(
        columns={
            "name": _column("TEXT", nullable=True),
            "size": _column("BIGINT", default=True),
            "color": _column("TEXT", nullable=True),
            "weight": _column("INTEGER", default=True),
        },
        unique=["color", "id"],
    )
    part = {**TABLE, "refers_to": {"id": ["thing", "CASCADE"]}}
    assert list(breaks({"thing": TABLE}, after | {"part": part})) == []


@dataclass(frozen=True)
class OldRelease:
    """An installation of the release before."""

    code: Path
    installation: Installation

    @property
    def variables(self) -> dict[str, str]:
        return {**self.installation.variables, "PYTHONPATH": str(self.code / "platform")}

    @contextmanager
    def serving(self) -> Iterator[httpx.Client]:
        """Until the block ends; logged in as the administrator."""
        port, log = free_port(0), self.installation.directory / "log"
        arguments = ["dbapi_platform.cli", "serve", "--port", str(port)]
        with running(arguments, environment=self.variables, log=log) as process:
            url = f"http://127.0.0.1:{port}"
            wait_for(f"{url}/health/ready", process, log)
            with httpx.Client(base_url=url, timeout=30) as http:
                given = {"username": "admin", "password": PASSWORD}
                session = http.post("/api/v1/login/access-token", data=given).json()
                http.headers["Authorization"] = f"Bearer {session['access_token']}"
                yield http


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As git has it; a shallow clone has not, and then what is recorded has to do: not in CI."""
    command = ["git", "-C", str(ROOT), "archive", RELEASE["commit"], "platform", "migrations"]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        assert "CI" not in os.environ, "a whole clone is needed, with the release before"
        pytest.skip("the commit of the release before is not in this clone")
    directory = tmp_path_factory.mktemp("release-before")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(directory, filter="data")
    return directory


@pytest.fixture
def old(code: Path, tmp_path: Path, fresh_postgres_url: Callable[[], str]) -> OldRelease:
    (tmp_path / "data").mkdir()
    with sqlite3.connect(tmp_path / "data" / "shop.sqlite3") as connection:
        connection.executescript(SHOP)
    more = {"DBAPI_FILE_DATASOURCE_ROOT": str(tmp_path / "data"), "DBAPI_SNAPSHOT_POLL_MS": "50"}
    old = OldRelease(code, install(tmp_path, fresh_postgres_url(), **more))
    for arguments, given in ((["migrate"], ""), (["create-admin", "--password-stdin"], PASSWORD)):
        process = old.installation.start(*arguments, given=given, **old.variables)
        said, _ = process.communicate(timeout=100)
        assert process.returncode == 0, said
    return old


def _manage(http: httpx.Client, method: str, path: str, **sent: Any) -> Any:
    answer = http.request(method, f"/api/v1{path}", **sent)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


def _work(http: httpx.Client, name: str) -> None:
    """What people and programs do: a datasource, an endpoint, a client, a call, and its record."""
    shop = {"name": name, "product_type": "sqlite", "database": "shop.sqlite3"}
    _manage(http, "POST", "/datasources", json=shop)
    draft = {"method": "GET", "path": name, "engine": "sql", "datasource": name,
             "content": "SELECT id FROM orders WHERE id = {{ id | sql_int }}"}  # fmt: skip
    endpoint = _manage(http, "PUT", "/drafts", json=draft)
    _manage(http, "POST", f"/endpoints/{endpoint['id']}/publish", json={})
    client = _manage(http, "POST", "/clients", json={"name": name})
    _manage(http, "PUT", f"/clients/{client['id']}/endpoints/{endpoint['id']}")
    secret = {key: client[key] for key in ("client_id", "client_secret")}
    token = http.post("/token/generate", json=secret).json()["access_token"]
    answer = http.get(f"/api/{name}?id=7", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["data"]) == (200, [{"id": 7}]), answer.text
    assert http.get(f"/api/{name}?id=x", headers={"Authorization": "Bearer no"}).status_code == 401
    found: list[Any] = []
    while len(found) < 2:
        found = _manage(http, "GET", f"/access-records?path={name}")["items"]
    assert {record["status"] for record in found} == {200, 401}
    user = {"username": name, "password": "a password of theirs"}
    _manage(http, "POST", "/users", json=user)
    assert _manage(http, "GET", "/overview?days=1")
    assert _manage(http, "GET", "/audit-entries")["items"]
    _manage(http, "DELETE", f"/clients/{client['id']}")
    _manage(http, "POST", f"/endpoints/{endpoint['id']}/unpublish")
    _manage(http, "DELETE", f"/endpoints/{endpoint['id']}")


async def test_it_goes_on_while_the_database_is_migrated_under_it(old: OldRelease) -> None:
    with old.serving() as http:
        _work(http, "before")
        status, said = await asyncio.to_thread(old.installation.run, "prestart")
        assert status == 0, said
        _work(http, "after")
    if RELEASE["revision"] >= KNOWS_THE_ROW:
        with old.serving() as http:
            _work(http, "restarted")
