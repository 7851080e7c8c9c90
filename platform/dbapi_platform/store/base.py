"""What every table shares: names of constraints, keys and times."""

import uuid
from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, Index, MetaData, text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

# Named constraints, so that a migration can change one on every database.
SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time, always with an offset: SQLite forgets it, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


class Identified(SQLModel):
    """A row with a key of its own."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)


class Timed(Identified):
    """A row that tells when it was made and last changed."""

    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime, nullable=False)
    updated_at: datetime = Field(
        default_factory=now,
        sa_type=UtcDateTime,
        nullable=False,
        sa_column_kwargs={"onupdate": now},
    )


def unique_where_null(name: str, *columns: str, null: str) -> Index:
    """A unique index over the rows whose `null` column is NULL.

    A plain unique constraint takes two NULLs for different, on SQLite and PostgreSQL alike.
    """
    condition = text(f"{null} IS NULL")
    return Index(name, *columns, unique=True, sqlite_where=condition, postgresql_where=condition)
