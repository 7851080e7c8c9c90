"""Users who log in elsewhere: who they are here, and whether they may come in."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import Conflict, Forbidden
from ..store import ExternalIdentity, Role, User, UserRole
from ..store.base import now
from .users import find_by_email, find_user

MAX_NAME, MAX_EMAIL, MAX_SUBJECT = 100, 320, 255


@dataclass(frozen=True, slots=True)
class Arrival:
    """Whom a provider has told of: `subject` is theirs for ever, `email` is verified."""

    issuer: str
    subject: str
    username: str
    email: str | None = None
    full_name: str | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """What is done with whom nobody here is known as."""

    create_users: bool
    roles: Sequence[str] = ()
    link_by_email: bool = False


async def admit(session: AsyncSession, arrival: Arrival, admission: Admission) -> User:
    """Their user here, linked or made if that is allowed; the change is committed.

    Never by the name alone: who chooses their name there could be anybody here. Raises Forbidden
    or Conflict.
    """
    user = await _known(session, arrival)
    if user is None:
        try:
            user = await _new(session, arrival, admission)
            await session.commit()
        except (IntegrityError, Conflict) as error:
            # Perhaps their first two logins came at once.
            await session.rollback()
            user = await _known(session, arrival)
            if user is None and isinstance(error, Conflict):
                raise
            if user is None:
                raise Conflict("Somebody else came at the same time; log in again") from None
    if user is None or not user.is_active:
        raise Forbidden("Your user here is not active; ask an administrator")
    return user


async def _known(session: AsyncSession, arrival: Arrival) -> User | None:
    rows = await session.exec(
        select(User)
        .join(ExternalIdentity)
        .where(
            ExternalIdentity.issuer == arrival.issuer, ExternalIdentity.subject == arrival.subject
        )
    )
    return rows.first()


async def _new(session: AsyncSession, arrival: Arrival, admission: Admission) -> User:
    if not 0 < len(arrival.subject) <= MAX_SUBJECT or "\0" in arrival.subject:
        raise Forbidden("The login provider tells no name for you that can be kept")
    user = await _by_email(session, arrival) if admission.link_by_email else None
    if user is None:
        if not admission.create_users:
            raise Forbidden("You have no user here; ask an administrator")
        user = await _create(session, arrival, admission.roles)
    if user.is_active:
        session.add(
            ExternalIdentity(
                user_id=user.id,
                issuer=arrival.issuer,
                subject=arrival.subject,
                created_at=now(),
            )
        )
    return user


async def _by_email(session: AsyncSession, arrival: Arrival) -> User | None:
    return await find_by_email(session, arrival.email) if arrival.email else None


async def _create(session: AsyncSession, arrival: Arrival, roles: Sequence[str]) -> User:
    name = arrival.username.strip()
    if not 0 < len(name) <= MAX_NAME or not name.isprintable():
        raise Forbidden("The login provider tells no user name that can be had here")
    if await find_user(session, name):
        raise Conflict(f"Somebody else is named '{name}' here; ask an administrator")
    # Without a password's hash there is no login by password.
    user = User(
        username=name,
        password_hash="",
        email=None if await _by_email(session, arrival) else arrival.email,
        full_name=(arrival.full_name or "")[:200] or None,
    )
    session.add(user)
    await session.flush()
    for role_name in roles:
        role = (await session.exec(select(Role).where(Role.name == role_name))).first()
        if role is None:
            raise Conflict(f"There is no role '{role_name}' for new users; ask an administrator")
        session.add(UserRole(user_id=user.id, role_id=role.id))
    return user
