"""Logging in at an OpenID Connect provider without cookies: whoever began it finishes it.

The notebook begins and holds a handle; the browser comes back from the provider with a state and is
shown a code; the notebook gives both, and gets the token. A link that somebody else began brings
them nothing without the code.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import update
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import Forbidden, Unauthorized
from ..store import OidcLogin, User
from ..store.base import now
from .external import MAX_EMAIL, Admission, Arrival, admit
from .secrets import Cipher, hash_secret, new_secret, secret_matches

if TYPE_CHECKING:
    from .oidc_provider import OidcProvider

LIFETIME = timedelta(minutes=10)
# Without what is mistaken for something else; 40 bits, of which few are ever tried.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and the secret of whoever began."""

    authorization_url: str
    handle: str


@dataclass(frozen=True, slots=True)
class OidcLogins:
    """Logins at one provider."""

    provider: "OidcProvider"
    cipher: Cipher
    callback_url: str
    scopes: str
    name: str
    username_claim: str
    admission: Admission
    allowed_domains: frozenset[str] = frozenset()

    async def begin(self, session: AsyncSession) -> Begun:
        """A login under way. Raises LoginProviderUnavailable."""
        handle, state, nonce = new_secret(), new_secret(), secrets.token_urlsafe(24)
        verifier = secrets.token_urlsafe(48)
        url = await self.provider.authorization_url(
            redirect_uri=self.callback_url,
            scope=self.scopes,
            state=state,
            nonce=nonce,
            verifier=verifier,
        )
        present = now()
        await session.exec(delete(OidcLogin).where(col(OidcLogin.expires_at) < present))
        session.add(
            OidcLogin(
                handle_hash=hash_secret(handle),
                state_hash=hash_secret(state),
                encrypted_verifier=self.cipher.encrypt(verifier),
                nonce=nonce,
                created_at=present,
                expires_at=present + LIFETIME,
            )
        )
        await session.commit()
        return Begun(url, handle)

    async def come_back(
        self, session: AsyncSession, *, state: str, code: str | None, issuer: str | None
    ) -> str:
        """The code to show, when the browser comes back from the provider.

        Raises Unauthorized, Forbidden, Conflict or LoginProviderUnavailable.
        """
        login = await self._claim(session, state)
        metadata = await self.provider.metadata()
        told = issuer or not metadata.get("authorization_response_iss_parameter_supported")
        if not told or (issuer and issuer != self.provider.issuer):
            raise Unauthorized("Another login provider has answered; begin again")
        if not code:
            raise Unauthorized("The login provider did not let you in")
        claims = await self.provider.exchange(
            code,
            verifier=self.cipher.decrypt(login.encrypted_verifier),
            redirect_uri=self.callback_url,
            nonce=login.nonce,
        )
        user = await admit(session, self._arrival(claims), self.admission)
        shown = "".join(secrets.choice(LETTERS) for _ in range(8))
        login.user_id, login.code_hash = user.id, hash_secret(shown)
        session.add(login)
        await session.commit()
        return f"{shown[:4]}-{shown[4:]}"

    async def finish(self, session: AsyncSession, *, handle: str, code: str) -> User:
        """Who has logged in; good once. Raises Unauthorized."""
        rows = await session.exec(
            select(OidcLogin, User)
            .join(User)
            .where(OidcLogin.handle_hash == hash_secret(handle), OidcLogin.expires_at > now())
        )
        login, user = rows.first() or (None, None)
        given = code.upper().replace("-", "").replace(" ", "")
        matches = secret_matches(given, (login and login.code_hash) or "0" * 64)
        if login is None or user is None or not matches or not user.is_active:
            raise Unauthorized("The code is wrong, or the login is not finished or too old")
        used = await session.exec(delete(OidcLogin).where(col(OidcLogin.id) == login.id))
        if used.rowcount != 1:
            raise Unauthorized("The code has been used")
        return user

    async def _claim(self, session: AsyncSession, state: str) -> OidcLogin:
        """The login of this state, which is good once, whatever becomes of it."""
        state_hash = hash_secret(state)
        claimed = await session.exec(
            update(OidcLogin)
            .where(col(OidcLogin.state_hash) == state_hash, col(OidcLogin.expires_at) > now())
            .values(state_hash=hash_secret(new_secret()))
            .returning(col(OidcLogin.id))
        )
        login_id = claimed.scalar_one_or_none()
        login = await session.get(OidcLogin, login_id) if login_id else None
        # The provider is asked while no connection is held.
        await session.commit()
        if login is None:
            raise Unauthorized("This login was not begun here, is over, or is too old; begin again")
        return login

    def _arrival(self, claims: dict[str, Any]) -> Arrival:
        email = _verified_email(claims)
        domain = email.rpartition("@")[2].lower() if email else None
        if self.allowed_domains and domain not in self.allowed_domains:
            raise Forbidden("Nobody of your e-mail address's domain may log in here")
        return Arrival(
            issuer=self.provider.issuer,
            subject=str(claims["sub"]),
            username=str(claims.get(self.username_claim) or ""),
            email=email,
            full_name=str(claims.get("name") or "") or None,
        )


def _verified_email(claims: dict[str, Any]) -> str | None:
    email, is_verified = claims.get("email"), claims.get("email_verified")
    if not isinstance(email, str) or is_verified not in (True, "true"):
        return None
    is_one = email.isprintable() and " " not in email and "@" in email
    return email if is_one and len(email) <= MAX_EMAIL else None
