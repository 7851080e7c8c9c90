"""The change counter: one number that rises with everything the gateway must notice."""

from time import monotonic
from typing import Literal, Protocol

from sqlalchemy import update
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession


class ChangeCounter(SQLModel, table=True):
    """A table of one row. Workers poll it and load their snapshot anew when it has risen."""

    __tablename__ = "change_counter"

    id: int = Field(default=1, primary_key=True)
    value: int = 0


class WaitingRecords(Protocol):
    """How many access records wait, in memory and on disk, and were lost."""

    @property
    def queued(self) -> int: ...
    @property
    def spooled(self) -> int: ...
    @property
    def dropped(self) -> int: ...


class Served:
    """What this worker's gateway tells of itself.

    `change` is the one that it answers from, and `known_at` when that was last known to be the
    newest; None where there is no gateway. `is_store_away` is so while the platform's database does
    not answer. `limits` tells where requests are counted: in this `process`, `shared` by all
    workers, or `degraded`, as Redis is away.
    """

    change: int | None = None
    known_at: float | None = None
    is_store_away: bool = False
    records: WaitingRecords | None = None
    limits: Literal["process", "shared", "degraded"] = "process"

    @property
    def age_s(self) -> float | None:
        """For how long nobody has known whether it is the newest."""
        return None if self.known_at is None else monotonic() - self.known_at


async def announce_change(session: AsyncSession) -> None:
    """Raise the counter within the caller's transaction, so that both are seen together."""
    await session.exec(update(ChangeCounter).values(value=ChangeCounter.value + 1))


async def current_change(session: AsyncSession) -> int:
    """The counter as it stands."""
    return (await session.exec(select(ChangeCounter.value))).one()
