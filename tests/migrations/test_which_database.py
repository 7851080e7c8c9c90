"""What an operator is told of a database that is not the one, or not one that can be used."""

import uuid
from pathlib import Path

import psycopg
import pytest

from tests.migrations.processes import Installation, install
from tests.services.postgres import PostgresServer


@pytest.fixture
def unnamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """Where nobody has said which database it is."""
    monkeypatch.chdir(tmp_path)
    named = install(tmp_path, "sqlite://")
    variables = {key: value for key, value in named.variables.items() if "DATABASE" not in key}
    monkeypatch.delenv("DBAPI_DATABASE_URL", raising=False)
    return Installation(tmp_path, variables)


@pytest.mark.parametrize(
    "command", [("migrate",), ("prestart",), ("backup", "x.tar.gz"), ("keys", "check")]
)
def test_the_file_is_named_that_nobody_named(
    unnamed: Installation, command: tuple[str, ...]
) -> None:
    _, said = unnamed.run(*command)
    file = unnamed.directory / "dbapi.sqlite3"
    assert said.startswith(f"DBAPI_DATABASE_URL is not set: this is about {file}.\n")


def test_looking_at_a_database_makes_none(unnamed: Installation) -> None:
    status, said = unnamed.run("migrate", "--check")
    assert status == 1
    assert "The database is at revision none" in said
    assert unnamed.run("backup", "x.tar.gz")[0] == 1
    assert list(unnamed.directory.iterdir()) == []


def test_a_database_that_cannot_store_every_text_is_refused(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    name = f"db_{uuid.uuid4().hex}"
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(
            f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0"
        )
    installation = install(tmp_path, postgres.url(name))
    for command in ("migrate", "prestart"):
        status, said = installation.run(command)
        assert status == 1
        assert "The database stores texts as SQL_ASCII, and the platform needs UTF8" in said
        assert "Traceback" not in said
    with psycopg.connect(postgres.url(name)) as connection:
        assert connection.execute("SELECT count(*) FROM pg_stat_user_tables").fetchone() == (0,)
