"""Nothing starts with a missing key or an old database; every refusal says what to do."""

import re
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Dbapi


@pytest.mark.parametrize("name", ["DBAPI_SECRET_KEY", "DBAPI_ENCRYPTION_KEY"])
@pytest.mark.parametrize(
    ("value", "told"),
    [("", "is not set"), ("short", "too weak"), ("a" * 64, "too weak")],
)
def test_serve_refuses_a_missing_or_weak_key(
    dbapi: Dbapi, migrated: str, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    done = dbapi("serve")
    assert done.exit_code == 1
    assert f"{name} {told}" in done.stderr.replace("is too weak", "too weak")
    assert "dbapi generate-key" in done.stderr


def test_serve_refuses_one_key_for_both(
    dbapi: Dbapi, migrated: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = dbapi("generate-key", "--encryption").stdout.strip()
    monkeypatch.setenv("DBAPI_SECRET_KEY", key)
    monkeypatch.setenv("DBAPI_ENCRYPTION_KEY", key)
    done = dbapi("serve")
    assert (done.exit_code, "use two keys" in done.stderr) == (1, True)


def test_serve_refuses_a_key_that_cannot_encrypt(
    dbapi: Dbapi, migrated: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBAPI_ENCRYPTION_KEY", dbapi("generate-key").stdout.strip())
    done = dbapi("serve")
    assert (done.exit_code, "is not an encryption key" in done.stderr) == (1, True)


def test_serve_refuses_a_database_that_was_never_migrated(dbapi: Dbapi) -> None:
    done = dbapi("serve")
    assert done.exit_code == 1
    assert "revision none" in done.stderr
    assert "dbapi migrate" in done.stderr


def test_serve_refuses_a_database_of_another_revision(
    dbapi: Dbapi, migrated: str, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "dbapi.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    done = dbapi("serve")
    assert done.exit_code == 1
    assert "revision 0000, this release needs" in done.stderr


def test_a_database_that_is_away_is_told_without_its_password(
    dbapi: Dbapi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBAPI_DATABASE_URL", "postgresql://dbapi:s3cret@127.0.0.1:1/dbapi")
    monkeypatch.setenv("DBAPI_DATABASE_WAIT_SECONDS", "0")
    for command in (["serve"], ["migrate"], ["client", "list"]):
        done = dbapi(*command)
        assert done.exit_code == 1
        assert "DBAPI_DATABASE_URL: the database does not answer" in done.stderr
        assert "s3cret" not in done.output


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DBAPI_POOL_SIZE", "many", "valid integer"),
        ("DBAPI_POOL_SIZE", "0", "greater than or equal to 1"),
        ("DBAPI_PUBLIC_URL", "data.example.com", "expected an address such as https://"),
        ("DBAPI_LOG_LEVEL", "LOUD", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
    ],
)
def test_a_wrong_setting_is_named(
    dbapi: Dbapi, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    done = dbapi("migrate")
    assert done.exit_code == 1
    assert f"{name}: " in done.stderr
    assert told in done.stderr


def test_a_database_of_another_kind_is_refused(
    dbapi: Dbapi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBAPI_DATABASE_URL", "mysql://root:s3cret@localhost/dbapi")
    done = dbapi("migrate")
    assert done.exit_code == 1
    assert "expected sqlite:///… or postgresql://…" in done.stderr
    assert "s3cret" not in done.output


def test_migrate_twice_changes_nothing(dbapi: Dbapi) -> None:
    first, second = (dbapi("migrate").stdout for _ in range(2))
    assert first == second
    assert re.fullmatch(r"The database is at revision \d{4}\.\n", first)


def test_create_admin_takes_its_password_from_standard_input(dbapi: Dbapi, migrated: str) -> None:
    made = dbapi("create-admin", "--username", "ann", "--password-stdin", given="long enough 1\n")
    assert (made.exit_code, made.stdout) == (0, "ann can log in now.\n")
    again = dbapi("create-admin", "--username", "ann", "--password-stdin", given="long enough 1\n")
    assert again.exit_code == 1
    assert "ann" in again.stderr


def test_create_admin_asks_twice_and_shows_nothing(dbapi: Dbapi, migrated: str) -> None:
    made = dbapi("create-admin", given="long enough 1\nlong enough 1\n")
    assert made.exit_code == 0
    assert "long enough" not in made.output


def test_a_short_password_is_refused(dbapi: Dbapi, migrated: str) -> None:
    done = dbapi("create-admin", "--password-stdin", given="short\n")
    assert done.exit_code == 1
    assert "password" in done.stderr


def test_settings_shows_what_is_set_but_no_secret(
    dbapi: Dbapi, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = dbapi("generate-key").stdout.strip()
    monkeypatch.setenv("DBAPI_SECRET_KEY", key)
    monkeypatch.setenv("DBAPI_POOL_SIZE", "17")
    monkeypatch.setenv("DBAPI_DATABASE_URL", "postgresql://ann:s3c/r@t@127.0.0.1/dbapi")
    shown = dbapi("settings").stdout
    assert "postgresql://ann:***@127.0.0.1" in shown
    assert "s3c" not in shown
    assert "(set)" in shown
    assert "17" in shown
    assert key not in shown


def test_every_command_explains_itself(dbapi: Dbapi) -> None:
    listed = dbapi("--help").stdout
    for command in (
        "serve",
        "migrate",
        "create-admin",
        "generate-key",
        "settings",
        "demo",
        "client",
    ):
        assert command in listed
        assert dbapi(command, "--help").exit_code == 0
