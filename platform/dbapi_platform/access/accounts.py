"""Users as others administer them, within what these others may do themselves."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import Conflict, Forbidden, InvalidRequest, NotFound
from ..store import Role, User, UserRole
from ..store.paging import Key, Order
from .administration import administer
from .credentials import end_everything, end_resets, end_sessions, set_password
from .delegation import grants_of_roles, require_grants, require_power_over
from .permissions import Caller
from .users import create_user, require_free_email


@dataclass(frozen=True, slots=True)
class UserView:
    """A user with the names of their roles."""

    user: User
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user to be made; one without a password logs in elsewhere."""

    username: str
    password: str | None = None
    email: str | None = None
    full_name: str | None = None
    roles: tuple[str, ...] = ()
    is_superuser: bool = False
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Which users to list; `role` is a role's name."""

    search: str | None = None
    role: str | None = None
    is_active: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As SQL conditions."""
        found: list[ColumnElement[bool]] = []
        if self.search:
            texts = (col(User.username), col(User.email), col(User.full_name))
            found.append(or_(*(text.icontains(self.search, autoescape=True) for text in texts)))
        if self.role is not None:
            holders = select(UserRole.user_id).join(Role).where(Role.name == self.role)
            found.append(col(User.id).in_(holders))
        if self.is_active is not None:
            found.append(col(User.is_active) == self.is_active)
        return found


BY_NAME = Order((User.username,))


async def list_users(
    session: AsyncSession,
    wanted: UserFilter | None = None,
    *,
    limit: int | None = None,
    offset: int = 0,
    after: Key | None = None,
) -> tuple[list[UserView], int]:
    """One page by name, after the one whose name is in `after`, and how many there are in all."""
    conditions = (wanted or UserFilter()).conditions()
    total = await session.exec(select(func.count()).select_from(User).where(*conditions))
    beyond = [] if after is None else [BY_NAME.after(after)]
    rows = await session.exec(
        select(User).where(*conditions, *beyond).order_by(*BY_NAME.by()).limit(limit).offset(offset)
    )
    return await _views(session, list(rows)), total.one()


async def get_user(session: AsyncSession, user_id: uuid.UUID) -> UserView:
    """Raises NotFound."""
    return (await _views(session, [await _get(session, user_id)]))[0]


async def add_user(session: AsyncSession, caller: Caller, new: NewUser) -> UserView:
    """A new user, within what the caller may do.

    Raises InvalidRequest, Conflict, or Forbidden for roles that hold more than the caller.
    """
    caller = await administer(session, caller)
    if new.is_superuser:
        _require_superuser(caller)
    await _require_roles(session, caller, await _named_roles(session, new.roles))
    user = await create_user(
        session,
        username=new.username,
        password=new.password,
        email=new.email,
        full_name=new.full_name,
        roles=tuple(dict.fromkeys(new.roles)),
        is_superuser=new.is_superuser,
        is_active=new.is_active,
    )
    return await get_user(session, user.id)


async def update_user(
    session: AsyncSession, caller: Caller, user_id: uuid.UUID, fields: Mapping[str, Any]
) -> UserView:
    """Change those given of `email, full_name, is_active, is_superuser, roles, password`.

    A new password ends the user's sessions; None takes it away. Making somebody inactive ends
    their personal tokens too. Raises NotFound, InvalidRequest, Forbidden, or Conflict where
    nobody would be left to administer.
    """
    caller = await administer(session, caller)
    user = await _get(session, user_id)
    await require_power_over(session, caller, user)
    await _require_allowed(session, caller, user, fields)
    if "roles" in fields:
        await _replace_roles(session, caller, user, fields["roles"])
    if "password" in fields:
        await set_password(session, user, fields["password"])
    await change_profile(session, user, fields)
    if user.is_active and not fields.get("is_active", True):
        await end_everything(session, user)
    flags = {key: fields[key] for key in ("is_active", "is_superuser") if key in fields}
    user.sqlmodel_update(flags)
    session.add(user)
    await session.commit()
    return await get_user(session, user.id)


async def change_profile(session: AsyncSession, user: User, fields: Mapping[str, Any]) -> None:
    """Set the given ones of `email` and `full_name`. Raises Conflict. The caller commits."""
    if "email" in fields and fields["email"] != user.email:
        await require_free_email(session, fields["email"], user_id=user.id)
        # A link that went to the address before is not this person's any more.
        await end_resets(session, user)
    user.sqlmodel_update({key: fields[key] for key in ("email", "full_name") if key in fields})
    session.add(user)


async def delete_user(session: AsyncSession, caller: Caller, user_id: uuid.UUID) -> None:
    """Delete a user with their sessions and tokens; what they made keeps their name.

    Raises NotFound, Forbidden, or Conflict for oneself and for the last superuser.
    """
    caller = await administer(session, caller)
    user = await _get(session, user_id)
    await require_power_over(session, caller, user)
    if user.id == caller.id:
        raise Conflict("You cannot delete yourself; ask another administrator")
    await _require_another_superuser(session, user)
    await session.delete(user)
    await session.commit()


async def revoke_sessions(session: AsyncSession, caller: Caller, user_id: uuid.UUID) -> None:
    """End every session of a user; personal tokens stay. Raises NotFound or Forbidden."""
    caller = await administer(session, caller)
    user = await _get(session, user_id)
    await require_power_over(session, caller, user)
    await end_sessions(session, user)
    await session.commit()


async def _get(session: AsyncSession, user_id: uuid.UUID) -> User:
    user = await session.get(User, user_id, populate_existing=True)
    if user is None:
        raise NotFound("There is no such user")
    return user


async def _views(session: AsyncSession, users: Sequence[User]) -> list[UserView]:
    rows = await session.exec(
        select(UserRole.user_id, Role.name)
        .join(Role)
        .where(col(UserRole.user_id).in_([user.id for user in users]))
        .order_by(Role.name)
    )
    named: dict[uuid.UUID, list[str]] = {}
    for user_id, name in rows:
        named.setdefault(user_id, []).append(name)
    return [UserView(user, tuple(named.get(user.id, ()))) for user in users]


async def _require_allowed(
    session: AsyncSession, caller: Caller, user: User, fields: Mapping[str, Any]
) -> None:
    is_self = user.id == caller.id
    if is_self and "password" in fields:
        raise InvalidRequest.of(
            "password", "you change your own at /users/me/password, which asks for the present one"
        )
    if is_self and fields.get("email", user.email) != user.email:
        # Links to reset the password go there: whoever finds a session open must not have them.
        raise InvalidRequest.of("email", "you change your own at /users/me, with your password")
    if fields.get("is_superuser", user.is_superuser) != user.is_superuser:
        _require_superuser(caller)
    stays = fields.get("is_active", True) and fields.get("is_superuser", True)
    if is_self and not fields.get("is_active", True):
        raise Conflict("You cannot make yourself inactive; ask another administrator")
    if not stays:
        await _require_another_superuser(session, user)


def _require_superuser(caller: Caller) -> None:
    if not caller.is_superuser:
        raise Forbidden("Only a superuser makes somebody a superuser, or takes it from them")


async def _require_another_superuser(session: AsyncSession, user: User) -> None:
    if not (user.is_superuser and user.is_active):
        return
    others = await session.exec(
        select(User.id)
        .where(col(User.is_superuser), col(User.is_active), col(User.id) != user.id)
        .limit(1)
    )
    if others.first() is None:
        raise Conflict(
            f"'{user.username}' is the last active superuser; make somebody else one first"
        )


async def _named_roles(session: AsyncSession, names: Sequence[str]) -> list[Role]:
    rows = await session.exec(select(Role).where(col(Role.name).in_(names)))
    found = {role.name: role for role in rows}
    for index, name in enumerate(names):
        if name not in found:
            raise InvalidRequest.of(f"roles.{index}", f"there is no role named '{name}'")
    return list(found.values())


async def _require_roles(session: AsyncSession, caller: Caller, roles: Sequence[Role]) -> None:
    held = await grants_of_roles(session, [role.id for role in roles])
    await require_grants(session, caller, {g for grants in held.values() for g in grants})


async def _replace_roles(
    session: AsyncSession, caller: Caller, user: User, names: Sequence[str]
) -> None:
    wanted = {role.id: role for role in await _named_roles(session, names)}
    links = await session.exec(select(UserRole).where(UserRole.user_id == user.id))
    held = {link.role_id: link for link in links}
    added = [role for role_id, role in wanted.items() if role_id not in held]
    if added and user.id == caller.id and not caller.is_superuser:
        raise Forbidden("You cannot give yourself a role; ask another administrator")
    await _require_roles(session, caller, added)
    for role_id, link in held.items():
        if role_id not in wanted:
            await session.delete(link)
    session.add_all(UserRole(user_id=user.id, role_id=role.id) for role in added)
