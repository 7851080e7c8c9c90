"""Clients, groups and firewall rules: who may call endpoints, and from where."""

import uuid
from datetime import datetime

from sqlmodel import Field, SQLModel

from .base import Timed, UtcDateTime


class Client(Timed, table=True):
    """A program that calls private endpoints. Only its secret's hash is kept.

    `generation` rises when the secret is replaced, which ends every token given before. Until
    `previous_secret_until` the secret before it, and tokens of the generation before, are good too.
    """

    __tablename__ = "client"

    name: str = Field(unique=True, max_length=100)
    description: str | None = Field(default=None, max_length=500)
    client_id: str = Field(unique=True, max_length=64)
    secret_hash: str = Field(max_length=64)
    previous_secret_hash: str | None = Field(default=None, max_length=64)
    previous_secret_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    generation: int = 0
    is_active: bool = True
    rate_limit_per_minute: int | None = None
    max_concurrent: int | None = None
    token_seconds: int | None = None


class Group(Timed, table=True):
    """A set of endpoints that clients may be given together."""

    __tablename__ = "client_group"

    name: str = Field(unique=True, max_length=100)
    description: str | None = Field(default=None, max_length=500)
    is_active: bool = True


class ClientEndpoint(SQLModel, table=True):
    """A direct grant: this client may call this endpoint."""

    __tablename__ = "client_endpoint"

    client_id: uuid.UUID = Field(foreign_key="client.id", ondelete="CASCADE", primary_key=True)
    endpoint_id: uuid.UUID = Field(
        foreign_key="endpoint.id", ondelete="CASCADE", primary_key=True, index=True
    )


class ClientGroup(SQLModel, table=True):
    """A client is in a group."""

    __tablename__ = "client_group_member"

    client_id: uuid.UUID = Field(foreign_key="client.id", ondelete="CASCADE", primary_key=True)
    group_id: uuid.UUID = Field(
        foreign_key="client_group.id", ondelete="CASCADE", primary_key=True, index=True
    )


class GroupEndpoint(SQLModel, table=True):
    """An endpoint is in a group."""

    __tablename__ = "group_endpoint"

    group_id: uuid.UUID = Field(foreign_key="client_group.id", ondelete="CASCADE", primary_key=True)
    endpoint_id: uuid.UUID = Field(
        foreign_key="endpoint.id", ondelete="CASCADE", primary_key=True, index=True
    )


class FirewallRule(Timed, table=True):
    """Addresses that may call, or may not. Of the rules that fit, the first by `position` counts.

    Without a client it is for all of them, without an endpoint for all endpoints.
    """

    __tablename__ = "firewall_rule"

    position: int = Field(index=True)
    action: str = Field(max_length=10)
    network: str = Field(max_length=64)
    client_id: uuid.UUID | None = Field(
        default=None, foreign_key="client.id", ondelete="CASCADE", index=True
    )
    endpoint_id: uuid.UUID | None = Field(
        default=None, foreign_key="endpoint.id", ondelete="CASCADE", index=True
    )
    description: str | None = Field(default=None, max_length=500)
    is_active: bool = True
