"""The audit log writes itself: what a session changes is noted in the transaction it is part of."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session as PlainSession
from sqlmodel import Session, SQLModel, inspect
from sqlmodel.ext.asyncio.session import AsyncSession

from .base import now
from .catalog import (
    Datasource,
    Draft,
    Endpoint,
    EndpointTest,
    Macro,
    MacroVersion,
    Module,
    Version,
)
from .consumers import Client, ClientEndpoint, ClientGroup, FirewallRule, Group, GroupEndpoint
from .credentials import ExternalIdentity, PasswordReset, PersonalToken, UserSession
from .people import Permission, Role, RolePermission, User, UserRole
from .records import AuditEntry

ACTOR, NOTED = "actor", "noted"
MAX_TEXT = 20_000
HIDDEN = frozenset(
    {"password_hash", "secret_hash", "previous_secret_hash", "encrypted_password", "token_hash"}
)
# What tells nothing that another field, or the entry itself, does not.
SILENT = frozenset(
    {"created_at", "updated_at", "updated_by", "last_used_at", "last_login_at", "path_key", "state"}
)
# What tells of an endpoint's many rows which one was changed.
_TELLING: dict[type[SQLModel], str] = {Version: "number"}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is changing something, and by which action. Set it with `act_as`."""

    name: str
    via: str
    action: str
    id: uuid.UUID | None = None
    ip_address: str | None = None
    request_id: str | None = None


SYSTEM = Actor("system", "system", "system")


@dataclass(frozen=True, slots=True)
class _Owner:
    """What a row belongs to: its table, the column that names it, and what people call it."""

    table: type[SQLModel]
    key: str
    name: Callable[[Any], str]


def _endpoint_name(row: Endpoint) -> str:
    return f"{row.method} {row.path}"


_ENDPOINT = _Owner(Endpoint, "endpoint_id", _endpoint_name)
_MACRO = _Owner(Macro, "macro_id", lambda row: row.name)
_CLIENT = _Owner(Client, "client_id", lambda row: row.name)
_USER = _Owner(User, "user_id", lambda row: row.username)
_ROLE = _Owner(Role, "role_id", lambda row: row.name)
_GROUP = _Owner(Group, "group_id", lambda row: row.name)

_OWNERS: dict[type[SQLModel], _Owner] = {
    Datasource: _Owner(Datasource, "id", lambda row: row.name),
    Module: _Owner(Module, "id", lambda row: row.name),
    Endpoint: _Owner(Endpoint, "id", _endpoint_name),
    Draft: _ENDPOINT,
    Version: _ENDPOINT,
    EndpointTest: _ENDPOINT,
    Macro: _Owner(Macro, "id", lambda row: row.name),
    MacroVersion: _MACRO,
    Client: _Owner(Client, "id", lambda row: row.name),
    ClientEndpoint: _CLIENT,
    ClientGroup: _CLIENT,
    Group: _Owner(Group, "id", lambda row: row.name),
    GroupEndpoint: _GROUP,
    FirewallRule: _Owner(FirewallRule, "id", lambda row: f"{row.action} {row.network}"),
    User: _Owner(User, "id", lambda row: row.username),
    UserRole: _USER,
    PersonalToken: _USER,
    UserSession: _USER,
    PasswordReset: _USER,
    ExternalIdentity: _USER,
    Role: _Owner(Role, "id", lambda row: row.name),
    RolePermission: _ROLE,
}
# Fields that point to a row which people know by a name.
_NAMED: dict[str, _Owner] = {
    owner.key: owner for owner in (_ENDPOINT, _CLIENT, _GROUP, _USER, _ROLE)
} | {
    "module_id": _Owner(Module, "id", lambda row: row.name),
    "datasource_id": _Owner(Datasource, "id", lambda row: row.name),
    "permission_id": _Owner(
        Permission,
        "id",
        lambda row: (
            f"{row.resource_type}:{row.action}"
            + (f" on {row.resource_id}" if row.resource_id else "")
        ),
    ),
    "published_version_id": _Owner(Version, "id", lambda row: f"version {row.number}"),
}


_Known = dict[tuple[type[SQLModel], object], Any]


class AuditedSession(Session):
    """The session behind every session of the platform; its hooks note what is changed."""


@dataclass(frozen=True, slots=True)
class _Noted:
    row: SQLModel
    change: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def act_as(session: AsyncSession, actor: Actor) -> None:
    """From now on changes are this actor's."""
    session.sync_session.info[ACTOR] = actor


def acting(session: AsyncSession) -> Actor:
    """Whose the changes are."""
    actor: Actor = session.sync_session.info.get(ACTOR, SYSTEM)
    return actor


def note(
    session: AsyncSession,
    resource_type: str,
    resource_id: object = None,
    name: str | None = None,
    *,
    change: str,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Note what no row tells, such as a login that failed; the caller commits."""
    entry = _entry(session.sync_session, change)
    entry.resource_type = entry.part = resource_type
    entry.resource_id = str(resource_id) if resource_id else None
    entry.resource_name = name[:600] if name else None
    entry.after = dict(after) if after else None
    session.add(entry)


@event.listens_for(AuditedSession, "after_flush")
def _collect(session: PlainSession, _context: object) -> None:
    noted = session.info.setdefault(NOTED, [])
    for row in session.new:
        if type(row) in _OWNERS:
            noted.append(_Noted(row, "created", None, _fields(row)))
    for row in session.dirty:
        if type(row) in _OWNERS and (changed := _changed(row)):
            noted.append(_Noted(row, "updated", *changed))
    for row in session.deleted:
        if type(row) in _OWNERS:
            noted.append(_Noted(row, "deleted", _fields(row), None))


@event.listens_for(AuditedSession, "before_commit")
def _write(session: PlainSession) -> None:
    session.flush()
    # The session forgets rows that nobody holds: of many rows in one module, each would ask for it.
    known: _Known = {}
    for noted in session.info.pop(NOTED, ()):
        owner = _OWNERS[type(noted.row)]
        entry = _entry(session, noted.change)
        owner_id = getattr(noted.row, owner.key)
        entry.resource_type = _resource_type(owner.table)
        entry.resource_id = str(owner_id)
        entry.part = str(noted.row.__tablename__)
        entry.resource_name = _name(session, known, owner, noted.row, owner_id)
        entry.before, entry.after = (
            _readable(session, known, noted.before),
            _readable(session, known, noted.after),
        )
        session.add(entry)


@event.listens_for(AuditedSession, "after_soft_rollback")
def _forget(session: PlainSession, _transaction: object) -> None:
    session.info.pop(NOTED, None)


def _entry(session: PlainSession, change: str) -> AuditEntry:
    actor: Actor = session.info.get(ACTOR, SYSTEM)
    return AuditEntry(
        created_at=now(),
        actor=actor.name[:100],
        actor_id=actor.id,
        via=actor.via,
        ip_address=actor.ip_address,
        request_id=actor.request_id,
        action=actor.action[:100],
        resource_type="",
        part="",
        change=change,
    )


def _resource_type(table: type[SQLModel]) -> str:
    names: dict[type[SQLModel], str] = {User: "user", Group: "group"}
    return names.get(table) or str(table.__tablename__)


def _name(
    session: PlainSession, known: _Known, owner: _Owner, row: SQLModel, owner_id: object
) -> str | None:
    found = row if isinstance(row, owner.table) else _look_up(session, known, owner, owner_id)
    return owner.name(found) if found is not None else None


def _look_up(session: PlainSession, known: _Known, owner: _Owner, key: object) -> Any:
    if (owner.table, key) not in known:
        with session.no_autoflush:
            known[owner.table, key] = session.get(owner.table, key)
    return known[owner.table, key]


def _fields(row: SQLModel) -> dict[str, Any]:
    found = {
        name: value
        for name, value in row.model_dump().items()
        if name not in SILENT and value is not None
    }
    return {name: _plain(name, value) for name, value in found.items()}


def _changed(row: SQLModel) -> tuple[dict[str, Any], dict[str, Any]] | None:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for attribute in inspect(row).attrs:
        name = attribute.key
        history = attribute.history
        if name in SILENT or not history.has_changes():
            continue
        old = history.deleted[0] if history.deleted else None
        new = history.added[0] if history.added else None
        if isinstance(old, dict) and isinstance(new, dict):
            # Of a definition, the parts that differ.
            old, new = _differing(old, new), _differing(new, old)
        if old != new:
            before[name], after[name] = _plain(name, old), _plain(name, new)
    if after and (telling := _TELLING.get(type(row))):
        before[telling] = after[telling] = getattr(row, telling)
    return (before, after) if after else None


def _differing(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in one.items() if other.get(key) != value}


def _plain(name: str, value: Any) -> Any:
    """As JSON that can be kept: no secret, no text without end."""
    if name in HIDDEN or "encrypted" in name:
        return "(hidden)" if value else None
    match value:
        case Enum():
            return value.value
        case uuid.UUID() | datetime():
            return str(value)
        case dict():
            return {key: _plain(str(key), inner) for key, inner in value.items()}
        case list():
            return [_plain(name, inner) for inner in value]
    is_long = isinstance(value, str) and len(value) > MAX_TEXT
    return f"{value[:MAX_TEXT]}… ({len(value)} characters in all)" if is_long else value


def _readable(
    session: PlainSession, known: _Known, fields: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Ids with the names that they stand for: `module_id` as `module`."""
    if fields is None:
        return None
    told = dict(fields)
    for key, value in fields.items():
        owner = _NAMED.get(key)
        # A client's own `client_id` is a name already.
        if owner is None or value is None or not _is_id(value):
            continue
        row = _look_up(session, known, owner, uuid.UUID(value))
        if row is not None:
            told[key.removesuffix("_id")] = owner.name(row)
    return told


def _is_id(value: object) -> bool:
    # Written as a key is; the client_id of a client has no dashes.
    return isinstance(value, str) and len(value) == 36 and value.count("-") == 4
