"""Alembic's entry: runs the migrations on the database that the caller names."""

import asyncio

from alembic import context
from sqlalchemy import Connection, Index
from sqlalchemy.schema import SchemaItem

from dbapi_platform.store import ChangeCounter, Database


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
        await connection.run_sync(run)
    await database.close()


asyncio.run(main())
