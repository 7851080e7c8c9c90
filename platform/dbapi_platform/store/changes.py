"""The change counter: one number that rises with everything the gateway must notice."""

from sqlalchemy import update
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession


class ChangeCounter(SQLModel, table=True):
    """A table of one row. Workers poll it and load their snapshot anew when it has risen."""

    __tablename__ = "change_counter"

    id: int = Field(default=1, primary_key=True)
    value: int = 0


class Served:
    """The change that this worker's gateway answers from; None where there is no gateway."""

    change: int | None = None


async def announce_change(session: AsyncSession) -> None:
    """Raise the counter within the caller's transaction, so that both are seen together."""
    await session.exec(update(ChangeCounter).values(value=ChangeCounter.value + 1))


async def current_change(session: AsyncSession) -> int:
    """The counter as it stands."""
    return (await session.exec(select(ChangeCounter.value))).one()
