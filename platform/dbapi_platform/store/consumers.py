"""Clients and groups: who may call private endpoints, and the record of every call."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, Integer, Text
from sqlmodel import Field, SQLModel

from .base import Timed, UtcDateTime


class Client(Timed, table=True):
    """A program that calls private endpoints. Only its secret's hash is kept.

    `generation` rises when the secret is replaced, which ends every token given before.
    """

    __tablename__ = "client"

    name: str = Field(unique=True, max_length=100)
    description: str | None = Field(default=None, max_length=500)
    client_id: str = Field(unique=True, max_length=64)
    secret_hash: str = Field(max_length=64)
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


class AccessRecord(SQLModel, table=True):
    """One line per gateway request, refused ones too.

    Endpoint and client are kept by id without a foreign key: a record outlives what it speaks of.
    `error` is the full text for the author; consumers only ever see `error_code`. `log` is what a
    script logged.
    """

    __tablename__ = "access_record"

    id: int | None = Field(
        default=None,
        primary_key=True,
        sa_type=BigInteger().with_variant(Integer, "sqlite"),
    )
    request_id: str = Field(max_length=64, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime, nullable=False, index=True)
    method: str = Field(max_length=10)
    path: str = Field(max_length=1_000)
    status: int
    duration_ms: float
    endpoint_id: uuid.UUID | None = Field(default=None, index=True)
    version: int | None = None
    client_id: uuid.UUID | None = Field(default=None, index=True)
    ip_address: str | None = Field(default=None, max_length=64)
    rows: int | None = None
    error_code: str | None = Field(default=None, max_length=60)
    error: str | None = Field(default=None, sa_type=Text)
    log: str | None = Field(default=None, sa_type=Text)
