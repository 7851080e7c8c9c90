"""The change counter: one number that rises with everything the gateway must notice."""

import asyncio
import uuid
from time import monotonic
from typing import Final, Literal, Protocol

from sqlalchemy import Engine, delete, insert, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from .database import Database


class ChangeCounter(SQLModel, table=True):
    """A table of one row. Workers poll it and load their snapshot anew when it has risen."""

    __tablename__ = "change_counter"

    id: int = Field(default=1, primary_key=True)
    value: int = 0


class ChangeNote(SQLModel, table=True):
    """That a change was about one endpoint and nothing else; other changes have no note."""

    __tablename__ = "change_note"

    change: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    endpoint_id: uuid.UUID


_CURRENT: Final = select(ChangeCounter.value)
# Who is behind by more changes loads everything anew; older notes are of no use.
NOTES: Final = 200


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


async def announce_change(session: AsyncSession, endpoint_id: uuid.UUID | None = None) -> None:
    """Raise the counter within the caller's transaction, so that both are seen together.

    Name the endpoint when all that changed are its own row and its versions: among many others
    it is then loaded alone.
    """
    risen = update(ChangeCounter).values(value=ChangeCounter.value + 1)
    change = (await session.exec(risen.returning(col(ChangeCounter.value)))).scalar_one()
    if endpoint_id is not None:
        await session.exec(insert(ChangeNote).values(change=change, endpoint_id=endpoint_id))
        await session.exec(delete(ChangeNote).where(col(ChangeNote.change) <= change - NOTES))


async def changed_endpoints(
    session: AsyncSession, since: int, upto: int
) -> frozenset[uuid.UUID] | None:
    """The endpoints that the changes after `since` were about; None if some were about more."""
    if not 0 < upto - since <= NOTES:
        return None
    notes = await session.exec(
        select(ChangeNote.endpoint_id).where(
            col(ChangeNote.change) > since, col(ChangeNote.change) <= upto
        )
    )
    found = notes.all()
    return frozenset(found) if len(found) == upto - since else None


async def current_change(session: AsyncSession) -> int:
    """The counter as it stands."""
    return (await session.exec(_CURRENT)).one()


async def polled_change(database: Database) -> int:
    """The counter as it stands, for who only wants to know that: cheap in a file."""
    if database.file is None:
        async with database.session() as session:
            return await current_change(session)
    return await asyncio.to_thread(_read, database.in_thread())


def _read(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(_CURRENT).scalar_one())
