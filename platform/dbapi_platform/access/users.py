"""Users: making them, and finding one by name."""

import uuid

from sqlalchemy import func
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import Conflict, InvalidRequest, NotFound
from ..store import Role, User, UserRole
from .passwords import check_password_rules, hash_password


async def create_user(
    session: AsyncSession,
    *,
    username: str,
    password: str | None,
    is_superuser: bool = False,
    roles: tuple[str, ...] = (),
    email: str | None = None,
    full_name: str | None = None,
    is_active: bool = True,
) -> User:
    """A new user; one without a password logs in elsewhere. Asks nobody whether this is allowed.

    Raises InvalidRequest, Conflict, or NotFound for a role.
    """
    if not username.strip() or len(username) > 100:
        raise InvalidRequest.of("username", "expected 1 to 100 characters")
    if password is not None:
        check_password_rules(password, username=username)
    password_hash = "" if password is None else await hash_password(password)
    if await find_user(session, username):
        raise Conflict(f"A user named '{username}' exists already")
    await require_free_email(session, email)
    user = User(
        username=username.strip(),
        email=email,
        full_name=full_name,
        password_hash=password_hash,
        is_superuser=is_superuser,
        is_active=is_active,
    )
    session.add(user)
    await session.flush()
    for name in roles:
        role = (await session.exec(select(Role).where(Role.name == name))).first()
        if role is None:
            raise NotFound(f"There is no role named '{name}'")
        session.add(UserRole(user_id=user.id, role_id=role.id))
    await session.commit()
    return user


async def find_user(session: AsyncSession, username: str) -> User | None:
    """The user of this name."""
    return (await session.exec(select(User).where(User.username == username.strip()))).first()


async def find_by_email(session: AsyncSession, email: str) -> User | None:
    """The one user of this address; nobody when two differ in its case alone."""
    # Only ASCII is lowered: other letters become some of these, and addresses another's.
    given = email.strip()
    lower = given.lower() if given.isascii() else given
    same = or_(col(User.email) == given, func.lower(User.email) == lower)
    found = list(await session.exec(select(User).where(same).limit(2)))
    return found[0] if len(found) == 1 else None


async def require_free_email(
    session: AsyncSession, email: str | None, *, user_id: uuid.UUID | None = None
) -> None:
    """Raises Conflict when somebody else than `user_id` has the address, in whatever case."""
    if email is None:
        return
    # SQLite knows the case of ASCII only.
    same = or_(col(User.email) == email, func.lower(User.email) == email.lower())
    owner = (await session.exec(select(User.id).where(same, col(User.id) != user_id))).first()
    if owner is not None:
        raise Conflict(f"Another user has the e-mail address '{email}'")
