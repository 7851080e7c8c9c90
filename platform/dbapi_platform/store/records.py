"""What happened: a line for every gateway request, and one for every change by a person."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, Text, text
from sqlmodel import Field, SQLModel

from .base import UtcDateTime

# SQLite numbers rows by itself only when their key is a plain INTEGER.
_LARGE = BigInteger().with_variant(Integer, "sqlite")


def _newest_first(*columns: str, **options: Any) -> Index:
    """Rows of one value of the first column, in the order that they are listed in."""
    name = "_".join((*columns, "created_at", "id"))
    return Index(f"ix_access_record_{name}", *columns, "created_at", "id", **options)


def _some(name: str, condition: str, *columns: str) -> Index:
    """Over the few rows that are looked for: the many others cost nothing when written."""
    where = text(condition)
    return Index(f"ix_access_record_{name}", *columns, sqlite_where=where, postgresql_where=where)


# A query that uses one of these has to name its condition, word for word.
FAILED, NAMED_ERROR = "status >= 400", "error_code IS NOT NULL"
OTHER_METHOD, SLOW = "method <> 'GET'", "duration_ms >= 100"
SLOW_MS = 100


class AccessRecord(SQLModel, table=True):
    """One line per gateway request, refused ones too.

    Endpoint and client are kept by id without a foreign key: a record outlives what it speaks of.
    `query` is as it was received, but for the values of secrets. `error` is the full text for the
    author; consumers only ever see `error_code`. `log` is what a script logged.
    """

    __tablename__ = "access_record"
    __table_args__ = (
        _newest_first(),
        _newest_first("endpoint_id"),
        _newest_first("client_id"),
        # Whatever the database's collation is, a prefix is found in these.
        _newest_first("ip_address", postgresql_ops={"ip_address": "text_pattern_ops"}),
        # On SQLite it would cost a record as much as all the others: paths come in no order.
        Index(
            "ix_access_record_path",
            "path",
            postgresql_ops={"path": "text_pattern_ops"},
            info={"only_on": "postgresql"},
        ),
        _some("status", FAILED, "status", "created_at", "id"),
        _some("error_code", NAMED_ERROR, "error_code", "created_at", "id"),
        _some("method", OTHER_METHOD, "method", "created_at", "id"),
        _some("slow", SLOW, "duration_ms"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=_LARGE)
    request_id: str = Field(max_length=64, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime, nullable=False)
    method: str = Field(max_length=10)
    path: str = Field(max_length=1_000)
    query: str | None = Field(default=None, max_length=2_000)
    status: int
    duration_ms: float
    endpoint_id: uuid.UUID | None = None
    version: int | None = None
    client_id: uuid.UUID | None = None
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
