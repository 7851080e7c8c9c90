"""Failures counted in the store, so that every worker knows of them, committed whatever follows."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from math import ceil
from time import monotonic

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import InvalidRequest, NotFound, TooManyRequests, Unauthorized
from ..store import Database, LoginThrottle, User, note
from ..store.base import now
from .backoff import Counter, login_counters, name_and_place, name_key
from .delegation import require_power_over
from .passwords import AT_ONCE
from .permissions import Caller

# Longer than any count takes to be forgiven.
FORGOTTEN_AFTER = timedelta(days=2)
SWEEP_EVERY_S = 3_600.0
# Attempts that wait for their turn; beyond it they are refused.
MOST_WAITING = 100


class Throttle:
    """Lets so many attempts be heard at once, and none of those who failed too often."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._swept_at = 0.0

    @asynccontextmanager
    async def password_attempt(
        self, session: AsyncSession, name: str, address: str | None
    ) -> AsyncIterator[None]:
        """An attempt that costs an Argon2 run: few at once. Raises TooManyRequests."""
        # Whoever waits holds no connection.
        await session.rollback()
        if self._waiting >= MOST_WAITING:
            raise TooManyRequests("Too many logins are under way; try again", retry_after_s=1)
        self._waiting += 1
        try:
            # What is checked in one's turn is not overtaken by a thousand attempts at once.
            async with self._turns:
                counters = login_counters(name, address)
                clears = name_and_place(name, address)
                async with self.attempt(session, counters, clears=clears):
                    yield
        finally:
            self._waiting -= 1

    @asynccontextmanager
    async def attempt(
        self,
        session: AsyncSession,
        counters: Sequence[Counter],
        *,
        clears: Counter | None = None,
    ) -> AsyncIterator[None]:
        """An attempt to show who one is, which fails by Unauthorized or InvalidRequest.

        What `session` has not committed when it fails is undone. `clears` is forgotten when it
        succeeds. Raises TooManyRequests, before anything is tried.
        """
        failed = await self.require(counters)
        try:
            yield
        except (Unauthorized, InvalidRequest):
            # The count takes a connection of its own; many who hold one and want another would
            # wait for each other.
            await session.rollback()
            await self.count(counters)
            raise
        if clears is not None and clears.key in failed:
            await self._forget(LoginThrottle.key == clears.key)

    async def count(self, counters: Iterable[Counter]) -> None:
        """One failure more by each of them."""
        async with self._database.session() as session:
            # Always in the same order, so that two do not wait for each other.
            for counter in sorted(counters, key=lambda counter: counter.key):
                await _add(session, counter)
            await session.commit()
        await self._sweep()

    async def unlock_user(self, session: AsyncSession, caller: Caller, user_id: uuid.UUID) -> None:
        """Forget every failure of a user's name, from wherever. Raises NotFound or Forbidden."""
        user = await session.get(User, user_id)
        if user is None:
            raise NotFound("There is no such user")
        # Else who guesses a password that opens more could guess on and on.
        await require_power_over(session, caller, user)
        note(session, "user", user.id, user.username, change="unlocked")
        await session.commit()
        await self.forget_name(user.username)

    async def forget_name(self, username: str) -> None:
        """Forget every failure of a name, from wherever."""
        key = name_key(username)
        await self._forget(col(LoginThrottle.key).startswith(key, autoescape=True))

    async def require(self, counters: Sequence[Counter]) -> set[str]:
        """Which of them have failures. Raises TooManyRequests while one is locked."""
        async with self._database.session() as session:
            rows = list(
                await session.exec(
                    select(LoginThrottle).where(
                        col(LoginThrottle.key).in_([counter.key for counter in counters])
                    )
                )
            )
        present = now()
        locks = [row.locked_until for row in rows if row.locked_until]
        wait_s = max(((lock - present).total_seconds() for lock in locks), default=0.0)
        if wait_s > 0:
            raise TooManyRequests(
                f"Too many attempts failed; try again in {ceil(wait_s)} s", retry_after_s=wait_s
            )
        return {row.key for row in rows}

    async def _forget(self, which: object) -> None:
        async with self._database.session() as session:
            await session.exec(delete(LoginThrottle).where(which))  # type: ignore[arg-type]
            await session.commit()

    async def _sweep(self) -> None:
        if monotonic() - self._swept_at > SWEEP_EVERY_S:
            self._swept_at = monotonic()
            await self._forget(LoginThrottle.last_failed_at < now() - FORGOTTEN_AFTER)


async def _add(session: AsyncSession, counter: Counter) -> None:
    present = now()
    row = await _locked(session, counter.key, present)
    elapsed_s = (present - row.last_failed_at).total_seconds()
    row.failures = counter.rule.add(row.failures, elapsed_s)
    row.last_failed_at = present
    wait_s = counter.rule.wait_s(row.failures)
    row.locked_until = present + timedelta(seconds=wait_s) if wait_s else None
    session.add(row)


async def _locked(session: AsyncSession, key: str, present: datetime) -> LoginThrottle:
    """The key's row, made where it is missing, kept from other writers until the commit."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    made = dialect.insert(LoginThrottle).values(key=key, failures=0, last_failed_at=present)
    await session.exec(made.on_conflict_do_update(index_elements=["key"], set_={"key": key}))
    row = await session.get(LoginThrottle, key, populate_existing=True)
    assert row is not None  # noqa: S101 - it was just made
    return row
