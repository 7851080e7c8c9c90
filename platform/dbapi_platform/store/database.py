"""The platform's own database: its engine, its sessions, and whether this code may work on it."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from .auditing import AuditedSession
from .revisions import Schema, read_schema

log = logging.getLogger(__name__)

UTF8 = "UTF8"
# Seconds for a connection, from the pool or to the server.
WAIT_S = 3

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",  # workers read while one writes
    "PRAGMA synchronous=NORMAL",
    # Pages that change all the time are copied into the file less often.
    "PRAGMA wal_autocheckpoint=4000",
    "PRAGMA busy_timeout=5000",
    "PRAGMA foreign_keys=ON",
)
# What a thread does is small, and must not fail where there is no room for temporary files.
IN_THREAD_PRAGMAS = (*SQLITE_PRAGMAS, "PRAGMA temp_store=MEMORY")


class Database:
    """The engine and a way to get a session. `url` names an async driver."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._in_thread: Engine | None = None

    @property
    def file(self) -> Path | None:
        """Where it is kept; None on a server."""
        url = self.engine.url
        return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None

    def in_thread(self) -> Engine:
        """An engine for what a thread of its own does from beginning to end, in a file."""
        if self._in_thread is None:
            self._in_thread = _prepared(
                create_engine(self.engine.url.set(drivername="sqlite"), hide_parameters=True),
                IN_THREAD_PRAGMAS,
            )
        return self._in_thread

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A session whose objects stay readable after commit; rolled back unless committed."""
        async with AsyncSession(
            self.engine, expire_on_commit=False, sync_session_class=AuditedSession
        ) as session:
            yield session

    @asynccontextmanager
    async def all_or_nothing(self, *, keep: bool = True) -> AsyncIterator[AsyncSession]:
        """A session whose commits count only when the block ends well, and `keep` is so.

        What is composed of steps that each commit is so done as a whole, or tried in vain. Other
        writers wait meanwhile: on SQLite all of them, on PostgreSQL those of the same rows and
        those who announce a change.
        """
        async with self.engine.connect() as connection:
            transaction = await connection.begin()
            if connection.dialect.name == "sqlite":
                # Its driver begins nothing by itself before a savepoint, whose end would commit.
                await connection.exec_driver_sql("BEGIN IMMEDIATE")
            async with AsyncSession(
                connection,
                expire_on_commit=False,
                sync_session_class=AuditedSession,
                join_transaction_mode="create_savepoint",
            ) as session:
                yield session
                await session.commit()
            if keep:
                await transaction.commit()
            else:
                await transaction.rollback()

    async def schema(self) -> Schema:
        """Which revision it is at, and whom it supports. Makes no file where there is none."""
        if self.file is not None and not self.file.exists():
            return Schema(None)
        async with self.engine.connect() as connection:
            return await connection.run_sync(read_schema)

    async def encoding(self) -> str:
        """What texts are stored in."""
        if self.engine.dialect.name == "sqlite":
            return UTF8
        async with self.engine.connect() as connection:
            return str(await connection.scalar(text("SHOW server_encoding")))

    async def require_revision(self) -> None:
        """Raises SchemaOutdated unless it is at the newest revision, or at a newer that allows us.

        The latter is so while a newer release takes the place of this one, or after it was left.
        """
        schema = await self.schema()
        schema.require()
        if not schema.is_newest:
            log.warning("%s", schema.told())

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()
        if self._in_thread is not None:
            self._in_thread.dispose()


def _engine(url: str) -> AsyncEngine:
    if not url.startswith("sqlite"):
        return create_async_engine(
            url,
            pool_pre_ping=True,
            pool_size=5,
            max_overflow=5,
            # A server that is away, or says nothing, is known to be so within seconds.
            pool_timeout=WAIT_S,
            # Whatever the server's defaults are, times are read in the one form the driver knows.
            connect_args={
                "options": "-c timezone=UTC -c datestyle=ISO",
                "client_encoding": "utf8",
                "connect_timeout": WAIT_S,
                "tcp_user_timeout": 2 * WAIT_S * 1000,
                "keepalives_idle": 2 * WAIT_S,
                "keepalives_interval": WAIT_S,
                "keepalives_count": 2,
            },
            # Errors are logged; what was to be written may be a secret.
            hide_parameters=True,
        )
    engine = create_async_engine(url, hide_parameters=True)
    _prepared(engine.sync_engine, SQLITE_PRAGMAS)
    return engine


def _prepared(engine: Engine, pragmas: Sequence[str]) -> Engine:
    """SQLite, set up as the platform needs it."""

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    return engine
