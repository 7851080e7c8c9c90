"""Signed tokens (JWT, HS256): sessions of users and tokens of clients, never one for the other."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import jwt

from ..errors import Unauthorized

ALGORITHM = "HS256"
ISSUER = "dbapi"
Audience = Literal["management", "gateway"]
# Told in the header too, so that a token is refused for what it is before its claims are read.
TYPES: dict[Audience, str] = {
    "management": "dbapi-session+jwt",
    "gateway": "dbapi-client+jwt",
}
REQUIRED = ["exp", "iat", "sub", "aud", "iss", "jti", "gen"]


@dataclass(frozen=True, slots=True)
class Claims:
    """Whom a token speaks for; a higher `generation` in the store ends the token."""

    subject: uuid.UUID
    generation: int
    expires_at: float
    token_id: uuid.UUID


class TokenSigner:
    """Signs with the platform's secret key, and verifies with that one or the one before it."""

    def __init__(self, secret_key: str, previous_key: str = "") -> None:
        self._key = secret_key
        self._kid = key_id(secret_key)
        self._keys = {key_id(key): key for key in (previous_key, secret_key) if key}

    def sign(
        self,
        audience: Audience,
        subject: uuid.UUID,
        *,
        generation: int,
        lifetime: timedelta,
        token_id: uuid.UUID | None = None,
    ) -> str:
        """A token for `subject`, good at `audience` only, until `lifetime` from now."""
        issued = datetime.now(UTC)
        claims = {
            "iss": ISSUER,
            "aud": audience,
            "sub": str(subject),
            "gen": generation,
            "iat": issued,
            "exp": issued + lifetime,
            "jti": (token_id or uuid.uuid4()).hex,
        }
        headers = {"typ": TYPES[audience], "kid": self._kid}
        return jwt.encode(claims, self._key, algorithm=ALGORITHM, headers=headers)

    def verify(self, audience: Audience, token: str) -> Claims:
        """What the token says. Raises Unauthorized, saying whether it is expired or invalid."""
        try:
            claims = jwt.decode(
                token,
                self._key_of(audience, token),
                algorithms=[ALGORITHM],
                audience=audience,
                issuer=ISSUER,
                options={"require": REQUIRED},
            )
            return Claims(
                subject=uuid.UUID(claims["sub"]),
                generation=int(claims["gen"]),
                expires_at=float(claims["exp"]),
                token_id=uuid.UUID(claims["jti"]),
            )
        except jwt.ExpiredSignatureError:
            raise Unauthorized("The token has expired; get a new one") from None
        except (jwt.InvalidTokenError, ValueError, TypeError):
            hint = "; get a new one at /token/generate" if audience == "gateway" else ""
            raise Unauthorized(f"The token is not valid{hint}") from None

    def _key_of(self, audience: Audience, token: str) -> str:
        header = jwt.get_unverified_header(token)
        key = self._keys.get(str(header.get("kid")))
        if key is None or header.get("typ") != TYPES[audience]:
            raise jwt.InvalidTokenError
        return key


def key_id(key: str) -> str:
    """What a token's header calls the key: it tells two keys apart and nothing of either."""
    return hashlib.sha256(b"dbapi key id\0" + key.encode()).hexdigest()[:16]
