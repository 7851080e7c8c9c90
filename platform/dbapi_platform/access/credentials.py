"""What lets a user in, changed and ended: the password, sessions, reset links, personal tokens."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..store import PasswordReset, PersonalToken, User, UserSession
from ..store.base import now
from .passwords import check_password_rules, hash_password


async def set_password(
    session: AsyncSession, user: User, password: str | None, field: str = "password"
) -> None:
    """Give the user this password, or none, and end their sessions. The caller commits.

    Personal tokens stay: notebooks and CI that use them go on. Raises InvalidRequest.
    """
    if password is not None:
        check_password_rules(password, field, username=user.username)
    user.password_hash = "" if password is None else await hash_password(password)
    await end_sessions(session, user)
    await end_resets(session, user)


async def end_sessions(session: AsyncSession, user: User) -> None:
    """Every session of the user is refused from the commit on. The caller commits."""
    user.token_generation += 1
    session.add(user)
    rows = await session.exec(
        select(UserSession).where(
            UserSession.user_id == user.id, col(UserSession.revoked_at).is_(None)
        )
    )
    for row in rows:
        row.revoked_at = now()
        session.add(row)


async def end_resets(session: AsyncSession, user: User) -> None:
    """Links to reset the password that are on their way are good no longer. The caller commits."""
    rows = await session.exec(
        select(PasswordReset).where(
            PasswordReset.user_id == user.id, col(PasswordReset.used_at).is_(None)
        )
    )
    for row in rows:
        row.used_at = now()
        session.add(row)


async def end_everything(session: AsyncSession, user: User) -> None:
    """Nothing that lets the user in now will again, were they made active again. Caller commits."""
    await end_sessions(session, user)
    await end_resets(session, user)
    tokens = await session.exec(select(PersonalToken).where(PersonalToken.user_id == user.id))
    for token in tokens:
        await session.delete(token)
