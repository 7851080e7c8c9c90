"""From an empty database to one that can be served: migrations, roles, the first administrator."""

import asyncio

from alembic import command
from sqlmodel import col, select

from .access.seeding import seed_roles
from .access.users import create_user
from .publishing.modules import seed_default_module
from .store import Database, User
from .store.database import alembic_config


async def migrate(url: str) -> str | None:
    """Bring the database at `url` to the newest revision and seed it; tells the revision."""
    # Alembic's environment runs an event loop of its own.
    await asyncio.to_thread(command.upgrade, alembic_config(url), "head")
    database = Database(url)
    try:
        async with database.session() as session:
            await seed_roles(session)
            await seed_default_module(session)
        return await database.revision()
    finally:
        await database.close()


async def create_admin(database: Database, *, username: str, password: str) -> None:
    """Make a superuser. Raises InvalidRequest or Conflict."""
    async with database.session() as session:
        await create_user(
            session, username=username, password=password, is_superuser=True, roles=("Admin",)
        )


async def has_admin(database: Database) -> bool:
    """Whether anybody can administer."""
    async with database.session() as session:
        found = await session.exec(
            select(User.id).where(col(User.is_superuser), col(User.is_active)).limit(1)
        )
        return found.first() is not None
