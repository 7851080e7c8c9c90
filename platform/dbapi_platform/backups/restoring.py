"""A backup put into the place of what is there: all of it, or nothing."""

import asyncio
from dataclasses import dataclass

from sqlalchemy import inspect, select
from sqlmodel import col

from ..settings import Settings
from ..store import ChangeCounter, Database
from ..store.revisions import Schema, known_revisions
from . import postgresql, sqlite
from .archive import Archive, BackupFailed
from .making import product_of

ALEMBIC = "alembic_version"


@dataclass(frozen=True, slots=True)
class Restored:
    """What is there now."""

    schema: Schema


async def check_target(settings: Settings, archive: Archive) -> set[str]:
    """The tables that would be replaced. Raises BackupFailed where it cannot be restored."""
    manifest, database = archive.manifest, Database(settings.async_database_url)
    try:
        if manifest.product != product_of(database):
            raise BackupFailed(
                f"The backup is of {manifest.product}, and DBAPI_DATABASE_URL names another kind "
                "of database."
            )
        if manifest.revision not in known_revisions():
            raise BackupFailed(
                f"The backup is at revision {manifest.revision}, and this release knows revisions "
                f"up to {known_revisions()[-1]}. Restore it with release {manifest.release}."
            )
        found = await _tables(database)
        others = found - set(ChangeCounter.metadata.tables) - {ALEMBIC}
        if manifest.product == "postgresql":
            others -= await asyncio.to_thread(postgresql.tables_in, archive.database)
        if others:
            raise BackupFailed(
                f"There are other tables in this database: {', '.join(sorted(others))}. "
                "Restore into a database of the platform's own."
            )
        return found
    finally:
        await database.close()


async def restore(settings: Settings, archive: Archive) -> Restored:
    """Replace what is there with the backup. Raises BackupFailed, and then changes nothing."""
    replaced = await check_target(settings, archive)
    database = Database(settings.async_database_url)
    try:
        change = await _change(database) if ChangeCounter.__tablename__ in replaced else 0
        # Whatever number workers know, they notice.
        then = (
            f"UPDATE {ChangeCounter.__tablename__} SET value = 1 + "  # noqa: S608 - a number
            f"CASE WHEN value > {change} THEN value ELSE {change} END"
        )
        if database.file:
            await database.close()
            await asyncio.to_thread(sqlite.load, database.file, archive.database, then=then)
        else:
            await asyncio.to_thread(
                postgresql.load,
                settings.database_url,
                archive.database,
                instead_of=replaced,
                then=then,
            )
        return Restored(await database.schema())
    finally:
        await database.close()


async def _tables(database: Database) -> set[str]:
    if database.file and not database.file.exists():
        return set()
    async with database.engine.connect() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def _change(database: Database) -> int:
    async with database.engine.connect() as connection:
        return await connection.scalar(select(col(ChangeCounter.value))) or 0
