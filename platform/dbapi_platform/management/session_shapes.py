"""Logins, sessions and tokens in the API's shapes."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from ..access.passwords import MAX_LENGTH
from .body import Body
from .shapes import Answer, Name

Unused = Annotated[str, StringConstraints(max_length=1_000)] | None


class LoginIn(Body):
    """A form, as OAuth2's password grant sends it; only the name and the password are read."""

    username: Annotated[str, StringConstraints(max_length=100)]
    password: Annotated[str, StringConstraints(max_length=MAX_LENGTH)]
    grant_type: Literal["password", ""] | None = None
    scope: Unused = None
    client_id: Unused = None
    client_secret: Unused = None


class PageLoginIn(Body):
    username: Annotated[str, StringConstraints(max_length=100)]
    password: Annotated[str, StringConstraints(max_length=MAX_LENGTH)]


class RecoveryIn(Body):
    username_or_email: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=320)
    ]


class RecoveryAnswer(Answer):
    """The same whether or not anything is sent."""

    message: str


class ResetIn(Body):
    token: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    new_password: Annotated[str, StringConstraints(max_length=MAX_LENGTH)]


class TokenAnswer(Answer):
    access_token: str
    token_type: str = "bearer"  # noqa: S105
    expires_in: int


class ProviderAnswer(Answer):
    """What users know the provider as."""

    name: str


class MethodsAnswer(Answer):
    """The ways in that there are here."""

    password: bool
    oidc: ProviderAnswer | None
    jupyterhub: bool
    password_recovery: bool


class BegunAnswer(Answer):
    """Open the address in a browser; keep the handle, and give it with the code shown there."""

    authorization_url: str
    handle: str
    expires_in: int


class FinishIn(Body):
    handle: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    code: Annotated[str, StringConstraints(min_length=1, max_length=20)]


class HubIn(Body):
    token: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~+/=-]{1,500}$")]


class SessionAnswer(Answer):
    """A login that is still good; `is_current` is the one that asks."""

    id: uuid.UUID
    method: str
    ip_address: str | None
    user_agent: str | None
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime
    is_current: bool


class TokenIn(Body):
    name: Name
    expires_in_days: Annotated[int, Field(ge=1, le=3650)] | None = 365


class PersonalTokenAnswer(Answer):
    id: uuid.UUID
    name: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class NewPersonalTokenAnswer(PersonalTokenAnswer):
    token: str
