"""Rows kept from other writers until a transaction ends, on every database."""

import uuid
from typing import TypeVar

from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from .base import Timed

Row = TypeVar("Row", bound=Timed)


async def lock(session: AsyncSession, table: type[Row], row_id: uuid.UUID) -> Row | None:
    """The row as it is now, kept from other writers until this transaction ends; None if gone."""
    # An update that changes nothing locks everywhere; SQLite has no SELECT FOR UPDATE.
    await session.exec(
        update(table).where(col(table.id) == row_id).values(updated_at=table.updated_at)
    )
    return await session.get(table, row_id, populate_existing=True)


async def one_at_a_time(session: AsyncSession, key: int) -> None:
    """Wait until nobody else does what `key` stands for; until this transaction ends.

    On SQLite who writes is alone anyhow, within `Database.all_or_nothing`.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.exec(select(func.pg_advisory_xact_lock(key)))
