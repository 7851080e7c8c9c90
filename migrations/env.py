"""Alembic's entry: runs the migrations on the database that the caller names."""

import asyncio

from alembic import context
from sqlalchemy import Connection, Index
from sqlalchemy.schema import SchemaItem

from dbapi_platform.store import ChangeCounter, Database

# Any number that nothing else on the server locks by, and seconds.
LOCK = 7_241_003
WAIT_S = 300
# While a change of a table waits for a long query, all others wait for the change.
TABLE_S = 5


def take_turn(connection: Connection) -> None:
    """Only one migrates at a time; what fails halfway leaves nothing behind.

    SQLite's driver begins no transaction before a change of a table, so it is begun here.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA busy_timeout={WAIT_S * 1000}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT_S}s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{TABLE_S}s'")


def run(connection: Connection) -> None:
    def is_wanted(item: SchemaItem, *_: object) -> bool:
        """Some indexes are of one database only."""
        only_on = item.info.get("only_on") if isinstance(item, Index) else None
        return only_on in (None, connection.dialect.name)

    context.configure(
        connection=connection,
        target_metadata=ChangeCounter.metadata,
        # SQLite cannot alter a table in place; Alembic copies it instead.
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        include_object=is_wanted,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def main() -> None:
    database = Database(context.config.attributes["url"])
    async with database.engine.begin() as connection:
        await connection.run_sync(take_turn)
        await connection.run_sync(run)
    await database.close()


asyncio.run(main())
