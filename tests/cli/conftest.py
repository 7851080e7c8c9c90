"""The `dbapi` command in this process, with a database and keys of the test's own."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dbapi_platform import console
from dbapi_platform.access.secrets import new_encryption_key, new_secret
from dbapi_platform.bootstrap import migrate
from dbapi_platform.cli.main import app

Dbapi = Callable[..., Result]


@pytest.fixture
def dbapi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dbapi:
    """Runs a command in an empty directory; keys are set, the database is not migrated."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DBAPI_SECRET_KEY", new_secret())
    monkeypatch.setenv("DBAPI_ENCRYPTION_KEY", new_encryption_key())
    monkeypatch.setenv("COLUMNS", "200")
    # A console that was made before keeps the width that it found then.
    monkeypatch.setattr(console.out, "width", 200)
    runner = CliRunner()

    def run(*arguments: str, given: str | None = None) -> Result:
        return runner.invoke(app, arguments, input=given)

    return run


@pytest.fixture
def migrated(dbapi: Dbapi, tmp_path: Path) -> str:
    """The URL of the command's database, at the newest revision."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'dbapi.sqlite3'}"
    asyncio.run(migrate(url))
    return url
