"""Steps that each commit, done as a whole or in vain, while others read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from dbapi_platform.store import Actor, AuditEntry, Database, Module, act_as
from tests.world import World


class Stop(Exception):
    pass


async def names(database: Database, prefix: str) -> list[str]:
    async with database.session() as session:
        rows = await session.exec(select(Module.name).order_by(Module.name))
        return [name for name in rows if name.startswith(prefix)]


async def add(session: AsyncSession, name: str) -> None:
    session.add(Module(name=name))
    await session.commit()


@asynccontextmanager
async def trying(database: Database, *, keep: bool) -> AsyncIterator[AsyncSession]:
    async with database.all_or_nothing(keep=keep) as session:
        act_as(session, Actor("ann", "test", "test.all"))
        yield session


@pytest.mark.parametrize("keep", [True, False])
async def test_others_see_nothing_before_the_end(any_world: World, keep: bool) -> None:
    database = any_world.platform.services.database
    prefix = f"seen {keep} "
    async with trying(database, keep=keep) as session:
        await add(session, f"{prefix}1")
        await add(session, f"{prefix}2")
        assert await names(database, prefix) == []
    kept = [f"{prefix}1", f"{prefix}2"] if keep else []
    assert await names(database, prefix) == kept
    async with database.session() as session:
        entries = await session.exec(select(AuditEntry).where(AuditEntry.action == "test.all"))
        noted = [entry.resource_name for entry in entries]
    assert [name for name in noted if name and name.startswith(prefix)] == kept


async def test_an_error_undoes_every_step(any_world: World) -> None:
    database = any_world.platform.services.database

    async def fail() -> None:
        async with trying(database, keep=True) as session:
            await add(session, "undone 1")
            raise Stop

    with pytest.raises(Stop):
        await fail()
    assert await names(database, "undone") == []


async def test_a_step_that_fails_takes_only_itself(any_world: World) -> None:
    database = any_world.platform.services.database
    async with trying(database, keep=True) as session:
        await add(session, "step 1")
        with pytest.raises(IntegrityError):
            await add(session, "step 1")
        await session.rollback()
        await add(session, "step 2")
    assert await names(database, "step") == ["step 1", "step 2"]
