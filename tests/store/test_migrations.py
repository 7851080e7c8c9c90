"""The migrations make what the models say, on SQLite and on PostgreSQL."""

import asyncio
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, select, text

from dbapi_platform.bootstrap import migrate
from dbapi_platform.store import ChangeCounter, Database, SchemaOutdated, TrafficCaller
from dbapi_platform.store.revisions import alembic_config

# What an installation of release 0002 may hold: endpoints in every state.
OLD_ENDPOINTS = Path(__file__).with_name("endpoints_0002.sql")
# What one of release 0004 was asked.
OLD_RECORDS = Path(__file__).with_name("records_0004.sql")


@pytest.fixture
def url(store_url: str) -> str:
    return store_url


async def tables(url: str) -> set[str]:
    database = Database(url)
    async with database.engine.connect() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    await database.close()
    return set(names)


async def test_models_and_migrations_agree(url: str) -> None:
    await migrate(url)
    # Raises when autogenerate would find anything to do.
    await asyncio.to_thread(command.check, alembic_config(url))
    assert set(ChangeCounter.metadata.tables) | {"alembic_version"} == await tables(url)


async def test_a_migration_can_be_taken_back_and_done_again(url: str) -> None:
    await migrate(url)
    await asyncio.to_thread(command.downgrade, alembic_config(url), "base")
    assert await tables(url) == {"alembic_version"}
    await migrate(url)
    assert "endpoint" in await tables(url)


async def test_migrating_twice_seeds_once(url: str) -> None:
    assert await migrate(url) == await migrate(url)


async def test_an_outdated_database_is_refused_with_what_to_run(url: str) -> None:
    database = Database(url)
    with pytest.raises(SchemaOutdated, match="dbapi migrate"):
        await database.require_revision()
    await migrate(url)
    await database.require_revision()
    await database.close()


async def test_endpoints_of_an_older_release_are_told_what_lists_ask(url: str) -> None:
    await asyncio.to_thread(command.upgrade, alembic_config(url), "0002")
    database = Database(url)
    async with database.engine.begin() as connection:
        for statement in OLD_ENDPOINTS.read_text().split(";")[:-1]:
            await connection.exec_driver_sql(statement)
    await migrate(url)
    async with database.engine.connect() as connection:
        rows = await connection.execute(
            text(
                "SELECT path, state, access, datasource_id IS NOT NULL FROM endpoint ORDER BY path"
            )
        )
        assert [tuple(row) for row in rows] == [
            ("a", "draft", "public", True),
            ("b", "live", "public", True),
            ("c", "edited", "public", True),
            ("d", "unpublished", "public", True),
        ]
    await database.close()


async def test_records_of_an_older_release_tell_who_called(url: str) -> None:
    database = Database(url)
    for revision, rows in (("0002", OLD_ENDPOINTS), ("0004", OLD_RECORDS)):
        await asyncio.to_thread(command.upgrade, alembic_config(url), revision)
        async with database.engine.begin() as connection:
            for statement in rows.read_text().split(";")[:-1]:
                await connection.exec_driver_sql(statement)
    # There, back, and there again: what was there before stays.
    await migrate(url)
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE version SET columns = '[]'")
        await connection.exec_driver_sql("UPDATE draft SET shape = '{}'")
        await connection.exec_driver_sql("UPDATE access_record SET query = 'a=1'")
    await asyncio.to_thread(command.downgrade, alembic_config(url), "0004")
    await migrate(url)
    async with database.engine.connect() as connection:
        for seen in ("hash, columns FROM version", "hash, shape FROM draft"):
            kept = await connection.execute(text(f"SELECT {seen} ORDER BY id"))
            assert {tuple(row) for row in kept} <= {("x", None), ("y", None)}
        callers = list(await connection.execute(select(TrafficCaller)))
        paths = await connection.scalars(text("SELECT path FROM access_record ORDER BY id"))
        assert list(paths) == ["a", "a", "a", "b", "nowhere", "a"]
    told = {(row.endpoint_id.int, row.client_id.int): row.last_called_at for row in callers}
    # The last record has not been added up.
    assert {key: moment.day for key, moment in told.items()} == {(1, 7): 3, (1, 0): 2, (2, 7): 4}
    await database.close()
