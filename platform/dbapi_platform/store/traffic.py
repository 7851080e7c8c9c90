"""Traffic: access records added up, so that a million of them are told in a few rows."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from .base import UtcDateTime

# Where a record names no endpoint or no client, and for all of them together.
NONE = uuid.UUID(int=0)
ALL = uuid.UUID(int=2**128 - 1)
# Rows are found by their key alone: on SQLite the key is the table.
_BY_KEY = {"sqlite_with_rowid": False}


class TrafficMark(SQLModel, table=True):
    """A table of one row: every access record up to `record_id` has been added up.

    `ranked_day` is the last day, since 1970, of the spans that endpoints are ranked over.
    """

    __tablename__ = "traffic_mark"

    id: int = Field(default=1, primary_key=True)
    record_id: int = Field(default=0, sa_type=BigInteger)
    ranked_day: int = 0


class Traffic(SQLModel, table=True):
    """Requests of an hour (since 1970, UTC); once by endpoint and client, once for ALL of them."""

    __tablename__ = "traffic"
    __table_args__ = _BY_KEY

    endpoint_id: uuid.UUID = Field(primary_key=True)
    hour: int = Field(primary_key=True)
    client_id: uuid.UUID = Field(primary_key=True)
    method: str = Field(max_length=10, primary_key=True)
    status: int = Field(primary_key=True)
    requests: int = Field(sa_type=BigInteger)
    duration_ms: float


class TrafficLatency(SQLModel, table=True):
    """How many requests of a day (since 1970, UTC) took about as long: a logarithmic bucket."""

    __tablename__ = "traffic_latency"
    __table_args__ = _BY_KEY

    endpoint_id: uuid.UUID = Field(primary_key=True)
    day: int = Field(primary_key=True)
    bucket: int = Field(primary_key=True)
    requests: int = Field(sa_type=BigInteger)


class TrafficDay(SQLModel, table=True):
    """A day's requests of one endpoint or one client, to rank them by. `kind` tells which."""

    __tablename__ = "traffic_day"
    __table_args__ = _BY_KEY

    kind: str = Field(max_length=10, primary_key=True)
    subject_id: uuid.UUID = Field(primary_key=True)
    day: int = Field(primary_key=True)
    requests: int = Field(sa_type=BigInteger)
    errors: int = Field(sa_type=BigInteger)


class TrafficRank(SQLModel, table=True):
    """An endpoint's requests over the last `days`, so that the first ones are found by an index."""

    __tablename__ = "traffic_rank"
    __table_args__ = (Index("ix_traffic_rank_days_requests", "days", "requests"), _BY_KEY)

    days: int = Field(primary_key=True)
    endpoint_id: uuid.UUID = Field(primary_key=True)
    requests: int = Field(sa_type=BigInteger)
    errors: int = Field(sa_type=BigInteger)


class TrafficCaller(SQLModel, table=True):
    """When a client called an endpoint last; NONE stands for calls without one."""

    __tablename__ = "traffic_caller"
    __table_args__ = _BY_KEY

    endpoint_id: uuid.UUID = Field(primary_key=True)
    client_id: uuid.UUID = Field(primary_key=True)
    last_called_at: datetime = Field(sa_type=UtcDateTime, nullable=False)
