"""The change counter: one number that rises with everything the gateway must notice."""

from typing import Literal

from sqlalchemy import update
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession


class ChangeCounter(SQLModel, table=True):
    """A table of one row. Workers poll it and load their snapshot anew when it has risen."""

    __tablename__ = "change_counter"

    id: int = Field(default=1, primary_key=True)
    value: int = 0


class Served:
    """What this worker's gateway tells of itself.

    `change` is the one that it answers from; None where there is no gateway. `limits` tells where
    requests are counted: in this `process`, `shared` by all workers, or `degraded`, as Redis is
    away.
    """

    change: int | None = None
    limits: Literal["process", "shared", "degraded"] = "process"


async def announce_change(session: AsyncSession) -> None:
    """Raise the counter within the caller's transaction, so that both are seen together."""
    await session.exec(update(ChangeCounter).values(value=ChangeCounter.value + 1))


async def current_change(session: AsyncSession) -> int:
    """The counter as it stands."""
    return (await session.exec(select(ChangeCounter.value))).one()
