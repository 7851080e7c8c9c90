"""From an empty database to one that can be served: migrations, roles, the first administrator."""

import asyncio
import logging
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from alembic import command
from alembic.util import CommandError
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from .access.seeding import seed_roles
from .access.users import create_user
from .errors import InvalidRequest
from .publishing.modules import seed_default_module
from .store import Database, SchemaBlocked, User
from .store.database import UTF8
from .store.locks import one_at_a_time
from .store.revisions import alembic_config, known_revisions

log = logging.getLogger(__name__)

# What SQLite and PostgreSQL say of tables that somebody holds.
HELD: Final = ("database is locked", "lock timeout", "deadlock detected")
SEEDING: Final = 7_241_004


@dataclass(frozen=True, slots=True)
class FirstAdmin:
    """Who is made where nobody can administer."""

    username: str
    password: str = field(repr=False)


async def migrate(
    url: str, *, first_admin: FirstAdmin | None = None, within_s: float = 0
) -> str | None:
    """Bring the database at `url` to the newest revision and seed it; tells the revision.

    Several may do it at once. One that a newer release has migrated is left as it is. Raises
    SchemaOutdated when it does not support this release, and SchemaBlocked when others hold its
    tables for longer than `within_s`, or it cannot store every text.
    """
    database = Database(url)
    try:
        encoding = await database.encoding()
        if encoding != UTF8:
            raise SchemaBlocked(
                f"The database stores texts as {encoding}, and the platform needs UTF8: nothing "
                "was migrated. Make one with `createdb --encoding UTF8 --template template0 NAME`."
            )
        if not (await database.schema()).is_newer:
            await _upgrade(url, within_s)
        await database.require_revision()
        schema = await database.schema()
        if schema.is_newest:
            await _seed(database, first_admin)
        return schema.revision
    finally:
        await database.close()


@dataclass(frozen=True, slots=True)
class Move:
    """From one revision to another."""

    start: str
    end: str

    @property
    def is_back(self) -> bool:
        """Whether what the newer revisions added is given up."""
        return self.end < self.start


async def plan_move(url: str, to: str) -> Move:
    """What going to the revision `to`, or so many back (`-1`), would be. Raises InvalidRequest."""
    known = known_revisions()
    database = Database(url)
    try:
        schema = await database.schema()
    finally:
        await database.close()
    if schema.is_newer:
        raise InvalidRequest.of(
            "--to",
            f"the database is at revision {schema.revision}, and this release knows revisions up "
            f"to {known[-1]}: only the release that migrated it, or a newer one, can take it back",
        )
    start = schema.revision
    if start not in known:
        raise InvalidRequest.of("--to", f"the database is at revision {start or 'none'}")
    end = to
    if to.startswith("-") and to[1:].isdigit():
        place = known.index(start) - int(to[1:])
        end = known[place] if place >= 0 else to
    if end not in known:
        raise InvalidRequest.of(
            "--to", f"there is no revision {to}; expected one of {known[0]} to {known[-1]}, or -1"
        )
    return Move(start, end)


async def go(url: str, move: Move) -> None:
    """Take the database there. Raises SchemaBlocked."""
    steps = command.downgrade if move.is_back else command.upgrade
    try:
        # Alembic's environment runs an event loop of its own.
        await asyncio.to_thread(steps, alembic_config(url), move.end)
    except OperationalError as error:
        _tell_if_held(error)
        raise


async def create_admin(database: Database, *, username: str, password: str) -> None:
    """Make a superuser. Raises InvalidRequest or Conflict."""
    async with database.session() as session:
        await create_user(
            session, username=username, password=password, is_superuser=True, roles=("Admin",)
        )


async def has_admin(database: Database) -> bool:
    """Whether anybody can administer."""
    async with database.session() as session:
        return await _is_administered(session)


async def _upgrade(url: str, within_s: float) -> None:
    begun = monotonic()
    while True:
        try:
            await asyncio.to_thread(command.upgrade, alembic_config(url), "head")
        except CommandError:
            # A newer release came first; whether it supports this one is looked at next.
            return
        except OperationalError as error:
            if monotonic() - begun >= within_s:
                _tell_if_held(error)
            if not _is_held(error):
                raise
            log.warning("Others hold the platform's tables; the migration is tried again.")
            await asyncio.sleep(1)
        else:
            return


def _tell_if_held(error: OperationalError) -> None:
    if _is_held(error):
        raise SchemaBlocked(
            "Others hold the platform's tables for long, such as a backup or a report: nothing was "
            "migrated. Try again when they are done."
        ) from None


def _is_held(error: OperationalError) -> bool:
    return any(words in str(error.orig) for words in HELD)


async def _seed(database: Database, first_admin: FirstAdmin | None) -> None:
    """All of it or nothing, and by one at a time: others find it there."""
    async with database.all_or_nothing() as session:
        await one_at_a_time(session, SEEDING)
        await seed_roles(session)
        await seed_default_module(session)
        if first_admin and not await _is_administered(session):
            await create_user(
                session,
                username=first_admin.username,
                password=first_admin.password,
                is_superuser=True,
                roles=("Admin",),
            )


async def _is_administered(session: AsyncSession) -> bool:
    found = await session.exec(
        select(User.id).where(col(User.is_superuser), col(User.is_active)).limit(1)
    )
    return found.first() is not None
