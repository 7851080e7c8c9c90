"""Sessions: a row for every login, good until it says otherwise, whatever the token's age."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import update
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import Conflict, NotFound, Unauthorized
from ..store import User, UserSession, act_as, acting, note
from ..store.base import now
from .passwords import password_matches
from .permissions import Caller, load_caller
from .personal_tokens import is_due, user_of_personal_token
from .secrets import PERSONAL_TOKEN_PREFIX
from .tokens import Claims, TokenSigner
from .users import find_user

Method = Literal["password", "oidc", "jupyterhub"]

# How long a session that has expired is remembered.
KEPT_FOR = timedelta(days=30)
MAX_USER_AGENT = 300


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a login comes from."""

    ip_address: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class Sessions:
    """What a session token is made with."""

    signer: TokenSigner
    lifetime: timedelta

    async def begin(
        self, session: AsyncSession, user: User, *, method: Method, visitor: Visitor
    ) -> str:
        """A session token for a user who has shown who they are."""
        act_as(session, replace(acting(session), name=user.username, id=user.id, via=method))
        present = now()
        row = UserSession(
            user_id=user.id,
            method=method,
            ip_address=visitor.ip_address,
            user_agent=visitor.user_agent[:MAX_USER_AGENT] if visitor.user_agent else None,
            created_at=present,
            expires_at=present + self.lifetime,
        )
        session.add(row)
        await _forget_old(session, user, present)
        await session.exec(
            update(User)
            .where(col(User.id) == user.id)
            # A login is no change of the user.
            .values(last_login_at=present, updated_at=User.updated_at)
        )
        await session.commit()
        return self.signer.sign(
            "management",
            user.id,
            generation=user.token_generation,
            lifetime=self.lifetime,
            token_id=row.id,
        )

    async def log_in(
        self, session: AsyncSession, *, username: str, password: str, visitor: Visitor
    ) -> str:
        """A session token. Raises Unauthorized, the same way whichever of the two was wrong."""
        user = await find_user(session, username)
        active = user is not None and user.is_active
        matches = await password_matches(password, user.password_hash if user and active else None)
        if user is None or not matches:
            await note_refusal(session, username, visitor, user=user)
            raise Unauthorized("The user name or the password is wrong")
        return await self.begin(session, user, method="password", visitor=visitor)

    async def identify(self, session: AsyncSession, token: str) -> Caller:
        """Who is behind a session token or a personal access token. Raises Unauthorized."""
        session_id = expires_at = None
        if token.startswith(PERSONAL_TOKEN_PREFIX):
            user, expires_at = await user_of_personal_token(session, token)
        else:
            claims = self.signer.verify("management", token)
            user, session_id = await _user_of_session(session, claims), claims.token_id
        if user is None or not user.is_active:
            raise Unauthorized("The token is not valid; log in again")
        caller = await load_caller(session, user)
        return replace(caller, session_id=session_id, token_expires_at=expires_at)


async def note_refusal(
    session: AsyncSession, username: str, visitor: Visitor, *, user: User | None = None
) -> None:
    """Keep a login that failed in the audit log: the name that was tried, and from where."""
    tried = {"username": username[:100], "ip_address": visitor.ip_address}
    user_id = user.id if user else None
    note(session, "user", user_id, username[:100], change="refused", after=tried)
    await session.commit()


async def list_sessions(session: AsyncSession, caller: Caller) -> list[UserSession]:
    """The caller's sessions that are still good, newest first."""
    rows = await session.exec(
        select(UserSession)
        .where(
            UserSession.user_id == caller.id,
            col(UserSession.revoked_at).is_(None),
            UserSession.expires_at > now(),
        )
        .order_by(col(UserSession.created_at).desc())
    )
    return list(rows)


async def end_session(session: AsyncSession, caller: Caller, session_id: uuid.UUID) -> None:
    """End one of the caller's own sessions. Raises NotFound."""
    row = await session.get(UserSession, session_id)
    if row is None or row.user_id != caller.id:
        raise NotFound("You have no such session")
    if row.revoked_at is None:
        row.revoked_at = now()
        session.add(row)
        await session.commit()


async def log_out(session: AsyncSession, caller: Caller) -> None:
    """End the session that the request came with. Raises Conflict for a personal token."""
    if caller.session_id is None:
        raise Conflict(
            "A personal access token has no session to end; revoke it with DELETE /tokens/{id}"
        )
    await end_session(session, caller, caller.session_id)


async def _user_of_session(session: AsyncSession, claims: Claims) -> User | None:
    found = (
        await session.exec(
            select(UserSession, User).join(User).where(UserSession.id == claims.token_id)
        )
    ).first()
    if found is None:
        return None
    row, user = found
    present = now()
    if row.user_id != claims.subject or user.token_generation != claims.generation:
        return None
    if row.revoked_at is not None or row.expires_at <= present:
        return None
    if is_due(row.last_used_at, present):
        # By its key: the row may have gone with its user just now.
        used = update(UserSession).where(col(UserSession.id) == row.id)
        await session.exec(used.values(last_used_at=present))
        await session.commit()
    return user


async def _forget_old(session: AsyncSession, user: User, present: datetime) -> None:
    await session.exec(
        delete(UserSession).where(
            col(UserSession.user_id) == user.id,
            col(UserSession.expires_at) < present - KEPT_FOR,
        )
    )
