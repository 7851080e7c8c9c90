"""Alembic's entry: runs the migrations on the database that the caller names."""

import asyncio

from alembic import context
from sqlalchemy import Connection

from dbapi_platform.store import ChangeCounter, Database


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=ChangeCounter.metadata,
        # SQLite cannot alter a table in place; Alembic copies it instead.
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def main() -> None:
    database = Database(context.config.attributes["url"])
    async with database.engine.begin() as connection:
        await connection.run_sync(run)
    await database.close()


asyncio.run(main())
