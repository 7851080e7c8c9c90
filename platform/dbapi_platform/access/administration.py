"""Who may do what is changed by one at a time, so that every rule sees what the others did."""

from dataclasses import replace

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import Unauthorized
from ..store import Role, User
from .permissions import OPERATOR, Caller, load_caller

ADMIN = "Admin"


async def lock_administration(session: AsyncSession) -> None:
    """Keep others from changing users and roles until this transaction ends.

    Take it before any row is read that a rule depends on: two superusers who demote each other at
    once must not both find the other one there.
    """
    # The role Admin is always there. On SQLite any update at all keeps other writers out.
    await session.exec(
        update(Role).where(col(Role.name) == ADMIN).values(updated_at=Role.updated_at)
    )


async def administer(session: AsyncSession, caller: Caller) -> Caller:
    """Lock, and tell what is left of what the caller may do, now that nobody else changes it.

    Raises Unauthorized for a caller who was ended while waiting.
    """
    await lock_administration(session)
    if caller.id == OPERATOR.id:
        return caller
    user = await session.get(User, caller.id, populate_existing=True)
    if user is None or not user.is_active:
        raise Unauthorized("The token is not valid; log in again")
    present = await load_caller(session, user)
    return replace(
        caller,
        is_superuser=caller.is_superuser and present.is_superuser,
        grants=caller.grants & present.grants,
    )
