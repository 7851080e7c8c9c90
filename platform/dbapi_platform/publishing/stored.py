"""What is kept of an endpoint: its draft, its versions, and which of them is live."""

import uuid

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import NotFound
from ..store import Draft, Endpoint, Version


async def get_draft(session: AsyncSession, endpoint_id: uuid.UUID) -> Draft:
    """The endpoint's draft."""
    return (await session.exec(select(Draft).where(Draft.endpoint_id == endpoint_id))).one()


async def live_version(session: AsyncSession, endpoint: Endpoint) -> Version | None:
    """The version that the gateway serves."""
    if endpoint.published_version_id is None:
        return None
    return await session.get_one(Version, endpoint.published_version_id)


async def list_versions(session: AsyncSession, endpoint_id: uuid.UUID) -> list[Version]:
    """Newest first."""
    rows = await session.exec(
        select(Version)
        .where(Version.endpoint_id == endpoint_id)
        .order_by(col(Version.number).desc())
    )
    return list(rows)


async def get_version(session: AsyncSession, endpoint_id: uuid.UUID, number: int) -> Version:
    """Raises NotFound, naming the versions there are."""
    rows = await session.exec(
        select(Version).where(Version.endpoint_id == endpoint_id, Version.number == number)
    )
    version = rows.first()
    if version is None:
        highest = await highest_number(session, endpoint_id)
        there = f"there are 1 to {highest}" if highest else "nothing has been published yet"
        raise NotFound(f"There is no version {number}; {there}")
    return version


async def highest_number(session: AsyncSession, endpoint_id: uuid.UUID) -> int:
    """The number of the newest version; 0 when nothing has been published."""
    rows = await session.exec(
        select(func.max(Version.number)).where(Version.endpoint_id == endpoint_id)
    )
    return rows.one() or 0
