"""A new password for who has forgotten theirs, by a token that is sent to them."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import Conflict, InvalidRequest
from ..store import Actor, Database, PasswordReset, User, act_as, lock
from ..store.base import now
from .background import Background
from .credentials import end_resets, end_sessions
from .letters import changed_letter, reset_letter
from .mail import Mailer
from .passwords import check_password_rules, hash_password
from .secrets import hash_secret, new_secret
from .users import find_by_email, find_user

RESET_PREFIX = "dbapi_reset_"


@dataclass(frozen=True, slots=True)
class Recovery:
    """Sends resets, and takes them. Without a mailer nothing is sent."""

    database: Database
    background: Background
    mailer: Mailer | None
    url: str
    lifetime: timedelta

    def require_mail(self) -> Mailer:
        """Raises Conflict where e-mail is not set up."""
        if self.mailer is None:
            raise Conflict("E-mail is not set up here; ask an administrator for a new password")
        return self.mailer

    def ask(self, username_or_email: str, actor: Actor) -> None:
        """Send a reset to the user, if there is one; the answer does not wait for it.

        Raises Conflict where e-mail is not set up.
        """
        self.background.start(self._send(self.require_mail(), username_or_email, actor))

    async def reset(self, session: AsyncSession, token: str, password: str) -> User:
        """Set a new password and end every session of its user. Raises InvalidRequest."""
        found = (
            await session.exec(
                select(PasswordReset, User)
                .join(User)
                .where(PasswordReset.token_hash == hash_secret(token))
            )
        ).first()
        if found is None or not is_good(*found):
            raise _wrong_token()
        reset, user = found
        check_password_rules(password, "new_password", username=user.username)
        # Before the row is locked: it takes its time.
        password_hash = await hash_password(password)
        # In one statement, so that of two with the same token one comes too late.
        used = await session.exec(
            update(PasswordReset)
            .where(col(PasswordReset.id) == reset.id, col(PasswordReset.used_at).is_(None))
            .values(used_at=now())
        )
        locked = await lock(session, User, user.id)
        if used.rowcount != 1 or locked is None or not locked.is_active:
            raise _wrong_token()
        locked.password_hash = password_hash
        await end_sessions(session, locked)
        await end_resets(session, locked)
        await session.commit()
        self.tell_changed(locked)
        return locked

    def tell_changed(self, user: User) -> None:
        """Tell the user that their password was changed, where that can be told."""
        if self.mailer is not None and user.email:
            self.background.start(self.mailer.send(changed_letter(user.email, user.username)))

    async def _send(self, mailer: Mailer, username_or_email: str, actor: Actor) -> None:
        async with self.database.session() as session:
            act_as(session, actor)
            user = await _find(session, username_or_email)
            # Whoever has no password here logs in elsewhere, and must not get one by the way.
            if user is None or not user.is_active or not user.email or not user.password_hash:
                return
            token = new_secret(RESET_PREFIX)
            present = now()
            session.add(
                PasswordReset(
                    user_id=user.id,
                    token_hash=hash_secret(token),
                    created_at=present,
                    expires_at=present + self.lifetime,
                )
            )
            await session.commit()
        minutes = int(self.lifetime.total_seconds() / 60)
        await mailer.send(
            reset_letter(user.email, user.username, token, url=self.url, minutes=minutes)
        )


def is_good(reset: PasswordReset, user: User) -> bool:
    """Whether the reset may still be used."""
    return reset.used_at is None and reset.expires_at > now() and user.is_active


async def _find(session: AsyncSession, username_or_email: str) -> User | None:
    if user := await find_user(session, username_or_email):
        return user
    return await find_by_email(session, username_or_email)


def _wrong_token() -> InvalidRequest:
    return InvalidRequest.of("token", "is not good, or no longer; ask for another")
