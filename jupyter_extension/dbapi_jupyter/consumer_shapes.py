"""What the platform answers about clients, groups and tokens."""

from typing import NotRequired, TypedDict


class EndpointLink(TypedDict):
    """An endpoint that a client may call."""

    id: str
    method: str
    path: str


class Named(TypedDict):
    """A thing that is spoken of by its name."""

    id: str
    name: str


class Client(TypedDict):
    """Who may call private endpoints."""

    id: str
    name: str
    client_id: str
    description: str | None
    is_active: bool
    rate_limit_per_minute: int | None
    max_concurrent: int | None
    token_seconds: int | None
    endpoints: list[EndpointLink]
    groups: list[Named]
    created_at: str
    previous_secret_until: NotRequired[str | None]


class NewSecret(TypedDict):
    """A client's secret, which is told once, and until when the one before is good still."""

    client_id: str
    client_secret: str
    previous_secret_until: NotRequired[str | None]


class Group(TypedDict):
    """Endpoints that clients are given together."""

    id: str
    name: str
    description: str | None
    is_active: bool
    endpoints: list[EndpointLink]


class PersonalToken(TypedDict):
    """A token that speaks for the user, without its text."""

    id: str
    name: str
    created_at: str
    expires_at: str | None
    last_used_at: str | None
