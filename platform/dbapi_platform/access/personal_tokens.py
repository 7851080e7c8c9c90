"""Personal access tokens: a user's own, for notebooks and programs, until they expire or end."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import Conflict, NotFound, Unauthorized
from ..store import PersonalToken, User
from ..store.base import now
from .permissions import Caller
from .secrets import PERSONAL_TOKEN_PREFIX, hash_secret, new_secret

# A last use is written at most this often: authors run cells all day.
LAST_USE_GRAIN = timedelta(minutes=5)


async def user_of_personal_token(
    session: AsyncSession, token: str
) -> tuple[User | None, datetime | None]:
    """Whose token it is, and until when, its use noted; None for nobody's.

    Raises Unauthorized, once it has expired.
    """
    found = (
        await session.exec(
            select(PersonalToken, User)
            .join(User)
            .where(PersonalToken.token_hash == hash_secret(token))
        )
    ).first()
    if found is None:
        return None, None
    stored, user = found
    present = now()
    if stored.expires_at and stored.expires_at <= present:
        raise Unauthorized(f"The personal access token '{stored.name}' has expired")
    if is_due(stored.last_used_at, present):
        # By its key: the row may have gone with its user just now.
        used = update(PersonalToken).where(col(PersonalToken.id) == stored.id)
        await session.exec(used.values(last_used_at=present))
        await session.commit()
    return user, stored.expires_at


def is_due(last_used_at: datetime | None, present: datetime) -> bool:
    """Whether a use is to be written."""
    return last_used_at is None or present - last_used_at > LAST_USE_GRAIN


async def create_personal_token(
    session: AsyncSession, caller: Caller, *, name: str, expires_at: datetime | None
) -> tuple[PersonalToken, str]:
    """The stored token and its text, which is told only now. Raises Conflict.

    Made with a token that expires, it expires no later: else whoever finds one has it for ever.
    """
    if caller.token_expires_at is not None:
        expires_at = min(expires_at or caller.token_expires_at, caller.token_expires_at)
    taken = await session.exec(
        select(PersonalToken).where(PersonalToken.user_id == caller.id, PersonalToken.name == name)
    )
    if taken.first():
        raise Conflict(f"You have a token named '{name}' already; revoke it or take another name")
    text = new_secret(PERSONAL_TOKEN_PREFIX)
    stored = PersonalToken(
        user_id=caller.id,
        name=name,
        token_hash=hash_secret(text),
        created_at=now(),
        expires_at=expires_at,
    )
    session.add(stored)
    await session.commit()
    return stored, text


async def list_personal_tokens(session: AsyncSession, caller: Caller) -> list[PersonalToken]:
    """The caller's own tokens, newest first."""
    rows = await session.exec(
        select(PersonalToken)
        .where(PersonalToken.user_id == caller.id)
        .order_by(col(PersonalToken.created_at).desc())
    )
    return list(rows)


async def revoke_personal_token(session: AsyncSession, caller: Caller, token_id: uuid.UUID) -> None:
    """End one of the caller's own tokens. Raises NotFound."""
    stored = await session.get(PersonalToken, token_id)
    if stored is None or stored.user_id != caller.id:
        raise NotFound("You have no such token")
    await session.delete(stored)
    await session.commit()
