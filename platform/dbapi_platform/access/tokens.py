"""Signed tokens (JWT, HS256): sessions of users and tokens of clients, never one for the other."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import jwt

from ..errors import Unauthorized

ALGORITHM = "HS256"
ISSUER = "dbapi"
Audience = Literal["management", "gateway"]


@dataclass(frozen=True, slots=True)
class Claims:
    """Whom a token speaks for; a higher `generation` in the store ends the token."""

    subject: uuid.UUID
    generation: int
    expires_at: float


class TokenSigner:
    """Signs and verifies tokens with the platform's secret key."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key

    def sign(
        self, audience: Audience, subject: uuid.UUID, *, generation: int, lifetime: timedelta
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
            "jti": uuid.uuid4().hex,
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)

    def verify(self, audience: Audience, token: str) -> Claims:
        """What the token says. Raises Unauthorized, saying whether it is expired or invalid."""
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                audience=audience,
                issuer=ISSUER,
                options={"require": ["exp", "sub", "aud", "iss", "gen"]},
            )
            return Claims(uuid.UUID(claims["sub"]), int(claims["gen"]), float(claims["exp"]))
        except jwt.ExpiredSignatureError:
            raise Unauthorized("The token has expired; get a new one") from None
        except (jwt.InvalidTokenError, ValueError, TypeError):
            raise Unauthorized("The token is not valid") from None
