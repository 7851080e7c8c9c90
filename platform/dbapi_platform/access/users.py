"""Users: making them, logging them in, and finding who is behind a bearer token."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import Conflict, InvalidRequest, NotFound, Unauthorized
from ..store import PersonalToken, Role, User, UserRole
from ..store.base import now
from .passwords import check_password_rules, hash_password, password_matches
from .permissions import Caller, load_caller
from .secrets import PERSONAL_TOKEN_PREFIX, hash_secret, new_secret
from .tokens import TokenSigner

# A token's last use is written at most this often: authors run cells all day.
LAST_USE_GRAIN = timedelta(minutes=5)


async def create_user(
    session: AsyncSession,
    *,
    username: str,
    password: str | None,
    is_superuser: bool = False,
    roles: tuple[str, ...] = (),
    email: str | None = None,
    full_name: str | None = None,
    is_active: bool = True,
) -> User:
    """A new user; one without a password logs in elsewhere. Asks nobody whether this is allowed.

    Raises InvalidRequest, Conflict, or NotFound for a role.
    """
    if not username.strip() or len(username) > 100:
        raise InvalidRequest.of("username", "expected 1 to 100 characters")
    if password is not None:
        check_password_rules(password, username=username)
    password_hash = "" if password is None else await hash_password(password)
    if await find_user(session, username):
        raise Conflict(f"A user named '{username}' exists already")
    await require_free_email(session, email)
    user = User(
        username=username.strip(),
        email=email,
        full_name=full_name,
        password_hash=password_hash,
        is_superuser=is_superuser,
        is_active=is_active,
    )
    session.add(user)
    await session.flush()
    for name in roles:
        role = (await session.exec(select(Role).where(Role.name == name))).first()
        if role is None:
            raise NotFound(f"There is no role named '{name}'")
        session.add(UserRole(user_id=user.id, role_id=role.id))
    await session.commit()
    return user


async def find_user(session: AsyncSession, username: str) -> User | None:
    """The user of this name."""
    return (await session.exec(select(User).where(User.username == username.strip()))).first()


async def require_free_email(
    session: AsyncSession, email: str | None, *, user_id: uuid.UUID | None = None
) -> None:
    """Raises Conflict when somebody else than `user_id` has the address, in whatever case."""
    if email is None:
        return
    # SQLite knows the case of ASCII only.
    same = or_(col(User.email) == email, func.lower(User.email) == email.lower())
    owner = (await session.exec(select(User.id).where(same, col(User.id) != user_id))).first()
    if owner is not None:
        raise Conflict(f"Another user has the e-mail address '{email}'")


async def log_in(
    session: AsyncSession, signer: TokenSigner, *, username: str, password: str, lifetime: timedelta
) -> str:
    """A session token. Raises Unauthorized, the same way whichever of the two was wrong."""
    user = await find_user(session, username)
    active = user is not None and user.is_active
    matches = await password_matches(password, user.password_hash if user and active else None)
    if user is None or not matches:
        raise Unauthorized("The user name or the password is wrong")
    return signer.sign("management", user.id, generation=user.token_generation, lifetime=lifetime)


async def identify(session: AsyncSession, signer: TokenSigner, token: str) -> Caller:
    """Who is behind a session token or a personal access token. Raises Unauthorized."""
    if token.startswith(PERSONAL_TOKEN_PREFIX):
        user = await _by_personal_token(session, token)
    else:
        claims = signer.verify("management", token)
        user = await session.get(User, claims.subject)
        if user is not None and user.token_generation != claims.generation:
            user = None
    if user is None or not user.is_active:
        raise Unauthorized("The token is not valid; log in again")
    return await load_caller(session, user)


async def _by_personal_token(session: AsyncSession, token: str) -> User | None:
    found = (
        await session.exec(
            select(PersonalToken, User)
            .join(User)
            .where(PersonalToken.token_hash == hash_secret(token))
        )
    ).first()
    if found is None:
        return None
    stored, user = found
    present = now()
    if stored.expires_at and stored.expires_at <= present:
        raise Unauthorized(f"The personal access token '{stored.name}' has expired")
    if not stored.last_used_at or present - stored.last_used_at > LAST_USE_GRAIN:
        stored.last_used_at = present
        session.add(stored)
        await session.commit()
    return user


async def create_personal_token(
    session: AsyncSession, caller: Caller, *, name: str, expires_at: datetime | None
) -> tuple[PersonalToken, str]:
    """The stored token and its text, which is told only now. Raises Conflict."""
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
