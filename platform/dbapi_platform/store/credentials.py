"""How users show who they are: sessions, personal tokens, resets, and accounts elsewhere."""

import uuid
from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from .base import Identified, UtcDateTime


class PersonalToken(Identified, table=True):
    """A user's token for notebooks and CI; only its hash is kept."""

    __tablename__ = "personal_token"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    user_id: uuid.UUID = Field(foreign_key="user_account.id", ondelete="CASCADE")
    name: str = Field(max_length=100)
    token_hash: str = Field(unique=True, max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime, nullable=False)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class UserSession(Identified, table=True):
    """One login. Its id is the `jti` of the session token; revoked, the token is refused."""

    __tablename__ = "user_session"

    user_id: uuid.UUID = Field(foreign_key="user_account.id", ondelete="CASCADE", index=True)
    method: str = Field(max_length=20)
    ip_address: str | None = Field(default=None, max_length=64)
    user_agent: str | None = Field(default=None, max_length=300)
    created_at: datetime = Field(sa_type=UtcDateTime, nullable=False)
    expires_at: datetime = Field(sa_type=UtcDateTime, nullable=False, index=True)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PasswordReset(Identified, table=True):
    """A link sent by e-mail, good once and not for long; only its token's hash is kept."""

    __tablename__ = "password_reset"

    user_id: uuid.UUID = Field(foreign_key="user_account.id", ondelete="CASCADE", index=True)
    token_hash: str = Field(unique=True, max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime, nullable=False)
    expires_at: datetime = Field(sa_type=UtcDateTime, nullable=False)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LoginThrottle(SQLModel, table=True):
    """Attempts that failed, by whom they named or where they came from.

    It is kept for names that nobody has too, so that an answer does not tell which there are.
    """

    __tablename__ = "login_throttle"

    key: str = Field(primary_key=True, max_length=200)
    failures: int = 0
    last_failed_at: datetime = Field(sa_type=UtcDateTime, nullable=False, index=True)
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ExternalIdentity(Identified, table=True):
    """A user as a login provider knows them: `subject` is theirs at `issuer` for ever."""

    __tablename__ = "external_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    user_id: uuid.UUID = Field(foreign_key="user_account.id", ondelete="CASCADE", index=True)
    issuer: str = Field(max_length=500)
    subject: str = Field(max_length=255)
    created_at: datetime = Field(sa_type=UtcDateTime, nullable=False)


class OidcLogin(Identified, table=True):
    """A login at a provider that is under way; what must be read again is encrypted.

    `handle_hash` is of the secret that whoever began it holds, `code_hash` of the code that the
    provider's page shows at the end: both are needed to finish.
    """

    __tablename__ = "oidc_login"

    handle_hash: str = Field(unique=True, max_length=64)
    state_hash: str = Field(unique=True, max_length=64)
    code_hash: str | None = Field(default=None, max_length=64)
    encrypted_verifier: str = Field(sa_type=Text)
    nonce: str = Field(max_length=100)
    user_id: uuid.UUID | None = Field(
        default=None, foreign_key="user_account.id", ondelete="CASCADE"
    )
    created_at: datetime = Field(sa_type=UtcDateTime, nullable=False)
    expires_at: datetime = Field(sa_type=UtcDateTime, nullable=False)
