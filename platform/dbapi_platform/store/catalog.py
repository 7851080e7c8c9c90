"""Datasources, modules, endpoints with their drafts and versions, and macros."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, Text, UniqueConstraint, false, text
from sqlmodel import Field

from .base import Identified, Timed, UtcDateTime, unique_where_null


class Datasource(Timed, table=True):
    """An external database that endpoints query. The password is encrypted with its own key."""

    __tablename__ = "datasource"

    name: str = Field(unique=True, max_length=100)
    description: str | None = Field(default=None, max_length=500)
    product_type: str = Field(max_length=20)
    host: str | None = Field(default=None, max_length=255)
    port: int | None = None
    database: str = Field(max_length=1_000)
    username: str | None = Field(default=None, max_length=255)
    encrypted_password: str | None = Field(default=None, sa_type=Text)
    read_only: bool = True
    options: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Module(Timed, table=True):
    """A folder of endpoints and macros; never part of a URL."""

    __tablename__ = "module"

    name: str = Field(unique=True, max_length=100)
    description: str | None = Field(default=None, max_length=500)
    sort_order: int = 0
    is_active: bool = True


class Endpoint(Timed, table=True):
    """Path and method, unique together.

    `path_key` is the path with every `{name}` made `{}`: two paths that differ only in the names
    of their parameters would answer the same requests. `state`, `access` and `datasource_id` follow
    from its draft and versions, and stand here because lists are filtered by them.
    """

    __tablename__ = "endpoint"
    __table_args__ = (
        UniqueConstraint("path_key", "method"),
        # Lists are sorted by path or time, and filtered by the rest.
        Index("ix_endpoint_path_method", "path", "method"),
        Index("ix_endpoint_updated_at_id", "updated_at", "id"),
        Index("ix_endpoint_state_path_method", "state", "path", "method"),
        Index("ix_endpoint_access_path_method", "access", "path", "method"),
        Index("ix_endpoint_datasource_id_path_method", "datasource_id", "path", "method"),
    )

    module_id: uuid.UUID = Field(foreign_key="module.id", index=True)
    method: str = Field(max_length=10)
    path: str = Field(max_length=500)
    path_key: str = Field(max_length=500)
    name: str | None = Field(default=None, max_length=200)
    description: str | None = Field(default=None, sa_type=Text)
    sort_order: int = 0
    updated_by: str | None = Field(default=None, max_length=100)
    published_version_id: uuid.UUID | None = Field(default=None, index=True)
    state: str = Field(default="draft", max_length=12, sa_column_kwargs={"server_default": "draft"})
    access: str = Field(
        default="private", max_length=10, sa_column_kwargs={"server_default": "private"}
    )
    datasource_id: uuid.UUID | None = None
    # Kept answers of before do not serve any more once this has grown.
    cache_epoch: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class Draft(Identified, table=True):
    """The endpoint's editable definition.

    `params` are its parameters with those found in the template, and `hash` is that of the version
    it would become; both are worked out when it is saved, so that lists need not compile it.
    `shape` are the columns that runs of it showed, with the hash of the definition that they ran.
    """

    __tablename__ = "draft"

    endpoint_id: uuid.UUID = Field(foreign_key="endpoint.id", ondelete="CASCADE", unique=True)
    datasource_id: uuid.UUID = Field(foreign_key="datasource.id", index=True)
    definition: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    params: dict[str, dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    hash: str = Field(max_length=64)
    shape: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    updated_at: datetime = Field(sa_type=UtcDateTime, nullable=False)
    updated_by: str | None = Field(default=None, max_length=100)


class Version(Identified, table=True):
    """An immutable, numbered, hermetic snapshot of a definition; `hash` is its identity.

    `forced` is the reason why it was published although a test of its endpoint failed. `columns`
    are those that runs of its draft showed, as far as they are known: no part of the hash.

    Who may call it, and for how long, is no part of it either: `is_pinnable` lets consumers ask for
    it while another is live; since `deprecated_at` they should not, and from `sunset_at` on they
    cannot.
    """

    __tablename__ = "version"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "number"),
        UniqueConstraint("endpoint_id", "hash"),
        Index("ix_version_created_at_id", "created_at", "id"),
        # The few that may be asked for, among all that there ever were.
        Index(
            "ix_version_pinnable",
            "endpoint_id",
            sqlite_where=text("is_pinnable = 1"),
            postgresql_where=text("is_pinnable"),
        ),
    )

    endpoint_id: uuid.UUID = Field(foreign_key="endpoint.id", ondelete="CASCADE")
    number: int
    hash: str = Field(max_length=64)
    datasource_id: uuid.UUID = Field(foreign_key="datasource.id", index=True)
    definition: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    message: str | None = Field(default=None, max_length=500)
    notebook: str | None = Field(default=None, max_length=1_000)
    cell_id: str | None = Field(default=None, max_length=100)
    git_commit: str | None = Field(default=None, max_length=64)
    forced: str | None = Field(default=None, max_length=500)
    columns: list[dict[str, Any]] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True))
    )
    is_pinnable: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    deprecated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sunset_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime, nullable=False)
    created_by: str | None = Field(default=None, max_length=100)


class EndpointTest(Identified, table=True):
    """Assertions over an endpoint's answers, which have to hold when it is published."""

    __tablename__ = "endpoint_test"
    __table_args__ = (UniqueConstraint("endpoint_id", "name"),)

    endpoint_id: uuid.UUID = Field(foreign_key="endpoint.id", ondelete="CASCADE")
    name: str = Field(max_length=100)
    content: str = Field(sa_type=Text)
    updated_at: datetime = Field(sa_type=UtcDateTime, nullable=False)
    updated_by: str | None = Field(default=None, max_length=100)


class Publication(Identified, table=True):
    """One line for each time that an endpoint's live version changed; null is unpublished."""

    __tablename__ = "publication"
    __table_args__ = (UniqueConstraint("endpoint_id", "sequence"),)

    endpoint_id: uuid.UUID = Field(foreign_key="endpoint.id", ondelete="CASCADE")
    version_id: uuid.UUID | None = Field(
        default=None, foreign_key="version.id", ondelete="CASCADE", index=True
    )
    sequence: int
    created_at: datetime = Field(sa_type=UtcDateTime, nullable=False)
    created_by: str | None = Field(default=None, max_length=100)


class Macro(Timed, table=True):
    """A reusable Jinja or Python snippet, global when it has no module."""

    __tablename__ = "macro"
    __table_args__ = (
        UniqueConstraint("module_id", "name"),
        unique_where_null("uq_macro_global_name", "name", null="module_id"),
    )

    module_id: uuid.UUID | None = Field(default=None, foreign_key="module.id")
    name: str = Field(max_length=100)
    language: str = Field(max_length=10)
    description: str | None = Field(default=None, max_length=500)
    content: str = Field(sa_type=Text)
    updated_by: str | None = Field(default=None, max_length=100)
    published_version_id: uuid.UUID | None = Field(default=None, index=True)


class MacroVersion(Identified, table=True):
    """An immutable, numbered snapshot of a macro."""

    __tablename__ = "macro_version"
    __table_args__ = (
        UniqueConstraint("macro_id", "number"),
        UniqueConstraint("macro_id", "hash"),
    )

    macro_id: uuid.UUID = Field(foreign_key="macro.id", ondelete="CASCADE")
    number: int
    hash: str = Field(max_length=64)
    content: str = Field(sa_type=Text)
    message: str | None = Field(default=None, max_length=500)
    created_at: datetime = Field(sa_type=UtcDateTime, nullable=False)
    created_by: str | None = Field(default=None, max_length=100)
