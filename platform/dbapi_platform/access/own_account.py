"""What users change about themselves."""

from collections.abc import Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import InvalidRequest, NotFound
from ..store import User, lock
from .accounts import change_profile
from .administration import administer
from .credentials import set_password
from .passwords import password_matches
from .permissions import Caller


async def own_user(session: AsyncSession, caller: Caller) -> User:
    """The caller's row. Raises NotFound when it was deleted just now."""
    user = await session.get(User, caller.id, populate_existing=True)
    if user is None:
        raise NotFound("There is no such user")
    return user


async def update_own(session: AsyncSession, caller: Caller, fields: Mapping[str, Any]) -> User:
    """Change the given ones of `email` and `full_name`. Raises Conflict."""
    await administer(session, caller)
    user = await own_user(session, caller)
    await change_profile(session, user, fields)
    await session.commit()
    return user


async def require_password(session: AsyncSession, caller: Caller, current: str | None) -> None:
    """Raises InvalidRequest, naming `current_password`, unless it is the caller's.

    Links to reset a password go to the e-mail address: whoever finds a session open must not make
    the account theirs by changing that.
    """
    user = await own_user(session, caller)
    if not user.password_hash:
        raise InvalidRequest.of("email", "ask an administrator: you log in without a password")
    if current is None:
        raise InvalidRequest.of("current_password", "is needed to change the e-mail address")
    if not await password_matches(current, user.password_hash):
        raise InvalidRequest.of("current_password", "is not your password")


async def change_own_password(
    session: AsyncSession, caller: Caller, *, current: str, new: str
) -> None:
    """A new password, for whoever knows the present one; it ends all of the caller's sessions.

    Raises InvalidRequest, naming `current_password` or `new_password`.
    """
    user = await own_user(session, caller)
    if not await password_matches(current, user.password_hash):
        raise InvalidRequest.of("current_password", "is not your password")
    verified = user.password_hash
    # Checked again while nobody else writes: an administrator's reset meanwhile has the last word.
    locked = await lock(session, User, user.id)
    if locked is None or locked.password_hash != verified:
        raise InvalidRequest.of("current_password", "is not your password any more")
    await set_password(session, locked, new, "new_password")
    await session.commit()
