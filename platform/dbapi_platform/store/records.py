"""What happened: a line for every gateway request, and one for every change by a person."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Integer, Text
from sqlmodel import Field, SQLModel

from .base import UtcDateTime

# SQLite numbers rows by itself only when their key is a plain INTEGER.
_LARGE = BigInteger().with_variant(Integer, "sqlite")


class AccessRecord(SQLModel, table=True):
    """One line per gateway request, refused ones too.

    Endpoint and client are kept by id without a foreign key: a record outlives what it speaks of.
    `error` is the full text for the author; consumers only ever see `error_code`. `log` is what a
    script logged.
    """

    __tablename__ = "access_record"

    id: int | None = Field(default=None, primary_key=True, sa_type=_LARGE)
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


class AuditEntry(SQLModel, table=True):
    """Who changed what, when and from where. Nothing in this table is ever changed or deleted.

    `part` is the table that changed, `resource_type` and `resource_id` what it belongs to. `before`
    and `after` hold the fields that differ, without secrets.
    """

    __tablename__ = "audit_entry"

    id: int | None = Field(default=None, primary_key=True, sa_type=_LARGE)
    created_at: datetime = Field(sa_type=UtcDateTime, nullable=False, index=True)
    actor: str = Field(max_length=100, index=True)
    actor_id: uuid.UUID | None = None
    via: str = Field(max_length=20)
    ip_address: str | None = Field(default=None, max_length=64)
    request_id: str | None = Field(default=None, max_length=64, index=True)
    action: str = Field(max_length=100, index=True)
    resource_type: str = Field(max_length=40, index=True)
    resource_id: str | None = Field(default=None, max_length=100, index=True)
    resource_name: str | None = Field(default=None, max_length=600)
    part: str = Field(max_length=40)
    change: str = Field(max_length=10)
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    after: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
