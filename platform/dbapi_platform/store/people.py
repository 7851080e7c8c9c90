"""Users, roles and permissions: who may do what in the management API."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from .base import Identified, Timed, UtcDateTime, unique_where_null


class ResourceType(StrEnum):
    """What a permission is about."""

    DATASOURCE = "datasource"
    MODULE = "module"
    ENDPOINT = "endpoint"
    MACRO = "macro"
    GROUP = "group"
    CLIENT = "client"
    USER = "user"
    ROLE = "role"
    ACCESS_RECORD = "access_record"
    OVERVIEW = "overview"
    FIREWALL_RULE = "firewall_rule"
    AUDIT_ENTRY = "audit_entry"
    SETTINGS = "settings"


class Action(StrEnum):
    """What a permission allows."""

    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    EXECUTE = "execute"
    PUBLISH = "publish"


class User(Timed, table=True):
    """Who authors and administers. `token_generation` rises to end every session at once.

    An empty `password_hash` matches no password: the user logs in elsewhere.
    """

    __tablename__ = "user_account"

    username: str = Field(unique=True, max_length=100)
    email: str | None = Field(default=None, unique=True, max_length=320)
    full_name: str | None = Field(default=None, max_length=200)
    password_hash: str = Field(max_length=255)
    is_active: bool = True
    is_superuser: bool = False
    token_generation: int = 0
    last_login_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Role(Timed, table=True):
    """A named set of permissions."""

    __tablename__ = "role"

    name: str = Field(unique=True, max_length=100)
    description: str | None = Field(default=None, max_length=500)


class Permission(Identified, table=True):
    """One action on one type of resource, or on one resource of it."""

    __tablename__ = "permission"
    __table_args__ = (
        UniqueConstraint("resource_type", "action", "resource_id"),
        unique_where_null("uq_permission_general", "resource_type", "action", null="resource_id"),
    )

    resource_type: str = Field(max_length=40)
    action: str = Field(max_length=20)
    resource_id: uuid.UUID | None = Field(default=None, index=True)


class UserRole(SQLModel, table=True):
    """A user has a role."""

    __tablename__ = "user_role"

    user_id: uuid.UUID = Field(foreign_key="user_account.id", ondelete="CASCADE", primary_key=True)
    role_id: uuid.UUID = Field(
        foreign_key="role.id", ondelete="CASCADE", primary_key=True, index=True
    )


class RolePermission(SQLModel, table=True):
    """A role holds a permission."""

    __tablename__ = "role_permission"

    role_id: uuid.UUID = Field(foreign_key="role.id", ondelete="CASCADE", primary_key=True)
    permission_id: uuid.UUID = Field(
        foreign_key="permission.id", ondelete="CASCADE", primary_key=True, index=True
    )
