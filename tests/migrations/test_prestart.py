"""`dbapi prestart`: from any database to one that can be served, once or many times at once."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from dbapi_platform.access.passwords import password_matches
from dbapi_platform.access.secrets import new_encryption_key
from dbapi_platform.access.seeding import SEEDED
from dbapi_platform.store import Database, Module, Role, User
from dbapi_platform.store.revisions import newest_revision
from tests.migrations.processes import Installation, install
from tests.services.postgres import start_postgres

ADMIN = {"DBAPI_FIRST_ADMIN_USERNAME": "root", "DBAPI_FIRST_ADMIN_PASSWORD": "correct horse 1"}


@pytest.fixture
def installation(tmp_path: Path, plain_url: str) -> Installation:
    return install(tmp_path, plain_url)


def users(url: str) -> list[User]:
    return asyncio.run(_read(url, select(User)))


async def _read(url: str, what: Any) -> list[Any]:
    database = Database(url)
    async with database.session() as session:
        found = list(await session.exec(what))
    await database.close()
    return found


def test_an_empty_database_can_be_served_after_it(installation: Installation, url: str) -> None:
    status, said = installation.run("prestart", **ADMIN)
    assert status == 0, said
    assert f"The database is at revision {newest_revision()}. It was at none." in said
    assert said.endswith("Ready to serve.\n")
    (admin,) = users(url)
    assert (admin.username, admin.is_superuser) == ("root", True)
    assert asyncio.run(password_matches("correct horse 1", admin.password_hash))
    assert installation.run("migrate", "--check") == (
        0,
        f"The database is at revision {newest_revision()}.\n",
    )


def test_it_may_run_again_and_leaves_the_administrator_as_it_is(
    installation: Installation, url: str
) -> None:
    installation.run("prestart", **ADMIN)
    before = users(url)
    again = {"DBAPI_FIRST_ADMIN_USERNAME": "other", "DBAPI_FIRST_ADMIN_PASSWORD": "another 12345"}
    assert installation.run("prestart", **again)[0] == 0
    assert users(url) == before


def test_several_at_once_make_everything_once(installation: Installation, url: str) -> None:
    processes = [installation.start("prestart", **ADMIN) for _ in range(3)]
    ends = [(process.communicate(timeout=100)[0], process.returncode) for process in processes]
    assert [status for _, status in ends] == [0] * 3, ends
    assert len(users(url)) == 1
    assert len(asyncio.run(_read(url, select(Role)))) == len(SEEDED)
    assert len(asyncio.run(_read(url, select(Module)))) == 1


def test_without_a_password_nobody_is_made_and_it_says_so(
    installation: Installation, url: str
) -> None:
    status, said = installation.run("prestart")
    assert (status, users(url)) == (0, [])
    assert "dbapi create-admin" in said


def test_a_weak_first_password_is_refused_and_nothing_is_seeded(
    installation: Installation, url: str
) -> None:
    status, said = installation.run("prestart", **ADMIN | {"DBAPI_FIRST_ADMIN_PASSWORD": "short"})
    assert status == 1
    assert "password" in said
    assert users(url) == []


def test_missing_keys_are_told_before_anything_is_done(installation: Installation) -> None:
    status, said = installation.run("prestart", DBAPI_SECRET_KEY="")
    assert status == 1
    assert "DBAPI_SECRET_KEY is not set" in said
    assert installation.run("migrate", "--check")[0] == 1


def test_the_keys_of_another_installation_are_told(installation: Installation) -> None:
    assert installation.run("prestart")[0] == 0
    where = ["--product", "postgresql", "--host", "db", "--username", "app", "--database", "shop"]
    made = installation.run(
        "datasource", "create", "shop", *where, "--password-stdin", given="s3cret\n"
    )
    assert made[0] == 0, made
    status, said = installation.run("prestart", DBAPI_ENCRYPTION_KEY=new_encryption_key())
    assert status == 1
    assert "opens none of the passwords that are stored" in said


def test_a_database_that_never_comes_ends_it_with_what_to_look_at(tmp_path: Path) -> None:
    away = install(tmp_path, "postgresql://dbapi:s3cret@127.0.0.1:1/dbapi")
    status, said = away.run("prestart", "--wait", "1")
    assert status == 1
    assert "Waiting for the database, 1 seconds at most" in said
    assert "DBAPI_DATABASE_URL: the database does not answer" in said
    assert "s3cret" not in said


def test_a_database_that_comes_late_is_waited_for(tmp_path: Path) -> None:
    server = start_postgres()
    try:
        server.halt()
        process = install(tmp_path, server.url()).start("prestart", **ADMIN)
        assert process.stdout
        told = iter(process.stdout.readline, "")
        assert any("Waiting for the platform's database" in line for line in told)
        server.start()
        said, _ = process.communicate(timeout=100)
        assert process.returncode == 0, said
        assert said.endswith("Ready to serve.\n")
    finally:
        server.stop()
