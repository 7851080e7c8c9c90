"""Another encryption key, while the platform runs: nothing is unreadable at any time."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlmodel import select

from dbapi_platform.access.rotation import PLACES, check_keys, key_use, rotate
from dbapi_platform.access.secrets import Cipher, DecryptionFailed, new_encryption_key
from dbapi_platform.app import Application, create_platform
from dbapi_platform.bootstrap import migrate
from dbapi_platform.settings import Settings
from dbapi_platform.store import (
    AuditEntry,
    ChangeCounter,
    Database,
    Datasource,
    OidcLogin,
    announce_change,
    current_change,
)
from dbapi_platform.store.base import now
from tests.services.fixtures import PostgresDatabase
from tests.world import open_world

OLD, NEW, OTHER = (new_encryption_key() for _ in range(3))


@pytest_asyncio.fixture
async def database(store_url: str) -> AsyncIterator[Database]:
    """With two passwords and a login under way, all encrypted with the old key."""
    await migrate(store_url)
    database = Database(store_url)
    async with database.session() as session:
        for name in ("one", "two"):
            session.add(_datasource(name, Cipher(OLD).encrypt(f"password of {name}")))
        session.add(_datasource("none", None))
        login = {name: uuid.uuid4().hex for name in ("handle_hash", "state_hash", "nonce")}
        verifier = Cipher(OLD).encrypt("verifier")
        session.add(
            OidcLogin(**login, encrypted_verifier=verifier, created_at=now(), expires_at=now())
        )
        await session.commit()
    yield database
    await database.close()


def _datasource(name: str, encrypted: str | None) -> Datasource:
    return Datasource(name=name, product_type="sqlite", database="x", encrypted_password=encrypted)


async def _passwords(database: Database, cipher: Cipher) -> dict[str, str]:
    async with database.session() as session:
        rows = await session.exec(select(Datasource).where(Datasource.name != "none"))
        return {row.name: cipher.decrypt(row.encrypted_password or "") for row in rows}


async def _rotate(database: Database, cipher: Cipher) -> int:
    async with database.session() as session:
        done = await rotate(session, cipher)
        await session.commit()
        return done


async def test_after_it_nothing_needs_the_old_key(database: Database) -> None:
    both = Cipher(NEW, OLD)
    expected = {name: f"password of {name}" for name in ("one", "two")}
    assert await _passwords(database, both) == expected
    assert await _rotate(database, both) == 3
    assert await _passwords(database, Cipher(NEW)) == expected
    async with database.session() as session:
        assert (await key_use(session, Cipher(NEW))).present == 3
        login = (await session.exec(select(OidcLogin))).one()
        assert Cipher(NEW).decrypt(login.encrypted_verifier) == "verifier"
    with pytest.raises(DecryptionFailed):
        await _passwords(database, Cipher(OLD))
    assert await _rotate(database, both) == 0


async def test_it_is_no_change_of_the_datasource_but_is_in_the_audit_log(
    database: Database,
) -> None:
    async def seen() -> Any:
        async with database.session() as session:
            rows = await session.exec(select(Datasource.name, Datasource.updated_at))
            return sorted(rows), (await session.exec(select(ChangeCounter.value))).one()

    before = await seen()
    await _rotate(database, Cipher(NEW, OLD))
    assert await seen() == before
    async with database.session() as session:
        entry = (await session.exec(select(AuditEntry))).all()[-1]
    assert (entry.resource_name, entry.after) == ("encryption key", {"texts": 3})


async def test_what_no_key_opens_is_named_and_the_rest_is_done(database: Database) -> None:
    async with database.session() as session:
        session.add(_datasource("lost", Cipher(OTHER).encrypt("gone")))
        await session.commit()
    both = Cipher(NEW, OLD)
    assert await _rotate(database, both) == 3
    (told,) = await check_keys(database, both)
    assert "No key that is set opens the passwords of: lost." in told


async def test_until_it_is_done_the_old_key_is_asked_for(database: Database) -> None:
    (told,) = await check_keys(database, Cipher(NEW, OLD))
    assert "Encrypted with DBAPI_PREVIOUS_ENCRYPTION_KEY: 3" in told


async def test_the_key_of_another_installation_is_told(database: Database) -> None:
    with pytest.raises(DecryptionFailed, match="it is another installation's"):
        await check_keys(database, Cipher(OTHER))


async def test_a_password_that_is_changed_meanwhile_stays_as_it_is_changed(
    fresh_postgres_url: Callable[[], str],
) -> None:
    plain = fresh_postgres_url()
    url = Settings(_env_file=None, database_url=plain).async_database_url
    await migrate(url)
    database = Database(url)
    async with database.session() as session:
        session.add(_datasource("one", Cipher(OLD).encrypt("before")))
        await session.commit()

    class Interrupted(Cipher):
        def encrypt(self, text: str) -> str:
            with psycopg.connect(plain) as connection:
                changed = super().encrypt("changed")
                connection.execute("UPDATE datasource SET encrypted_password = %s", [changed])
            return super().encrypt(text)

    assert await _rotate(database, Interrupted(NEW, OLD)) == 0
    assert await _passwords(database, Cipher(NEW)) == {"one": "changed"}
    await database.close()


def test_every_encrypted_column_is_known() -> None:
    found = {
        (table.name, column.name)
        for table in ChangeCounter.metadata.tables.values()
        for column in table.columns
        if "encrypted" in column.name
    }
    assert found == {(place.table.__tablename__, place.column) for place in PLACES}


@asynccontextmanager
async def _restarted(settings: Settings, present: str, previous: str) -> AsyncIterator[Database]:
    """The platform with these keys; it answers, from a datasource whose password is encrypted."""
    keys = {"encryption_key": SecretStr(present), "previous_encryption_key": SecretStr(previous)}
    platform = create_platform(settings.model_copy(update=keys))
    tasks = await platform.start()
    transport = httpx.ASGITransport(Application(platform))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:

        async def ask() -> None:
            answer = await http.get("/api/seven")
            assert (answer.status_code, answer.json()["data"]) == (200, [{"n": 7}]), answer.text

        await ask()
        yield platform.services.database
        await ask()
    await platform.stop(tasks)


async def test_endpoints_answer_at_every_step(
    tmp_path: Path, fresh_postgres_url: Callable[[], str], postgres_database: PostgresDatabase
) -> None:
    server = postgres_database.server
    where = {"host": server.host, "port": server.port, "database": postgres_database.name,
             "username": server.username, "password": server.password}  # fmt: skip
    fields = {"database_url": fresh_postgres_url(), "encryption_key": OLD}
    async with open_world(tmp_path, **fields) as world:
        body = {"name": "real", "product_type": "postgresql", **where}
        await world.manage("POST", "/datasources", json=body, status=201)
        await world.publish("GET", "seven", "SELECT 7 AS n", datasource="real")
    async with _restarted(world.settings, OLD, NEW) as database:
        # Beside it others have the new key already.
        async with _restarted(world.settings, NEW, OLD):
            assert await _rotate(database, Cipher(NEW, OLD)) == 1
        await _touch(database)
    async with _restarted(world.settings, NEW, "") as database:
        assert await check_keys(database, Cipher(NEW)) == []


async def _touch(database: Database) -> None:
    """So that every worker reads the passwords anew."""
    async with database.session() as session:
        before = await current_change(session)
        await announce_change(session)
        await session.commit()
        assert await current_change(session) > before
    await asyncio.sleep(0.5)
